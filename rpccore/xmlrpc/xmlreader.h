// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/core/result.h>
#include <rpccore/wire/finding.h>
#include <rpccore/wire/spans.h>
#include <rpccore/xmlrpc/dialect.h>

namespace rpc {

/// What an XML-RPC document says.
struct RPCCORE_EXPORT XmlRpcDocument
{
    /// What the document is.
    enum class Kind : quint8 {
        Call, ///< `<methodCall>`
        Response, ///< `<methodResponse>` with a result
        Fault ///< `<methodResponse>` with a fault
    };
    Kind kind = Kind::Call; ///< which of them this is
    QString method; ///< of a call, trimmed
    Array params; ///< of a call or a response; of a fault the one value
    TextPosition body; ///< of the `<params>` or `<fault>` of an answer
    qint64 bodyLength = 0; ///< bytes from there

    /// The document as one value, as Payload shows it: `methodName` and `params`, or `params`, or `fault`.
    Value toValue() const;
};

/// Reads XML-RPC documents with expat. DOCTYPE is refused, so there are no entities but XML's own five. A byte order
/// mark wins over the charset of the Content-Type, and that over the XML declaration (RFC 7303 section 3).
///
/// An error is Parse when the XML is not well formed, else InvalidRequest: well-formed XML that is no XML-RPC. Both
/// carry line and column. Findings come in the order of the text; when there are too many, repetitions are left out
/// first, so that each rule that was bent is named.
///
/// \a spans become those of toValue(): the root is the whole document element, `methodName` and `params` are the
/// elements of these names, every other node (a `fault`, too) is a `<value>`, and a name is its whole `<name>`. A
/// call without `<params>` has an empty span for them behind its method name.
struct RPCCORE_EXPORT XmlReader
{
    Limits limits; ///< on bytes, depth and number of values
    XmlRpcDialect dialect; ///< what besides the specification is let pass

    /// Reads one document. \a charset is that of the Content-Type, lower case, empty when it names none; \a findings
    /// receives what was let pass.
    Result<XmlRpcDocument> read(const QByteArray &xml, const QByteArray &charset = {}, Findings *findings = nullptr,
        Spans *spans = nullptr) const;
};

} // namespace rpc
