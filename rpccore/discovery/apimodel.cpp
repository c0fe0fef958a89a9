// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "apimodel.h"

namespace rpc {

const MethodInfo *ApiModel::find(const QString &name) const
{
    for (const MethodInfo &m : methods) {
        if (m.name == name)
            return &m;
    }
    return nullptr;
}

} // namespace rpc
