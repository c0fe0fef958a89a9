// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/wire/rule.h>
#include <rpccore/xmlrpc/dialect.h>

#include <QByteArrayView>

#include <optional>

namespace rpc {

/// The scalar types of XML-RPC by element name, the known extensions included.
enum class XmlScalar : quint8 { None, Int32, Int64, Boolean, Double, String, DateTime, Base64, Nil };

/// The type that an element called \a name holds, None when there is no such type. \a apache is set when the name
/// belongs to Apache's extensions.
XmlScalar xmlScalarByName(QByteArrayView name, bool &apache);

/// The value of the text of such an element. \a leniency names the rule that had to be bent, or stays empty. The error
/// has no position; the reader knows it.
Result<Value> xmlScalarValue(
    XmlScalar type, const QByteArray &text, const XmlRpcDialect &dialect, std::optional<Rule> &leniency);

} // namespace rpc
