// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "jsonreader.h"

namespace rpc {

/// Reads what the strict reader refused, as JsonReader::tolerant says: what is JSON in it, and the text of the rest.
/// Not recursive, linear in the input, within the limits of \a options. An error when \a text does not begin with an
/// array or an object, or goes beyond a limit.
Result<Value> readTolerantly(const JsonReader &options, const QByteArray &text, Findings *findings, Spans *spans);

} // namespace rpc
