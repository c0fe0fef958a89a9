// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/wire/finding.h>
#include <rpccore/wire/spans.h>

namespace rpc {

/// One message as it went over the wire: its bytes, what they say, and which bytes say it. All of it comes from one
/// reading; nothing is rebuilt. Implicitly shared, cheap to copy.
///
/// A JSON message is the value that it is. An XML-RPC message is shown as a struct: `methodName` and `params` of a
/// call, `params` or `fault` of an answer, so that the same paths lead to the same things in both protocols.
struct Payload
{
    QByteArray bytes; ///< as they came
    Value value; ///< what they say
    Spans spans; ///< of `value` in `bytes`; empty when the bytes had to be recoded first
    Findings findings; ///< what was let pass

    /// The bytes of the value at \a path; nothing when there is no such value.
    std::optional<Span> spanOf(const Path &path) const { return spans.find(value, path); }
    /// The innermost value that the byte at \a offset belongs to.
    std::optional<Path> pathAt(qint64 offset) const { return spans.pathAt(value, offset); }
};

} // namespace rpc
