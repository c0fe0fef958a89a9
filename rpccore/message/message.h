// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/message/requestid.h>

#include <QMetaType>

#include <functional>
#include <optional>

namespace rpc {

/// The two protocols.
enum class Protocol : quint8 { JsonRpc, XmlRpc };

/// "JSON-RPC" or "XML-RPC".
RPCCORE_EXPORT QString protocolName(Protocol protocol);

/// The form of a JSON-RPC message. 1.0 and the draft 1.1 are read and written for peers that know nothing newer.
enum class JsonRpcVersion : quint8 {
    V2_0, ///< `"jsonrpc": "2.0"`
    V1_1, ///< `"version": "1.1"`
    V1_0 ///< no version; an id of null is a notification
};

/// The arguments of a call: none given, by position, by name, or (in calls that never become bytes) both.
class RPCCORE_EXPORT Params
{
public:
    /// None given.
    Params() = default;
    /// All by position; an empty array is not the same as none given.
    Params(Array byPosition)
        : m_positional(std::move(byPosition))
    {
    }
    /// All by name.
    Params(Struct byName)
        : m_named(std::move(byName))
    {
    }
    /// The first ones by position, the others by name. Neither protocol has a form for it, Dispatcher::call() takes it.
    Params(Array byPosition, Struct byName)
        : m_positional(std::move(byPosition))
        , m_named(std::move(byName))
    {
    }

    bool isAbsent() const noexcept { return !m_positional && !m_named; } ///< None given.
    bool isNamed() const noexcept { return m_named && !m_positional; } ///< All by name.
    bool isMixed() const noexcept { return m_named && m_positional; } ///< Some by position, some by name.
    qsizetype size() const noexcept; ///< How many arguments there are, of both kinds.
    /// The arguments by position; empty when all are named.
    Array positional() const { return m_positional.value_or(Array()); }
    /// The arguments by name; empty when none is named.
    Struct named() const { return m_named.value_or(Struct()); }
    /// The same with what \a change makes of every argument, of both kinds, in their order; or its first error, with the
    /// place of the argument before its path. For middlewares that convert.
    Result<Params> map(const std::function<Result<Value>(const Value &argument)> &change) const;
    /// An array, a struct, or an empty array when absent. Mixed ones have no such form: the positional ones only.
    Value toValue() const;

    friend bool operator==(const Params &, const Params &) = default; ///< Same arguments, given in the same way.

private:
    std::optional<Array> m_positional;
    std::optional<Struct> m_named;
};

/// A call; a notification when the id is absent.
struct Request
{
    RequestId id; ///< absent in a notification
    QString method; ///< name of the method to call
    Params params = {}; ///< its arguments; absent when there are none
    Struct extra = {}; ///< further members of a JSON-RPC message, in their order; XML-RPC has none
    JsonRpcVersion version = JsonRpcVersion::V2_0; ///< nothing in XML-RPC
    bool isNotification() const noexcept { return id.isAbsent(); } ///< nobody waits for an answer
};

/// The answer to one call.
struct Response
{
    RequestId id; ///< of the request; null when it could not be read
    Result<Value> outcome = Value(); ///< the result, or why there is none
    JsonRpcVersion version = JsonRpcVersion::V2_0; ///< of the request, so that it is answered in its own form
};

} // namespace rpc

Q_DECLARE_METATYPE(rpc::Protocol)
