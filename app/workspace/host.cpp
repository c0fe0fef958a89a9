// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "host.h"

#include <rpccore/channel/stdiochannel.h>
#include <rpccore/script/scripthost.h>
#include <rpccore/server/server.h>
#include <rpccore/server/session.h>

#include <QFileInfo>
#include <QTimer>

namespace antiphon {

Host::Host(QObject *parent)
    : QObject(parent)
{
}

Host::~Host() { stop(); }

void Host::start(const QStringList &scripts, const HostOptions &options, std::chrono::milliseconds scriptTimeLimit)
{
    stop();
    m_timeLimit = scriptTimeLimit;
    m_server = std::make_unique<rpc::Server>(options.server);
    connect(m_server.get(), &rpc::Server::served, this, &Host::served);
    m_files = scripts;
    m_options = options;
    loadNext();
}

std::optional<rpc::Error> Host::listen(const HostOptions &options)
{
    if (options.http) {
        m_http = m_server->addListener(std::make_unique<rpc::HttpListener>());
        if (const auto port = m_http->listen(*options.http); !port)
            return port.error();
    }
    for (rpc::StreamOptions stream : options.streams) {
        stream.xmlRpc = true;
        m_streams.append(m_server->addListener(std::make_unique<rpc::StreamListener>()));
        if (const auto url = m_streams.constLast()->listen(stream); !url)
            return url.error();
    }
    if (options.stdio) {
        m_stdio = new rpc::Session(std::make_unique<rpc::StdioChannel>(*options.stdio, options.streamLimits), *m_server,
            {}, {}, m_server.get(), rpc::Session::Languages::Both);
        // Whoever started this has had enough.
        connect(
            m_stdio, &rpc::Session::ended, this, [this] { stop(std::chrono::seconds(1)); }, Qt::QueuedConnection);
        connect(m_stdio, &rpc::Session::ended, this, [this] { m_stdio = nullptr; });
    }
    return std::nullopt;
}

void Host::loadNext()
{
    if (m_files.isEmpty()) {
        // Nobody is let in before the methods are there: a call would find none.
        if (const auto error = listen(m_options)) {
            stop();
            Q_EMIT failed(*error);
            return;
        }
        Q_EMIT started(url());
        return;
    }
    const QString file = m_files.takeFirst();
    auto script = std::make_unique<rpc::ScriptHost>(m_server->registry());
    script->setTimeLimit(m_timeLimit);
    const QString name = QFileInfo(file).fileName();
    connect(script.get(), &rpc::ScriptHost::logged, this,
        [this, name](const QString &level, const QString &text, const QString &, int line) {
            Q_EMIT logged(level, text, line > 0 ? QString(name % u':' % QString::number(line)) : name);
        });
    rpc::ScriptHost *const raw = script.get();
    m_scripts.push_back(std::move(script));
    raw->loadFile(file, [this](const rpc::Result<QStringList> &names) {
        if (!names) {
            const rpc::Error error = names.error();
            // Not from within the script's own callback, which would delete it.
            QMetaObject::invokeMethod(
                this,
                [this, error] {
                    stop();
                    Q_EMIT failed(error);
                },
                Qt::QueuedConnection);
            return;
        }
        m_methods += *names;
        loadNext();
    });
}

void Host::stop()
{
    const bool wasRunning = isRunning();
    m_http = nullptr;
    m_stdio = nullptr;
    m_streams.clear();
    m_doorsOpen = 0;
    m_files.clear();
    m_methods.clear();
    m_scripts.clear(); // before the server: their methods are in its registry
    m_server.reset();
    if (wasRunning)
        Q_EMIT stopped();
}

void Host::stop(std::chrono::milliseconds drain)
{
    if (!isRunning() || m_doorsOpen > 0)
        return;
    const auto closed = [this] {
        if (--m_doorsOpen <= 0)
            stop();
    };
    m_doorsOpen = int(m_streams.size()) + (m_http ? 1 : 0) + (m_stdio ? 1 : 0);
    for (rpc::StreamListener *stream : std::as_const(m_streams)) {
        connect(stream, &rpc::StreamListener::stopped, this, closed, Qt::QueuedConnection);
        stream->stop(drain);
    }
    if (m_http) {
        connect(m_http, &rpc::HttpListener::stopped, this, closed, Qt::QueuedConnection);
        m_http->stop(drain);
    }
    if (m_stdio) {
        connect(m_stdio, &rpc::Session::ended, this, closed, Qt::QueuedConnection);
        m_stdio->closeWhenAnswered();
    }
    if (m_doorsOpen == 0)
        return stop();
    QTimer::singleShot(drain, m_server.get(),
        [this] { QMetaObject::invokeMethod(this, qOverload<>(&Host::stop), Qt::QueuedConnection); });
}

QUrl Host::url() const { return m_http ? m_http->url() : QUrl(); }

QList<QUrl> Host::urls() const
{
    QList<QUrl> all;
    if (m_http)
        all.append(m_http->url());
    for (const rpc::StreamListener *stream : m_streams)
        all.append(stream->url());
    return all;
}

} // namespace antiphon
