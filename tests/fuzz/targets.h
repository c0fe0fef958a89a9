// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <cstdio>
#include <cstdlib>

/// Each target takes any bytes and aborts when something that must hold does not. They run under libFuzzer (preset `fuzz`,
/// Clang) and under driver.cpp, which mutates a corpus, anywhere else.
namespace fuzz {

/// The JSON reader, with every policy; spans of what it reads lie in the text and spell the same values.
void json(const QByteArray &bytes);
/// The XML-RPC reader, strict and lenient, with and without a charset; spans as above.
void xml(const QByteArray &bytes);
/// What either reader takes is written and read again, and is equal.
void explorer(const QByteArray &bytes);
void roundTrip(const QByteArray &bytes);
/// What both JsonReader and QJsonDocument take means the same; what JsonReader takes, QJsonDocument does, too, but for
/// what it is known to refuse.
void differential(const QByteArray &bytes);
/// The reader of WebSocket frames, for the end that the first byte tells, in pieces that the second one tells: the same
/// messages in any pieces, no more memory than the limit and the last piece ask for; what is written is read back. The
/// same bytes as the answer to a handshake, and as what is in a close frame.
void webSocket(const QByteArray &bytes);

/// Aborts when it does not hold.
inline void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

} // namespace fuzz
