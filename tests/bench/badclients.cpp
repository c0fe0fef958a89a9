// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "badclients.h"

#include <QString>

namespace bench {

namespace {

QByteArray request(const QByteArray &body) { return postRequest("/rpc", "application/json", body); }

const QByteArray good = request("{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[2,3],\"id\":1}");
const QByteArray slow = request("{\"jsonrpc\":\"2.0\",\"method\":\"slow\",\"params\":[300],\"id\":1}");
const QByteArray large = request("{\"jsonrpc\":\"2.0\",\"method\":\"text\",\"params\":[2000000],\"id\":1}");
const QByteArray script = request("{\"jsonrpc\":\"2.0\",\"method\":\"script.sum\",\"params\":[100000],\"id\":1}");

} // namespace

BadClients::BadClients(quint16 port)
    : m_port(port)
    , m_bad {
        { "hello\r\n\r\n", 400 },
        { QByteArray(good).replace("Host", "Host "), 400 },
        { QByteArray(good).replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\n"), 400 },
        { QByteArray(good).replace("Host: 127.0.0.1", "Host: evil.example"), 421 },
        { QByteArray(good).replace("/rpc", "/other"), 404 },
        { QByteArray(good).replace("\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n"), 403 },
        { "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + QByteArray(40'000, 'x') + "\r\n\r\n", 431 },
        { "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400 },
        { request("{\"jsonrpc\":"), 200 },
        { request(QByteArray(50'000, '[')), 200 },
        { postRequest("/rpc", "text/xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><methodCall>&b;</methodCall>"), 200 },
    }
    , m_thread([this] { turn(); }, [this] { m_lingering.clear(); })
{
}

void BadClients::hangUp(Link &link)
{
    ++m_hangUps;
    m_random.bounded(2) ? link.reset() : link.close();
}

void BadClients::turn()
{
    Link link(m_port);
    if (!link.isOpen()) {
        ++m_wrong;
        ::poll(nullptr, 0, 50);
        return;
    }
    switch (m_random.bounded(6)) {
    case 0: // in the head or the body
        link.send(good.left(m_random.bounded(int(good.size()))));
        link.wait(m_random.bounded(5));
        return hangUp(link);
    case 1: // while a method runs
        link.send(m_random.bounded(2) ? slow : script);
        link.wait(m_random.bounded(20));
        return hangUp(link);
    case 2: { // in the middle of an answer
        link.send(large);
        QByteArray some;
        if (link.wait(2000))
            link.receive(some);
        return hangUp(link);
    }
    case 3: // half a request that stays for a while
        link.send(good.left(40));
        m_lingering.push_back(std::move(link));
        if (m_lingering.size() > 20)
            m_lingering.erase(m_lingering.begin());
        return;
    default: {
        const Bad &b = m_bad[size_t(m_random.bounded(int(m_bad.size())))];
        const PlainAnswer answer = exchangeOnce(m_port, b.bytes);
        ++m_badRequests;
        if (answer.status != b.status)
            ++m_wrong;
    }
    }
}

} // namespace bench
