// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QHash>
#include <QString>

namespace rpc {

/// A documentation text taken apart: its fields (`:param x: text`, `:type x: int`, `:return: text`, `:rtype: int`, the
/// same with `@param x text`), and what stands around them. A field goes on in lines that are indented.
struct DocFields
{
    struct Parameter
    {
        QString help;
        QString type;
    };
    QString text;
    QHash<QString, Parameter> parameters;
    QString result;
    QString resultType;
};

/// \a text without the indentation that all of its lines but the first have, and without empty lines around it.
RPCCORE_EXPORT QString dedented(const QString &text);

RPCCORE_EXPORT DocFields readDocFields(const QString &text);

} // namespace rpc
