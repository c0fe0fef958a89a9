// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "input.h"

#include <rpccore/core/limits.h>
#include <rpccore/json/valuetext.h>

#include <QFile>
#include <QStringDecoder>

#include <cstdio>
#include <utility>

namespace antiphon::cli {

namespace {

rpc::Error wrong(const QString &what) { return rpc::Error::make(rpc::ErrorKind::InvalidArgument, what); }

bool isElsewhere(const QString &word)
{
    return word == u"-" || (word.size() > 1 && word.startsWith(u'@') && !word.startsWith(u"@@"));
}

// What stands on the command line itself.
QString ownText(const QString &word) { return word.startsWith(u"@@") ? word.mid(1) : word; }

// To the end, also of a pipe, which gives what it has by pieces.
rpc::Result<QByteArray> all(QFile &file, const QString &name)
{
    const qint64 most = rpc::Limits::forExplorer().bytes;
    constexpr qint64 pieceSize = 1024 * 1024;
    QByteArray bytes;
    for (;;) {
        const QByteArray piece = file.read(pieceSize);
        if (file.error() != QFileDevice::NoError)
            return wrong(QStringLiteral("%1 cannot be read: %2").arg(name, file.errorString()));
        if (piece.isEmpty())
            return bytes;
        bytes += piece;
        if (bytes.size() > most)
            return wrong(QStringLiteral("%1 is larger than 1 GiB").arg(name));
    }
}

rpc::Result<QByteArray> standardInput()
{
    static bool isTaken = false;
    if (std::exchange(isTaken, true))
        return wrong(QStringLiteral("standard input can be given once only"));
    QFile file;
    if (!file.open(stdin, QIODevice::ReadOnly))
        return wrong(QStringLiteral("standard input cannot be read"));
    return all(file, QStringLiteral("standard input"));
}

} // namespace

rpc::Result<QByteArray> bytesFrom(const QString &word)
{
    if (!isElsewhere(word))
        return ownText(word).toUtf8();
    if (word == u"-" || word == u"@-")
        return standardInput();
    QFile file(word.mid(1));
    if (!file.open(QIODevice::ReadOnly))
        return wrong(QStringLiteral("%1 cannot be read: %2 (a text that begins with @ is written @@)")
                         .arg(file.fileName(), file.errorString()));
    return all(file, file.fileName());
}

rpc::Result<QString> textFrom(const QString &word)
{
    if (!isElsewhere(word))
        return ownText(word);
    const auto bytes = bytesFrom(word);
    if (!bytes)
        return bytes.error();
    QStringDecoder decoder(QStringDecoder::Utf8);
    QString text = decoder(*bytes);
    if (decoder.hasError())
        return wrong(QStringLiteral("what %1 stands for is no UTF-8").arg(word));
    if (text.endsWith(u'\n'))
        text.chop(text.endsWith(u"\r\n") ? 2 : 1);
    return text;
}

rpc::Result<rpc::Value> valueFrom(const QString &word)
{
    const auto text = textFrom(word);
    if (!text)
        return text.error();
    auto value = rpc::valuetext::fromText(text->toUtf8(), rpc::Limits::forExplorer());
    if (!value && value.error().kind == rpc::ErrorKind::LimitExceeded)
        return value.error();
    return value ? *std::move(value) : rpc::Value(*text);
}

rpc::Result<rpc::Member> memberFrom(const QString &text, const QString &option)
{
    const qsizetype equals = text.indexOf(u'=');
    if (equals < 1) // without the text, which may be a secret
        return wrong(QStringLiteral("%1 wants NAME=VALUE").arg(option));
    auto value = valueFrom(text.mid(equals + 1));
    if (!value)
        return value.error();
    return rpc::Member { text.left(equals), *std::move(value) };
}

} // namespace antiphon::cli
