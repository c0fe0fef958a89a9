// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QLoggingCategory>

namespace rpc {

// Categories of the library; all are silent below "warning" unless switched on (QT_LOGGING_RULES="rpc.*=true").
RPCCORE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcClient) // rpc.client
    RPCCORE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcServer) // rpc.server
    RPCCORE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcHttp) // rpc.http
    RPCCORE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcScript) // rpc.script

} // namespace rpc
