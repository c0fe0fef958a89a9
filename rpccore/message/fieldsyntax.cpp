// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "fieldsyntax.h"

#include "headerfields.h"

#include <QUrl>

namespace rpc {

// RFC 9110 section 5.5: blanks and tabs only; every other control character is looked at.
QByteArrayView withoutBlanks(QByteArrayView text) noexcept
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t'))
        text = text.sliced(1);
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t'))
        text.chop(1);
    return text;
}

bool fieldListHas(QByteArrayView value, QByteArrayView word) noexcept
{
    while (!value.isEmpty()) {
        qsizetype comma = value.indexOf(',');
        if (comma < 0)
            comma = value.size();
        if (isSameField(withoutBlanks(value.first(comma)), word))
            return true;
        value = value.sliced(qMin(comma + 1, value.size()));
    }
    return false;
}

std::optional<std::pair<QByteArrayView, QByteArrayView>> readFieldLine(QByteArrayView line) noexcept
{
    qsizetype colon = 0;
    while (colon < line.size() && isTokenChar(line[colon]))
        ++colon;
    if (colon == 0 || colon == line.size() || line[colon] != ':')
        return std::nullopt;
    const auto value = withoutBlanks(line.sliced(colon + 1));
    for (const char c : value) {
        if ((uchar(c) < 0x20 && c != '\t') || c == 0x7f)
            return std::nullopt;
    }
    return std::pair(line.first(colon), value);
}

QByteArray authorityOf(const QString &host, int port, int defaultPort)
{
    QByteArray text = QUrl::toAce(host);
    if (text.isEmpty())
        text = host.toLatin1();
    if (text.contains(':'))
        text = '[' + text + ']';
    if (port != defaultPort)
        text += ':' + QByteArray::number(port);
    return text;
}

} // namespace rpc
