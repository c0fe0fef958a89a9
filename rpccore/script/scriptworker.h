// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/methodinfo.h>
#include <rpccore/dispatch/replyhandle.h>

#include <QBasicTimer>
#include <QHash>
#include <QJSEngine>
#include <QJSValue>
#include <QObject>

#include <atomic>
#include <memory>

#include <optional>
#include <vector>

namespace rpc {

class ScriptApi;
class ScriptValues;
class Watchdog;

/// The part of a ScriptHost that lives in the script's thread: the engine and the script's functions.
class ScriptWorker : public QObject
{
    Q_OBJECT

public:
    ScriptWorker();
    ~ScriptWorker() override;

    /// From any thread: how long the script may run at a time.
    void setTimeLimit(std::chrono::milliseconds limit) { m_timeLimit = limit.count(); }
    /// From any thread: ends what is running, for good.
    void interrupt();

    /// Runs the script and gives the names that it served. In the worker's thread.
    Result<QStringList> load(const QString &fileName, const QString &source);
    /// Runs one method. In the worker's thread.
    /// What a function is called with; nothing is undefined, and its default is taken.
    using Arguments = std::vector<std::optional<Value>>;
    void call(const MethodInfo &info, const Arguments &arguments, const ReplyHandle &reply);
    /// The last thing in the worker's thread; it is deleted from another.
    void end() { m_rest.stop(); }

Q_SIGNALS:
    /// \a line is 0 when unknown.
    void logged(const QString &level, const QString &text, const QString &file, int line);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    Result<Value> run(const MethodInfo &info, const Arguments &arguments);
    QString timeLimitText() const;
    void log(const QString &level, const QString &text);

    std::unique_ptr<QJSEngine> m_engine;
    std::unique_ptr<ScriptApi> m_api;
    std::unique_ptr<ScriptValues> m_values;
    std::unique_ptr<Watchdog> m_watchdog;
    std::atomic<qint64> m_timeLimit = 5000;
    std::atomic<bool> m_ending = false;
    std::atomic<QJSEngine *> m_running = nullptr; // for interrupt()
    QHash<QString, QJSValue> m_functions;
    QBasicTimer m_rest;
    bool m_isUsed = false; // since m_rest last fired
    ReplyHandle m_reply; // of the present call
    int m_logged = 0; // lines of the present call
    QStringList m_names; // in the order of their registration
};

} // namespace rpc
