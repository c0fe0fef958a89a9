// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/core/result.h>
#include <rpccore/wire/finding.h>
#include <rpccore/wire/spans.h>

namespace rpc {

/// What becomes of a name that stands twice in one object.
enum class Duplicates : quint8 {
    Refuse, ///< an error; what servers do, so that nobody is misled
    KeepLast, ///< the last one, at its place, and a finding says so; what most readers do
    KeepAll, ///< both members stay, in order, and a finding says so; what an explorer shows
};

/// A strict reader for RFC 8259. Not recursive; linear in the input.
///
/// Integers that fit become Int32 or Int64, all other numbers keep their literal as Number ("1.0", "-0", "1e400").
/// Strings keep lone surrogates that were escaped. A UTF-8 byte order mark is skipped (RFC 8259 section 8.1 allows it),
/// other encodings are refused. Errors carry offset, line, column and path.
struct RPCCORE_EXPORT JsonReader
{
    Limits limits;
    Duplicates duplicates = Duplicates::Refuse;

    /// The value that \a text spells. \a spans receives the place of every node.
    Result<Value> read(const QByteArray &text, Findings *findings = nullptr, Spans *spans = nullptr) const;
};

} // namespace rpc
