// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "rawhttp.h"

#include <QSslSocket>
#include <QTest>

namespace support {

QByteArray RawAnswer::field(const QByteArray &name) const
{
    for (const QByteArray &line : head.split('\n')) {
        if (line.toLower().startsWith(QByteArray(name.toLower() + ":")))
            return line.mid(name.size() + 1).trimmed();
    }
    return {};
}

RawClient::RawClient(quint16 port, bool tls)
{
    bool connected = false;
    if (tls) {
        auto ssl = std::make_unique<QSslSocket>();
        ssl->setPeerVerifyMode(QSslSocket::VerifyNone);
        QObject::connect(ssl.get(), &QSslSocket::encrypted, ssl.get(), [&connected] { connected = true; });
        ssl->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
        m_socket = std::move(ssl);
    } else {
        m_socket = std::make_unique<QTcpSocket>();
        QObject::connect(m_socket.get(), &QTcpSocket::connected, m_socket.get(), [&connected] { connected = true; });
        m_socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    }
    const bool came = QTest::qWaitFor([&connected] { return connected; }, 5000);
    m_socket->disconnect(); // `connected` ends here
    if (!came)
        qFatal("the test's client could not connect");
}

void RawClient::send(const QByteArray &bytes)
{
    m_socket->write(bytes);
    m_socket->flush();
}

RawAnswer RawClient::receive(int timeoutMs)
{
    RawAnswer answer;
    const bool complete = QTest::qWaitFor(
        [&] {
            m_received += m_socket->readAll();
            const qsizetype end = m_received.indexOf("\r\n\r\n");
            if (end < 0)
                return false;
            answer.head = m_received.left(end + 4);
            const qsizetype length = answer.field("Content-Length").toLongLong();
            if (m_received.size() < end + 4 + length)
                return false;
            answer.body = m_received.mid(end + 4, length);
            m_received.remove(0, end + 4 + length);
            return true;
        },
        timeoutMs);
    if (complete)
        answer.status = answer.head.split(' ').value(1).toInt();
    return answer;
}

bool RawClient::waitForClose(int timeoutMs)
{
    return QTest::qWaitFor(
        [&] {
            m_received += m_socket->readAll();
            return m_socket->state() == QAbstractSocket::UnconnectedState;
        },
        timeoutMs);
}

QByteArray post(const QByteArray &body, const QByteArray &type, const QByteArray &more)
{
    return "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + type
        + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + more + "\r\n" + body;
}

} // namespace support
