// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "cases.h"

#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/server.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/rawhttp.h>

#include <QSet>

#include <functional>
#include <memory>
#include <optional>

/// What the tests of hostile bytes have in common: a server, the reading of what it sends, what has to be true of every
/// row and of the page that lists them.
namespace hostile {

/// A server behind HTTP that adds, echoes and holds; nobody listens yet.
struct ServerUnderTest
{
    std::unique_ptr<rpc::Server> server = std::make_unique<rpc::Server>();
    rpc::HttpListener *http = nullptr;
    QList<rpc::ReplyHandle> held; ///< calls of "hold"
    quint16 port = 0; ///< of HTTP

    ServerUnderTest();
    void addRaw(const QString &name, const std::function<void(const rpc::Params &, const rpc::ReplyHandle &)> &function);
};

/// A call of JSON-RPC.
QByteArray call(const QByteArray &method, const QByteArray &params = "[]", const QByteArray &id = "1");

/// How many descriptors this process has open, without those that lead to \a except.
int openDescriptors(const QString &except = {});

/// Sends one piece after the other, as long as the connection is there; the server has seen one before the next is sent.
/// \a take is called behind each.
void sendPieces(support::RawClient &client, const QList<QByteArray> &pieces, const std::function<void()> &take);

/// Takes the first HTTP answer from the begin of \a received when all of it is there. One \a toHead has no body.
std::optional<support::RawAnswer> takeAnswer(QByteArray &received, bool toHead);

/// The number behind \a mark in \a text, as its digits; nothing when the mark is not there.
std::optional<QByteArray> codeBehind(const QByteArray &mark, const QByteArray &text);

/// "200 3 x 400": equal words that follow each other are counted.
QByteArray counted(const QByteArrayList &words);

/// The part of docs/hostile.md from \a begin up to \a end (nothing: to the end of the page) is \a tables, to the letter.
/// With ANTIPHON_UPDATE_DOCS set it is written instead. The last thing that a test function does.
void checkPage(const QByteArray &begin, const QByteArray &end, const QByteArray &tables);

/// Each row has a name of its own.
template <class Row> void checkNames(const QList<Row> &rows)
{
    QSet<QByteArray> names;
    for (const Case &row : rows)
        QVERIFY2(!std::exchange(names, names + QSet<QByteArray> { row.name }).contains(row.name), row.name.constData());
}

/// Each scene is a function of \a test.
void checkScenes(const QList<Scene> &scenes, const QMetaObject &test);

/// Whatever came of \a row: the next one is served, and nothing is left.
template <class Fixture, class Row> void checkRow(Fixture &fixture, const Row &row, int descriptors)
{
    const QByteArray outcome = fixture.outcomeOf(row);
    QVERIFY(fixture.answersTheNext(row));
    QVERIFY(fixture.holdsNothing());
    QVERIFY(fixture.held.isEmpty());
    QTRY_COMPARE(fixture.descriptors(), descriptors);
    QCOMPARE(outcome, row.outcome);
}

} // namespace hostile
