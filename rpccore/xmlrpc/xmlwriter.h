// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/xmlrpc/dialect.h>

namespace rpc {

/// Writes XML-RPC documents, UTF-8, without blanks between elements. Int64 becomes `<i8>` and Nil `<nil/>`, the two
/// extensions that everybody knows, unless the dialect switches them off; carriage returns are written as references,
/// so that they survive. A value that has no form in XML-RPC (NaN, a control character, an integer of more than 64
/// bits) is NotExpressible, with its path.
namespace xmlwriter {

/// A `<methodCall>`.
RPCCORE_EXPORT Result<QByteArray> call(
    const QString &method, const Array &params, const XmlRpcDialect &dialect = XmlRpcDialect::strict());
/// A `<methodResponse>` with a result.
RPCCORE_EXPORT Result<QByteArray> response(const Value &result, const XmlRpcDialect &dialect = XmlRpcDialect::strict());
/// A `<methodResponse>` with a fault: a struct of `faultCode` and `faultString`.
RPCCORE_EXPORT Result<QByteArray> fault(int code, const QString &message);

} // namespace xmlwriter

} // namespace rpc
