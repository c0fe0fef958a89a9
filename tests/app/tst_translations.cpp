// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <app/gui/i18n/translator.h>
#include <tests/support/fatalmessages.h>

#include <QCoreApplication>
#include <QFile>
#include <QXmlStreamReader>

class tst_Translations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void german_isComplete()
    {
        QFile file(QStringLiteral(SOURCE_DIR "/translations/antiphon_de.ts"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&file);
        int messages = 0;
        QString source;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement)
                continue;
            if (xml.name() == u"source") {
                source = xml.readElementText();
            } else if (xml.name() == u"translation") {
                QVERIFY2(!xml.attributes().hasAttribute(QStringLiteral("type")), qPrintable(source));
                const QString text = xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
                QVERIFY2(!text.isEmpty(), qPrintable(source));
                for (const char *place : { "%1", "%2", "%3" })
                    QCOMPARE(text.contains(QLatin1String(place)), source.contains(QLatin1String(place)));
                ++messages;
            }
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(messages > 100);
    }

    void german_isChosenByTheLocale()
    {
        antiphon::installTranslations(QLocale(QLocale::German));
        QCOMPARE(QCoreApplication::translate("antiphon::EndpointBar", "Connect"), QStringLiteral("Verbinden"));
        QCOMPARE(QCoreApplication::translate("antiphon::ValueTreeModel", "%n items", nullptr, 1), QStringLiteral("1 Element"));
    }
};

QTEST_MAIN(tst_Translations)
#include "tst_translations.moc"
