// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "badsessions.h"

#include <tests/support/websocketframes.h>

#include <QElapsedTimer>
#include <QString>

namespace bench {

using websocketframes::closePayload;
using websocketframes::frame;

namespace {

QByteArray call(const QByteArray &method, const QByteArray &params)
{
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + '}';
}

// Sends all of it, however large. False when the other side has gone.
bool sendAll(Link &link, const QByteArray &bytes)
{
    for (qint64 at = 0; at < bytes.size();) {
        const qint64 sent = link.send(bytes, at);
        if (sent < 0 || (sent == 0 && !link.wait(5000, true)))
            return false;
        at += sent;
    }
    return true;
}

// Reads until `wanted` is there; and until the end, when that is due.
QByteArray readUntil(Link &link, const QByteArray &wanted, bool toTheEnd, bool &isAtEnd)
{
    QByteArray got;
    isAtEnd = false;
    QElapsedTimer clock;
    clock.start();
    while (!isAtEnd && (toTheEnd || !got.contains(wanted)) && clock.elapsed() < 5000) {
        if (link.wait(200))
            isAtEnd = !link.receive(got);
    }
    return got;
}

} // namespace

BadSessions::BadSessions(quint16 httpPort, quint16 streamPort)
    : m_httpPort(httpPort)
    , m_streamPort(streamPort)
    , m_frames {
        { frame(0x81, "{oops"), "-32700", false },
        { frame(0x81, "[]"), "-32600", false },
        { frame(0x81, QByteArray(50'000, '[')), "-32", false },
        { frame(0x81, "<?xml version=\"1.0\"?><methodCall/>"), "-32700", false },
        { frame(0x82, "{}"), "-32600", false },
        { frame(0x89, "hi"), "hi", false },
        { frame(0x83, "{}"), closePayload(1002), true },
        { frame(0xf1, {}), closePayload(1002), true },
        { frame(0x81, "\"\xff\""), closePayload(1007), true },
        { frame(0x89, QByteArray(126, 'x')), closePayload(1002), true },
        { frame(0x80, "x"), closePayload(1002), true },
        { frame(0x81, QByteArray(1024 * 1024 + 1, ' ')), closePayload(1009), true },
        { QByteArray("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14), closePayload(1009), true },
        { frame(0x88, closePayload(1000)), closePayload(1000), true },
    }
    , m_streams {
        { "{oops}\n", "-32700", false },
        { "[]\n", "-32600", false },
        { "\"hello\"\n", "-32", false },
        { "<?xml version=\"1.0\"?><methodCall/>\n", "-32700", false },
        { QByteArray(50'000, '[') + QByteArray(50'000, ']') + '\n', "-32", false },
        { "2:{}x", {}, true },
        { "99999999999:{}", {}, true },
        { "12a:{}", {}, true },
        { "Content-Length: x\r\n\r\n{}", {}, true },
        { "Content-Length: 99999999999\r\n\r\n{}", {}, true },
        { "Header: " + QByteArray(40'000, 'x'), {}, true },
        { websocketframes::handshake(), {}, true },
        { postRequest("/rpc", "application/json", "{oops"), {}, true },
    }
    , m_thread([this] { turn(); }, [this] { m_lingering.clear(); })
{
}

QByteArray BadSessions::firstWrong() const
{
    const std::lock_guard lock(m_guard);
    return m_firstWrong;
}

void BadSessions::noteWrong(const QByteArray &sent, const QByteArray &got)
{
    ++m_wrong;
    const std::lock_guard lock(m_guard);
    if (m_firstWrong.isEmpty())
        m_firstWrong = sent.left(40).toPercentEncoding(" {}[]\":,") + " got " + got.left(60).toPercentEncoding(" {}[]\":,");
}

void BadSessions::hangUp(Link &link)
{
    ++m_hangUps;
    m_random.bounded(2) ? link.reset() : link.close();
}

// False when that was all.
bool BadSessions::shakeHands(Link &link)
{
    const QByteArray handshake = websocketframes::handshake();
    if (m_random.bounded(8) == 0) { // in the handshake
        link.send(handshake.left(m_random.bounded(int(handshake.size()) + 1)));
        link.wait(m_random.bounded(5));
        hangUp(link);
        return false;
    }
    link.send(handshake);
    bool isAtEnd = false;
    const QByteArray head = readUntil(link, "\r\n\r\n", false, isAtEnd);
    if (head.startsWith("HTTP/1.1 101 "))
        return true;
    noteWrong("handshake", head);
    return false;
}

void BadSessions::sendGarbage(Link &link, bool isSocket)
{
    const auto &all = isSocket ? m_frames : m_streams;
    const Garbage &g = all[size_t(m_random.bounded(int(all.size())))];
    sendAll(link, g.bytes); // what is too large need not be taken
    ++m_badFrames;
    bool isAtEnd = false;
    const QByteArray got = readUntil(link, g.answer, g.ends, isAtEnd);
    const bool closes = isSocket && g.ends;
    const bool isRight = closes ? got.startsWith(char(0x88)) && got.mid(2, 2) == g.answer : got.contains(g.answer);
    if (!isRight || isAtEnd != g.ends)
        noteWrong(g.bytes, got);
}

void BadSessions::turn()
{
    const bool isSocket = m_random.bounded(2);
    Link link(isSocket ? m_httpPort : m_streamPort);
    if (!link.isOpen()) {
        noteWrong("connect", {});
        ::poll(nullptr, 0, 50);
        return;
    }
    if (isSocket && !shakeHands(link))
        return;
    const auto framed = [&](const QByteArray &text) { return isSocket ? frame(0x81, text) : text + '\n'; };
    bool isAtEnd = false;
    switch (m_random.bounded(7)) {
    case 0: { // in a message
        const QByteArray message = framed(call("text", '[' + QByteArray::number(m_random.bounded(1000)) + ']'));
        link.send(message.left(m_random.bounded(int(message.size()))));
        link.wait(m_random.bounded(5));
        return hangUp(link);
    }
    case 1: // while methods run
        link.send(framed(call("slow", "[300]")) + framed(call("script.sum", "[100000]")) + framed(call("elsewhere", "[]")));
        link.wait(m_random.bounded(20));
        return hangUp(link);
    case 2: // called back, and never answers
        link.send(framed(call("askBack", "[1]")));
        if (!readUntil(link, "\"double\"", false, isAtEnd).contains("\"double\""))
            noteWrong("askBack", {});
        return hangUp(link);
    case 3: // in an answer
        link.send(framed(call("text", "[2000000]")));
        readUntil(link, "x", false, isAtEnd);
        return hangUp(link);
    case 4: // half a message that stays for a while
        link.send(framed(call("add", "[1,2]")).left(20));
        m_lingering.push_back(std::move(link));
        if (m_lingering.size() > 20)
            m_lingering.erase(m_lingering.begin());
        return;
    default:
        return sendGarbage(link, isSocket);
    }
}

} // namespace bench
