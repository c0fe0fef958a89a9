// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "logging.h"

namespace rpc {

Q_LOGGING_CATEGORY(lcClient, "rpc.client", QtWarningMsg)
Q_LOGGING_CATEGORY(lcServer, "rpc.server", QtWarningMsg)
Q_LOGGING_CATEGORY(lcHttp, "rpc.http", QtWarningMsg)
Q_LOGGING_CATEGORY(lcScript, "rpc.script", QtWarningMsg)

} // namespace rpc
