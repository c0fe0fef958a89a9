// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "xmlencoding.h"
#include "xmlreader.h"

#include <vector>

namespace rpc {

/// What reading tolerantly found, and where.
struct TolerantNote
{
    Rule rule;
    QString message;
    qint64 begin; ///< offset
    qint64 length; ///< bytes
};

/// What a document says that expat or the strict reading refused, as XmlRpcDialect::tolerant says.
struct TolerantDocument
{
    XmlRpcDocument document;
    Span body; ///< of the element that holds the values: <params> or <fault>
    std::vector<TolerantNote> notes; ///< in the order of the text
};

/// Reads \a xml, which is in \a encoding (UTF-8 when that is Unknown; not UTF-16). No error when there is a
/// <methodCall> or a <methodResponse> in it and it is within the limits; the error is Parse when there is none. Linear
/// in the input. Nothing is declared, fetched or expanded but XML's own five entities.
Result<TolerantDocument> readTolerantly(
    const XmlReader &options, const QByteArray &xml, XmlEncoding encoding, Spans *spans);

} // namespace rpc
