// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scriptapi.h"

#include <rpccore/json/valuetext.h>

namespace rpc {

namespace {

// The script's side of the API. It closes over `native`; the script cannot reach it. Everything of the language that it
// needs is taken before the script runs, so that a script that changes the built-in objects changes nothing here.
const char prelude[] = R"JS((function (native, global) {
"use strict";
const keys = Object.keys, create = Object.create, define = Object.defineProperty, freeze = Object.freeze, isArray = Array.isArray;
const apply = Reflect.apply, stringify = JSON.stringify;
const isInteger = Number.isInteger, toNumber = Number, toText = String, Failure = Error, WrongType = TypeError;
const AsyncResult = Promise;
const date = Date.prototype, getTime = date.getTime, parts = [date.getFullYear, date.getMonth, date.getDate, date.getHours, date.getMinutes,
    date.getSeconds, date.getMilliseconds];
const mostItems = 5000000, mostText = 64000000, deepest = 500;

// Without a prototype, so that nothing is inherited from one that the script has changed.
function own(value) {
    const d = create(null);
    d.value = value;
    d.enumerable = d.writable = d.configurable = true;
    return d;
}
function outcome(kind, text, message, code, file, line) {
    const o = create(null);
    o.kind = kind; o.text = text; o.message = message; o.code = code; o.file = file; o.line = line;
    return o;
}
class Exact {
    constructor(name, text) { define(this, name, own(text)); freeze(this); }
    valueOf() {
        const name = keys(this)[0], text = this[name];
        return name === "$int64" || name === "$number" || name === "$double" ? toNumber(text) : text;
    }
    toString() { return toText(this[keys(this)[0]]); }
}
const isCode = code => isInteger(code) && code >= -2147483648 && code <= 2147483647;
class RpcError extends Failure {
    constructor(code, message, data) {
        super(message === undefined ? "" : toText(message));
        define(this, "code", own(isCode(code) ? code : -32000));
        define(this, "data", own(data));
    }
}
function shown(value) {
    if (typeof value === "string") return value;
    if (value instanceof Exact || value instanceof Failure) return toText(value);
    try { const t = stringify(value); return t === undefined ? toText(value) : t; } catch (e) { return toText(value); }
}
function logger(level) {
    return function () {
        let line = "";
        for (let i = 0; i < arguments.length; ++i) line += (i ? " " : "") + shown(arguments[i]);
        native.log(level, line);
    };
}
function pad(n, width) { let t = toText(n); while (t.length < width) t = "0" + t; return t; }
function isDate(value) { try { apply(getTime, value, []); return true; } catch (e) { return false; } }
function dateText(d) {
    const p = [];
    for (let i = 0; i < 7; ++i) define(p, i, own(apply(parts[i], d, [])));
    if (!(p[0] >= 1 && p[0] <= 9999)) throw new WrongType("this date has no form on the wire");
    return pad(p[0], 4) + pad(p[1] + 1, 2) + pad(p[2], 2) + "T" + pad(p[3], 2) + ":" + pad(p[4], 2) + ":" + pad(p[5], 2)
        + (p[6] ? "." + pad(p[6], 3) : "");
}
function encode(root) {
    let items = 0, length = 0;
    function text(value, depth) {
        if (++items > mostItems || length > mostText) throw new WrongType("the result is too large");
        if (depth > deepest) throw new WrongType("the result is nested deeper than " + deepest + " levels");
        switch (typeof value) {
        case "undefined": return "null";
        case "boolean": return value ? "true" : "false";
        case "string": { if (value.length + length > mostText) throw new WrongType("the result is too large");
            const t = native.quote(value); length += t.length; return t; }
        case "number":
            if (value !== value) return '{"$double":"nan"}';
            if (value === 1 / 0) return '{"$double":"inf"}';
            if (value === -1 / 0) return '{"$double":"-inf"}';
            return value === 0 && 1 / value < 0 ? "-0.0" : toText(value);
        case "object": break;
        default: throw new WrongType("a " + typeof value + " is no value");
        }
        if (value === null) return "null";
        if (isArray(value)) {
            let t = "[";
            for (let i = 0; i < value.length; ++i) t += (i ? "," : "") + text(value[i], depth + 1);
            return t + "]";
        }
        if (isDate(value)) return '{"$dateTime":"' + dateText(value) + '"}';
        const names = keys(value);
        let t = "{";
        for (let i = 0; i < names.length; ++i)
            t += (i ? "," : "") + native.quote(names[i]) + ":" + text(value[names[i]], depth + 1);
        return t + "}";
    }
    return text(root, 0);
}
function plainError(e) {
    try {
        if (e instanceof RpcError)
            return outcome(1, e.data === undefined ? "" : encode(e.data), shown(e.message), isCode(e.code) ? e.code : -32000, "", 0);
        if (e instanceof Failure)
            return outcome(2, "", toText(e), 0, toText(e.fileName), toNumber(e.lineNumber) || 0);
        return outcome(2, "", shown(e), 0, "", 0);
    } catch (again) { return outcome(2, "", "the script threw something that cannot be shown", 0, "", 0); }
}
define(global, "rpc", { value: freeze({
    method(name, fn) {
        if (typeof name !== "string" || name === "") throw new WrongType("rpc.method: the name must be text");
        if (typeof fn !== "function") throw new WrongType("rpc.method: \"" + name + "\" needs a function");
        native.method(name, fn);
    },
    error: (code, message, data) => new RpcError(code, message, data),
    log: logger("info"),
    int64: t => new Exact("$int64", toText(t)),
    number: t => new Exact("$number", toText(t)),
    date: t => new Exact("$dateTime", toText(t)),
    bytes: t => new Exact("$bytes", toText(t)),
}) });
define(global, "console", { value: freeze({ log: logger("info"), info: logger("info"), debug: logger("info"),
    warn: logger("warning"), error: logger("error") }) });
return {
    exact: (name, t) => new Exact(name, t),
    define: (object, name, value) => { define(object, name, own(value)); },
    describe: plainError,
    invoke(fn, args) {
        try {
            const result = apply(fn, undefined, args);
            if (result instanceof AsyncResult)
                return outcome(1, "", "the method returned a promise, which is not waited for; it has to return the value itself", -32603, "", 0);
            return outcome(0, encode(result), "", 0, "", 0);
        } catch (e) { return plainError(e); }
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

QString ScriptApi::quote(const QString &text) const { return QString::fromUtf8(valuetext::toText(Value(text))); }

ScriptApi::Outcome ScriptApi::invoke(const QJSValue &function, const QJSValue &arguments) const
{
    return outcomeFrom(m_helpers.property(QStringLiteral("invoke")).call({ function, arguments }));
}

ScriptApi::Outcome ScriptApi::describe(const QJSValue &thrown) const
{
    return outcomeFrom(m_helpers.property(QStringLiteral("describe")).call({ thrown }));
}

// \a plain was made by the prelude and has primitive members only: reading them runs nothing.
ScriptApi::Outcome ScriptApi::outcomeFrom(const QJSValue &plain)
{
    Outcome outcome;
    if (plain.isError()) { // an interrupted engine
        outcome.message = QStringLiteral("interrupted");
        return outcome;
    }
    const auto text = [&plain](const char *name) {
        const QJSValue value = plain.property(QLatin1StringView(name));
        return value.isString() ? value.toString() : QString();
    };
    const auto number = [&plain](const char *name) {
        const QJSValue value = plain.property(QLatin1StringView(name));
        return value.isNumber() ? value.toInt() : 0;
    };
    outcome.kind = Outcome::Kind(number("kind"));
    outcome.text = text("text");
    outcome.message = text("message");
    outcome.code = number("code");
    outcome.file = text("file");
    outcome.line = number("line");
    return outcome;
}

} // namespace rpc
