// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpdigest.h"

#include <QHash>
#include <QRandomGenerator>

#include <optional>

namespace rpc {

namespace {

struct Challenge
{
    QByteArray scheme; // lower case
    QHash<QByteArray, QByteArray> parameters; // names in lower case, values unquoted
};

// RFC 9110 section 11.6.1: challenges and their parameters are both separated by commas.
class ChallengeReader
{
public:
    explicit ChallengeReader(const QByteArray &text)
        : m_text(text)
    {
    }

    QList<Challenge> read()
    {
        QList<Challenge> challenges;
        for (;;) {
            skip(", \t=\""); // the signs are what a token68 or a mistake leaves behind
            const QByteArray word = token();
            if (word.isEmpty())
                return challenges;
            skip(" \t");
            if (peek() == '=' && !challenges.isEmpty()) {
                ++m_at;
                skip(" \t");
                challenges.last().parameters.insert(word.toLower(), peek() == '"' ? quoted() : token());
            } else {
                challenges.append({ word.toLower(), {} });
            }
        }
    }

private:
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    void skip(const char *set)
    {
        while (peek() != '\0' && strchr(set, peek()))
            ++m_at;
    }
    QByteArray token()
    {
        const qsizetype begin = m_at;
        while (peek() != '\0' && !strchr(", \t=\"", peek()))
            ++m_at;
        return m_text.mid(begin, m_at - begin);
    }
    QByteArray quoted()
    {
        QByteArray value;
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size())
                ++m_at;
            value += m_text[m_at];
        }
        ++m_at;
        return value;
    }

    QByteArray m_text;
    qsizetype m_at = 0;
};

QByteArray quote(QByteArray text)
{
    text.replace('\\', "\\\\").replace('"', "\\\"");
    return '"' + text + '"';
}

} // namespace

QByteArrayList HttpDigest::schemes(const QList<QByteArray> &challenges)
{
    QByteArrayList all;
    for (const QByteArray &value : challenges) {
        for (const Challenge &challenge : ChallengeReader(value).read())
            all.append(challenge.scheme);
    }
    return all;
}

bool HttpDigest::take(const QList<QByteArray> &challenges)
{
    std::optional<HttpDigest> best;
    for (const QByteArray &value : challenges) {
        for (const Challenge &challenge : ChallengeReader(value).read()) {
            HttpDigest next;
            next.m_nonce = challenge.parameters.value("nonce");
            if (challenge.scheme != "digest" || next.m_nonce.isEmpty())
                continue;
            next.m_realm = challenge.parameters.value("realm");
            next.m_opaque = challenge.parameters.value("opaque");
            next.m_algorithm = challenge.parameters.value("algorithm");
            QByteArray hash = next.m_algorithm.toLower();
            next.m_isSession = hash.endsWith("-sess");
            if (next.m_isSession)
                hash.chop(5);
            if (hash == "sha-256")
                next.m_hash = QCryptographicHash::Sha256;
            else if (!hash.isEmpty() && hash != "md5")
                continue;
            if (challenge.parameters.contains("qop")) {
                for (const QByteArray &qop : challenge.parameters.value("qop").toLower().split(','))
                    next.m_hasQop = next.m_hasQop || qop.trimmed() == "auth";
                if (!next.m_hasQop)
                    continue;
            }
            if (!best || (best->m_hash == QCryptographicHash::Md5 && next.m_hash != QCryptographicHash::Md5))
                best = next;
        }
    }
    if (best)
        *this = *best;
    return best.has_value();
}

QByteArray HttpDigest::authorization(const QByteArray &user, const QByteArray &password, const QByteArray &method,
    const QByteArray &uri, QByteArray clientNonce)
{
    const auto hashed = [this](const QByteArray &text) { return QCryptographicHash::hash(text, m_hash).toHex(); };
    if (clientNonce.isEmpty()) {
        quint32 random[4];
        QRandomGenerator::system()->fillRange(random);
        clientNonce = QByteArray(reinterpret_cast<const char *>(random), sizeof(random)).toHex();
    }
    const QByteArray count = QByteArray::number(++m_count, 16).rightJustified(8, '0');
    QByteArray secret = hashed(user + ':' + m_realm + ':' + password);
    if (m_isSession)
        secret = hashed(secret + ':' + m_nonce + ':' + clientNonce);
    const QByteArray what = hashed(method + ':' + uri);
    const QByteArray response = m_hasQop
        ? hashed(secret + ':' + m_nonce + ':' + count + ':' + clientNonce + ":auth:" + what)
        : hashed(secret + ':' + m_nonce + ':' + what);
    QByteArray value = "Digest username=" + quote(user) + ", realm=" + quote(m_realm) + ", nonce=" + quote(m_nonce)
        + ", uri=" + quote(uri);
    if (!m_algorithm.isEmpty())
        value += ", algorithm=" + m_algorithm;
    if (m_hasQop)
        value += ", qop=auth, nc=" + count;
    if (m_hasQop || m_isSession)
        value += ", cnonce=" + quote(clientNonce);
    value += ", response=\"" + response + '"';
    if (!m_opaque.isEmpty())
        value += ", opaque=" + quote(m_opaque);
    return value;
}

} // namespace rpc
