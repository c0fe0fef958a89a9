// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "binding.h"

namespace rpc {

namespace {

Error invalid(const QString &message) { return Error::make(ErrorKind::InvalidParams, message); }

QString countText(qsizetype count)
{
    return count == 1 ? QStringLiteral("1 parameter") : QStringLiteral("%1 parameters").arg(count);
}

// Puts the named arguments where they belong; `bound` holds the positional ones.
std::optional<Error> placeNamed(
    const Struct &given, const QList<Parameter> &parameters, qsizetype positional, QList<std::optional<Value>> &bound)
{
    for (const Member &m : given) {
        const auto isName = [&](const Parameter &p) { return !p.name.isEmpty() && p.name == m.name; };
        const auto at = std::find_if(parameters.begin(), parameters.end(), isName);
        if (at == parameters.end()) {
            const auto isNameless = [](const Parameter &p) { return p.name.isEmpty(); };
            if (std::any_of(parameters.begin(), parameters.end(), isNameless))
                return invalid(QStringLiteral("this method takes its parameters by position"));
            return invalid(QStringLiteral("there is no parameter \"%1\"").arg(m.name));
        }
        const qsizetype index = at - parameters.begin();
        if (index < positional || bound[index])
            return invalid(QStringLiteral("the parameter \"%1\" is given twice").arg(m.name));
        if (at->variadic && m.value.type() != Type::Array)
            return invalid(QStringLiteral("\"%1\" takes any number of values: give them as an array").arg(m.name));
        bound[index] = m.value;
    }
    return std::nullopt;
}

} // namespace

Result<Array> bindParams(const Params &params, const QList<Parameter> &parameters)
{
    const Array given = params.positional();
    const bool variadic = !parameters.isEmpty() && parameters.constLast().variadic;
    const qsizetype fixed = parameters.size() - (variadic ? 1 : 0);
    if (given.size() == fixed && !variadic && !params.isNamed() && !params.isMixed())
        return given; // as it is nearly always
    qsizetype required = 0;
    for (qsizetype i = 0; i < fixed; ++i) {
        if (!parameters[i].optional)
            required = i + 1;
    }
    if (!params.isNamed() && !params.isMixed() && (given.size() < required || (given.size() > fixed && !variadic))) {
        const QString wanted = variadic ? QStringLiteral("at least ") + countText(required)
            : required == fixed         ? countText(required)
                                        : QStringLiteral("%1 to %2 parameters").arg(required).arg(fixed);
        return invalid(QStringLiteral("expected %1, got %2").arg(wanted).arg(given.size()));
    }
    if (given.size() > fixed && !variadic)
        return invalid(QStringLiteral("expected at most %1, got %2").arg(countText(fixed)).arg(given.size()));

    QList<std::optional<Value>> bound(parameters.size());
    const qsizetype positional = qMin(given.size(), fixed);
    for (qsizetype i = 0; i < positional; ++i)
        bound[i] = given[i];
    if (given.size() > fixed)
        bound[fixed] = Value(Array(given.mid(fixed)));
    if (auto error = placeNamed(params.named(), parameters, given.size(), bound))
        return *std::move(error);

    Array out;
    out.reserve(bound.size());
    qsizetype last = 0; // after the last one that was given or has a default
    for (qsizetype i = 0; i < bound.size(); ++i) {
        const Parameter &p = parameters[i];
        if (!bound[i] && p.defaultValue)
            bound[i] = p.defaultValue;
        if (!bound[i] && !p.optional)
            return invalid(p.name.isEmpty() ? QStringLiteral("parameter %1 is missing").arg(i + 1)
                                            : QStringLiteral("the parameter \"%1\" is missing").arg(p.name));
        out.append(bound[i].value_or(p.variadic ? Value(Array()) : Value())); // nil stands for "not given"
        if (bound[i])
            last = i + 1;
    }
    out.resize(last);
    return out;
}

} // namespace rpc
