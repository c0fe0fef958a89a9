// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fatalmessages.h>

#include <rpccore/channel/framing.h>

#include <QRandomGenerator>

using namespace rpc;

Q_DECLARE_METATYPE(rpc::Framing)

/// Streams of bytes taken apart, however they come.
class tst_Framing : public QObject
{
    Q_OBJECT

    // Everything that \a stream holds, given in pieces of \a step bytes: messages as head|body|tail, then an error.
    static QList<QByteArray> readAll(FrameReader &reader, const QByteArray &stream, qsizetype step)
    {
        QList<QByteArray> all;
        for (qsizetype at = 0; at < stream.size(); at += step) {
            reader.append(stream.mid(at, step));
            for (;;) {
                const auto next = reader.next();
                if (const auto *m = std::get_if<ChannelMessage>(&next)) {
                    all.append(m->head + '|' + m->body + '|' + m->tail);
                    continue;
                }
                if (const auto *e = std::get_if<Error>(&next)) {
                    all.append(e->kind == ErrorKind::LimitExceeded ? "too large" : "broken");
                    return all;
                }
                break;
            }
        }
        return all;
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void streams_areTakenApart_data()
    {
        QTest::addColumn<Framing>("framing");
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QList<QByteArray>>("messages");
        using L = QList<QByteArray>;
        const auto row = [](const char *name, Framing framing, const QByteArray &stream, const L &messages) {
            QTest::newRow(name) << framing << stream << messages;
        };
        row("line", Framing::Newline, "{\"a\":1}\n", L { "|{\"a\":1}|\n" });
        row("lines, CR LF, empty ones", Framing::Newline, "[1]\r\n\n \t\r\n{}\nx y\n", L { "|[1]|\r\n", "|{}|\n", "|x y|\n" });
        row("unfinished line", Framing::Newline, "[1]\n[2", L { "|[1]|\n" });
        row("content-length", Framing::ContentLength, "Content-Length: 3\r\n\r\n[1]Content-Length: 2\r\n\r\n{}",
            L { "Content-Length: 3\r\n\r\n|[1]|", "Content-Length: 2\r\n\r\n|{}|" });
        row("content-length with more fields, other case", Framing::ContentLength,
            "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:3\r\n\r\n[1]",
            L { "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:3\r\n\r\n|[1]|" });
        row("content-length 0", Framing::ContentLength, "Content-Length: 0\r\n\r\n", L { "Content-Length: 0\r\n\r\n||" });
        row("no content-length", Framing::ContentLength, "Content-Type: a\r\n\r\n[1]", L { "broken" });
        row("two content-lengths", Framing::ContentLength, "Content-Length: 3\r\nContent-Length: 3\r\n\r\n[1]", L { "broken" });
        row("negative content-length", Framing::ContentLength, "Content-Length: -3\r\n\r\n[1]", L { "broken" });
        row("content-length with a sign", Framing::ContentLength, "Content-Length: +3\r\n\r\n[1]", L { "broken" });
        row("content-length too large", Framing::ContentLength, "Content-Length: 1001\r\n\r\n[1]", L { "too large" });
        row("content-length beyond 64 bits", Framing::ContentLength, "Content-Length: 99999999999999999999\r\n\r\n", L { "broken" });
        row("head without end", Framing::ContentLength, QByteArray(300, 'a'), L { "broken" });
        row("netstring", Framing::Netstring, "3:[1],2:{},\n0:,", L { "3:|[1]|,", "2:|{}|,", "0:||," });
        row("netstring without comma", Framing::Netstring, "3:[1];", L { "broken" });
        row("netstring without length", Framing::Netstring, ":[1],", L { "broken" });
        row("netstring with letters", Framing::Netstring, "3x:[1],", L { "broken" });
        row("netstring too large", Framing::Netstring, "1001:", L { "too large" });
        row("netstring with too many digits", Framing::Netstring, "0000000000003:[1],", L { "broken" });
        row("bare", Framing::Bare, "{\"a\":\"}]\\\"\"}[[1],{}]{}", L { "|{\"a\":\"}]\\\"\"}|", "|[[1],{}]|", "|{}|" });
        row("bare with white space", Framing::Bare, " [1]\n\t{\n\"a\":2}\n", L { "|[1]|", "|{\n\"a\":2}|" });
        row("bare with garbage", Framing::Bare, "oops\n[1]nope{}", L { "|oops|", "|[1]|", "|nope|", "|{}|" });
        row("bare unfinished", Framing::Bare, "[1][\"]", L { "|[1]|" });
        row("detects lines", Framing::Detect, "{}\n[1]\r\n", L { "|{}|", "|[1]|\r\n" });
        row("detects bare", Framing::Detect, "{}{}[1]", L { "|{}|", "|{}|", "|[1]|" });
        row("detects bare by a text over lines", Framing::Detect, "{\n}\n{\n}\n", L { "|{\n}|", "|{\n}|" });
        row("detects content-length", Framing::Detect, "Content-Length: 2\r\n\r\n{}", L { "Content-Length: 2\r\n\r\n|{}|" });
        row("detects netstrings", Framing::Detect, "2:{},2:[],", L { "2:|{}|,", "2:|[]|," });
        const QByteArray post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}\n";
        row("HTTP, detected", Framing::Detect, post, L { "broken" });
        row("HTTP on lines", Framing::Newline, post, L { "broken" });
        row("HTTP, bare", Framing::Bare, post, L { "broken" });
        row("HTTP where Content-Length is expected", Framing::ContentLength, post, L { "broken" });
        row("HTTP in netstrings", Framing::Netstring, post, L { "broken" });
        row("an answer of HTTP", Framing::Newline, "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}\n", L { "broken" });
        row("no field before a message", Framing::ContentLength, "oops\r\nContent-Length: 2\r\n\r\n{}", L { "broken" });
        row("nul", Framing::Nul, QByteArray("{}\0\0\n[1]\0x", 10), L { "|{}|" + QByteArray(1, '\0'), "|[1]|" + QByteArray(1, '\0') });
        row("HTTP where NUL is expected", Framing::Nul, post, L { "broken" });
        row("detects nul", Framing::Detect, QByteArray("{}\0[1]\0", 7), L { "|{}|", "|[1]|" + QByteArray(1, '\0') });
        row("a mark before a line", Framing::Newline, "\xEF\xBB\xBF{}\n", L { "|\xEF\xBB\xBF{}|\n" });
        row("a mark before a header", Framing::ContentLength, "\xEF\xBB\xBF" "Content-Length: 2\r\n\r\n{}", L { "\xEF\xBB\xBF" "Content-Length: 2\r\n\r\n|{}|" });
        row("a mark before a netstring", Framing::Netstring, "\xEF\xBB\xBF" "2:{},2:[],", L { "\xEF\xBB\xBF" "2:|{}|,", "2:|[]|," });
        row("a mark before the second header", Framing::ContentLength, "Content-Length: 2\r\n\r\n{}\xEF\xBB\xBF" "Content-Length: 2\r\n\r\n{}", L { "Content-Length: 2\r\n\r\n|{}|", "broken" });
        row("detects behind a mark", Framing::Detect, "\xEF\xBB\xBF" "2:{},", L { "\xEF\xBB\xBF" "2:|{}|," });
        row("XML ends with its root", Framing::Bare, "<?xml version='1.0'?><!-- > --><methodCall><a b='/>'/><![CDATA[</methodCall>]]></methodCall >{}<methodResponse/>\n<methodCall>\n</methodCall>",
            L { "|<?xml version='1.0'?><!-- > --><methodCall><a b='/>'/><![CDATA[</methodCall>]]></methodCall >|", "|{}|", "|<methodResponse/>|", "|<methodCall>\n</methodCall>|" });
        row("detects nul behind XML", Framing::Detect, QByteArray("<methodCall/>\0<methodCall/>\0", 28), L { "|<methodCall/>|", "|<methodCall/>|" + QByteArray(1, '\0') });
        row("detects XML", Framing::Detect, "<methodCall>\n</methodCall>\n<?xml version='1.0'?>\n<!DOCTYPE x><methodCall></methodCall>", L { "|<methodCall>\n</methodCall>|", "|<?xml version='1.0'?>\n<!DOCTYPE x><methodCall></methodCall>|" });
        row("detects lines in garbage", Framing::Detect, "<a/>\n{}\n", L { "|<a/>|\n", "|{}|\n" });
    }

    void streams_areTakenApart()
    {
        QFETCH(Framing, framing);
        QFETCH(QByteArray, stream);
        QFETCH(QList<QByteArray>, messages);
        Limits limits;
        limits.bytes = 1000;
        limits.headerBytes = 200;
        for (const qsizetype step : { stream.size(), qsizetype(1), qsizetype(2), qsizetype(5) }) {
            FrameReader reader(framing, limits);
            QCOMPARE(readAll(reader, stream, step), messages);
        }
    }

    void framings_areDetected_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<Framing>("framing");
        QTest::newRow("nothing yet") << QByteArray(" \n") << Framing::Detect;
        QTest::newRow("one text, what follows decides") << QByteArray("{}") << Framing::Detect;
        QTest::newRow("line") << QByteArray("{}\n") << Framing::Newline;
        QTest::newRow("CR LF") << QByteArray("{} \r\n") << Framing::Newline;
        QTest::newRow("bare") << QByteArray("{}{}") << Framing::Bare;
        QTest::newRow("bare with a blank") << QByteArray("{} {") << Framing::Bare;
        QTest::newRow("lsp") << QByteArray("C") << Framing::ContentLength;
        QTest::newRow("netstring") << QByteArray("4") << Framing::Netstring;
    }

    void framings_areDetected()
    {
        QFETCH(QByteArray, stream);
        for (const qsizetype step : { stream.size(), qsizetype(1) }) {
            FrameReader reader(Framing::Detect);
            readAll(reader, stream, step);
            QTEST(reader.framing(), "framing");
            QCOMPARE(reader.isDetected(), reader.framing() != Framing::Detect);
        }
    }

    void messages_areFramed_soThatTheyAreReadBack()
    {
        const QByteArray body = "{\"text\":\"a\\nb } ]\",\n\"x\":[1,\r\n2]}";
        for (const auto framing : { Framing::Detect, Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare, Framing::Nul }) {
            const ChannelMessage sent = framed(framing, body);
            FrameReader reader(framing);
            reader.append(sent.head + sent.body + sent.tail + sent.head + sent.body + sent.tail);
            for (int i = 0; i < 2; ++i) {
                const auto next = reader.next();
                const auto *got = std::get_if<ChannelMessage>(&next);
                QVERIFY(got);
                QCOMPARE(got->body, sent.body);
            }
            const bool asLine = framing == Framing::Newline || framing == Framing::Detect;
            QCOMPARE(sent.body, asLine ? QByteArray(body).replace('\n', ' ').replace('\r', ' ') : body);
        }
    }

    void endlessMessages_areEnded()
    {
        Limits limits;
        limits.bytes = 10'000;
        limits.headerBytes = 100;
        for (const auto misfits : { Misfits::Refused, Misfits::Shown }) {
            for (const auto framing : { Framing::Detect, Framing::Newline, Framing::Bare, Framing::Nul }) {
                for (const QByteArray &text : { QByteArray(20'000, '['), QByteArray("<methodCall>").repeated(2000) }) {
                    FrameReader reader(framing, limits, misfits);
                    QCOMPARE(readAll(reader, text, 100), QList<QByteArray> { "too large" });
                }
            }
        }
    }

    void largeMessages_inSmallPieces_areLinear()
    {
        // Quadratic work over these pieces would take minutes.
        const QByteArray body = "{\"" + QByteArray(4'000'000, 'x') + "\":[]}";
        for (const auto framing : { Framing::Detect, Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare }) {
            const ChannelMessage sent = framed(framing, body);
            for (const auto misfits : { Misfits::Refused, Misfits::Shown }) {
                FrameReader reader(framing, {}, misfits);
                QCOMPARE(readAll(reader, sent.head + sent.body + sent.tail, 16).size(), 1);
            }
        }
    }

    // Whatever comes, in whatever pieces: the same messages and texts, nothing is lost, and it comes to an end.
    void pieces_makeNoDifference_whereMisfitsAreShown_data()
    {
        QTest::addColumn<Framing>("framing");
        for (const auto framing : { Framing::Detect, Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare, Framing::Nul })
            QTest::addRow("%d", int(framing)) << framing;
    }

    void pieces_makeNoDifference_whereMisfitsAreShown()
    {
        QFETCH(Framing, framing);
        const QByteArray parts[] = { "{\"id\":1}", "{\"id\":1}\n", "{\n\"id\":1\n}", "Content-Length: 8\r\n\r\n{\"id\":1}", "8:{\"id\":1},", QByteArray("{\"id\":1}\0", 9),
            "<methodCall>\n</methodCall>", "<?xml version='1.0'?><methodResponse/>\n", "Welcome\r\n", "> ", "[INFO] x\n", "220 ok\n", "\xEF\xBB\xBF", "\n", "{\"a", "\"}", "Content-Length: x\r\n\r\n",
            "12:", ",", "\x93\x01\xff", QByteArray(2, '\0'), "[{\"id\":1},\n{}]", "\"{\"", "\r\n\r\n", "<", "C" };
        QRandomGenerator random(7);
        for (int round = 0; round < 3000; ++round) {
            QByteArray stream;
            for (int i = random.bounded(1, 9); i > 0; --i)
                stream += parts[random.bounded(int(std::size(parts)))];
            const auto read = [&](int most) {
                FrameReader reader(framing, {}, Misfits::Shown);
                QList<QByteArray> all;
                for (qsizetype at = 0; at < stream.size();) {
                    const qsizetype size = most > 0 ? random.bounded(1, most + 1) : stream.size();
                    reader.append(stream.mid(at, size));
                    at += size;
                    for (int i = 0;; ++i) {
                        const auto next = reader.next();
                        const auto *message = std::get_if<ChannelMessage>(&next);
                        if (!message || i > 1000)
                            break;
                        all.append(QByteArray::number(int(message->form)) + message->head + '|' + message->body);
                    }
                }
                all.append(reader.unread().trimmed());
                return all;
            };
            const auto whole = read(0);
            QVERIFY(whole.size() < 200);
            for (const int most : { 1, 3 }) {
                const auto pieces = read(most);
                QVERIFY2(pieces == whole, (stream.toPercentEncoding(" {}[]:,<>\"") + "\n" + whole.join(" ; ") + "\n" + pieces.join(" ; ")).constData());
            }
        }
    }

    void names_goBothWays()
    {
        for (const auto framing : { Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare, Framing::Nul })
            QCOMPARE(framingFromName(framingName(framing)), framing);
        QVERIFY(!framingFromName(u"tabs"));
        QVERIFY(!framingFromName(u""));
    }
};

QTEST_APPLESS_MAIN(tst_Framing)
#include "tst_framing.moc"
