// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/httpserver/httprequestview.h>

#include <QAbstractHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>

// Every difference between the versions of QtHttpServer is in this file.

namespace rpc {

/// QtHttpServer as we use it: it reads complete requests and hands them to \a onRequest, from within
/// ConnectionGate::handOver(). Answers do not go through it.
class QtRequestReader : public QAbstractHttpServer
{
public:
    using OnRequest = std::function<void(HttpRequestView)>;

    explicit QtRequestReader(OnRequest onRequest, QObject *parent = nullptr)
        : QAbstractHttpServer(parent)
        , m_onRequest(std::move(onRequest))
    {
    }

    /// Takes its connections from \a gate, which must be listening, and owns it.
    bool readFrom(QTcpServer *gate)
    {
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
        return bind(gate);
#else
        bind(gate);
        return true;
#endif
    }

protected:
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    // The responder is dropped unused, which tells Qt that it may read on.
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &) override
    {
        m_onRequest(view(request));
        return true;
    }
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &) override { }
#else
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &&) override { }
#endif
#else
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *) override
    {
        m_onRequest(view(request));
        return true;
    }
    void missingHandler(const QHttpServerRequest &, QTcpSocket *) override { }
#endif

private:
    static HttpRequestView view(const QHttpServerRequest &request)
    {
        HttpRequestView v;
        v.path = request.url().path();
        v.body = request.body();
        v.peer = request.remoteAddress();
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
        const QHttpHeaders headers = request.headers();
        for (qsizetype i = 0; i < headers.size(); ++i) {
            const auto name = headers.nameAt(i);
            v.fields.append({ QByteArray(name.data(), name.size()), headers.valueAt(i).toByteArray() });
        }
#else
        for (const auto &[name, value] : request.headers())
            v.fields.append({ name, value });
#endif
        return v;
    }

    OnRequest m_onRequest;
};

} // namespace rpc
