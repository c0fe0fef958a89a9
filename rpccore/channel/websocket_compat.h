// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWebSocket>

namespace rpc::qtcompat {

/// The signal of QWebSocket that tells of errors.
inline auto webSocketError()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return &QWebSocket::errorOccurred;
#else
    return QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error);
#endif
}

} // namespace rpc::qtcompat
