// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QJSEngine>
#include <QJSValue>

namespace rpc {

/// Values to JavaScript and back, in one engine.
///
/// What JavaScript holds exactly becomes its own type. What it would change arrives as an object in the spelling of
/// valuetext.h (`{$int64: "9007199254740993"}`, `{$number: "1.0"}`, `{$dateTime: …}`, `{$bytes: …}`) whose valueOf() is
/// the nearest number or the text, and goes back as it came. A parameter that is declared as a number is always a plain
/// number. Two things are JavaScript's own and stay so: it keeps one member of each name, and it sorts names that are
/// array indexes ("7") to the front.
class ScriptValues
{
public:
    /// \a helpers is what scriptapi.cpp made: `exact(name, text)`, `define(object, name, value)`, `keys(object)`.
    ScriptValues(QJSEngine &engine, const QJSValue &helpers);

    /// \a declaredType: a type name of MethodInfo, or empty.
    QJSValue toScript(const Value &value, const QString &declaredType = {}) const;
    /// The error is NotExpressible: a function, a symbol, or something nested without end.
    Result<Value> fromScript(const QJSValue &value, const QString &declaredType = {}) const;

private:
    QJSValue exact(const char *name, const QString &text) const;
    Result<Value> fromScript(const QJSValue &value, const QString &declaredType, int depth) const;
    Result<Value> fromObject(const QJSValue &value, int depth) const;

    QJSEngine &m_engine;
    QJSValue m_helpers;
};

} // namespace rpc
