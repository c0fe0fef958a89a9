// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QByteArray>
#include <QList>

#include <utility>

namespace rpc {

/// Header fields in the order in which they came.
using HeaderFields = QList<std::pair<QByteArray, QByteArray>>;

/// True when \a a and \a b name the same field: letter case is ignored (RFC 9110 section 5.1).
RPCCORE_EXPORT bool isSameField(QByteArrayView a, QByteArrayView b) noexcept;

/// The value of the first field called \a name, trimmed; empty when there is none.
RPCCORE_EXPORT QByteArray headerValue(const HeaderFields &fields, QByteArrayView name);

/// A Content-Type taken apart: "text/xml; charset=UTF-8" is type "text/xml" and charset "utf-8".
struct RPCCORE_EXPORT ContentType
{
    QByteArray type; ///< lower case
    QByteArray charset; ///< lower case; empty when none is named

    /// Takes the value of a Content-Type field apart; parameters other than `charset` are dropped.
    static ContentType fromHeader(const QByteArray &value);
};

} // namespace rpc
