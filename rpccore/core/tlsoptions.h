// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>
#include <QSslKey>

class QSslSocket;

namespace rpc {

/// How a client trusts a server over TLS, and who it says that it is itself. The default trusts what the system trusts.
struct RPCCORE_EXPORT TlsOptions
{
    QList<QSslCertificate> authorities; ///< trusted besides those of the system
    QList<QSslCertificate> certificate; ///< of the client itself, its own first; empty = none is shown
    QSslKey key; ///< belongs to the first of `certificate`
    /// False takes any certificate: whoever sits between the two reads and changes everything. Marked as unsafe
    /// wherever it is shown.
    bool verify = true;

    /// The SHA-256 of the one certificate that the server may show, 32 bytes. It is trusted whoever signed it, whatever
    /// name and dates stand in it, and no other one is. Empty: `authorities` and those of the system decide.
    QByteArray pinnedSha256 = {};
    /// The name that the certificate has to be for, and that the server is asked for (SNI), instead of the host of the
    /// address: for addresses that are numbers, and for tunnels. Empty = the host.
    QString serverName = {};

    /// Certificates of a PEM file. The error names the file and says what is wrong with it.
    static Result<QList<QSslCertificate>> certificatesFromFile(const QString &fileName);
    /// The private key in a PEM file (RSA, EC or DSA), \a passphrase when it is encrypted.
    static Result<QSslKey> keyFromFile(const QString &fileName, const QByteArray &passphrase = {});

    /// The SHA-256 that \a text spells, hexadecimal digits with or without colons; an error when it spells none.
    static Result<QByteArray> sha256FromText(const QString &text);

    QSslConfiguration configuration() const; ///< For a socket or a network request; `pinnedSha256` needs applyTo().
    /// All of this for \a socket, which goes to \a host, before its handshake.
    void applyTo(QSslSocket &socket, const QString &host) const;
};

/// True when \a socket, in its handshake or behind it, shows another certificate than the one that \a options pin.
RPCCORE_EXPORT bool showsAnother(const QSslSocket &socket, const TlsOptions &options);

/// What is wrong with the certificates of the other end, one line an error, with the subject of the certificate; then
/// the chain as it was shown, from the other end's own up: subject, issuer, end of validity, SHA-256.
RPCCORE_EXPORT QString tlsFailureText(const QList<QSslError> &errors, const QList<QSslCertificate> &chain);

} // namespace rpc
