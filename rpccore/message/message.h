// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/message/requestid.h>

#include <QMetaType>

#include <variant>

namespace rpc {

enum class Protocol : quint8 { JsonRpc, XmlRpc };

/// "JSON-RPC" or "XML-RPC".
RPCCORE_EXPORT QString protocolName(Protocol protocol);

/// The arguments of a call: none given, by position, or by name.
class RPCCORE_EXPORT Params
{
public:
    /// None given.
    Params() = default;
    Params(Array byPosition)
        : m_params(std::move(byPosition))
    {
    }
    Params(Struct byName)
        : m_params(std::move(byName))
    {
    }

    bool isAbsent() const noexcept { return m_params.index() == 0; }
    bool isNamed() const noexcept { return m_params.index() == 2; }
    qsizetype size() const noexcept;
    /// The arguments by position; empty when they are named.
    Array positional() const;
    /// The arguments by name; empty when they are not named.
    Struct named() const;
    /// An array, a struct, or an empty array when absent.
    Value toValue() const;

private:
    std::variant<std::monostate, Array, Struct> m_params;
};

/// A call; a notification when the id is absent.
struct Request
{
    RequestId id;
    QString method;
    Params params;
    bool isNotification() const noexcept { return id.isAbsent(); }
};

/// The answer to one call.
struct Response
{
    RequestId id;
    Result<Value> outcome = Value();
};

} // namespace rpc

Q_DECLARE_METATYPE(rpc::Protocol)
