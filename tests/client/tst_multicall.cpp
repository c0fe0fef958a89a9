// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "testcalls.h"

using namespace rpc;
using namespace testcalls;

namespace {

QByteArray xml(const QByteArray &value)
{
    return "<?xml version=\"1.0\"?><methodResponse><params><param><value>" + value + "</value></param></params></methodResponse>";
}

QByteArray list(const QList<QByteArray> &values)
{
    QByteArray text = "<array><data>";
    for (const QByteArray &value : values)
        text += "<value>" + value + "</value>";
    return text + "</data></array>";
}

const QByteArray fault = "<struct><member><name>faultCode</name><value><int>4</int></value></member>"
                         "<member><name>faultString</name><value>no</value></member></struct>";
const QByteArray textFault = "<struct><member><name>faultCode</name><value>oops</value></member>"
                             "<member><name>faultString</name><value>no</value></member></struct>";
const QByteArray errorObject = "<struct><member><name>code</name><value><int>4</int></value></member>"
                               "<member><name>message</name><value>no</value></member></struct>";

} // namespace

class tst_Multicall : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void multicall_asksOneMethodForAll()
    {
        Loop loop { {}, xml(list({ list({ "<int>5</int>" }), fault })) };
        const auto client = loopClient<XmlRpcCodec>(loop);
        PendingBatch pending = client->multicall({ { QStringLiteral("add"), Array { 2, 3 } }, { QStringLiteral("nope") } });
        const auto reply = wait(pending);
        QCOMPARE(shown(reply->replies), QStringLiteral("5, !4 no"));
        QVERIFY(!reply->error);
        QVERIFY(pending.trace().findings.isEmpty());
        QCOMPARE(pending.trace().method, QStringLiteral("system.multicall"));
        const auto sent = XmlRpcCodec().decodeRequests(loop.sent.value(0), {});
        const Array calls {
            Struct { { QStringLiteral("methodName"), QStringLiteral("add") }, { QStringLiteral("params"), Array { 2, 3 } } },
            Struct { { QStringLiteral("methodName"), QStringLiteral("nope") }, { QStringLiteral("params"), Array() } },
        };
        QCOMPARE(sent->members.at(0).request->params, Params(Array { Value(calls) }));
    }

    // Two calls are made.
    void everyForm_isUnderstood_data()
    {
        QTest::addColumn<bool>("json");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("replies");
        QTest::addColumn<QString>("unlinked");
        QTest::addColumn<QStringList>("findings");
        const QString shape = QStringLiteral("xmlrpc.multicall-shape");
        const QString faultCode = QStringLiteral("xmlrpc.fault-code");
        const auto row = [](const char *name, const QByteArray &value, const char *replies, const char *unlinked, const QStringList &findings) {
            QTest::newRow(name) << false << xml(value) << QString::fromUtf8(replies) << QString::fromUtf8(unlinked) << findings;
        };
        const auto json = [](const char *name, const char *value, const char *replies, const char *unlinked, const QStringList &findings) {
            QTest::newRow(name) << true << QByteArray(R"({"jsonrpc":"2.0","id":1,"result":)") + value + '}' << QString::fromUtf8(replies) << QString::fromUtf8(unlinked) << findings;
        };
        const QByteArray one = "<int>1</int>";
        const QByteArray two = "<int>2</int>";
        row("as specified", list({ list({ one }), list({ two }) }), "1, 2", "", {});
        row("a result that is an array of one", list({ list({ list({ one }) }), fault }), "array, !4 no", "", {});
        row("faults only", list({ fault, fault }), "!4 no, !4 no", "", {});
        row("bare", list({ one, two }), "1, 2", "", { shape });
        row("bare, with a fault", list({ one, fault }), "1, !4 no", "", { shape });
        row("bare, one is an array of one", list({ list({ one }), two }), "array, 2", "", { shape });
        row("bare structs", list({ errorObject, errorObject }), "struct, struct", "", { shape });
        row("an array of two", list({ list({ one, two }), list({ one }) }), "array, array", "", { shape });
        row("a fault code that is text", list({ list({ one }), textFault }), "1, !oops no", "", { faultCode });
        row("too short", list({ list({ one }) }), "?, ?", "(none):1", { shape });
        row("too long", list({ list({ one }), fault, list({ two }) }), "?, ?", "(none):1, (none):!4 no, (none):2", { shape });
        row("empty", list({}), "?, ?", "", { shape });
        row("one fault for all", fault, "!4 no, !4 no", "", { shape });
        row("no list", one, "?, ?", "", { shape });
        json("aria2", R"([[{"version":"1"}],{"code":1,"message":"No such method"}])", "struct, !1 No such method", "", { shape });
        json("aria2, errors only", R"([{"code":1,"message":"a"},{"code":2,"message":"b","data":3}])", "!1 a, !2 b", "", { shape, shape });
        json("JSON, as Kidd says", R"([[1],{"faultCode":4,"faultString":"no"}])", "1, !4 no", "", {});
        json("bare, one looks like an error", R"([7,{"code":1,"message":"sent"}])", "7, struct", "", { shape });
        QTest::newRow("the method is unknown") << true << QByteArray(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no method"}})") << QStringLiteral("!-32601 no method, !-32601 no method") << QString() << QStringList();
        QTest::newRow("no answer") << false << QByteArray() << QStringLiteral("empty, empty") << QString() << QStringList();
    }
    void everyForm_isUnderstood()
    {
        QFETCH(bool, json);
        QFETCH(QByteArray, answer);
        QFETCH(QString, replies);
        QFETCH(QString, unlinked);
        QFETCH(QStringList, findings);
        Loop loop { {}, answer };
        const auto client = json ? loopClient(loop) : loopClient<XmlRpcCodec>(loop);
        PendingBatch pending = client->multicall({ { QStringLiteral("a") }, { QStringLiteral("b") } });
        const auto reply = wait(pending);
        QCOMPARE(shown(reply->replies), replies);
        QCOMPARE(shown(reply->unlinked), unlinked);
        QCOMPARE(ids(pending.trace().findings), findings);
    }

    void theNameOfTheMethod_isFree()
    {
        Loop loop { {}, R"({"jsonrpc":"2.0","id":1,"result":[[1]]})" };
        const auto client = loopClient(loop);
        QCOMPARE(shown(wait(client->multicall({ { QStringLiteral("a") } }, {}, QStringLiteral("system.multiCall")))->replies), QStringLiteral("1"));
        QCOMPARE(loop.sent, QList<QByteArray> { R"({"jsonrpc":"2.0","id":1,"method":"system.multiCall","params":[[{"methodName":"a","params":[]}]]})" });
    }

    void whatCannotBeSent_isNotSent()
    {
        Loop loop;
        const auto client = loopClient<XmlRpcCodec>(loop);
        QCOMPARE(wait(client->multicall({}))->error->kind, ErrorKind::InvalidArgument);
        CallOptions options;
        options.extra = { { QStringLiteral("auth"), 1 } };
        QCOMPARE(wait(client->multicall({ { QStringLiteral("a") } }, options))->error->kind, ErrorKind::NotExpressible);
        QVERIFY(loop.sent.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Multicall)
#include "tst_multicall.moc"
