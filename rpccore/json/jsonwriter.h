// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

namespace rpc {

/// Writes values as JSON. Number literals, member order and duplicate names stay as they are; doubles are written with
/// the fewest digits that read back as the same double, and with ".0" when they are integral.
struct RPCCORE_EXPORT JsonWriter
{
    /// The white space between values.
    enum class Layout : quint8 {
        Compact, ///< none
        Indented ///< a line for each item and member, two blanks for each level, one behind the colon
    };
    /// What becomes of the types that JSON does not have.
    enum class Spelling : quint8 {
        /// For a peer: dateTime as ISO 8601 text; bytes, NaN and infinity are refused.
        Wire,
        /// For people and files: the spelling of valuetext.h, which reads back as the same value.
        Notation,
    };

    Layout layout = Layout::Compact; ///< of the text
    Spelling spelling = Spelling::Wire; ///< for whom it is written
    bool ascii = false; ///< everything beyond ASCII as `\uXXXX`, for peers that cannot read UTF-8

    /// UTF-8. The error is NotExpressible with the path of the value that has no form.
    Result<QByteArray> write(const Value &value) const;
};

} // namespace rpc
