// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/core/result.h>
#include <rpccore/json/jsonwriter.h>

/// The text form of values for people: JSON, plus one spelling for each type that JSON lacks. It is the same in the
/// window, in the terminal, in scripts and in files, and it reads back as the same value.
///
///     null                                  nil
///     5, 9007199254740993                   int (32 bits) where it fits, else i8 (64 bits)
///     1.0, 1e400, 18446744073709551615      a number, digit for digit; XML-RPC sends it as double
///     {"$int64": 5}                         a 64-bit integer although 32 bits would do
///     {"$double": "nan"}                    nan, inf, -inf; or a number, to force a double
///     {"$double": "3"}                      a double that is spelled without a fraction, digit for digit
///     {"$dateTime": "19980717T14:08:55"}    a date
///     {"$bytes": "aGVsbG8="}                bytes, in base64
///     {"$struct": {"$bytes": "x"}}          a struct that would otherwise be taken for one of these
///
/// Only an object with exactly one member, whose name is one of these five and `$number`, is special.
namespace rpc::valuetext {

/// Reads the text form. Duplicate names are refused. The error is Parse with line and column.
RPCCORE_EXPORT Result<Value> fromText(const QByteArray &text, const Limits &limits = {});

/// Reads a word of a command line or a form: the text form when it is one, else the text itself as a string.
RPCCORE_EXPORT Value fromWord(const QString &word);

/// Writes the text form, UTF-8. Never fails for a value that a reader made.
RPCCORE_EXPORT QByteArray toText(const Value &value, JsonWriter::Layout layout = JsonWriter::Layout::Compact);

/// True for a struct that has to be wrapped in `$struct`.
RPCCORE_EXPORT bool needsEscape(const Struct &s);

/// The value that a one-member struct spells, the struct itself when it spells none; an error when it is misspelt.
RPCCORE_EXPORT Result<Value> fromSpelling(const Struct &s);

} // namespace rpc::valuetext
