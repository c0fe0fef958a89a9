// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "codec.h"

namespace rpc {

Codec::~Codec() = default;

} // namespace rpc
