// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpundertest.h"

#include <QThreadPool>
#include <QTimer>

namespace hostile {

using namespace rpc;
using support::post;
using support::RawClient;
using Bytes = QByteArray;

namespace {

// Takes answers from a stream of bytes and writes down what they are.
class Reader
{
public:
    explicit Reader(bool firstHasNoBody)
        : m_noBody(firstHasNoBody)
    {
    }

    // The answer to the probe ends the reading.
    void add(const Bytes &bytes)
    {
        m_received += bytes;
        while (const auto answer = takeAnswer(m_received, m_noBody)) {
            if (answer->status >= 200)
                m_noBody = false;
            if (answer->body.contains("\"probe\"")) {
                m_probed = true;
                return;
            }
            m_closes = answer->field("Connection").toLower() == "close";
            Bytes text = Bytes::number(answer->status);
            for (const Bytes &mark : { Bytes("\"code\":"), Bytes("faultCode</name><value><int>") }) {
                if (const auto code = codeBehind(mark, answer->body))
                    text += " (" + *code + ')';
            }
            m_answers.append(text);
        }
    }

    qsizetype count() const { return m_answers.size(); }
    bool probed() const { return m_probed; }
    bool closes() const { return m_closes; }
    bool hasMore() const { return !m_received.isEmpty(); }

    Bytes summary() const { return counted(m_answers); }

private:
    Bytes m_received;
    QByteArrayList m_answers;
    bool m_noBody;
    bool m_probed = false;
    bool m_closes = false;
};

// How many answers an outcome speaks of.
qsizetype answersIn(const Bytes &outcome)
{
    qsizetype count = 0;
    qsizetype times = 1;
    const Bytes statuses = outcome.contains(',') ? outcome.left(outcome.lastIndexOf(',')) : Bytes();
    for (const Bytes &word : statuses.split(' ')) {
        if (word == "x" || word.isEmpty() || word.startsWith('('))
            continue;
        if (const bool isFactor = statuses.contains(Bytes(word + " x ")); isFactor) {
            times = word.toLongLong();
            continue;
        }
        count += times;
        times = 1;
    }
    return count;
}

} // namespace

HttpUnderTest::HttpUnderTest(const Limits &limits, Transport transport)
    : m_tls(transport == Transport::Tls)
{
    server->registry().add(QStringLiteral("text"), [](int length) { return QString(length, u'x'); });
    addRaw(QStringLiteral("slow"), [this](const Params &p, const ReplyHandle &reply) {
        const int ms = int(p.positional().value(0).toInteger().value_or(0));
        QTimer::singleShot(ms, server.get(), [reply, ms] { reply.resolve(ms); });
    });
    addRaw(QStringLiteral("twice"), [](const Params &, const ReplyHandle &reply) {
        reply.resolve(1);
        reply.reject(Error::application(2, QStringLiteral("too late")));
        reply.resolve(3);
    });
    addRaw(QStringLiteral("never"), [](const Params &, const ReplyHandle &) {});
    addRaw(QStringLiteral("elsewhere"), [](const Params &, const ReplyHandle &reply) {
        QThreadPool::globalInstance()->start([reply] { reply.resolve(QStringLiteral("from a thread")); });
    });
    HttpOptions options;
    options.limits = limits;
    if (m_tls) {
        static const auto made = ServerTls::selfSigned();
        if (!made)
            return;
        options.tls = *made;
    }
    port = http->listen(options).valueOr(0);
}

bool HttpUnderTest::answersTheNext()
{
    RawClient client(port, m_tls);
    client.send(post(call("add", "[2,3]")));
    return client.receive().body.contains("\"result\":5");
}

bool HttpUnderTest::holdsNothing()
{
    return QTest::qWaitFor([this] { return http->sessions().isEmpty(); });
}

Bytes HttpUnderTest::outcomeOf(const Case &c) const
{
    constexpr int patience = 10'000;
    RawClient client(port, m_tls);
    QTcpSocket &socket = client.socket();
    Reader reader(c.pieces.constFirst().startsWith("HEAD "));
    const auto isClosed = [&] { return socket.state() == QAbstractSocket::UnconnectedState; };
    const auto take = [&] { reader.add(socket.readAll()); };
    sendPieces(client, c.pieces, take);
    const qsizetype expected = answersIn(c.outcome);
    const bool waitsForEnd = c.outcome.endsWith("closed");
    (void)QTest::qWaitFor([&] {
        take();
        return isClosed() || (reader.count() >= expected && !waitsForEnd) || (reader.closes() && !waitsForEnd);
    }, patience);
    if (!isClosed()) {
        client.send(post(call("echo", "[\"probe\"]")));
        (void)QTest::qWaitFor([&] {
            take();
            return isClosed() || reader.probed();
        }, patience);
    }
    take();
    Bytes end = isClosed() ? "closed" : reader.probed() ? "open" : "silent";
    if (isClosed() && reader.count() > 0 && !reader.closes())
        end = "closed without a word";
    if (reader.hasMore())
        end += " after half an answer";
    const Bytes words = reader.summary();
    return words.isEmpty() ? end : words + ", " + end;
}

} // namespace hostile
