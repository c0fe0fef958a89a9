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
    if (const auto *a = std::get_if<Array>(&m_params))
        return a->size();
    if (const auto *s = std::get_if<Struct>(&m_params))
        return s->size();
    return 0;
}

Array Params::positional() const
{
    const auto *a = std::get_if<Array>(&m_params);
    return a ? *a : Array();
}

Struct Params::named() const
{
    const auto *s = std::get_if<Struct>(&m_params);
    return s ? *s : Struct();
}

Value Params::toValue() const { return isNamed() ? Value(named()) : Value(positional()); }

} // namespace rpc
