// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QRandomGenerator>

#include <expat.h>

// One spelling for what expat names differently from 2.8 and 2.9 on.
namespace rpc {

inline qint64 byteIndex(XML_Parser parser)
{
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
    return XML_GetCurrentByteIndex64(parser);
#else
    return XML_GetCurrentByteIndex(parser);
#endif
}

inline qint64 byteCount(XML_Parser parser)
{
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
    return qint64(XML_GetCurrentByteCount64(parser));
#else
    return XML_GetCurrentByteCount(parser);
#endif
}

inline void setHashSalt(XML_Parser parser)
{
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 8
    struct Salt
    {
        uint8_t bytes[16];
    };
    static const Salt salt = [] {
        Salt s;
        for (auto &b : s.bytes)
            b = uint8_t(QRandomGenerator::system()->generate());
        return s;
    }();
    XML_SetHashSalt16Bytes(parser, salt.bytes);
#else
    static const auto salt = static_cast<unsigned long>(QRandomGenerator::system()->generate64() | 1);
    XML_SetHashSalt(parser, salt);
#endif
}

} // namespace rpc
