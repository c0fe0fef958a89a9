// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "tlsoptions.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QSslSocket>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::TlsOptions)
};

Error unreadable(const QString &message) { return Error::make(ErrorKind::InvalidArgument, message); }

Result<QByteArray> contentOf(const QString &fileName)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(Text::tr("%1 cannot be read: %2").arg(fileName, file.errorString()));
    constexpr qint64 most = 4 * 1024 * 1024; // a bundle of every authority there is has less
    const QByteArray content = file.read(most + 1);
    if (content.size() > most)
        return unreadable(Text::tr("%1 is too large to be a file of certificates").arg(fileName));
    return content;
}

} // namespace

Result<QList<QSslCertificate>> TlsOptions::certificatesFromFile(const QString &fileName)
{
    const auto pem = contentOf(fileName);
    if (!pem)
        return pem.error();
    const auto certificates = QSslCertificate::fromData(*pem, QSsl::Pem);
    if (certificates.isEmpty())
        return unreadable(Text::tr("%1 holds no certificate; a PEM file with \"-----BEGIN CERTIFICATE-----\" is needed")
                              .arg(fileName));
    return certificates;
}

Result<QSslKey> TlsOptions::keyFromFile(const QString &fileName, const QByteArray &passphrase)
{
    const auto pem = contentOf(fileName);
    if (!pem)
        return pem.error();
    for (const auto algorithm : { QSsl::Rsa, QSsl::Ec, QSsl::Dsa }) {
        const QSslKey key(*pem, algorithm, QSsl::Pem, QSsl::PrivateKey, passphrase);
        if (!key.isNull())
            return key;
    }
    return unreadable(pem->contains("ENCRYPTED")
            ? Text::tr("the private key in %1 is encrypted, and the passphrase does not open it").arg(fileName)
            : Text::tr("%1 holds no private key; a PEM file with \"-----BEGIN PRIVATE KEY-----\" is needed")
                  .arg(fileName));
}

Result<QByteArray> TlsOptions::sha256FromText(const QString &text)
{
    QString digits = text.trimmed().toLower().remove(u':');
    if (digits.startsWith(u"sha256") && digits.size() > 64)
        digits = digits.right(64);
    const QByteArray bytes = QByteArray::fromHex(digits.toLatin1());
    if (digits.size() != 64 || bytes.toHex() != digits.toLatin1())
        return unreadable(Text::tr("\"%1\" is no SHA-256 of a certificate: 64 hexadecimal digits are, with or without "
                                   "colons, as openssl x509 -fingerprint -sha256 prints them")
                              .arg(text.left(100)));
    return bytes;
}

void TlsOptions::applyTo(QSslSocket &socket, const QString &host) const
{
    socket.setSslConfiguration(configuration());
    socket.setPeerVerifyName(serverName.isEmpty() ? host : serverName);
    QObject::disconnect(&socket, &QSslSocket::sslErrors, &socket, nullptr); // a socket may connect again
    if (!pinnedSha256.isEmpty())
        QObject::connect(&socket, &QSslSocket::sslErrors, &socket, [&socket, options = *this] {
            if (!showsAnother(socket, options))
                socket.ignoreSslErrors();
        });
}

QSslConfiguration TlsOptions::configuration() const
{
    auto configuration = QSslConfiguration::defaultConfiguration();
    if (!pinnedSha256.isEmpty())
        configuration.setCaCertificates({}); // then every handshake has errors, and the pin decides
    else if (!authorities.isEmpty())
        configuration.addCaCertificates(authorities);
    if (!certificate.isEmpty()) {
        configuration.setLocalCertificateChain(certificate);
        configuration.setPrivateKey(key);
    }
    configuration.setPeerVerifyMode(verify || !pinnedSha256.isEmpty() ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
    return configuration;
}

bool showsAnother(const QSslSocket &socket, const TlsOptions &options)
{
    return !options.pinnedSha256.isEmpty()
        && socket.peerCertificate().digest(QCryptographicHash::Sha256) != options.pinnedSha256;
}

QString tlsFailureText(const QList<QSslError> &errors, const QList<QSslCertificate> &chain)
{
    QStringList lines;
    for (const QSslError &e : errors) {
        const QString subject = e.certificate().subjectDisplayName();
        lines.append(subject.isEmpty() ? e.errorString() : QString(e.errorString() % u" (" % subject % u')'));
    }
    for (const QSslCertificate &c : chain)
        lines.append(Text::tr("certificate of %1, issued by %2, valid until %3, SHA-256 %4")
                         .arg(c.subjectDisplayName(), c.issuerDisplayName(), c.expiryDate().toString(Qt::ISODate),
                             QString::fromLatin1(c.digest(QCryptographicHash::Sha256).toHex(':'))));
    return lines.join(u'\n');
}

} // namespace rpc
