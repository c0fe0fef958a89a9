// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <app/workspace/endpoint.h>

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace antiphon::cli {

/// CLI11 takes a word in brackets for a list and splits it. Every word goes through guarded() on its way in and through
/// argument() on its way out, so that `[1,2]` stays one word.
std::string guarded(const char *word);
QString argument(const std::string &word);

/// What every command that calls a server understands.
struct ConnectionOptions
{
    std::string url;
    std::string protocol = "auto";
    std::vector<std::string> headers;
    std::string user;
    std::string bearer;
    double timeout = 30;
    double connectTimeout = 10;
    std::string authority;
    std::string certificate;
    std::string key;
    bool insecure = false;
    std::string proxy;
    bool digest = false;
    bool basic = false;
    std::string pin;
    std::string serverName;
    std::string login;
    std::vector<std::string> loginWords;
    bool compressed = false;
    std::vector<std::string> environment;
    std::string directory;
    std::vector<std::string> subprotocols;
    std::vector<std::string> limits;
    std::string lenient = "explorer";
    bool raw = false;

    /// Adds the options, and URL as first argument, to \a command.
    void addTo(CLI::App &command);
    rpc::Result<Endpoint> endpoint() const;
    /// The call that logs in, where one was named. Reads files and standard input.
    rpc::Result<std::optional<rpc::Request>> loginCall() const;

private:
    std::optional<rpc::Error> readCredentials(rpc::HttpTarget &target) const;
    std::optional<rpc::Error> readLimits(rpc::Limits &limits) const;
    std::optional<rpc::Error> readTls(rpc::TlsOptions &tls) const;
    std::optional<rpc::Error> readProxy(rpc::HttpTarget &target) const;
};

/// Says on standard error what comes over \a transport besides answers: what the other end calls or notifies, answers
/// that nobody asked for, and what a child process writes to its own standard error.
void tellOfTheRest(rpc::ClientTransport &transport);

} // namespace antiphon::cli
