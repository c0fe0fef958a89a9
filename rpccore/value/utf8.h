// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>
#include <QString>

namespace rpc {

/// The text of valid UTF-8, character for character: a U+FEFF at its begin is kept (QString::fromUtf8 takes it for a
/// byte order mark), and nothing is the empty string, not the null one.
inline QString stringFromUtf8(QByteArrayView utf8)
{
    const bool mark = utf8.startsWith("\xef\xbb\xbf");
    QString text = QString::fromUtf8(mark ? utf8.sliced(3) : utf8);
    if (mark)
        text.prepend(QChar(u'\ufeff'));
    return text.isNull() ? QString(QLatin1String("")) : text;
}

} // namespace rpc
