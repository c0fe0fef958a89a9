// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "logging.h"

namespace rpc {

Q_LOGGING_CATEGORY(lcServer, "rpc.server", QtWarningMsg)
Q_LOGGING_CATEGORY(lcHttp, "rpc.http", QtWarningMsg)

} // namespace rpc
