// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpSocket>

namespace rpc {

/// The socket that QtHttpServer gets to see. It is connected to nothing: HttpConnection puts one complete, checked
/// request after the other into it, and what Qt would write is dropped, because answers are written by HttpConnection.
/// So Qt's parser never sees a byte that our own reading has not accepted, on any connection, in any version.
class RequestSocket : public QTcpSocket
{
    Q_OBJECT

public:
    explicit RequestSocket(const QTcpSocket &real, QObject *parent = nullptr);

    /// Lets Qt read \a request, at once.
    void feed(const QByteArray &request);
    /// Tells Qt that the connection is gone; it deletes this object.
    void hangUp();

    qint64 bytesAvailable() const override;
    bool isSequential() const override { return true; }
    void disconnectFromHost() override { hangUp(); }
    void close() override { hangUp(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *, qint64 size) override { return size; }

private:
    QByteArray m_pending;
    qsizetype m_at = 0;
};

} // namespace rpc
