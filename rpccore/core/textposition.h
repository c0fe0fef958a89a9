// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/error.h>

#include <QByteArrayView>

namespace rpc {

/// Line and column of a byte offset in UTF-8 text. Lines end with LF, CR or CR LF. \a from: a known place before it, to
/// count on from.
RPCCORE_EXPORT TextPosition positionAt(QByteArrayView text, qint64 offset, const TextPosition &from = { 0, 1, 1 });

} // namespace rpc
