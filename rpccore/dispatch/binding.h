// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/dispatch/methodinfo.h>
#include <rpccore/message/message.h>

namespace rpc {

/// The arguments of a call in the order of \a parameters, whether they came by position or by name. Optional parameters
/// at the end that were not given are left out; what a variadic one takes is an array, what one for keywords takes a
/// struct. The error is InvalidParams and names what is missing, unknown or too much.
RPCCORE_EXPORT Result<Array> bindParams(const Params &params, const QList<Parameter> &parameters);

} // namespace rpc
