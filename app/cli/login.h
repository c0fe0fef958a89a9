// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commands/commands.h"
#include "options.h"

namespace antiphon::cli {

/// The call that logs in, before what a command is about.
class Login
{
public:
    explicit Login(const ConnectionOptions &options)
        : m_options(options)
    {
    }

    /// Calls the login method, where the command line names one, then \a ready; \a failed when it did not work. Over
    /// HTTP, whatever \a endpoint makes afterwards shares its cookies; else it goes through \a client.
    void run(Endpoint &endpoint, rpc::Client *client, const Finish &failed, const std::function<void()> &ready);

private:
    const ConnectionOptions &m_options;
    std::unique_ptr<rpc::Client> m_client;
};

} // namespace antiphon::cli
