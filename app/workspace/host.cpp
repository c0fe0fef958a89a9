// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "host.h"

#include <rpccore/script/scripthost.h>
#include <rpccore/server/server.h>

#include <QFileInfo>

namespace antiphon {

Host::Host(QObject *parent)
    : QObject(parent)
{
}

Host::~Host() { stop(); }

void Host::start(const QStringList &scripts, const rpc::HttpOptions &options, std::chrono::milliseconds scriptTimeLimit)
{
    stop();
    m_timeLimit = scriptTimeLimit;
    m_server = std::make_unique<rpc::Server>();
    connect(m_server.get(), &rpc::Server::served, this, &Host::served);
    m_listener = m_server->addListener(std::make_unique<rpc::HttpListener>());
    const auto port = m_listener->listen(options);
    if (!port) {
        stop();
        Q_EMIT failed(port.error());
        return;
    }
    m_files = scripts;
    loadNext();
}

void Host::loadNext()
{
    if (m_files.isEmpty()) {
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
    m_listener = nullptr;
    m_files.clear();
    m_methods.clear();
    m_scripts.clear(); // before the server: their methods are in its registry
    m_server.reset();
    if (wasRunning)
        Q_EMIT stopped();
}

QUrl Host::url() const { return m_listener ? m_listener->url() : QUrl(); }

} // namespace antiphon
