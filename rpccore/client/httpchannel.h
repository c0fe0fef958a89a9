// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "httppeer.h"

#include <QBasicTimer>
#include <QElapsedTimer>
#include <QHostAddress>
#include <QObject>

#include <memory>
#include <vector>

class QAbstractSocket;
class QHostInfo;
class QLocalSocket;
class QSslSocket;

namespace rpc {

/// One connection to a server: TCP, TLS or a Unix socket. Tells the one who uses it at the time what happens to it, by
/// direct calls; nobody is told of what happens while nobody uses it. What is called may let go of the channel, but not
/// destroy it.
class HttpChannel : public QObject
{
    Q_OBJECT

public:
    enum class Phase { NameResolved, Connecting, Connected, Encrypted };

    class User
    {
    public:
        virtual void reached(Phase phase) = 0;
        virtual void opened() = 0; ///< Requests can be written now.
        virtual void openFailed(const Error &error) = 0;
        virtual void bytesCame() = 0;
        virtual void bytesWent() = 0; ///< Something was handed to the operating system.
        /// The other end closed, or the connection broke. What came before can still be read.
        virtual void closed() = 0;

    protected:
        ~User() = default;
    };

    HttpChannel(const HttpPeer &peer, const TlsOptions &tls);
    ~HttpChannel() override;

    void open(User *user); ///< Begins to connect. May call \a user before it returns.
    void setUser(User *user) { m_user = user; } ///< nullptr: nobody uses it.
    /// Still there after a look at what the other end has done meanwhile, and nothing came unasked.
    bool isFresh();
    void write(const QByteArray &bytes);
    void abort(); ///< Closes it at once; nobody is told.
    bool isAllWritten() const; ///< Nothing waits for the operating system.
    QByteArray readAll() { return m_device->readAll(); }
    /// Set when the other end refused the connection within TLS, where it can do so after the handshake.
    const std::optional<Error> &tlsError() const noexcept { return m_tlsError; }
    bool isTlsUnverified() const noexcept { return m_isTlsUnverified; } ///< There were reasons not to trust it.
    qint64 idleMs() const { return m_idleSince.isValid() ? m_idleSince.elapsed() : 0; }
    void setIdle() { m_idleSince.start(); }
    /// How long it had been idle when the other end closed it; -1 when that has not happened.
    qint64 closedAfterMs() const noexcept { return m_closedAfter; }

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void lookUp();
    void lookedUp(const QHostInfo &info);
    void startNext();
    QAbstractSocket *makeSocket();
    void attemptFailed(QAbstractSocket *socket);
    void attemptWon(QAbstractSocket *socket);
    void openLocal();
    void watch();
    void ready();
    void fail(ErrorKind kind, const QString &message, const QString &details = {});
    void failConnecting(int socketError, const QString &text);
    void lost();
    Error tlsFailure() const;

    HttpPeer m_peer;
    TlsOptions m_tls;
    User *m_user = nullptr;
    QIODevice *m_device = nullptr; // the connection once it is there
    QAbstractSocket *m_socket = nullptr; // the same, unless it is a Unix socket
    QLocalSocket *m_local = nullptr;
    QSslSocket *m_secure = nullptr;
    std::vector<QAbstractSocket *> m_attempts;
    QList<QHostAddress> m_addresses; // that were not tried yet
    QBasicTimer m_nextAttempt;
    QElapsedTimer m_idleSince;
    int m_lookup = -1;
    bool m_isOpen = false;
    bool m_isOver = false;
    qint64 m_closedAfter = -1; // ms idle
    bool m_isTlsUnverified = false;
    std::optional<Error> m_tlsError;
};

} // namespace rpc
