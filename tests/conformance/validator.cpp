// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "fixture.h"

using namespace rpc;

namespace {

QString text(const char *latin1) { return QString::fromLatin1(latin1); }

Result<qint64> integerAt(const Struct &s, const char *name)
{
    const Value *value = s.find(QString::fromLatin1(name));
    const auto integer = value ? value->toInteger() : std::nullopt;
    if (!integer)
        return Error::make(
            ErrorKind::InvalidParams, text("the struct has no integer \"%1\"").arg(QLatin1StringView(name)));
    return *integer;
}

Result<Value> sumOf(const Struct &s, std::initializer_list<const char *> names)
{
    qint64 sum = 0;
    for (const char *name : names) {
        const auto value = integerAt(s, name);
        if (!value)
            return value.error();
        sum += *value;
    }
    return Value::fromInteger(sum);
}

Result<QString> stateName(int number)
{
    // clang-format off
    static constexpr const char *states[] = { "Alabama", "Alaska", "Arizona", "Arkansas", "California", "Colorado",
        "Connecticut", "Delaware", "Florida", "Georgia", "Hawaii", "Idaho", "Illinois", "Indiana", "Iowa", "Kansas",
        "Kentucky", "Louisiana", "Maine", "Maryland", "Massachusetts", "Michigan", "Minnesota", "Mississippi", "Missouri",
        "Montana", "Nebraska", "Nevada", "New Hampshire", "New Jersey", "New Mexico", "New York", "North Carolina",
        "North Dakota", "Ohio", "Oklahoma", "Oregon", "Pennsylvania", "Rhode Island", "South Carolina", "South Dakota",
        "Tennessee", "Texas", "Utah", "Vermont", "Virginia", "Washington", "West Virginia", "Wisconsin", "Wyoming" };
    // clang-format on
    static_assert(std::size(states) == 50);
    if (number < 1 || number > 50)
        return Error::make(ErrorKind::InvalidParams, text("there are 50 states"));
    return text(states[number - 1]);
}

} // namespace

void addValidator(Registry &registry)
{
    registry.branch(text("examples")).add(text("getStateName"), stateName).params(text("number"));
    Registry &v = registry.branch(text("validator1"));
    v.add(text("arrayOfStructsTest"), [](const QList<Struct> &all) -> Result<Value> {
        qint64 sum = 0;
        for (const Struct &s : all) {
            const auto curly = integerAt(s, "curly");
            if (!curly)
                return curly.error();
            sum += *curly;
        }
        return Value::fromInteger(sum);
    });
    v.add(text("countTheEntities"), [](const QString &s) {
        const auto count = [&](char16_t c) { return qint32(s.count(QChar(c))); };
        return Struct { { text("ctLeftAngleBrackets"), count(u'<') }, { text("ctRightAngleBrackets"), count(u'>') },
            { text("ctAmpersands"), count(u'&') }, { text("ctApostrophes"), count(u'\'') },
            { text("ctQuotes"), count(u'"') } };
    });
    v.add(text("easyStructTest"), [](const Struct &s) { return sumOf(s, { "moe", "larry", "curly" }); });
    v.add(text("echoStructTest"), [](const Struct &s) { return s; });
    v.add(text("manyTypesTest"),
        [](const Value &a, const Value &b, const Value &c, const Value &d, const Value &e, const Value &f) {
            return Array { a, b, c, d, e, f };
        });
    v.add(text("moderateSizeArrayCheck"), [](const QStringList &all) -> Result<QString> {
        if (all.isEmpty())
            return Error::make(ErrorKind::InvalidParams, text("the array is empty"));
        return all.constFirst() + all.constLast();
    });
    v.add(text("nestedStructTest"), [](const Struct &calendar) -> Result<Value> {
        const Value root(calendar);
        const Value *day = root.find(Path().child(text("2000")).child(text("04")).child(text("01")));
        const auto *members = day ? day->get<Struct>() : nullptr;
        if (!members)
            return Error::make(ErrorKind::InvalidParams, text("the calendar has no 2000-04-01"));
        return sumOf(*members, { "moe", "larry", "curly" });
    });
    v.add(text("simpleStructReturnTest"), [](int n) {
        return Struct { { text("times10"), Value::fromInteger(qint64(n) * 10) },
            { text("times100"), Value::fromInteger(qint64(n) * 100) },
            { text("times1000"), Value::fromInteger(qint64(n) * 1000) } };
    });
}
