// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "output.h"

#include <app/workspace/describe.h>
#include <rpccore/json/valuetext.h>

#include <cstdio>

namespace antiphon::cli {

namespace {

void write(std::FILE *stream, const QByteArray &bytes)
{
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stream);
    std::fflush(stream);
}

} // namespace

void print(const QByteArray &bytes) { write(stdout, bytes.endsWith('\n') ? bytes : QByteArray(bytes + '\n')); }
void print(const QString &text) { print(text.toUtf8()); }
void complain(const QString &text) { write(stderr, "antiphon-cli: " + text.toUtf8() + '\n'); }

ExitStatus fail(const rpc::Error &error)
{
    if (error.kind == rpc::ErrorKind::Remote) {
        complain(QStringLiteral("the server answered with error %1: %2").arg(errorCodeText(error), error.message));
        if (!error.data.isNil())
            complain(QStringLiteral("data: %1").arg(QString::fromUtf8(rpc::valuetext::toText(error.data))));
    } else {
        complain(error.toString());
    }
    return exitStatusOf(error);
}

} // namespace antiphon::cli
