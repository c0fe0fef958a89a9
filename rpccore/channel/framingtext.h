// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

// What the readers of framings have in common.

#include <QByteArrayView>
#include <QCoreApplication>
#include <QString>

namespace rpc::framing {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

inline constexpr qsizetype mostDigits = 12; // of the length of a netstring

inline constexpr QByteArrayView byteOrderMark("\xEF\xBB\xBF");

inline bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
inline bool isDigit(char c) { return c >= '0' && c <= '9'; }
inline bool isLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Nobody sends this by mistake: a web page can make a browser send it anywhere, with a body that reads like a call.
inline bool isHttp(QByteArrayView line)
{
    if (line.endsWith('\r'))
        line.chop(1);
    return line.startsWith("HTTP/1.") || line.endsWith(" HTTP/1.1") || line.endsWith(" HTTP/1.0");
}

inline QString isHttpText() { return Text::tr("the other end speaks HTTP, and this is no HTTP connection"); }

} // namespace rpc::framing
