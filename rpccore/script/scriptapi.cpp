// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scriptapi.h"

namespace rpc {

namespace {

// The script's side of the API. It closes over `native`; the script cannot reach it.
const char prelude[] = R"JS((function (native, global) {
"use strict";
const keys = Object.keys, define = Object.defineProperty, isArray = Array.isArray, stringify = JSON.stringify;

class Exact {
    constructor(name, text) { this[name] = text; Object.freeze(this); }
    valueOf() {
        const name = keys(this)[0], text = this[name];
        return name === "$int64" || name === "$number" || name === "$double" ? Number(text) : text;
    }
    toString() { return String(this[keys(this)[0]]); }
}
class RpcError extends Error {
    constructor(code, message, data) {
        super(String(message === undefined ? "" : message));
        this.code = Number.isInteger(code) ? code : -32000;
        this.data = data;
    }
}
function text(value) {
    if (typeof value === "string") return value;
    if (value instanceof Exact || value instanceof Error) return String(value);
    try { const t = stringify(value); return t === undefined ? String(value) : t; } catch (e) { return String(value); }
}
const logger = level => (...args) => native.log(level, args.map(text).join(" "));
define(global, "rpc", { value: Object.freeze({
    method(name, fn) {
        if (typeof name !== "string" || name === "") throw new TypeError("rpc.method: the name must be text");
        if (typeof fn !== "function") throw new TypeError("rpc.method: \"" + name + "\" needs a function");
        native.method(name, fn);
    },
    error: (code, message, data) => new RpcError(code, message, data),
    log: logger("info"),
    int64: t => new Exact("$int64", String(t)),
    number: t => new Exact("$number", String(t)),
    date: t => new Exact("$dateTime", String(t)),
    bytes: t => new Exact("$bytes", String(t)),
}) });
define(global, "console", { value: Object.freeze({ log: logger("info"), info: logger("info"), debug: logger("info"),
    warn: logger("warning"), error: logger("error") }) });
return {
    exact: (name, t) => new Exact(name, t),
    define: (object, name, value) => { define(object, name, { value, enumerable: true, writable: true, configurable: true }); },
    keys: object => keys(object),
    invoke(fn, args) {
        try { return { value: fn.apply(undefined, args) }; }
        catch (e) {
            if (e instanceof RpcError) return { thrown: true, isRpc: true, code: e.code, message: e.message, data: e.data };
            if (e instanceof Error) return { thrown: true, message: String(e), line: e.lineNumber, file: e.fileName };
            return { thrown: true, message: text(e) };
        }
    },
};
}))JS";

} // namespace

ScriptApi::ScriptApi(QJSEngine &engine, OnMethod onMethod, OnLog onLog)
    : m_onMethod(std::move(onMethod))
    , m_onLog(std::move(onLog))
{
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
    const QJSValue make = engine.evaluate(QString::fromLatin1(prelude), QStringLiteral("antiphon:prelude"));
    m_helpers = make.call({ engine.newQObject(this), engine.globalObject() });
    Q_ASSERT_X(!m_helpers.isError(), "ScriptApi", qPrintable(m_helpers.toString()));
}

QJSValue ScriptApi::invoke(const QJSValue &function, const QJSValue &arguments) const
{
    return m_helpers.property(QStringLiteral("invoke")).call({ function, arguments });
}

} // namespace rpc
