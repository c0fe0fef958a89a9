// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "hostiletest.h"

#include <QDir>
#include <QFile>

namespace hostile {

using namespace rpc;
using Bytes = QByteArray;

ServerUnderTest::ServerUnderTest()
{
    server->registry().add(QStringLiteral("add"), [](int a, int b) { return a + b; });
    addRaw(QStringLiteral("echo"), [](const Params &p, const ReplyHandle &reply) { reply.resolve(p.positional().value(0)); });
    addRaw(QStringLiteral("hold"), [this](const Params &, const ReplyHandle &reply) { held.append(reply); });
    http = server->addListener(std::make_unique<HttpListener>());
}

void ServerUnderTest::addRaw(const QString &name, const std::function<void(const Params &, const ReplyHandle &)> &function)
{
    server->registry().addRaw({ name, {}, {}, false },
        [function](const CallContext &, const Params &params, const ReplyHandle &reply) { function(params, reply); });
}

Bytes call(const Bytes &method, const Bytes &params, const Bytes &id)
{
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + '}';
}

int openDescriptors(const QString &except)
{
    const QDir descriptors(QStringLiteral("/proc/self/fd"));
    const auto all = descriptors.entryInfoList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
    return int(std::count_if(all.begin(), all.end(), [&](const QFileInfo &d) { return except.isEmpty() || !d.symLinkTarget().endsWith(except); }));
}

void sendPieces(support::RawClient &client, const QList<Bytes> &pieces, const std::function<void()> &take)
{
    QTcpSocket &socket = client.socket();
    for (const Bytes &piece : pieces) {
        if (socket.state() == QAbstractSocket::UnconnectedState)
            break;
        socket.write(piece);
        socket.flush();
        // One round of events on each side.
        for (int i = 0; i < (pieces.size() > 10 ? 1 : 5); ++i)
            QCoreApplication::processEvents();
        take();
    }
}

std::optional<support::RawAnswer> takeAnswer(Bytes &received, bool toHead)
{
    const qsizetype end = received.indexOf("\r\n\r\n");
    if (end < 0)
        return std::nullopt;
    support::RawAnswer answer;
    answer.head = received.left(end + 4);
    answer.status = answer.head.split(' ').value(1).toInt();
    const bool isBodiless = answer.status < 200 || answer.status == 204 || toHead;
    const qsizetype length = isBodiless ? 0 : answer.field("Content-Length").toLongLong();
    if (received.size() < end + 4 + length)
        return std::nullopt;
    answer.body = received.mid(end + 4, length);
    received.remove(0, end + 4 + length);
    return answer;
}

std::optional<Bytes> codeBehind(const Bytes &mark, const Bytes &text)
{
    const qsizetype at = text.indexOf(mark);
    if (at < 0)
        return std::nullopt;
    const Bytes rest = text.mid(at + mark.size(), 12);
    return rest.left(std::find_if(rest.begin(), rest.end(), [](char c) { return c != '-' && !isdigit(uchar(c)); }) - rest.begin());
}

Bytes counted(const QByteArrayList &words)
{
    QByteArrayList all;
    for (qsizetype i = 0; i < words.size();) {
        qsizetype same = i;
        while (same < words.size() && words[same] == words[i])
            ++same;
        all.append(same - i > 1 ? Bytes::number(same - i) + " x " + words[i] : words[i]);
        i = same;
    }
    return all.join(' ');
}

void checkPage(const Bytes &begin, const Bytes &end, const Bytes &tables)
{
    QFile page(QStringLiteral(SOURCE_DIR "/docs/hostile.md"));
    QVERIFY(page.open(QIODevice::ReadOnly));
    const Bytes text = page.readAll();
    const qsizetype from = text.indexOf(begin);
    const qsizetype next = end.isEmpty() ? -1 : text.indexOf(end);
    const qsizetype to = next < 0 ? text.size() : next;
    if (qEnvironmentVariableIsSet("ANTIPHON_UPDATE_DOCS")) {
        page.close();
        QVERIFY(page.open(QIODevice::WriteOnly));
        page.write(text.left(from < 0 ? to : from) + tables + text.mid(to));
        QSKIP("written");
    }
    QVERIFY(from > 0);
    const QList<Bytes> known = tables.split('\n');
    const QList<Bytes> shown = text.mid(from, to - from).split('\n');
    for (qsizetype i = 0; i < qMin(known.size(), shown.size()); ++i)
        QCOMPARE(shown[i], known[i]);
    QCOMPARE(shown.size(), known.size());
}

void checkScenes(const QList<Scene> &scenes, const QMetaObject &test)
{
    for (const Scene &s : scenes)
        QVERIFY2(test.indexOfMethod(Bytes(s.function + "()").constData()) >= 0, s.function.constData());
}

} // namespace hostile
