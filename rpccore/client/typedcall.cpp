// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "typedcall.h"

#include <QCoreApplication>

namespace rpc::detail {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

} // namespace

Error unfitResult(Error error)
{
    error.kind = ErrorKind::InvalidAnswer;
    error.code = error.wireCode();
    error.message = Text::tr("the result does not fit: %1").arg(error.message);
    return error;
}

} // namespace rpc::detail
