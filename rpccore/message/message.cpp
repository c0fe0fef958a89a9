// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "message.h"

namespace rpc {

QString protocolName(Protocol protocol)
{
    return protocol == Protocol::JsonRpc ? QStringLiteral("JSON-RPC") : QStringLiteral("XML-RPC");
}

qsizetype Params::size() const noexcept
{
    return (m_positional ? m_positional->size() : 0) + (m_named ? m_named->size() : 0);
}

Value Params::toValue() const { return isNamed() ? Value(named()) : Value(positional()); }

} // namespace rpc
