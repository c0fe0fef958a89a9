// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "binding.h"

#include <QSet>

namespace rpc {

namespace {

Error invalid(const QString &message) { return Error::make(ErrorKind::InvalidParams, message); }

QString countText(qsizetype count)
{
    return count == 1 ? QStringLiteral("1 parameter") : QStringLiteral("%1 parameters").arg(count);
}

// What the parameters are to a call.
struct Places
{
    QList<qsizetype> positional; // that take a position
    qsizetype variadic = -1;
    qsizetype keywords = -1;
    qsizetype required = 0; // of the positional ones

    explicit Places(const QList<Parameter> &parameters)
    {
        for (qsizetype i = 0; i < parameters.size(); ++i) {
            const Parameter &p = parameters[i];
            if (p.variadic)
                variadic = i;
            else if (p.keywords)
                keywords = i;
            else if (!p.keywordOnly)
                positional.append(i);
            if (!p.variadic && !p.keywords && !p.keywordOnly && !p.optional)
                required = positional.size();
        }
    }
};

using Bound = QList<std::optional<Value>>;

// Puts the named arguments where they belong; `bound` holds the positional ones.
std::optional<Error> placeNamed(
    const Struct &given, const QList<Parameter> &parameters, const Places &places, Bound &bound)
{
    Struct further;
    QSet<QString> furtherNames;
    for (const Member &m : given) {
        const auto isName
            = [&](const Parameter &p) { return !p.name.isEmpty() && p.name == m.name && !p.keywords; };
        const auto at = std::find_if(parameters.begin(), parameters.end(), isName);
        if (at == parameters.end()) {
            if (places.keywords >= 0) {
                const qsizetype before = furtherNames.size();
                furtherNames.insert(m.name);
                if (furtherNames.size() == before)
                    return invalid(QStringLiteral("the parameter \"%1\" is given twice").arg(m.name));
                further.append(m.name, m.value);
                continue;
            }
            const auto isNameless = [](const Parameter &p) { return p.name.isEmpty(); };
            if (std::any_of(parameters.begin(), parameters.end(), isNameless))
                return invalid(QStringLiteral("this method takes its parameters by position"));
            return invalid(QStringLiteral("there is no parameter \"%1\"").arg(m.name));
        }
        const qsizetype index = at - parameters.begin();
        if (bound[index])
            return invalid(QStringLiteral("the parameter \"%1\" is given twice").arg(m.name));
        if (at->variadic && m.value.type() != Type::Array)
            return invalid(QStringLiteral("\"%1\" takes any number of values: give them as an array").arg(m.name));
        bound[index] = m.value;
    }
    if (!further.isEmpty())
        bound[places.keywords] = Value(further);
    return std::nullopt;
}

Value absent(const Parameter &parameter)
{
    if (parameter.variadic)
        return Array();
    if (parameter.keywords)
        return Struct();
    return {}; // nil stands for "not given"
}

} // namespace

Result<Array> bindParams(const Params &params, const QList<Parameter> &parameters)
{
    const Array given = params.positional();
    const bool byPosition = !params.isNamed() && !params.isMixed();
    const auto isPlain = [](const Parameter &p) { return !p.variadic && !p.keywords && !p.keywordOnly; };
    if (byPosition && given.size() == parameters.size()
        && std::all_of(parameters.begin(), parameters.end(), isPlain))
        return given; // as it is nearly always
    const Places places(parameters);
    const bool variadic = places.variadic >= 0;
    const qsizetype fixed = places.positional.size();
    if (byPosition && (given.size() < places.required || (given.size() > fixed && !variadic))) {
        const QString wanted = variadic  ? QStringLiteral("at least ") + countText(places.required)
            : places.required == fixed   ? countText(places.required)
                                         : QStringLiteral("%1 to %2 parameters").arg(places.required).arg(fixed);
        return invalid(QStringLiteral("expected %1, got %2").arg(wanted).arg(given.size()));
    }
    if (given.size() > fixed && !variadic)
        return invalid(QStringLiteral("expected at most %1, got %2").arg(countText(fixed)).arg(given.size()));

    Bound bound(parameters.size());
    for (qsizetype i = 0; i < qMin(given.size(), fixed); ++i)
        bound[places.positional[i]] = given[i];
    if (given.size() > fixed)
        bound[places.variadic] = Value(Array(given.mid(fixed)));
    if (auto error = placeNamed(params.named(), parameters, places, bound))
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
        out.append(bound[i].value_or(absent(p)));
        if (bound[i])
            last = i + 1;
    }
    out.resize(last);
    return out;
}

} // namespace rpc
