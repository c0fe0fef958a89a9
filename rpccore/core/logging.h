// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QLoggingCategory>

namespace rpc {

// Categories of the library; both are silent below "warning" unless switched on (QT_LOGGING_RULES="rpc.*=true").
// clang-format off
RPCCORE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcServer) // rpc.server
RPCCORE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcHttp) // rpc.http
// clang-format on

} // namespace rpc
