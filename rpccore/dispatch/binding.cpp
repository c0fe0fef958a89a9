// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "binding.h"

namespace rpc {

namespace {

Error invalid(const QString &message) { return Error::make(ErrorKind::InvalidParams, message); }

Result<Array> bindPositional(const Array &given, const QList<Parameter> &parameters)
{
    qsizetype required = 0;
    for (qsizetype i = 0; i < parameters.size(); ++i) {
        if (!parameters[i].optional)
            required = i + 1;
    }
    if (given.size() >= required && given.size() <= parameters.size())
        return given;
    const QString wanted = required == parameters.size()
        ? QString::number(required)
        : QStringLiteral("%1 to %2").arg(required).arg(parameters.size());
    return invalid(QStringLiteral("expected %1 parameters, got %2").arg(wanted).arg(given.size()));
}

Result<Array> bindNamed(const Struct &given, const QList<Parameter> &parameters)
{
    const auto isNameless = [](const Parameter &p) { return p.name.isEmpty(); };
    if (std::any_of(parameters.begin(), parameters.end(), isNameless))
        return invalid(QStringLiteral("this method takes its parameters by position"));
    for (const Member &m : given) {
        const auto isName = [&](const Parameter &p) { return p.name == m.name; };
        if (std::none_of(parameters.begin(), parameters.end(), isName))
            return invalid(QStringLiteral("there is no parameter \"%1\"").arg(m.name));
    }
    Array bound;
    for (const Parameter &p : parameters) {
        if (const Value *value = given.find(p.name)) {
            bound.append(*value);
        } else if (!p.optional) {
            return invalid(QStringLiteral("the parameter \"%1\" is missing").arg(p.name));
        } else {
            bound.append(Value()); // stands for "not given" when a later one is
        }
    }
    while (!bound.isEmpty() && !given.contains(parameters[bound.size() - 1].name))
        bound.removeLast();
    return bound;
}

} // namespace

Result<Array> bindParams(const Params &params, const QList<Parameter> &parameters)
{
    return params.isNamed() ? bindNamed(params.named(), parameters) : bindPositional(params.positional(), parameters);
}

} // namespace rpc
