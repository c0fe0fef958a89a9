// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QFile>
#include <QPointer>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTest>

#include <functional>

/// A TCP or TLS server that does what a test says at each moment of a connection. Everything that arrived is kept.
class ScriptedServer : public QTcpServer
{
public:
    struct Connection
    {
        int number = 0; ///< from 1
        QSslSocket *socket = nullptr;
        QByteArray received; ///< so far
        bool isGone = false;
        int answered = 0; ///< for scripts
    };
    using Script = std::function<void(Connection &)>;

    ScriptedServer()
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("the scripted server cannot listen");
    }
    ~ScriptedServer() override
    {
        for (const auto &c : connections) {
            c->socket->disconnect();
            delete c->socket;
        }
    }

    Script accepted; ///< the connection is there (and encrypted)
    Script arrived; ///< something came
    std::optional<QSslConfiguration> tls;
    std::vector<std::unique_ptr<Connection>> connections;

    static QString data(const QString &name) { return QStringLiteral(SOURCE_DIR "/tests/data/tls/") + name; }
    static QByteArray words(const QString &name)
    {
        QFile file(data(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void useCertificate(const QString &name)
    {
        QSslConfiguration c = QSslConfiguration::defaultConfiguration();
        c.setLocalCertificate(QSslCertificate(words(name + QStringLiteral(".pem"))));
        c.setPrivateKey(QSslKey(words(name + QStringLiteral(".key")), QSsl::Ec));
        c.setPeerVerifyMode(QSslSocket::VerifyNone);
        tls = c;
    }
    QByteArray url(const QByteArray &path = "/rpc") const
    {
        return (tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + QByteArray::number(serverPort()) + path;
    }
    /// How often \a text came, over all connections.
    int count(const QByteArray &text) const
    {
        int n = 0;
        for (const auto &c : connections)
            n += int(c->received.count(text));
        return n;
    }
    /// The next whole request of a connection that no answer was given to; empty when there is none yet.
    static QByteArray request(const Connection &c)
    {
        QByteArray rest = c.received;
        for (int i = 0;; ++i) {
            const qsizetype end = rest.indexOf("\r\n\r\n");
            if (end < 0)
                return {};
            const qsizetype at = rest.left(end + 2).toLower().indexOf("content-length:");
            const qsizetype length = at < 0 ? 0 : rest.mid(at + 15, 20).split('\r').constFirst().trimmed().toLongLong();
            if (rest.size() < end + 4 + length)
                return {};
            if (i == c.answered)
                return rest.left(end + 4 + length);
            rest.remove(0, end + 4 + length);
        }
    }
    /// Answers every whole request by \a answer(request).
    void answerWith(std::function<QByteArray(const QByteArray &request)> answer)
    {
        arrived = [answer](Connection &c) {
            for (QByteArray r = request(c); !r.isEmpty(); r = request(c)) {
                ++c.answered;
                c.socket->write(answer(r));
            }
        };
    }
    static QByteArray ok(const QByteArray &body, const QByteArray &fields = {}, const QByteArray &status = "200 OK")
    {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + fields + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }

protected:
    void incomingConnection(qintptr handle) override
    {
        auto *socket = new QSslSocket;
        socket->setSocketDescriptor(handle);
        connections.push_back(std::make_unique<Connection>());
        Connection *c = connections.back().get();
        c->number = int(connections.size());
        c->socket = socket;
        connect(socket, &QSslSocket::disconnected, socket, [c] { c->isGone = true; });
        connect(socket, &QSslSocket::readyRead, socket, [this, c] {
            c->received += c->socket->readAll();
            if (arrived)
                arrived(*c);
        });
        if (tls) {
            connect(socket, &QSslSocket::encrypted, socket, [this, c] {
                if (accepted)
                    accepted(*c);
            });
            socket->setSslConfiguration(*tls);
            socket->startServerEncryption();
        } else if (accepted) {
            accepted(*c);
        }
    }
};
