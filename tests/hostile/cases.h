// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>

#include <QByteArray>
#include <QList>

namespace hostile {

/// Bytes that a server may be sent, and what it does with them.
struct Case
{
    const char *group;
    QByteArray name; ///< unlike that of any other
    QList<QByteArray> pieces; ///< sent one after the other; the server has seen one before the next is sent
    /// The statuses of all answers, with the code of an RPC error in brackets, then what becomes of the connection:
    /// "200, open", "200 (-32700), open", "100 200, open", "3 x 200, open", "400, closed", "closed".
    QByteArray outcome;
};

/// The limits of the server that gets them: what is large is smaller here, what takes time shorter.
rpc::Limits limits();

/// Requests over HTTP, with or without TLS.
const QList<Case> &httpCases();

/// What needs more than bytes; each is a test function of the same name.
struct Scene
{
    QByteArray function;
    QByteArray name;
    QByteArray outcome;
};
QList<Scene> scenes();

/// \a text for a table in Markdown.
QByteArray escaped(const QByteArray &text);

/// Rows and scenes as Markdown: a table for each group, then one for the scenes.
template <class Row> QByteArray tablesOf(const QList<Row> &rows, const QByteArray &scenesHeading, const QList<Scene> &scenes)
{
    const auto heading = [](const QByteArray &text) { return QByteArray("\n## " + text + "\n\n| what comes | what happens |\n| --- | --- |\n"); };
    QByteArray page;
    QByteArray group;
    for (const Case &row : rows) {
        if (group != row.group)
            page += heading(group = row.group);
        page += "| " + escaped(row.name) + " | " + row.outcome + " |\n";
    }
    page += heading(scenesHeading);
    for (const Scene &s : scenes)
        page += "| " + escaped(s.name) + " | " + escaped(s.outcome) + " |\n";
    return page;
}

/// Everything above as Markdown.
QByteArray tables();

} // namespace hostile
