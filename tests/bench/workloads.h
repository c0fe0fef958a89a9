// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/value.h>

namespace bench {

/// Structs as a catalogue service returns them: an int, a price with two decimals, a name that is never the same and
/// now and then has an umlaut, a boolean, a unit out of five. \a count of them in an array.
rpc::Array catalogue(qsizetype count);

/// As many of these structs as make \a bytes of compact JSON, roughly.
rpc::Array catalogueOfSize(qint64 bytes);

/// A call as JSON, about a kilobyte: jsonrpc, method, id and a params struct with a few of everything.
rpc::Value smallCall();

} // namespace bench
