// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/client.h>
#include <rpccore/client/looptransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/server/registered.h>
#include <tests/support/fatalmessages.h>

#include <QPointer>

using namespace rpc;

namespace {

// As in a program: before main() begins.
const auto add = registered(QStringLiteral("static.add"), [](int a, int b) { return a + b; })
                     .params(QStringLiteral("a"), QStringLiteral("b"))
                     .docs(QStringLiteral("Adds two numbers.\n:param a: the first"));

} // namespace

/// Functions that are registered where they stand, and the server that has them.
class tst_Registered : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void functions_areThere_beforeMainBegins()
    {
        Server &server = defaultServer();
        QCOMPARE(&server, &defaultServer());
        Client client(std::make_unique<LoopTransport>(server.loop()), std::make_shared<JsonRpcCodec>());
        const Struct named { { QStringLiteral("a"), 2 }, { QStringLiteral("b"), 3 } };
        QCOMPARE(client.call<int>(QStringLiteral("static.add"), Params(named)).wait().valueOr(0), 5);
        QCOMPARE(server.registry().find(QStringLiteral("static.add"))->info.help, QStringLiteral("Adds two numbers."));
        QVERIFY(server.registry().find(QStringLiteral("system.listMethods")));
    }

    void functions_ofAPluginThatComesLater()
    {
        Server &server = defaultServer();
        const auto late = registered(QStringLiteral("late"), [](int x) { return x; }).params(QStringLiteral("x"));
        QCOMPARE(server.registry().find(QStringLiteral("late"))->info.signatures[0].parameters[0].name, QStringLiteral("x"));
        QVERIFY(late.isValid());
    }

    void otherRegistries_haveThem_whenAsked()
    {
        Registry one;
        addRegistered(one);
        QVERIFY(one.find(QStringLiteral("static.add")));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("there is a method \".*\" already")));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("there is a method \".*\" already")));
        addRegistered(one);
    }
};

QTEST_GUILESS_MAIN(tst_Registered)
#include "tst_registered.moc"
