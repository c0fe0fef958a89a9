// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/message/message.h>
#include <rpccore/value/value.h>
#include <rpccore_core_export.h>

#include <QFlags>
#include <QList>
#include <QMetaType>
#include <QStringList>

#include <optional>

namespace rpc {

/// Some of the protocols.
class Protocols
{
public:
    constexpr Protocols() = default; ///< None.
    /// One of them.
    constexpr Protocols(Protocol only)
        : m_bits(bit(only))
    {
    }
    /// Both of them.
    static constexpr Protocols all() { return Protocols(Protocol::JsonRpc) | Protocols(Protocol::XmlRpc); }

    /// True when \a protocol is one of them.
    constexpr bool contains(Protocol protocol) const { return m_bits & bit(protocol); }
    /// Those of both.
    friend constexpr Protocols operator|(Protocols a, Protocols b)
    {
        Protocols both;
        both.m_bits = quint8(a.m_bits | b.m_bits);
        return both;
    }
    friend constexpr bool operator==(Protocols, Protocols) = default; ///< Same protocols.

private:
    static constexpr quint8 bit(Protocol protocol) { return quint8(1 << int(protocol)); }
    quint8 m_bits = 0;
};

/// One parameter of a method, as far as it is known.
struct Parameter
{
    QString name; ///< empty when unknown (XML-RPC's introspection tells types only)
    QString type; ///< a type name such as "int"; empty when unknown
    QString help; ///< plain text; empty when there is none
    bool optional = false; ///< may be left out
    std::optional<Value> defaultValue = {}; ///< what stands for it when it is not given; only when optional
    bool variadic = false; ///< takes all further positional arguments
    bool keywordOnly = false; ///< taken by name only, never by position
    bool keywords = false; ///< the last one: takes all further named arguments

    /// Same in everything.
    friend bool operator==(const Parameter &, const Parameter &) = default;
};

/// One way to call a method.
struct Signature
{
    QString result; ///< type name; empty when unknown
    QString resultHelp; ///< what the result means, plain text; empty when unknown
    QList<Parameter> parameters; ///< in order

    /// Same in everything.
    friend bool operator==(const Signature &, const Signature &) = default;
};

/// What is known of a method: for hosted methods what their author wrote, for explored ones what the server told.
struct RPCCORE_EXPORT MethodInfo
{
    QString name; ///< by which it is called; see Method::info and Registry::methods()
    QString help; ///< plain text; empty when there is none
    QList<Signature> signatures; ///< empty when unknown; more than one when overloaded
    bool deprecated = false; ///< callers should leave it
    QStringList tags = {}; ///< for grouping, as the author likes
    Protocols protocols = Protocols::all(); ///< that can see and call it

    /// `math.add(a: int, b: int) → int`; `name(…)` when nothing is known of the parameters.
    QString signatureText(qsizetype index = 0) const;

    /// Same in everything.
    friend bool operator==(const MethodInfo &, const MethodInfo &) = default;
};

} // namespace rpc

Q_DECLARE_METATYPE(rpc::MethodInfo)
