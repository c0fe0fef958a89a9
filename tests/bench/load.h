// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

namespace bench {

/// One request, again and again.
struct LoadJob
{
    quint16 port = 0;
    QByteArray path;
    QByteArray type;
    QByteArray body;
    QByteArray expected; ///< stands in every answer
    int connections = 8; ///< each has one request under way
    double seconds = 2;
};

struct LoadResult
{
    qint64 answers = 0;
    qint64 wrong = 0; ///< not 200, or without what was expected
    qint64 lost = 0; ///< connections that could not be made or ended without an answer
    double seconds = 0;
    double p50 = 0; ///< milliseconds
    double p99 = 0;
    QString failure; ///< why there is no result
};

/// The smallest value that \a part of all values do not exceed. Sorts.
double percentile(QList<double> &values, double part);

/// From this process, with plain sockets.
LoadResult ownLoad(const LoadJob &job);
/// From a second process: wrk when there is one, else this program's `load`.
LoadResult load(const LoadJob &job);
/// What load() makes the requests with.
QString loadGenerator();

} // namespace bench
