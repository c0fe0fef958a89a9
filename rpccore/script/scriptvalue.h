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
///
/// Back they come as the text form of valuetext.h, which the prelude of ScriptApi writes inside the engine: there it
/// can be interrupted, and nothing of the script runs once the text is here.
class ScriptValues
{
public:
    /// \a helpers: what ScriptApi made.
    ScriptValues(QJSEngine &engine, const QJSValue &helpers);

    /// \a declaredType: a type name of MethodInfo, or empty.
    QJSValue toScript(const Value &value, const QString &declaredType = {}) const;

    /// The value that \a text spells; numbers take the declared type.
    static Result<Value> fromText(const QString &text, const QString &declaredType = {});

private:
    QJSValue exact(const char *name, const QString &text) const;

    QJSEngine &m_engine;
    QJSValue m_exact;
    QJSValue m_define;
};

} // namespace rpc
