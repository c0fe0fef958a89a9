// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "trace.h"

#include <QProcess>

namespace rpc {

QUrl Trace::shownUrl(const QUrl &url)
{
    QUrl shown = url.adjusted(QUrl::RemoveUserInfo);
    if (url.scheme() == u"exec" || url.scheme().startsWith(u"exec+"))
        shown.setPath(QProcess::splitCommand(url.path(QUrl::FullyDecoded)).value(0));
    return shown;
}

HeaderFields Trace::responseFields() const
{
    HeaderFields fields;
    const auto lines = responseHead.split('\n');
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const QByteArray &line = lines[i];
        const bool continues = line.startsWith(' ') || line.startsWith('\t'); // RFC 9112 section 5.2
        if (continues && !fields.isEmpty())
            fields.last().second += ' ' + line.trimmed();
        else if (const qsizetype colon = line.indexOf(':'); colon > 0)
            fields.append({ line.left(colon), line.mid(colon + 1).trimmed() });
    }
    return fields;
}

QString durationText(Trace::Microseconds time)
{
    const double ms = double(time.count()) / 1000.0;
    if (ms < 9.95)
        return QStringLiteral("%1 ms").arg(ms, 0, 'f', 1);
    if (ms < 999.5)
        return QStringLiteral("%1 ms").arg(ms, 0, 'f', 0);
    if (ms < 59'995)
        return QStringLiteral("%1 s").arg(ms / 1000, 0, 'f', 2);
    const qint64 seconds = qint64(ms / 1000 + 0.5);
    return QStringLiteral("%1 min %2 s").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

QString sizeText(qint64 bytes)
{
    if (bytes < 1000)
        return QStringLiteral("%1 B").arg(bytes);
    if (bytes < 999'950)
        return QStringLiteral("%1 kB").arg(double(bytes) / 1e3, 0, 'f', 1);
    if (bytes < 999'950'000)
        return QStringLiteral("%1 MB").arg(double(bytes) / 1e6, 0, 'f', 1);
    return QStringLiteral("%1 GB").arg(double(bytes) / 1e9, 0, 'f', 2);
}

} // namespace rpc
