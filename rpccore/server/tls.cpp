// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "tls.h"

#include <rpccore/core/tlsoptions.h>

#include <QCoreApplication>
#include <QFile>
#include <QHostAddress>
#include <QSaveFile>
#include <QSslSocket>
#include <QUrl>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::ServerTls)
};

template <auto free> struct Freed
{
    template <class T> void operator()(T *object) const { free(object); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePointer = std::unique_ptr<X509, Freed<X509_free>>;
using BioPointer = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

Error invalid(const QString &message) { return Error::make(ErrorKind::InvalidArgument, message); }

Error cryptoError()
{
    char words[256] = "";
    ERR_error_string_n(ERR_get_error(), words, sizeof words);
    ERR_clear_error();
    return Error::make(ErrorKind::Internal, Text::tr("no certificate could be made: %1").arg(QString::fromUtf8(words)));
}

QByteArray contentOf(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return size > 0 ? QByteArray(data, qsizetype(size)) : QByteArray();
}

bool addExtension(X509 *certificate, int nid, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionPointer extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.constData()));
    return extension && X509_add_ext(certificate, extension.get(), -1);
}

// "DNS:localhost,IP:127.0.0.1,..."; the error names what is neither a host name nor an address.
Result<QByteArray> alternativeNames(const QStringList &names)
{
    QByteArrayList all;
    for (const QString &name :
        QStringList { QStringLiteral("localhost"), QStringLiteral("127.0.0.1"), QStringLiteral("::1") } + names) {
        QHostAddress address(name);
        if (!address.isNull()) {
            address.setScopeId({});
            all.append("IP:" + address.toString().toLatin1());
            continue;
        }
        const QByteArray ace = QUrl::toAce(name);
        const bool fine = !ace.isEmpty() && ace.size() <= 253 && std::all_of(ace.begin(), ace.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
                || c == '_';
        });
        if (!fine)
            return invalid(Text::tr("\"%1\" is neither a host name nor an address").arg(name));
        all.append("DNS:" + ace);
    }
    QByteArrayList unique;
    for (const QByteArray &name : std::as_const(all)) {
        if (!unique.contains(name))
            unique.append(name);
    }
    return unique.join(',');
}

// A certificate that is its own authority: clients are given it as the one they trust. CA:TRUE would let whoever gets
// the key sign for every other name, so it is not set; curl, Qt and Python take it all the same.
CertificatePointer makeCertificate(EVP_PKEY *key, const QByteArray &commonName, const QByteArray &names, qint64 seconds)
{
    CertificatePointer certificate(X509_new());
    X509 *const x = certificate.get();
    quint64 serial = 0;
    if (!x || RAND_bytes(reinterpret_cast<unsigned char *>(&serial), int(sizeof serial)) != 1)
        return nullptr;
    X509_NAME *const subject = X509_get_subject_name(x);
    constexpr long clocksDiffer = 3600;
    const bool done = X509_set_version(x, X509_VERSION_3)
        && ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1)
        && X509_gmtime_adj(X509_getm_notBefore(x), -clocksDiffer)
        && X509_time_adj_ex(X509_getm_notAfter(x), int(seconds / 86400), long(seconds % 86400), nullptr)
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
            reinterpret_cast<const unsigned char *>(commonName.constData()), int(commonName.size()), -1, 0)
        && X509_set_issuer_name(x, subject) && X509_set_pubkey(x, key)
        && addExtension(x, NID_basic_constraints, "critical,CA:FALSE")
        && addExtension(x, NID_key_usage, "critical,digitalSignature")
        && addExtension(x, NID_ext_key_usage, "serverAuth,clientAuth") && addExtension(x, NID_subject_alt_name, names)
        && addExtension(x, NID_subject_key_identifier, "hash") && X509_sign(x, key, EVP_sha256()) > 0;
    return done ? std::move(certificate) : nullptr;
}

Result<void> write(const QString &fileName, const QByteArray &content, QFile::Permissions permissions)
{
    QSaveFile file(fileName);
    if (file.open(QIODevice::WriteOnly) && file.setPermissions(permissions) && file.write(content) == content.size()
        && file.commit())
        return {};
    return invalid(Text::tr("%1 cannot be written: %2").arg(fileName, file.errorString()));
}

} // namespace

Result<ServerTls> ServerTls::fromFiles(
    const QString &certificateFile, const QString &keyFile, const QByteArray &passphrase)
{
    const auto chain = TlsOptions::certificatesFromFile(certificateFile);
    if (!chain)
        return chain.error();
    const auto key = TlsOptions::keyFromFile(keyFile, passphrase);
    if (!key)
        return key.error();
    ServerTls tls;
    tls.certificate = *chain;
    tls.key = *key;
    const auto checked = tls.check();
    if (!checked)
        return checked.error();
    return tls;
}

Result<ServerTls> ServerTls::selfSigned(const QStringList &names, std::chrono::days validity)
{
    constexpr int longest = 20 * 365; // what comes later does not fit into every program's clock
    if (validity.count() < 1 || validity.count() > longest)
        return invalid(Text::tr("a certificate is valid for 1 to %1 days").arg(longest));
    const auto alternatives = alternativeNames(names);
    if (!alternatives)
        return alternatives.error();
    const KeyPointer key(EVP_EC_gen("P-256"));
    if (!key)
        return cryptoError();
    const QByteArray commonName = names.isEmpty() ? QByteArray("localhost") : names.constFirst().toUtf8().left(64);
    const auto certificate = makeCertificate(
        key.get(), commonName, *alternatives, std::chrono::duration_cast<std::chrono::seconds>(validity).count());
    const BioPointer certificatePem(BIO_new(BIO_s_mem()));
    const BioPointer keyPem(BIO_new(BIO_s_secmem()));
    if (!certificate || !certificatePem || !keyPem || !PEM_write_bio_X509(certificatePem.get(), certificate.get())
        || !PEM_write_bio_PrivateKey(keyPem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr))
        return cryptoError();
    ServerTls tls;
    tls.certificate = QSslCertificate::fromData(contentOf(certificatePem.get()), QSsl::Pem);
    tls.key = QSslKey(contentOf(keyPem.get()), QSsl::Ec, QSsl::Pem);
    const auto checked = tls.check();
    if (!checked)
        return checked.error();
    return tls;
}

Result<void> ServerTls::save(const QString &certificateFile, const QString &keyFile) const
{
    QByteArray chain;
    for (const QSslCertificate &c : certificate)
        chain += c.toPem();
    const auto saved = write(keyFile, key.toPem(), QFile::ReadOwner | QFile::WriteOwner);
    if (!saved)
        return saved.error();
    return write(certificateFile, chain, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
}

Result<void> ServerTls::check() const
{
    if (!QSslSocket::supportsSsl())
        return invalid(Text::tr("TLS is not available: Qt found no TLS library"));
    if (certificate.isEmpty() || certificate.constFirst().isNull())
        return invalid(Text::tr("a server needs a certificate for TLS"));
    if (key.isNull())
        return invalid(Text::tr("a server needs the private key of its certificate for TLS"));
    // Qt would only notice in the first handshake.
    const QByteArray own = certificate.constFirst().publicKey().toPem();
    const QByteArray keyPem = key.toPem();
    const BioPointer in(BIO_new_mem_buf(keyPem.constData(), int(keyPem.size())));
    const KeyPointer pair(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr) : nullptr);
    const BioPointer out(BIO_new(BIO_s_mem()));
    if (pair && out && PEM_write_bio_PUBKEY(out.get(), pair.get())
        && QSslKey(contentOf(out.get()), key.algorithm(), QSsl::Pem, QSsl::PublicKey).toPem() != own)
        return invalid(Text::tr("the private key does not belong to the certificate of %1")
                           .arg(certificate.constFirst().subjectDisplayName()));
    if (clientCertificate != ClientCertificate::NotAsked && clientAuthorities.isEmpty())
        return invalid(Text::tr("the authorities that clients' certificates are signed by are missing"));
    return {};
}

QSslConfiguration ServerTls::configuration() const
{
    auto configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setLocalCertificateChain(certificate);
    configuration.setPrivateKey(key);
    configuration.setCaCertificates(clientAuthorities);
    switch (clientCertificate) {
    case ClientCertificate::NotAsked:
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        break;
    case ClientCertificate::Asked:
        configuration.setPeerVerifyMode(QSslSocket::QueryPeer);
        break;
    case ClientCertificate::Required:
        configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
        break;
    }
    return configuration;
}

} // namespace rpc
