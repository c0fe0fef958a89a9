// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore_script_export.h>

#include <QObject>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>

namespace rpc {

class Registry;

/// Serves the methods of one JavaScript file. The script runs in a thread of its own, one call at a time; a call that
/// runs longer than the limit is interrupted and answered with -32603, and the host goes on. To be used in the thread
/// of the registry.
class RPCSCRIPT_EXPORT ScriptHost : public QObject
{
    Q_OBJECT

public:
    /// Registers the script's methods in \a registry, which has to outlive the host.
    explicit ScriptHost(Registry &registry, QObject *parent = nullptr);
    /// Removes the script's methods and ends its thread.
    ~ScriptHost() override;

    /// How long the script may run at a time, while it is loaded and for each call. Default: 5 s.
    void setTimeLimit(std::chrono::milliseconds limit);

    /// Runs \a source, registers the methods that it serves, and calls \a done with their names. An error carries file,
    /// line and column; then nothing is registered. To be called once.
    void load(const QString &fileName, const QString &source, std::function<void(const Result<QStringList> &)> done);
    /// The same with a file; an error when it cannot be read.
    void loadFile(const QString &path, std::function<void(const Result<QStringList> &)> done);

Q_SIGNALS:
    /// The script wrote something, or failed. \a level: "info", "warning", "error". \a file and \a line (0 when
    /// unknown) say where.
    void logged(const QString &level, const QString &text, const QString &file, int line);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace rpc
