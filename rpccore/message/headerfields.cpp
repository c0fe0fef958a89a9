// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "headerfields.h"

namespace rpc {

bool isSameField(QByteArrayView a, QByteArrayView b) noexcept
{
    return a.size() == b.size() && qstrnicmp(a.data(), a.size(), b.data(), b.size()) == 0;
}

QByteArray headerValue(const HeaderFields &fields, QByteArrayView name)
{
    for (const auto &[field, value] : fields) {
        if (isSameField(field, name))
            return value.trimmed();
    }
    return {};
}

ContentType ContentType::fromHeader(const QByteArray &value)
{
    ContentType result;
    const auto parts = value.toLower().split(';');
    result.type = parts.constFirst().trimmed();
    for (const QByteArray &part : parts.mid(1)) {
        const QByteArray parameter = part.trimmed();
        if (parameter.startsWith("charset="))
            result.charset = parameter.mid(8).replace('"', "").trimmed();
    }
    return result;
}

} // namespace rpc
