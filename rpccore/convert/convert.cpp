// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "convert.h"

#include <rpccore/json/valuetext.h>

namespace rpc::detail {

Error typeMismatch(const QString &expected, const Value &got)
{
    return Error::make(
        ErrorKind::InvalidParams, QStringLiteral("expected %1, got %2").arg(expected, typeName(got.type())));
}

Error outOfRange(const QString &expected, const Value &got)
{
    return Error::make(ErrorKind::InvalidParams,
        QStringLiteral("%1 is out of the range of %2").arg(QString::fromUtf8(valuetext::toText(got)), expected));
}

} // namespace rpc::detail
