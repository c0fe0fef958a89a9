// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpcaller.h"
#include "scriptedserver.h"

#include <rpccore/client/eventstream.h>

using namespace rpc;
using namespace httpcaller;

/// Answers that come as a text/event-stream: the events of one, and the call that gets its answer out of it.
class tst_EventStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void events_areRead_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QByteArrayList>("events");
        const auto row = [](const char *name, const QByteArray &stream, const QByteArrayList &events) { QTest::newRow(name) << stream << events; };
        row("one", "data: {\"a\":1}\n\n", { "{\"a\":1}" });
        row("lines", "data: a\ndata:b\ndata:  c\n\n", { "a\nb\n c" });
        row("line ends", "data: a\r\n\r\ndata: b\r\rdata: c\n\n", { "a", "b", "c" });
        row("others", ": comment\nevent: x\nid: 7\nretry: 10\ndata: a\nnothing\n\n", { "a" });
        row("without data", "event: x\n\n\n\ndata: a\n\n", { "a" });
        row("empty data", "data\n\ndata:\ndata\n\n", { "", "\n" });
        row("byte order mark", "\xef\xbb\xbf" "data: a\n\n", { "a" });
        row("cut off", "data: a\n\ndata: b\n", { "a" });
        row("a name that begins alike", "database: a\n\n", {});
    }
    void events_areRead()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QByteArrayList, events);
        EventStreamReader whole;
        QCOMPARE(QByteArrayList(whole.add(stream)), events);
        EventStreamReader pieces;
        QByteArrayList found;
        for (const char byte : stream)
            found += pieces.add(QByteArrayView(&byte, 1));
        QCOMPARE(found, events);
    }

    // The stream stays open behind the answer: nobody waits for its end.
    void call_getsItsAnswer_andTellsOfTheRest()
    {
        ScriptedServer server;
        const QByteArray answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\n\"result\":5}";
        const QByteArray stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                                  ": hello\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"progress\"}\n\n"
                                  "data: {\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\"}\n\n"
                                  "data: {\"jsonrpc\":\"2.0\",\"id\":1,\ndata: \"result\":5}\n\n";
        server.answerWith([&](const QByteArray &) { return stream; });
        Caller caller(targetOf(server.url()));
        QCOMPARE(caller.call(), QStringLiteral("5"));
        QCOMPARE(caller.trace.responseBody, answer);
        QVERIFY(caller.trace.responseWire.startsWith(": hello\n\n"));
        QCOMPARE(caller.trace.events.size(), 2);
        QCOMPARE(caller.trace.findings.size(), 1);
        QCOMPARE(caller.trace.findings.at(0).rule, Rule::HttpEventStream);
    }

    void stream_withoutAnAnswer_saysSo()
    {
        ScriptedServer server;
        const QByteArray events = "data: {\"jsonrpc\":\"2.0\",\"method\":\"progress\"}\n\n";
        server.answerWith([&](const QByteArray &) {
            return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " + QByteArray::number(events.size()) + "\r\n\r\n" + events;
        });
        Caller caller(targetOf(server.url()));
        caller.call();
        QCOMPARE(caller.error.kind, ErrorKind::EmptyAnswer);
        QVERIFY2(caller.error.message.contains(u"event stream"), qPrintable(caller.error.message));
        QCOMPARE(caller.trace.events.size(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_EventStream)
#include "tst_eventstream.moc"
