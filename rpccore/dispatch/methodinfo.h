// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QList>
#include <QMetaType>
#include <QString>

namespace rpc {

/// One parameter of a method, as far as it is known.
struct Parameter
{
    QString name; ///< empty when unknown (XML-RPC's introspection tells types only)
    QString type; ///< a type name such as "int"; empty when unknown
    QString help;
    bool optional = false;

    friend bool operator==(const Parameter &, const Parameter &) = default;
};

/// One way to call a method.
struct Signature
{
    QString result; ///< type name; empty when unknown
    QString resultHelp;
    QList<Parameter> parameters;

    friend bool operator==(const Signature &, const Signature &) = default;
};

/// What is known of a method: for hosted methods what their author wrote, for explored ones what the server told.
struct RPCCORE_EXPORT MethodInfo
{
    QString name;
    QString help; ///< plain text; empty when there is none
    QList<Signature> signatures; ///< empty when unknown; more than one when overloaded
    bool deprecated = false;

    /// `math.add(a: int, b: int) → int`; `name(…)` when nothing is known of the parameters.
    QString signatureText(qsizetype index = 0) const;

    friend bool operator==(const MethodInfo &, const MethodInfo &) = default;
};

} // namespace rpc

Q_DECLARE_METATYPE(rpc::MethodInfo)
