// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QByteArray>
#include <QCryptographicHash>
#include <QList>

namespace rpc {

/// What a server's challenge asks of a client that authenticates by Digest (RFC 7616), and the answers to it.
class RPCCORE_EXPORT HttpDigest
{
public:
    /// Takes the strongest Digest challenge of \a challenges, the values of WWW-Authenticate. False when there is none
    /// that can be answered; then nothing changes.
    bool take(const QList<QByteArray> &challenges);
    /// The schemes that \a challenges, the values of WWW-Authenticate, name, in lower case.
    static QByteArrayList schemes(const QList<QByteArray> &challenges);
    bool isReady() const noexcept { return !m_nonce.isEmpty(); } ///< A challenge was taken.
    void forget() { *this = HttpDigest(); } ///< As if none had been taken.

    /// The value of Authorization for the next request. Each one counts `nc` up. \a clientNonce empty: a random one.
    QByteArray authorization(const QByteArray &user, const QByteArray &password, const QByteArray &method,
        const QByteArray &uri, QByteArray clientNonce = {});

private:
    QByteArray m_realm;
    QByteArray m_nonce;
    QByteArray m_opaque;
    QByteArray m_algorithm; // as the server spells it; empty when it names none
    QCryptographicHash::Algorithm m_hash = QCryptographicHash::Md5;
    bool m_isSession = false;
    bool m_hasQop = false;
    quint32 m_count = 0;
};

} // namespace rpc
