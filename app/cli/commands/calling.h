// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commands.h"

#include "../login.h"

#include <rpccore/discovery/discovery.h>

#include <functional>

namespace antiphon::cli {

/// What `call` and `bench` share: URL, METHOD, ARGs, what the message looks like, and finding out the protocol.
class CallingCommand : public Command
{
protected:
    CallingCommand(CLI::App &app, const char *name, const char *help);

    /// Logs in to \a endpoint where that was asked for, then calls \a ready; `m_client` is there where one connection
    /// carries everything.
    void logInTo(const Endpoint &endpoint, const Finish &finish, const std::function<void()> &ready);
    /// Makes `m_client` after logInTo(), asking for the protocol where that is not known, then calls \a ready.
    void connect(const Finish &finish, const std::function<void()> &ready);
    /// The request that the command line describes, for the protocol of `m_client`.
    rpc::Result<rpc::Request> request();
    /// Reads the words, once, before anything is sent. An error when they are none.
    std::optional<rpc::Error> readWords();
    /// What may help where \a error came of a call without arguments; empty when nothing is known.
    QString hint(const rpc::Error &error) const;

    CLI::App &m_app;
    ConnectionOptions m_options;
    std::string m_method;
    Endpoint m_endpoint;
    std::unique_ptr<rpc::Client> m_client;

private:
    std::optional<rpc::RequestId> id() const;

    std::vector<std::string> m_words;
    std::vector<std::string> m_memberWords;
    std::string m_version = "2.0";
    std::string m_id;
    std::string m_emptyParams = "auto";
    bool m_named = false;
    rpc::Array m_positional;
    rpc::Struct m_byName;
    rpc::Struct m_members;
    bool m_leftOut = false; // params, because there were no arguments
    std::unique_ptr<rpc::Discovery> m_discovery;
    Login m_login { m_options };
};

} // namespace antiphon::cli
