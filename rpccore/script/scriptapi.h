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

    /// What came of a piece of script, in plain data.
    struct Outcome
    {
        enum class Kind { Value, RpcError, Exception };
        Kind kind = Kind::Exception;
        QString
            text; ///< Value: in the text form of valuetext.h. RpcError: its data, likewise; empty when there is none
        QString message; ///< of an error
        int code = 0; ///< of an RpcError
        QString file; ///< of an Exception, when known
        int line = 0;
    };

    /// Calls \a function with \a arguments.
    Outcome invoke(const QJSValue &function, const QJSValue &arguments) const;
    /// What can be said of something that was thrown.
    Outcome describe(const QJSValue &thrown) const;
    /// For ScriptValues: `exact(name, text)` and `define(object, name, value)`.
    const QJSValue &helpers() const noexcept { return m_helpers; }

    // For the script's side.
    Q_INVOKABLE void method(const QString &name, const QJSValue &function) { m_onMethod(name, function); }
    Q_INVOKABLE QString quote(const QString &text) const;
    Q_INVOKABLE void log(const QString &level, const QString &text) { m_onLog(level, text); }

private:
    static Outcome outcomeFrom(const QJSValue &plain);
    OnMethod m_onMethod;
    OnLog m_onLog;
    QJSValue m_helpers;
};

} // namespace rpc
