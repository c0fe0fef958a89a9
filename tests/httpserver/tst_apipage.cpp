// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "served.h"

#include <tests/support/fatalmessages.h>

#include <QCryptographicHash>

using namespace rpc;
using support::RawAnswer;
using support::RawClient;

namespace {

RawAnswer get(RawClient &client, const QByteArray &accept = "text/html", const QByteArray &method = "GET")
{
    client.send(method + " /rpc HTTP/1.1\r\nHost: localhost\r\n" + (accept.isNull() ? QByteArray() : "Accept: " + accept + "\r\n") + "\r\n");
    return client.receive();
}

HttpOptions documented()
{
    HttpOptions options;
    options.documentation = true;
    return options;
}

} // namespace

class tst_ApiPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void page_showsTheMethods()
    {
        Served f(documented());
        f.server.registry().add(QStringLiteral("math.div"), [](double a, double b) { return a / b; })
            .params(QStringLiteral("a"), QStringLiteral("b"))
            .docs(QStringLiteral("Divides.\n\nNever by zero.\n\n:param a: what is divided\n:return: the quotient"))
            .deprecated();
        f.server.registry().add(QStringLiteral("old_only"), [] { return 1; }).protocols(Protocol::XmlRpc);
        RawClient client(f.port);
        const auto answer = get(client);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.field("Content-Type"), QByteArray("text/html; charset=utf-8"));
        const QString page = QString::fromUtf8(answer.body);
        QVERIFY(page.startsWith(u"<!DOCTYPE html>"));
        QVERIFY2(page.contains(u"<b>add</b>(a: int, b: int) \u2192 int"), qPrintable(page));
        QVERIFY(page.contains(u"<a href=\"#math.div\">"));
        QVERIFY(page.contains(u"<article id=\"math.div\" class=\"old-method\">"));
        QVERIFY(page.contains(u"<h2>math</h2>") && page.contains(u"<h2>system</h2>"));
        QVERIFY(page.contains(u"<p>Divides.</p>\n<p>Never by zero.</p>"));
        QVERIFY(page.contains(u"what is divided") && page.contains(u"the quotient"));
        QVERIFY(page.contains(u"deprecated") && page.contains(u"XML-RPC only"));
        QVERIFY(page.contains(u"JSON-RPC and XML-RPC by POST to <code>/rpc</code>"));
    }

    void page_hasTitlesAndTexts()
    {
        Served f(documented());
        f.server.registry().setTitle(QStringLiteral("Stores & more"));
        f.server.registry().setDocs(QStringLiteral("What a shop needs.\n\nExample:\n    f(1)"));
        Registry &prices = f.server.registry().branch(QStringLiteral("prices"));
        prices.setTitle(QStringLiteral("All prices"));
        prices.setDocs(QStringLiteral("In <cents>."));
        prices.add(QStringLiteral("of"), [](int) { return 1; });
        RawClient client(f.port);
        client.send("GET /rpc HTTP/1.1\r\nHost: localhost\r\n\r\n");
        const QByteArray page = client.receive().body;
        QVERIFY2(page.contains("<h1>Stores &amp; more</h1>") && page.contains("<p>What a shop needs.</p>"), page.constData());
        QVERIFY2(page.contains("<p>Example:\n    f(1)</p>"), page.constData());
        QVERIFY2(page.contains("<h2>All prices</h2>\n<p>In &lt;cents&gt;.</p>"), page.constData());
    }

    void page_loadsNothing()
    {
        Served f(documented());
        RawClient client(f.port);
        const auto answer = get(client);
        QVERIFY(answer.field("Content-Security-Policy").startsWith("default-src 'none'; style-src 'sha256-"));
        QVERIFY(!answer.body.contains("<script") && !answer.body.contains("http") && !answer.body.contains("url("));
        // The policy names this very style.
        const qsizetype begin = answer.body.indexOf("<style>") + 7;
        const QByteArray style = answer.body.mid(begin, answer.body.indexOf("</style>") - begin);
        QVERIFY(answer.field("Content-Security-Policy").contains(QCryptographicHash::hash(style, QCryptographicHash::Sha256).toBase64()));
    }

    void everything_isEscaped()
    {
        Served f(documented());
        const QString evil = QStringLiteral("<script>alert('x\"&')</script>");
        f.server.registry().add(evil, [](int a) { return a; })
            .params(evil)
            .help(evil);
        f.server.registry().addRaw({ QStringLiteral("typed"), QString(), { { evil, evil, { { evil, evil, evil } } } }, false, { evil } },
            [](const CallContext &, const Params &, const ReplyHandle &) {});
        RawClient client(f.port);
        const QByteArray page = get(client).body;
        QVERIFY(page.contains("&lt;script&gt;alert(&#39;x&quot;&amp;&#39;)&lt;/script&gt;"));
        QVERIFY2(!page.contains("<script") && !page.contains("'x"), page.constData());
        QVERIFY(page.contains("id=\"%3Cscript%3Ealert%28%27x%22%26%27%29%3C%2Fscript%3E\""));
    }

    void whatNeedsAuthorisation_isNotShown()
    {
        Served f(documented());
        f.server.registry().add(QStringLiteral("secret"), [] { return 1; }).authorization(auth::basic(QStringLiteral("me"), QStringLiteral("pass")));
        f.server.registry().branch(QStringLiteral("inner")).setAuthorization(auth::basic(QStringLiteral("me"), QStringLiteral("pass")));
        f.server.registry().branch(QStringLiteral("inner")).add(QStringLiteral("hidden"), [] { return 1; });
        RawClient client(f.port);
        const QByteArray page = get(client).body;
        QVERIFY(page.contains("id=\"add\"") && !page.contains("secret") && !page.contains("hidden"));

        ServerOptions guarded;
        guarded.dispatch.authorization = auth::basic(QStringLiteral("me"), QStringLiteral("pass"));
        Served closed(documented(), guarded);
        closed.server.registry().add(QStringLiteral("open"), [] { return 1; }).authorization(Authorization::none());
        RawClient other(closed.port);
        const QByteArray little = get(other).body;
        QVERIFY(little.contains("id=\"open\"") && !little.contains("id=\"add\""));
    }

    void protocols_thatAreNotSpoken_areNotShown()
    {
        ServerOptions options;
        options.dispatch.protocols = Protocol::JsonRpc;
        Served f(documented(), options);
        f.server.registry().add(QStringLiteral("old_only"), [] { return 1; }).protocols(Protocol::XmlRpc);
        RawClient client(f.port);
        const QByteArray page = get(client).body;
        QVERIFY(page.contains("JSON-RPC by POST") && !page.contains("XML-RPC") && !page.contains("old_only"));
    }

    void accept_decides_data()
    {
        QTest::addColumn<QByteArray>("accept");
        QTest::addColumn<int>("status");
        QTest::newRow("none") << QByteArray() << 200;
        QTest::newRow("browser") << QByteArray("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8") << 200;
        QTest::newRow("anything") << QByteArray("*/*") << 200;
        QTest::newRow("text") << QByteArray("image/png, Text/*;q=0.1") << 200;
        QTest::newRow("json") << QByteArray("application/json") << 406;
        QTest::newRow("not html") << QByteArray("text/html;q=0") << 406;
    }
    void accept_decides()
    {
        QFETCH(QByteArray, accept);
        QFETCH(int, status);
        Served f(documented());
        RawClient client(f.port);
        const auto answer = get(client, accept);
        QCOMPARE(answer.status, status);
        QVERIFY(answer.field("Vary").contains("Accept"));
    }

    void head_isTheSameWithoutTheBody()
    {
        Served f(documented());
        RawClient client(f.port);
        const auto full = get(client);
        client.send("HEAD /rpc HTTP/1.1\r\nHost: localhost\r\n\r\nGET /other HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QTRY_VERIFY(QByteArray(client.socket().peek(100'000)).contains("404"));
        const QByteArray all = client.socket().readAll();
        QVERIFY(all.startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(all.contains("Content-Length: " + full.field("Content-Length") + "\r\n"));
        QVERIFY(all.mid(all.indexOf("\r\n\r\n") + 4).startsWith("HTTP/1.1 404 "));
    }

    void otherMethods_areToldWhatThereIs()
    {
        Served f(documented());
        RawClient client(f.port);
        const auto answer = get(client, "*/*", "DELETE");
        QCOMPARE(answer.status, 405);
        QCOMPARE(answer.field("Allow"), QByteArray("GET, HEAD, POST"));
    }
};

QTEST_GUILESS_MAIN(tst_ApiPage)
#include "tst_apipage.moc"
