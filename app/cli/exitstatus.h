// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/error.h>

namespace antiphon::cli {

/// The exit status of antiphon-cli. A contract with scripts: the numbers never change their meaning.
enum class ExitStatus : int {
    Success = 0,
    Usage = 1, ///< wrong arguments, a file that cannot be read, a port in use
    Unreachable = 2, ///< no such name, refused, TLS
    TimedOut = 3,
    InvalidAnswer = 4, ///< what came back is no answer
    RemoteError = 5, ///< the server answered with an error or a fault
    Unauthorized = 6, ///< the server wants other credentials
    Partial = 7, ///< some of it failed: what there is was printed
};

inline ExitStatus exitStatusOf(const rpc::Error &error)
{
    using rpc::ErrorKind;
    switch (error.kind) {
    case ErrorKind::Remote:
        return error.httpStatus == 401 || error.httpStatus == 403 ? ExitStatus::Unauthorized : ExitStatus::RemoteError;
    case ErrorKind::Unauthorized:
        return ExitStatus::Unauthorized;
    case ErrorKind::Timeout:
        return ExitStatus::TimedOut;
    case ErrorKind::NameNotFound:
    case ErrorKind::Refused:
    case ErrorKind::Tls:
    case ErrorKind::ConnectionLost:
        return ExitStatus::Unreachable;
    case ErrorKind::HttpStatus:
    case ErrorKind::EmptyAnswer:
    case ErrorKind::InvalidAnswer:
    case ErrorKind::LimitExceeded:
        return ExitStatus::InvalidAnswer;
    default:
        return ExitStatus::Usage;
    }
}

} // namespace antiphon::cli
