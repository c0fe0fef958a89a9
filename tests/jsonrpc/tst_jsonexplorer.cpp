// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/client.h>
#include <rpccore/client/looptransport.h>
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/valuetext.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <tests/support/fatalmessages.h>

#include <QTest>

using namespace rpc;

namespace {

std::shared_ptr<JsonRpcCodec> explorers()
{
    return std::make_shared<JsonRpcCodec>(JsonRpcDialect::explorer(), JsonRpcDialect::explorer());
}

std::unique_ptr<LoopTransport> answering(const QByteArray &answer)
{
    return std::make_unique<LoopTransport>([answer](const QByteArray &, const QByteArray &, const auto &done) { done(answer); });
}

QByteArrayList rulesOf(const Findings &findings)
{
    QByteArrayList rules;
    for (const Finding &f : findings)
        rules.append(f.id().toLatin1());
    return rules;
}

} // namespace

/// What an explorer makes of answers and requests that are not as JSON-RPC says.
class tst_JsonExplorer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    // The call has the id 1. Library users keep the strict reading: what is wrong for them stays wrong.
    void answers_areShown_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("result"); // as JSON; or "error CODE MESSAGE"
        QTest::addColumn<QByteArrayList>("rules");
        QTest::addColumn<bool>("isStrict"); // an answer for everybody
        const auto row = [](const char *name, const QByteArray &answer, const QByteArray &result, const QByteArrayList &rules, bool isStrict = false) {
            QTest::newRow(name) << answer << result << rules << isStrict;
        };
        row("id as a double", "{\"jsonrpc\":\"2.0\",\"id\":1.0,\"result\":5}", "5", { "jsonrpc.id-form" });
        row("id with an exponent", "{\"jsonrpc\":\"2.0\",\"id\":1e0,\"result\":5}", "5", { "jsonrpc.id-form" });
        row("id as text", "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":5}", "5", { "jsonrpc.id-form" });
        row("no id", "{\"jsonrpc\":\"2.0\",\"result\":5}", "5", { "jsonrpc.id-missing" });
        row("id null", "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":5}", "5", { "jsonrpc.id-foreign" });
        row("another id", "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":5}", "5", { "jsonrpc.id-foreign" });
        row("an error under another id", "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":3,\"message\":\"no\"}}", "error 3 no", { "jsonrpc.id-foreign" });
        row("an id that is none", "{\"jsonrpc\":\"2.0\",\"id\":[1],\"result\":5}", "5", { "jsonrpc.id-shape" });
        row("neither result nor error", "{\"jsonrpc\":\"2.0\",\"id\":1}", "null", { "jsonrpc.result-missing" });
        row("error null, no result", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":null}", "null", { "jsonrpc.result-missing" });
        row("result and error", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5,\"error\":{\"code\":3,\"message\":\"no\"}}", "error 3 no", { "jsonrpc.result-and-error" });
        // trytond with a member too many in the request, transmission's old protocol
        row("a bare text", " \"6.0.29\" ", "\"6.0.29\"", { "jsonrpc.envelope-missing" });
        row("a bare list", "[\"a\",\"b\"]", "[\"a\",\"b\"]", { "jsonrpc.envelope-missing" });
        row("a bare object", "{\"language\":\"en\"}", "{\"language\":\"en\"}", { "jsonrpc.envelope-missing" });
        row("an envelope of its own", "{\"arguments\":{\"version\":\"4\"},\"result\":\"success\",\"tag\":1}", "{\"arguments\":{\"version\":\"4\"},\"result\":\"success\",\"tag\":1}",
            { "jsonrpc.envelope-missing" });
        // tinyrpc, json-rpc
        row("infinity", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":Infinity,\"b\":1}}", "{\"a\":\"Infinity\",\"b\":1}", { "json.unreadable" });
        row("NUL behind", QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}\0", 36), "5", { "json.trailing" });
        row("cut off", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[1,2,{\"a\":\"b", "[1,2,{\"a\":\"b\"}]", { "json.broken-off" });
        row("UTF-16", QByteArray(reinterpret_cast<const char *>(u"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}"), 70), "5", { "json.charset" });
        row("as ever", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}", "5", {}, true);
        row("an error that knows no id", "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":3,\"message\":\"no\"}}", "error 3 no", {}, true);
    }
    void answers_areShown()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, result);
        QFETCH(QByteArrayList, rules);
        QFETCH(bool, isStrict);
        Client client(answering(answer), explorers());
        auto call = client.call(QStringLiteral("m"));
        QTRY_VERIFY(call.isFinished());
        const Reply reply = *call.reply();
        const QByteArray came = reply ? valuetext::toText(*reply)
                                      : "error " + QByteArray::number(reply.error().code) + ' ' + reply.error().message.toUtf8();
        QCOMPARE(came, result);
        QCOMPARE(rulesOf(call.trace().findings), rules);

        Client strict(answering(answer), std::make_shared<JsonRpcCodec>());
        auto other = strict.call(QStringLiteral("m"));
        QTRY_VERIFY(other.isFinished());
        QCOMPARE(other.reply()->hasValue() || other.reply()->error().kind == ErrorKind::Remote, isStrict);
    }

    // In a batch an id tells answers apart: what it means has to be clear.
    void batches_areDealtOutByWhatIdsMean()
    {
        Client client(answering("[{\"jsonrpc\":\"2.0\",\"id\":\"2\",\"result\":\"b\"},{\"jsonrpc\":\"2.0\",\"id\":1.0,\"result\":\"a\"}]"), explorers());
        Batch batch = client.batch();
        batch.call(QStringLiteral("m"));
        batch.call(QStringLiteral("m"));
        auto pending = client.send(batch);
        QTRY_VERIFY(pending.isFinished());
        QCOMPARE(pending.reply()->replies.at(0)->value().toString(), QStringLiteral("a"));
        QCOMPARE(pending.reply()->replies.at(1)->value().toString(), QStringLiteral("b"));
        QCOMPARE(rulesOf(pending.trace().findings), QByteArrayList({ "jsonrpc.id-form", "jsonrpc.id-form" }));
    }
    void batches_whoseIdsMeanTheSame_areDealtOutExactly()
    {
        Client client(answering("[{\"jsonrpc\":\"2.0\",\"id\":1.0,\"result\":\"a\"},{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":\"b\"}]"), explorers());
        Batch batch = client.batch();
        batch.add(Request { RequestId(1), QStringLiteral("m") });
        batch.add(Request { RequestId(QStringLiteral("1")), QStringLiteral("m") });
        auto pending = client.send(batch);
        QTRY_VERIFY(pending.isFinished());
        QVERIFY(!pending.reply()->replies.at(0)->hasValue());
        QCOMPARE(pending.reply()->replies.at(1)->value().toString(), QStringLiteral("b"));
        QCOMPARE(pending.reply()->unlinked.size(), 1);
    }

    // What comes unasked is read as leniently.
    void requests_areRead_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArrayList>("rules");
        QTest::newRow("no version") << QByteArray("{\"method\":\"m\",\"params\":{\"a\":1}}") << QByteArray("{\"a\":1}") << QByteArrayList { "jsonrpc.version-missing" };
        QTest::newRow("another version") << QByteArray("{\"jsonrpc\":3,\"method\":\"m\",\"params\":[1]}") << QByteArray("[1]") << QByteArrayList { "jsonrpc.version" };
        QTest::newRow("an id that is none") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"m\"}") << QByteArray("[]") << QByteArrayList { "jsonrpc.id-shape" };
        QTest::newRow("scalar params") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":5}") << QByteArray("[5]") << QByteArrayList { "jsonrpc.params-scalar" };
        QTest::newRow("no JSON in it") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[NaN]}") << QByteArray("[\"NaN\"]") << QByteArrayList { "json.unreadable" };
    }
    void requests_areRead()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, params);
        QFETCH(QByteArrayList, rules);
        Findings findings;
        const auto requests = explorers()->decodeRequests(body, { Limits(), {}, &findings });
        QVERIFY(requests && requests->members.at(0).request);
        QCOMPARE(valuetext::toText(requests->members.at(0).request->params.toValue()), params);
        QCOMPARE(rulesOf(findings), rules);
    }

    // The bytes of a finding are marked where they stand.
    void findings_markTheirBytes()
    {
        const QByteArray answer = "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{\"a\":NaN}}";
        Client client(answering(answer), explorers());
        auto call = client.call(QStringLiteral("m"));
        QTRY_VERIFY(call.isFinished());
        const auto trace = call.trace();
        QByteArrayList marked;
        for (const Finding &f : trace.findings)
            marked.append(answer.mid(f.position.offset, f.length));
        QCOMPARE(marked, QByteArrayList({ "NaN", "\"1\"" }));
    }
};

QTEST_GUILESS_MAIN(tst_JsonExplorer)
#include "tst_jsonexplorer.moc"
