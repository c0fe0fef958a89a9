// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/jsonrpc/messagescan.h>
#include <tests/support/fatalmessages.h>

#include <QElapsedTimer>
#include <QRandomGenerator>

using namespace rpc;
using jsonrpc::MessageScan;
using jsonrpc::ScannedMessage;
using jsonrpc::scanMessage;

// What a text is, without making values of it.
class tst_MessageScan : public QObject
{
    Q_OBJECT

    QRandomGenerator m_random;

    int below(int end) { return m_random.bounded(end); }

    Value value(int depth = 0)
    {
        switch (below(depth > 4 ? 6 : 8)) {
        case 0:
            return {};
        case 1:
            return below(2) == 1;
        case 2:
            return below(2000) - 1000;
        case 3:
            return *Number::fromLiteral(below(2) ? "1.50" : "-0");
        case 4:
            return double(below(1000)) / 8;
        case 5:
            return QStringLiteral("a\"b\\}]\u00e9\U0001f600,{[:").left(below(14));
        case 6: {
            Array a;
            for (int i = below(4); i > 0; --i)
                a.append(value(depth + 1));
            return a;
        }
        default: {
            Struct s;
            for (const char *name : { "id", "method", "result", "\\u0069d" }) {
                if (below(3) == 0)
                    s.append(QString::fromLatin1(name), value(depth + 1));
            }
            return s;
        }
        }
    }

    Value id()
    {
        switch (below(7)) {
        case 0:
            return QStringLiteral("\u00e9\"x");
        case 1:
            return qint64(1) << (30 + below(30));
        case 2:
            return *Number::fromLiteral("12345678901234567890123");
        case 3:
            return 1.5;
        case 4:
            return {};
        case 5:
            return value();
        default:
            return below(100);
        }
    }

    Value message()
    {
        if (below(10) == 0)
            return value();
        Struct s;
        if (below(5))
            s.append(QStringLiteral("jsonrpc"), QStringLiteral("2.0"));
        if (below(3))
            s.append(QStringLiteral("id"), id());
        const int kind = below(4);
        if (kind < 2)
            s.append(QStringLiteral("method"), below(8) ? Value(QStringLiteral("add")) : value());
        if (kind < 2 && below(2))
            s.append(QStringLiteral("params"), value());
        if (kind == 2)
            s.append(QStringLiteral("result"), value());
        if (kind == 3 && below(4))
            s.append(QStringLiteral("error"), Struct { { QStringLiteral("code"), 1 }, { QStringLiteral("message"), QStringLiteral("no") } });
        if (below(6) == 0)
            s.append(QStringLiteral("extra"), value());
        return s;
    }

    QByteArray text()
    {
        Value v = message();
        if (below(2)) {
            Array batch;
            for (int i = below(6); i > 0; --i)
                batch.append(message());
            v = batch;
        }
        JsonWriter writer;
        writer.ascii = below(2);
        writer.layout = below(2) ? JsonWriter::Layout::Compact : JsonWriter::Layout::Indented;
        return *writer.write(v);
    }

    static QString shown(const MessageScan &scan)
    {
        QStringList all;
        for (const ScannedMessage &m : scan.members)
            all += QStringLiteral("%1 %2").arg(QStringLiteral("RNAU")[int(m.kind)], m.id.toString());
        return QStringLiteral("%1%2: %3").arg(scan.isJson ? u"" : u"no JSON, ", scan.isBatch ? u"batch" : u"single", all.join(u", "));
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void aText_isWhatItsMembersSay_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *text, const char *expected) { QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(expected); };
        row("request", "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":1}", "single: R 1");
        row("notification", " {\"method\":\"a\"}\n", "single: N (none)");
        row("result", "{\"result\":{\"method\":1},\"id\":\"x\"}", "single: A \"x\"");
        row("error", "{\"error\":null,\"id\":null}", "single: A null");
        row("method and result", "{\"result\":1,\"method\":\"a\",\"id\":1}", "single: R 1");
        row("nothing", "{\"id\":1}", "single: U (none)");
        row("empty object", "{}", "single: U (none)");
        row("number", "5", "single: U (none)");
        row("empty array", "[ ]", "batch: U (none)");
        row("batch", "[{\"method\":\"a\"},{\"result\":[],\"id\":2},3]", "batch: N (none), A 2, U (none)");
        row("escaped names", "{\"\\u0069d\":7,\"m\\u0065thod\":\"a\"}", "single: R 7");
        row("id with escapes", "{\"id\":\"a\\n\\ud83d\\ude00\",\"method\":\"a\"}", "single: R \"a\n\U0001f600\"");
        row("big id", "{\"id\":12345678901234567890,\"method\":\"a\"}", "single: R 12345678901234567890");
        row("id 1.0", "{\"id\":1.0,\"method\":\"a\"}", "single: R 1.0");
        row("null id", "{\"id\":null,\"method\":\"a\"}", "single: R null");
        row("id is an array", "{\"id\":[],\"method\":\"a\"}", "single: U (none)");
        row("id of an answer is true", "{\"id\":true,\"result\":1}", "single: A (none)");
        row("id twice", "{\"id\":1,\"method\":\"a\",\"id\":2}", "single: U (none)");
        row("byte order mark", "\xef\xbb\xbf{\"method\":\"a\",\"id\":1}", "single: R 1");
        row("brackets in strings", "{\"params\":[\"]}\\\"\",\"\\\\\"],\"method\":\"a\",\"id\":1}", "single: R 1");
        const QString none = QStringLiteral("no JSON, single: U (none)");
        for (const char *text : { "", " ", "{", "[", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1,]", "[1 2]", "[1]]", "{} {}", "01", "[01]", "-", "1.", "tru",
                 "\"a", "\"a\\", "\"a\\\"", "{\"a\\\":1}", "[\"\n\"]", "[1}", "{\"a\":[1}", "{\"method\":\"a\",\"id\":1x}", "\xff\xfe{}", "{\"id\":\"\\x\",\"method\":\"a\"}" })
            QTest::newRow(text) << QByteArray(text) << none;
    }
    void aText_isWhatItsMembersSay()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        QCOMPARE(shown(scanMessage(text, {})), expected);
    }

    void limits_areKept()
    {
        Limits limits;
        limits.depth = 3;
        QVERIFY(scanMessage("[{\"method\":[]}]", limits).isJson);
        QVERIFY(!scanMessage("[{\"method\":[[]]}]", limits).isJson);
        QVERIFY(!scanMessage("[[[[]]]]", limits).isJson);
        limits.bytes = 4;
        QVERIFY(scanMessage("[1] ", limits).isJson);
        QVERIFY(!scanMessage("[1]  ", limits).isJson);
        // One member more than allowed says that there are too many; what comes then is not read.
        limits = {};
        limits.batch = 2;
        QCOMPARE(scanMessage("[1,2]", limits).members.size(), 2);
        const auto tooMany = scanMessage("[1,2,3,4 and no JSON", limits);
        QCOMPARE(tooMany.members.size(), 3);
        QVERIFY(tooMany.isJson && tooMany.isBatch);
    }

    // Brackets cost no stack, and what is deeper than the limit is refused where it stands.
    void nesting_isNoRecursion()
    {
        Limits limits;
        limits.depth = 2'000'000;
        const int depth = 1'000'000;
        const QByteArray text = "{\"result\":" + QByteArray(depth, '[') + QByteArray(depth, ']') + ",\"id\":1}";
        QCOMPARE(shown(scanMessage(text, limits)), QStringLiteral("single: A 1"));
        QVERIFY(!scanMessage(text, {}).isJson);
    }

    // Whatever the codec makes of a text, the scan says the same of it.
    void scanAndCodec_agree()
    {
        const quint32 seed = qEnvironmentVariableIsSet("ANTIPHON_SEED") ? qEnvironmentVariable("ANTIPHON_SEED").toUInt() : QRandomGenerator::global()->generate();
        m_random.seed(seed);
        const JsonRpcCodec codec;
        for (int round = 0; round < 20'000; ++round) {
            QByteArray text = this->text();
            const bool broken = below(3) == 0;
            if (broken) {
                const int at = below(int(text.size()));
                if (below(2))
                    text[at] = "{}[],:\"\\0x "[below(11)];
                else
                    text.truncate(at);
            }
            const MessageScan scan = scanMessage(text, {});
            const QByteArray where = "ANTIPHON_SEED=" + QByteArray::number(seed) + ": " + text + " is " + shown(scan).toUtf8();
            const char *const context = where.constData();
            JsonReader reader;
            reader.duplicates = Duplicates::KeepAll;
            const auto read = reader.read(text);
            if (!broken)
                QVERIFY2(read.hasValue(), context);
            if (read)
                QVERIFY2(scan.isJson, context);
            const auto requests = codec.decodeRequests(text, {});
            const auto answers = codec.decodeResponses(text, {});
            if (requests) {
                QVERIFY2(scan.isJson, context);
                QVERIFY2(requests->isBatch == scan.isBatch && requests->members.size() == scan.members.size(), context);
            }
            for (qsizetype i = 0; i < scan.members.size(); ++i) {
                const ScannedMessage &m = scan.members[i];
                const bool isCall = m.kind == ScannedMessage::Kind::Request || m.kind == ScannedMessage::Kind::Notification;
                if (requests) {
                    const IncomingRequest &member = requests->members[i];
                    if (member.request)
                        QVERIFY2(isCall && member.request->id == m.id && member.request->isNotification() == (m.kind == ScannedMessage::Kind::Notification), context);
                    else if (m.kind == ScannedMessage::Kind::Request)
                        QVERIFY2(member.id == m.id, context); // it is answered with its id
                    else if (m.kind == ScannedMessage::Kind::Notification)
                        QVERIFY2(member.id.isNull(), context);
                }
                if (requests && answers && !answers->members.isEmpty()) { // no name stands twice
                    const auto &answer = answers->members[i];
                    if (answer && !isCall)
                        QVERIFY2(m.kind == ScannedMessage::Kind::Response && answer->id == m.id, context);
                    if (m.kind == ScannedMessage::Kind::Unreadable)
                        QVERIFY2(!answer, context);
                }
            }
        }
    }

    // The figure is for the log; that one pass is enough is what it shows.
    void largeAnswer_isSkipped()
    {
        QByteArray text = "{\"jsonrpc\":\"2.0\",\"result\":[";
        while (text.size() < 10 * 1024 * 1024)
            text += "{\"name\":\"something of a text\",\"count\":12345,\"price\":17.25,\"tags\":[\"a\",\"b\\n\",true]},";
        text += "null],\"id\":\"last\"}";
        QElapsedTimer timer;
        timer.start();
        const MessageScan scan = scanMessage(text, {});
        const qint64 spent = timer.nsecsElapsed();
        QCOMPARE(shown(scan), QStringLiteral("single: A \"last\""));
        qInfo("%.0f MB/s", double(text.size()) * 1000 / double(spent));
    }
};

QTEST_GUILESS_MAIN(tst_MessageScan)
#include "tst_messagescan.moc"
