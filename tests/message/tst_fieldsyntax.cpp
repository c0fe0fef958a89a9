// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/message/fieldsyntax.h>

#include <QTest>

using namespace rpc;

/// What header fields are made of.
class tst_FieldSyntax : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokens_areMadeOfTheseCharacters()
    {
        QByteArray all;
        for (int c = 0; c < 256; ++c) {
            if (isTokenChar(char(c)))
                all += char(c);
        }
        QCOMPARE(all, QByteArray("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"));
    }

    void tokens_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isOne");
        QTest::newRow("name") << QByteArray("Content-Type") << true;
        QTest::newRow("nothing") << QByteArray() << false;
        QTest::newRow("blank") << QByteArray("Content Type") << false;
        QTest::newRow("colon at the end") << QByteArray("Host:") << false;
        QTest::newRow("NUL first") << QByteArray("\0Host", 5) << false;
        QTest::newRow("no ASCII") << QByteArray("H\xc3\xb6st") << false;
    }
    void tokens()
    {
        QFETCH(QByteArray, text);
        QTEST(isToken(text), "isOne");
    }

    void basicAuthorization_isUtf8()
    {
        QCOMPARE(basicAuthorization(QStringLiteral("Aladdin"), QStringLiteral("open sesame")), QByteArray("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
        QCOMPARE(basicAuthorization(QStringLiteral("test"), QStringLiteral("123\u00a3")), QByteArray("Basic dGVzdDoxMjPCow==")); // RFC 7617 section 2.1
        QCOMPARE(basicAuthorization({}, {}), QByteArray("Basic Og=="));
    }
};

QTEST_GUILESS_MAIN(tst_FieldSyntax)
#include "tst_fieldsyntax.moc"
