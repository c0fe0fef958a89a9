// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "requestid.h"

#include <rpccore/value/visit.h>

namespace rpc {

RequestId RequestId::null()
{
    RequestId id;
    id.m_id = Nil {};
    return id;
}

std::optional<RequestId> RequestId::fromValue(const Value &value)
{
    RequestId id;
    if (value.isNil())
        return null();
    if (const auto *text = value.get<QString>())
        return RequestId(*text);
    if (const auto *i = value.get<qint32>())
        return RequestId(qint64(*i));
    if (const auto *i = value.get<qint64>())
        return RequestId(*i);
    if (const auto *n = value.get<Number>()) {
        id.m_id = *n;
        return id;
    }
    if (const auto *d = value.get<double>()) {
        if (auto n = Number::fromLiteral(shortestLiteral(*d))) {
            id.m_id = *std::move(n);
            return id;
        }
    }
    return std::nullopt;
}

Value RequestId::toValue() const
{
    return std::visit(Overloaded {
                          [](std::monostate) { return Value(); },
                          [](const auto &id) { return Value(id); },
                      },
        m_id);
}

QString RequestId::toString() const
{
    return std::visit(Overloaded {
                          [](std::monostate) { return QStringLiteral("(none)"); },
                          [](Nil) { return QStringLiteral("null"); },
                          [](qint64 id) { return QString::number(id); },
                          [](const Number &id) { return QString::fromLatin1(id.literal()); },
                          [](const QString &id) { return QString(u'"' % id % u'"'); },
                      },
        m_id);
}

QString RequestId::meaning() const
{
    const auto ofNumber = [](const Number &number) {
        const auto integer = number.toInt64();
        return integer ? QString::number(*integer)
                       : QString::fromLatin1(number.plainDecimal().value_or(number.literal()));
    };
    return std::visit(Overloaded {
                          [](std::monostate) { return QString(); },
                          [](Nil) { return QString(); },
                          [](qint64 id) { return QString::number(id); },
                          [&](const Number &id) { return ofNumber(id); },
                          [&](const QString &id) {
                              const auto number = Number::fromLiteral(id.toLatin1());
                              return number ? ofNumber(*number) : id;
                          },
                      },
        m_id);
}

} // namespace rpc
