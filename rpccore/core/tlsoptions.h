// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>
#include <QSslKey>

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

    /// Certificates of a PEM file. The error names the file and says what is wrong with it.
    static Result<QList<QSslCertificate>> certificatesFromFile(const QString &fileName);
    /// The private key in a PEM file (RSA, EC or DSA), \a passphrase when it is encrypted.
    static Result<QSslKey> keyFromFile(const QString &fileName, const QByteArray &passphrase = {});

    QSslConfiguration configuration() const; ///< For a socket or a network request.
};

/// What is wrong with the certificates of the other end, one line an error, with the subject of the certificate; then
/// the chain as it was shown, from the other end's own up: subject, issuer, end of validity, SHA-256.
RPCCORE_EXPORT QString tlsFailureText(const QList<QSslError> &errors, const QList<QSslCertificate> &chain);

} // namespace rpc
