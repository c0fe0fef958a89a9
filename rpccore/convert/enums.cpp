// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "enums.h"

namespace rpc::detail {

namespace {

QString expectedNames(const QMetaEnum &meta)
{
    QStringList names;
    for (int i = 0; i < meta.keyCount(); ++i)
        names.append(QString::fromUtf8(meta.key(i)));
    return QStringLiteral("one of ") + names.join(QStringLiteral(", "));
}

// QMetaEnum holds the lower 32 bits only.
quint32 bits(const QMetaEnum &meta, int index) { return quint32(meta.value(index)); }

qint64 number(const QMetaEnum &meta, int index, Sign sign)
{
    return sign == Sign::Unsigned ? qint64(bits(meta, index)) : qint64(meta.value(index));
}

std::optional<int> indexOfName(const QMetaEnum &meta, const QString &name)
{
    for (int i = 0; i < meta.keyCount(); ++i) {
        if (name == QLatin1StringView(meta.key(i)))
            return i;
    }
    return std::nullopt;
}

} // namespace

Value enumToValue(const QMetaEnum &meta, qint64 value, Sign sign)
{
    for (int i = 0; i < meta.keyCount(); ++i) {
        if (number(meta, i, sign) == value)
            return QString::fromUtf8(meta.key(i));
    }
    return Value::fromInteger(value);
}

Result<qint64> enumFromValue(const QMetaEnum &meta, const Value &value, Sign sign)
{
    if (const auto *name = value.get<QString>()) {
        if (const auto index = indexOfName(meta, *name))
            return number(meta, *index, sign);
    } else if (const auto integer = value.toInteger()) {
        for (int i = 0; i < meta.keyCount(); ++i) {
            if (number(meta, i, sign) == *integer)
                return *integer;
        }
    }
    return valueMismatch(expectedNames(meta), value);
}

Value flagsToValue(const QMetaEnum &meta, qint64 number)
{
    auto rest = quint32(number);
    QStringList names;
    for (int i = meta.keyCount() - 1; i >= 0; --i) { // from the last on, as QMetaEnum::valueToKeys()
        const quint32 flag = bits(meta, i);
        if (flag == 0 || (rest & flag) != flag)
            continue;
        rest &= ~flag;
        names.prepend(QString::fromUtf8(meta.key(i)));
    }
    if (rest != 0)
        return Value::fromInteger(number);
    Array out;
    for (const QString &name : names)
        out.append(name);
    return out;
}

Result<qint64> flagsFromValue(const QMetaEnum &meta, const Value &value)
{
    quint32 sum = 0;
    if (const auto *names = value.get<Array>()) {
        for (qsizetype i = 0; i < names->size(); ++i) {
            const auto *name = names->at(i).get<QString>();
            const auto index = name ? indexOfName(meta, *name) : std::nullopt;
            if (!index) {
                Error e = valueMismatch(expectedNames(meta), names->at(i));
                e.path.append(i);
                return e;
            }
            sum |= bits(meta, *index);
        }
        return qint64(qint32(sum));
    }
    const auto integer = value.toInteger();
    if (!integer)
        return typeMismatch(typeName(Type::Array), value);
    quint32 known = 0;
    for (int i = 0; i < meta.keyCount(); ++i)
        known |= bits(meta, i);
    const bool fits = *integer >= std::numeric_limits<qint32>::min() && *integer <= std::numeric_limits<quint32>::max();
    if (!fits || (quint32(*integer) & ~known) != 0)
        return valueMismatch(QStringLiteral("a sum of flags: ") + expectedNames(meta), value);
    return qint64(qint32(*integer));
}

} // namespace rpc::detail
