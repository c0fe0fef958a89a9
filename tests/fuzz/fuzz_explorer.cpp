// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    fuzz::explorer(QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    return 0;
}
