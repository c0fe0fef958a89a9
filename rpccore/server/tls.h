// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QStringList>

#include <chrono>

namespace rpc {

/// How a server shows who it is over TLS, and what it wants to know of its clients. TLS 1.2 or later.
struct RPCCORE_EXPORT ServerTls
{
    /// Whether clients have to show a certificate.
    enum class ClientCertificate : quint8 {
        NotAsked,
        Asked, ///< who shows none, or one that is not valid, is served as a stranger
        Required, ///< others are not served: the handshake fails
    };

    QList<QSslCertificate> certificate; ///< of the server: its own first, then those that lead to an authority
    QSslKey key; ///< belongs to the first of `certificate`
    QList<QSslCertificate> clientAuthorities; ///< who may have signed the certificates of clients; not the system's
    ClientCertificate clientCertificate = ClientCertificate::NotAsked; ///< needs `clientAuthorities`

    /// From PEM files. The error names the file and what is wrong with it.
    static Result<ServerTls> fromFiles(
        const QString &certificateFile, const QString &keyFile, const QByteArray &passphrase = {});
    /// For local use: a new key (EC, P-256) and a certificate that it signs itself, valid from now on for \a names,
    /// which are host names and addresses; localhost, 127.0.0.1 and ::1 are always among them. A client trusts it when
    /// it is told to, by TlsOptions::authorities or `curl --cacert`. The error is of the crypto library, or
    /// InvalidArgument for a name or a validity that cannot be.
    static Result<ServerTls> selfSigned(
        const QStringList &names = {}, std::chrono::days validity = std::chrono::days(365));

    /// Writes the certificates and the key to PEM files, the key for the owner's eyes only (0600). The error names the
    /// file.
    Result<void> save(const QString &certificateFile, const QString &keyFile) const;

    /// Nothing wrong: there is a certificate, a key that belongs to it, and authorities when clients need them. The
    /// error says what is missing.
    Result<void> check() const;
    QSslConfiguration configuration() const; ///< For the sockets of the server.
};

} // namespace rpc
