// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "valuetext.h"

#include "jsonreader.h"

#include <cmath>
#include <limits>

namespace rpc::valuetext {

namespace {

const QLatin1StringView int64Name("$int64");
const QLatin1StringView doubleName("$double");
const QLatin1StringView numberName("$number");
const QLatin1StringView dateTimeName("$dateTime");
const QLatin1StringView bytesName("$bytes");
const QLatin1StringView structName("$struct");

Error misspelt(const QString &message) { return Error::make(ErrorKind::Parse, message); }

Result<Value> int64FromValue(const Value &v)
{
    if (const auto i = v.toInteger())
        return Value(*i);
    bool ok = false;
    const qint64 i = v.toString().toLongLong(&ok);
    if (ok)
        return Value(i);
    return misspelt(QStringLiteral("$int64 wants a 64-bit integer"));
}

Result<Value> doubleFromValue(const Value &v)
{
    if (const auto d = v.toDouble())
        return Value(*d);
    const QString text = v.toString();
    if (text == u"nan")
        return Value(std::numeric_limits<double>::quiet_NaN());
    if (text == u"inf")
        return Value(std::numeric_limits<double>::infinity());
    if (text == u"-inf")
        return Value(-std::numeric_limits<double>::infinity());
    const QByteArray digits = text.toLatin1();
    if (auto number = Number::doubleFromLiteral(digits); number && number->isDouble())
        return Value(*std::move(number));
    bool ok = false;
    const double d = text.toDouble(&ok);
    if (ok)
        return Value(d);
    return misspelt(QStringLiteral("$double wants a number, \"nan\", \"inf\" or \"-inf\""));
}

Result<Value> numberFromValue(const Value &v)
{
    if (v.toDouble())
        return v;
    if (auto n = Number::fromLiteral(v.toString().toLatin1()))
        return Value(*std::move(n));
    return misspelt(QStringLiteral("$number wants a JSON number as text"));
}

Result<Value> dateTimeFromValue(const Value &v)
{
    if (auto d = DateTime::fromText(v.toString().toLatin1()))
        return Value(*std::move(d));
    return misspelt(QStringLiteral("$dateTime wants a date such as \"19980717T14:08:55\""));
}

Result<Value> bytesFromValue(const Value &v)
{
    if (const auto *text = v.get<QString>()) {
        if (auto bytes = QByteArray::fromBase64Encoding(text->toLatin1(), QByteArray::AbortOnBase64DecodingErrors))
            return Value(*bytes);
    }
    return misspelt(QStringLiteral("$bytes wants text in base64"));
}

// Replaces every spelling inside a value that was read as plain JSON. `literal`: this struct is meant as it stands.
Result<Value> resolve(const Value &value, bool literal = false)
{
    if (const auto *a = value.get<Array>()) {
        Array out;
        out.reserve(a->size());
        for (qsizetype i = 0; i < a->size(); ++i) {
            auto item = resolve(a->at(i));
            if (!item) {
                item.error().path = item.error().path.below(Path().child(i));
                return item;
            }
            out.append(*std::move(item));
        }
        return Value(std::move(out));
    }
    const auto *s = value.get<Struct>();
    if (!s)
        return value;
    if (!literal && needsEscape(*s)) {
        const Member &only = s->at(0);
        if (only.name == structName) {
            if (!only.value.get<Struct>())
                return misspelt(QStringLiteral("$struct wants an object"));
            return resolve(only.value, true);
        }
        return fromSpelling(*s);
    }
    Struct out;
    for (const Member &m : *s) {
        auto item = resolve(m.value);
        if (!item) {
            item.error().path = item.error().path.below(Path().child(m.name));
            return item;
        }
        out.append(m.name, *std::move(item));
    }
    return Value(std::move(out));
}

} // namespace

bool needsEscape(const Struct &s)
{
    if (s.size() != 1)
        return false;
    const QString &name = s.at(0).name;
    return name == int64Name || name == doubleName || name == numberName || name == dateTimeName || name == bytesName
        || name == structName;
}

Result<Value> fromSpelling(const Struct &s)
{
    if (!needsEscape(s))
        return Value(s);
    const auto &[name, value] = s.at(0);
    if (name == int64Name)
        return int64FromValue(value);
    if (name == doubleName)
        return doubleFromValue(value);
    if (name == numberName)
        return numberFromValue(value);
    if (name == dateTimeName)
        return dateTimeFromValue(value);
    if (name == bytesName)
        return bytesFromValue(value);
    return value;
}

Result<Value> fromText(const QByteArray &text, const Limits &limits)
{
    JsonReader reader;
    reader.limits = limits;
    auto value = reader.read(text);
    if (!value)
        return value;
    return resolve(*value);
}

Value fromWord(const QString &word)
{
    auto value = fromText(word.toUtf8());
    return value ? *std::move(value) : Value(word);
}

QByteArray toText(const Value &value, JsonWriter::Layout layout)
{
    const auto text = JsonWriter { layout, JsonWriter::Spelling::Notation }.write(value);
    return text ? *text : text.error().message.toUtf8();
}

} // namespace rpc::valuetext
