// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/transport.h>

namespace rpc {

/// An exchange that failed before anything was sent.
class FailedExchange : public TransportExchange
{
public:
    /// \a url as in Trace::url.
    FailedExchange(const QUrl &url, const Error &error)
    {
        m_trace.url = url;
        m_trace.started = QDateTime::currentDateTime();
        m_error = error;
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT finished(); }, Qt::QueuedConnection);
    }
    void cancel() override { }
};

} // namespace rpc
