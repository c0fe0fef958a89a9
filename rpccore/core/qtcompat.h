// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

// Differences between the versions of Qt.

namespace rpc::qtcompat {

/// The name of a header field as QNetworkAccessManager writes it: from Qt 6.8 on in lower case, which HTTP does not
/// distinguish; before, as it was set.
inline QByteArray sentFieldName(const QByteArray &name)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    return name.toLower();
#else
    return name;
#endif
}

} // namespace rpc::qtcompat
