// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/duplex/streamtransport.h>
#include <rpccore/duplex/websockettransport.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/client/testcalls.h>

using namespace rpc;
using namespace testcalls;

/// Where a call over a channel went, as its trace tells: without what may be secret.
class tst_TracedUrl : public QObject
{
    Q_OBJECT

    static std::unique_ptr<ClientTransport> transportTo(const QUrl &url)
    {
        if (url.scheme() == u"ws") {
            WebSocketTarget target;
            target.url = url;
            return std::make_unique<WebSocketTransport>(target);
        }
        const auto target = StreamTarget::fromUrl(url);
        return target ? std::make_unique<StreamTransport>(*target) : nullptr;
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void secrets_areLeftOut_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("traced");
        const auto row = [](const char *url, const char *traced) { QTest::newRow(url) << QString::fromLatin1(url) << QString::fromLatin1(traced); };
        row("exec:/does/not/exist", "exec:/does/not/exist");
        row("exec:/does/not/exist --token s3cret", "exec:/does/not/exist");
        row("exec+lsp:/does/not/exist \"--token s3cret\"", "exec:/does/not/exist");
        row("unix:///does/not/exist", "unix:/does/not/exist");
        row("tcp://127.0.0.1:1", "tcp://127.0.0.1:1");
        row("ws://user:s3cret@127.0.0.1:1/rpc", "ws://127.0.0.1:1/rpc");
    }
    void secrets_areLeftOut()
    {
        QFETCH(QString, url);
        QFETCH(QString, traced);
        Client client(transportTo(QUrl(url)), std::make_shared<JsonRpcCodec>());
        PendingCall call = client.call(QStringLiteral("m"));
        QVERIFY(!*wait(call));
        QCOMPARE(call.trace().url.toString(), traced);
        // Also where nothing is sent at all.
        Client other(transportTo(QUrl(url)), std::make_shared<XmlRpcCodec>());
        PendingCall refused = other.call(QStringLiteral("m"));
        QCOMPARE(wait(refused)->error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(refused.trace().url.toString(), traced);
    }

    // What error texts and the window name it by.
    void channels_nameTheProgramOnly_data()
    {
        QTest::addColumn<QString>("program");
        QTest::newRow("plain") << "/does/not/exist";
        QTest::newRow("blanks") << "/does/not/my \"own\" tool";
        QTest::newRow("percent") << "/does/100%25?#";
    }
    void channels_nameTheProgramOnly()
    {
        QFETCH(QString, program);
        const StreamTarget target { ProcessTarget { program, { QStringLiteral("--token"), QStringLiteral("s3cret") }, {}, {} } };
        StreamTransport transport(target);
        QCOMPARE(transport.channel().url().scheme(), QStringLiteral("exec"));
        QCOMPARE(transport.channel().url().path(QUrl::FullyDecoded), program);
        Client client(std::make_unique<StreamTransport>(target), std::make_shared<JsonRpcCodec>());
        PendingCall call = client.call(QStringLiteral("m"));
        QVERIFY(!wait(call)->error().toString().contains(u"s3cret"));
        QCOMPARE(call.trace().url.path(QUrl::FullyDecoded), program);
        Client other(std::make_unique<StreamTransport>(target), std::make_shared<XmlRpcCodec>());
        PendingCall refused = other.call(QStringLiteral("m"));
        const QString why = wait(refused)->error().toString();
        QVERIFY2(!why.contains(u"s3cret"), qPrintable(why));
        QCOMPARE(refused.trace().url.path(QUrl::FullyDecoded), program);
    }

    void refusedAddresses_keepTheirSecrets()
    {
        for (const char *address : { "exec+morse:/opt/tool --token s3cret", "tcp://s3cret:s3cret@127.0.0.1", "ftp://ada:s3cret@127.0.0.1" }) {
            const auto target = StreamTarget::fromUrl(QUrl(QString::fromLatin1(address)));
            QVERIFY(!target);
            QVERIFY2(!target.error().message.contains(u"s3cret"), qPrintable(target.error().message));
        }
        const auto target = StreamTarget::fromUrl(QUrl(QStringLiteral("exec+morse:/opt/tool --token s3cret")));
        QVERIFY2(target.error().message.contains(u"exec+morse:/opt/tool\""), qPrintable(target.error().message));
    }

    void shownUrl_keepsTheRest()
    {
        const auto shown = [](const char *url) { return Trace::shownUrl(QUrl(QString::fromLatin1(url))).toString(); };
        QCOMPARE(shown("https://user:s3cret@example.org:8443/rpc?a=1"), QStringLiteral("https://example.org:8443/rpc?a=1"));
        QCOMPARE(shown("exec:\"/opt/my tool\" --token s3cret"), QStringLiteral("exec:/opt/my tool"));
        QCOMPARE(shown("exec:"), QStringLiteral("exec:"));
    }
};

QTEST_GUILESS_MAIN(tst_TracedUrl)
#include "tst_tracedurl.moc"
