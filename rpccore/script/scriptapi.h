// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJSEngine>
#include <QJSValue>
#include <QObject>

#include <functional>

namespace rpc {

/// What a script can reach: the global `rpc` and `console`. Nothing else of the machine is there: no files, no network,
/// no timers.
///
///     rpc.method(name, function)          serves a method
///     rpc.error(code, message, data)      makes an error to throw; the client gets it as it is
///     rpc.log(...), console.log(...)      into the host's log
///     rpc.int64(text), rpc.number(text), rpc.date(text), rpc.bytes(base64)
///                                         values that JavaScript cannot hold, see ScriptValues
class ScriptApi : public QObject
{
    Q_OBJECT

public:
    using OnMethod = std::function<void(const QString &name, const QJSValue &function)>;
    using OnLog = std::function<void(const QString &level, const QString &text)>;

    ScriptApi(QJSEngine &engine, OnMethod onMethod, OnLog onLog);

    /// Calls \a function with \a arguments. Gives an object with either `value`, or `thrown` and what is known of it.
    QJSValue invoke(const QJSValue &function, const QJSValue &arguments) const;
    /// For ScriptValues.
    const QJSValue &helpers() const noexcept { return m_helpers; }

    // For the script's side.
    Q_INVOKABLE void method(const QString &name, const QJSValue &function) { m_onMethod(name, function); }
    Q_INVOKABLE void log(const QString &level, const QString &text) { m_onLog(level, text); }

private:
    OnMethod m_onMethod;
    OnLog m_onLog;
    QJSValue m_helpers;
};

} // namespace rpc
