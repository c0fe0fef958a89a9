// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/httpdigest.h>
#include <rpccore/client/httpresponsereader.h>
#include <rpccore/core/inflate.h>
#include <tests/support/packed.h>

#include <QTest>

using namespace rpc;
using support::packed;

namespace {

// "200 body" with what differs on the wire in brackets, or what is wrong.
QString read(const QByteArray &bytes, qsizetype step, bool closes, Limits limits = {}, HttpForm form = HttpForm::Http)
{
    HttpResponseReader reader(form, limits);
    auto status = HttpResponseReader::Status::More;
    for (qsizetype at = 0; at < bytes.size() && status != HttpResponseReader::Status::Failed; at += step)
        status = reader.add(QByteArrayView(bytes).sliced(at, qMin(step, bytes.size() - at)));
    if (status == HttpResponseReader::Status::More && closes)
        status = reader.end();
    if (status == HttpResponseReader::Status::Failed)
        return QStringLiteral("!%1 %2").arg(int(reader.error().kind)).arg(reader.error().message);
    QString text = QStringLiteral("%1 %2").arg(reader.status()).arg(QString::fromUtf8(reader.body()));
    if (!reader.wire().isEmpty())
        text += QStringLiteral(" [%1]").arg(reader.wire().size());
    if (status == HttpResponseReader::Status::More)
        return text + QStringLiteral(" ...");
    return text + (reader.mayKeep() ? QStringLiteral(" keep") : QStringLiteral(" close"));
}

QString wrong(ErrorKind kind, const char *text = "") { return QStringLiteral("!%1 %2").arg(int(kind)).arg(QString::fromUtf8(text)); }

} // namespace

class tst_HttpResponse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Each read in one piece and byte by byte.
    void answers_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<QString>("expected"); // the begin of it
        const auto row = [](const char *name, const QByteArray &bytes, bool closes, const QString &expected) { QTest::newRow(name) << bytes << closes << expected; };
        const auto text = [](const char *t) { return QString::fromUtf8(t); };
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        row("length", ok + "Content-Length: 2\r\n\r\nhi", false, text("200 hi keep"));
        row("no length, closed", ok + "\r\nhi", true, text("200 hi close"));
        row("no length, open", ok + "\r\nhi", false, text("200 hi ..."));
        row("cut", ok + "Content-Length: 3\r\n\r\nhi", true, wrong(ErrorKind::ConnectionLost));
        row("cut in the head", ok + "Content-Le", true, wrong(ErrorKind::ConnectionLost));
        row("nothing", "", true, wrong(ErrorKind::ConnectionLost));
        row("more than the length", ok + "Content-Length: 2\r\n\r\nhi!", false, text("200 hi close"));
        row("lengths that agree", ok + "Content-Length: 2\r\nContent-Length: 2, 2\r\n\r\nhi", false, text("200 hi keep"));
        row("lengths that do not", ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi", false, wrong(ErrorKind::InvalidAnswer, "it has two lengths"));
        row("negative length", ok + "Content-Length: -2\r\n\r\nhi", false, wrong(ErrorKind::InvalidAnswer));
        row("length with a sign", ok + "Content-Length: +2\r\n\r\nhi", false, wrong(ErrorKind::InvalidAnswer));
        row("length beyond 64 bits", ok + "Content-Length: 18446744073709551618\r\n\r\nhi", false, wrong(ErrorKind::InvalidAnswer));
        row("empty length", ok + "Content-Length:\r\n\r\nhi", false, wrong(ErrorKind::InvalidAnswer));
        row("said to close", ok + "Connection: Close\r\nContent-Length: 2\r\n\r\nhi", false, text("200 hi close"));
        row("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, text("200 hi close"));
        row("HTTP/1.0, kept", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi", false, text("200 hi keep"));
        row("bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", false, text("200 hi keep"));
        row("no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", false, text("200 hi keep"));
        row("folded field", ok + "X: a\r\n b\r\nContent-Length: 2\r\n\r\nhi", false, text("200 hi keep"));
        row("folded length", ok + "Content-Length:\r\n 2\r\n\r\nhi", false, text("200 hi keep"));
        row("chunks", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x=y\r\n!!!\r\n0\r\n\r\n", false, text("200 hi!!! [24] keep"));
        row("chunks, trailer", ok + "Transfer-Encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\nX: y\r\n\r\n", false, text("200 hi [18] keep"));
        row("chunks and length", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", false, text("200 hi [12] close"));
        row("cut in a chunk", ok + "Transfer-Encoding: chunked\r\n\r\n9\r\nhi", true, wrong(ErrorKind::ConnectionLost));
        row("no last chunk", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", true, wrong(ErrorKind::ConnectionLost));
        row("chunk size is no number", ok + "Transfer-Encoding: chunked\r\n\r\nxx\r\nhi\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("negative chunk", ok + "Transfer-Encoding: chunked\r\n\r\n-2\r\nhi\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("chunk too long", ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("chunk of 2^64", ok + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\nhi\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("chunk size without end", ok + "Transfer-Encoding: chunked\r\n\r\n1;" + QByteArray(5000, 'x'), false, wrong(ErrorKind::LimitExceeded));
        row("other transfer coding", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("chunked twice", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("continue first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nhi", false, text("200 hi keep"));
        row("interim for ever", QByteArray("HTTP/1.1 100 Continue\r\n\r\n").repeated(40), false, wrong(ErrorKind::InvalidAnswer));
        row("204", "HTTP/1.1 204 No Content\r\n\r\n", false, text("204  keep"));
        row("304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", false, text("304  keep"));
        row("101", "HTTP/1.1 101 Switching Protocols\r\n\r\n", false, text("101  close"));
        row("something else", "SSH-2.0-OpenSSH\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("TLS", QByteArray("\x15\x03\x01\x00\x02\x02\x46", 7), false, wrong(ErrorKind::InvalidAnswer, "it speaks TLS"));
        row("HTTP/2", "HTTP/2 200\r\n\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("status of two digits", "HTTP/1.1 20 OK\r\n\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("status 099", "HTTP/1.1 099 OK\r\n\r\n", false, wrong(ErrorKind::InvalidAnswer));
        row("space before the colon", ok + "Content-Length : 2\r\n\r\nhi", false, wrong(ErrorKind::InvalidAnswer));
        row("no colon", ok + "hello\r\n\r\nhi", false, wrong(ErrorKind::InvalidAnswer));
        row("carriage return within", ok + "X: a\rContent-Length: 2\r\n\r\nhi", false, wrong(ErrorKind::InvalidAnswer));
        row("NUL", ok + QByteArray("X: a\0b\r\n\r\nhi", 12), false, wrong(ErrorKind::InvalidAnswer));
        row("head without end", ok + "X: " + QByteArray(20'000, 'x'), false, wrong(ErrorKind::LimitExceeded));
        row("101 fields", ok + QByteArray("X: y\r\n").repeated(101) + "\r\n", false, wrong(ErrorKind::LimitExceeded));
        row("100 fields", ok + QByteArray("X: y\r\n").repeated(99) + "Content-Length: 0\r\n\r\n", false, text("200  keep"));
        const QByteArray long1000(1000, 'a');
        const QString plain = QString::fromLatin1(long1000);
        for (const auto &[name, encoding, bits] : { std::tuple("gzip", "gzip", 31), std::tuple("x-gzip", "X-GZIP", 31), std::tuple("zlib", "deflate", 15), std::tuple("bare deflate", "deflate", -15) }) {
            const QByteArray p = packed(long1000, bits);
            const QByteArray head = ok + "Content-Encoding: " + encoding + "\r\nContent-Length: " + QByteArray::number(p.size()) + "\r\n\r\n";
            row(name, head + p, false, QStringLiteral("200 %1 [%2] keep").arg(plain).arg(p.size()));
        }
        const QByteArray gz = packed(long1000, 31);
        const auto sized = [&](const QByteArray &p, const QByteArray &encoding) { return ok + "Content-Encoding: " + encoding + "\r\nContent-Length: " + QByteArray::number(p.size()) + "\r\n\r\n" + p; };
        row("gzip, two members", sized(gz + gz, "gzip"), false, QStringLiteral("200 %1%1 [").arg(plain));
        row("gzip, chunked", ok + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + QByteArray::number(gz.size(), 16) + "\r\n" + gz + "\r\n0\r\n\r\n", false, QStringLiteral("200 %1 [").arg(plain));
        row("gzip, cut", sized(gz.chopped(5), "gzip"), false, wrong(ErrorKind::InvalidAnswer));
        row("gzip, and more", sized(gz + "more", "gzip"), false, wrong(ErrorKind::InvalidAnswer));
        row("no gzip", sized("hi", "gzip"), false, wrong(ErrorKind::InvalidAnswer));
        row("gzip of nothing", sized("", "gzip"), false, text("200  keep"));
        row("another encoding", sized("hi", "br"), false, wrong(ErrorKind::InvalidAnswer, "it is packed with \"br\""));
        row("identity", sized("hi", "identity"), false, text("200 hi keep"));
    }
    void answers()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, closes);
        QFETCH(QString, expected);
        for (const qsizetype step : { bytes.size() + 1, qsizetype(1), qsizetype(3) }) {
            const QString got = read(bytes, step, closes);
            QVERIFY2(got.startsWith(expected), qPrintable(QStringLiteral("step %1: %2").arg(step).arg(got.left(200))));
            if (!expected.startsWith(u'!') && !expected.endsWith(u'['))
                QCOMPARE(got, expected);
        }
    }

    void sizes_areCountedUnpacked()
    {
        const QByteArray bomb = packed(QByteArray(10'000'000, ' '), 31);
        QVERIFY(bomb.size() < 20'000);
        Limits limits;
        limits.bytes = 1'000'000;
        const QByteArray head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
        HttpResponseReader reader(HttpForm::Http, limits);
        QCOMPARE(reader.add(head + bomb), HttpResponseReader::Status::Failed);
        QCOMPARE(reader.error().kind, ErrorKind::LimitExceeded);
        QCOMPARE(reader.body().size(), 1'000'000);
        limits.bytes = 10'000'000; // just fits
        QVERIFY(read(head + bomb, bomb.size() + 100, true, limits).startsWith(u"200"));
        limits.bytes = 9'999'999;
        QVERIFY(read(head + bomb, bomb.size() + 100, true, limits).startsWith(wrong(ErrorKind::LimitExceeded)));
    }

    void sizes_areCountedAsTheyCome()
    {
        Limits limits;
        limits.bytes = 100;
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        QVERIFY(read(ok + "Content-Length: 101\r\n\r\n", 1, false, limits).startsWith(wrong(ErrorKind::LimitExceeded))); // before the first byte
        QVERIFY(read(ok + "\r\n" + QByteArray(101, 'x'), 7, false, limits).startsWith(wrong(ErrorKind::LimitExceeded)));
        QVERIFY(read(ok + "\r\n" + QByteArray(100, 'x'), 7, true, limits).startsWith(u"200 x"));
        QVERIFY(read(ok + "Transfer-Encoding: chunked\r\n\r\n33\r\n" + QByteArray(51, 'x') + "\r\n33\r\n" + QByteArray(51, 'x'), 7, false, limits).startsWith(wrong(ErrorKind::LimitExceeded)));
        QVERIFY(read(ok + "Transfer-Encoding: chunked\r\n\r\n" + QByteArray("1;" + QByteArray(2000, 'x') + "\r\nx\r\n").repeated(50), 500, false, limits).startsWith(wrong(ErrorKind::LimitExceeded)));
    }

    void head_isKeptByteForByte()
    {
        const QByteArray head = "HTTP/1.0  200  fine\r\nX-a :b\r\n\r\n";
        const QByteArray good = "HTTP/1.0 200  so so \r\nx-A:  b \r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nWWW-Authenticate: Basic\r\nContent-Type: a/b\r\n\r\n";
        HttpResponseReader reader(HttpForm::Http, {});
        QCOMPARE(reader.add(good + "body"), HttpResponseReader::Status::More);
        QCOMPARE(reader.head(), good);
        QCOMPARE(reader.cookies(), (QList<QByteArray> { "a=b", "c=d" }));
        QCOMPARE(reader.challenges(), QList<QByteArray> { "Basic" });
        QCOMPARE(reader.contentType(), QByteArray("a/b"));
        HttpResponseReader bad(HttpForm::Http, {});
        QCOMPARE(bad.add(head), HttpResponseReader::Status::Failed);
    }

    void cgiAnswers_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        QTest::newRow("status field") << QByteArray("Status: 404 Not Found\r\nContent-Type: a/b\r\n\r\nhi") << QStringLiteral("404 hi close");
        QTest::newRow("status without reason") << QByteArray("Status: 201\r\n\r\nhi") << QStringLiteral("201 hi close");
        QTest::newRow("no status") << QByteArray("Content-Type: a/b\n\nhi") << QStringLiteral("200 hi close");
        QTest::newRow("HTTP") << QByteArray("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nhi") << QStringLiteral("500 hi keep");
        QTest::newRow("bad status") << QByteArray("Status: ok\r\n\r\nhi") << wrong(ErrorKind::InvalidAnswer, "\"Status: ok\" is no status");
        QTest::newRow("no fields") << QByteArray("hello\r\n\r\n") << wrong(ErrorKind::InvalidAnswer, "\"hello\" is no header field");
    }
    void cgiAnswers()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        QCOMPARE(read(bytes, bytes.size(), true, {}, HttpForm::Scgi), expected);
        QCOMPARE(read(bytes, 1, true, {}, HttpForm::Scgi), expected);
    }

    // RFC 7616 section 3.9.1, with its client nonce.
    void digest_isThatOfTheSpecification()
    {
        const QByteArray fields = "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        const QByteArray nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        HttpDigest digest;
        QVERIFY(digest.take({ "Digest " + fields + ", algorithm=MD5" }));
        QByteArray value = digest.authorization("Mufasa", "Circle of Life", "GET", "/dir/index.html", nonce);
        QVERIFY2(value.contains("response=\"8ca523f5e9506fed4657c9700eebdbec\""), value.constData());
        QVERIFY(value.contains("nc=00000001") && value.contains("qop=auth,") && value.contains("opaque=\"FQhe/"));
        // Both at once: the stronger one, also when it stands in the same field.
        QVERIFY(digest.take({ "Basic realm=\"x\", Digest " + fields + ", algorithm=MD5, Digest " + fields + ", algorithm=SHA-256" }));
        value = digest.authorization("Mufasa", "Circle of Life", "GET", "/dir/index.html", nonce);
        QVERIFY2(value.contains("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""), value.constData());
        QVERIFY(digest.authorization("Mufasa", "x", "GET", "/", nonce).contains("nc=00000002"));
    }

    // RFC 2617 section 3.5 without qop is RFC 2069's form.
    void digest_withoutQop()
    {
        HttpDigest digest;
        QVERIFY(digest.take({ "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"" }));
        const QByteArray value = digest.authorization("Mufasa", "Circle Of Life", "GET", "/dir/index.html");
        QVERIFY2(value.contains("response=\"670fd8c2df070c60b045671b8b24ff02\""), value.constData());
        QVERIFY(!value.contains("nc=") && !value.contains("cnonce"));
    }

    void digest_takesOnlyWhatItCanAnswer_data()
    {
        QTest::addColumn<QByteArray>("challenge");
        QTest::addColumn<bool>("taken");
        QTest::newRow("Basic") << QByteArray("Basic realm=\"x\"") << false;
        QTest::newRow("no nonce") << QByteArray("Digest realm=\"x\"") << false;
        QTest::newRow("unknown algorithm") << QByteArray("Digest realm=\"x\", nonce=\"y\", algorithm=SHA-512-256") << false;
        QTest::newRow("auth-int only") << QByteArray("Digest realm=\"x\", nonce=\"y\", qop=\"auth-int\"") << false;
        QTest::newRow("session") << QByteArray("digest REALM=\"x\", nonce=\"y\", algorithm=MD5-sess, qop=auth") << true;
        QTest::newRow("token68 before") << QByteArray("Negotiate abc==, Digest realm=\"x\", nonce=y") << true;
        QTest::newRow("quotes") << QByteArray("Digest realm=\"a\\\"b, nonce=c\", nonce=\"y\"") << true;
        QTest::newRow("cut") << QByteArray("Digest realm=\"x\", nonce=\"y") << true;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("garbage") << QByteArray("=,=\"\",,=") << false;
    }
    void digest_takesOnlyWhatItCanAnswer()
    {
        QFETCH(QByteArray, challenge);
        QFETCH(bool, taken);
        HttpDigest digest;
        QCOMPARE(digest.take({ challenge }), taken);
        QCOMPARE(digest.isReady(), taken);
    }
};

QTEST_GUILESS_MAIN(tst_HttpResponse)
#include "tst_httpresponse.moc"
