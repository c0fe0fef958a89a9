// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/core/result.h>
#include <rpccore/wire/finding.h>
#include <rpccore/wire/spans.h>

#include <limits>

namespace rpc {

/// What becomes of a name that stands twice in one object.
enum class Duplicates : quint8 {
    Refuse, ///< an error; what servers do, so that nobody is misled
    KeepLast, ///< the last one, at its place, and a finding says so; what most readers do
    KeepAll, ///< both members stay, in order, and a finding says so; what an explorer shows
};

/// A strict reader for RFC 8259. Not recursive; linear in the input.
///
/// Numbers become Int32, Int64 or Double where that gives the same literal back, else they keep their literal as Number
/// ("-0", "1.50", "1e400"). Strings keep lone surrogates that were escaped. A UTF-8 byte order mark is skipped (RFC
/// 8259 section 8.1 allows it), other encodings are refused. What other readers may understand differently is a
/// finding; see docs/json.md. Errors carry offset, line, column and path.
struct RPCCORE_EXPORT JsonReader
{
    Limits limits; ///< on bytes, depth and number of values
    Duplicates duplicates = Duplicates::Refuse; ///< of names; the default suits servers
    /// When the text is an array, most of its elements: reading stops at the first one too many. The error is
    /// LimitExceeded, with the path of that element.
    qint64 rootElements = std::numeric_limits<qint64>::max();
    /// For explorers: what is no JSON inside of an array or an object is kept as its text, in its place, and what came
    /// before the text broke off is the value. Each such place is a finding of severity error that marks its bytes. A
    /// text that does not begin as JSON is refused as ever, and so is what goes beyond the limits.
    bool tolerant = false;

    /// The value that \a text spells. \a spans receives the place of every node; it is empty after an error, and for
    /// texts of 4 GiB and more.
    Result<Value> read(const QByteArray &text, Findings *findings = nullptr, Spans *spans = nullptr) const;
};

} // namespace rpc
