// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "../exitstatus.h"
#include "../options.h"

#include <functional>
#include <memory>

namespace antiphon::cli {

/// Called once when the command is done.
using Finish = std::function<void(ExitStatus)>;

/// A command: adds its options on construction, does its work in run().
class Command
{
public:
    virtual ~Command() = default;
    virtual void run(Finish finish) = 0;
    /// SIGINT or SIGTERM came. True when the command will finish by itself; a second signal ends it at once.
    virtual bool interrupt() { return false; }
};

std::unique_ptr<Command> makeListCommand(CLI::App &app);
std::unique_ptr<Command> makeDescribeCommand(CLI::App &app);
std::unique_ptr<Command> makeCallCommand(CLI::App &app);
std::unique_ptr<Command> makeBenchCommand(CLI::App &app);
std::unique_ptr<Command> makeServeCommand(CLI::App &app);

} // namespace antiphon::cli
