// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/valuetext.h>
#include <tests/support/fatalmessages.h>
#include <widgets/paramform/paramform.h>
#include <widgets/paramform/paramtext.h>

#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace antiphon;
using rpc::Parameter;

namespace {

QList<Parameter> parameters()
{
    return { { QStringLiteral("a"), QStringLiteral("int"), {}, false }, { QStringLiteral("s"), QStringLiteral("string"), {}, false },
        { QStringLiteral("o"), QStringLiteral("any"), {}, true } };
}

QByteArray sent(const QString &text)
{
    const auto params = paramtext::paramsFromText(text);
    return params ? rpc::valuetext::toText(params->toValue()) : params.error().toString().toUtf8();
}

} // namespace

class tst_ParamText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void fields_andText_areTheSame()
    {
        const auto fields = paramtext::fieldsFromText(QStringLiteral("[1.0, \"x \\\"y\\\"\", {\"b\":1,\"a\":[0.10]}, 5]"), parameters());
        QVERIFY(fields.hasValue());
        QCOMPARE(fields->size(), 4);
        QCOMPARE(fields->at(0).text, QStringLiteral("1.0"));
        QCOMPARE(fields->at(1).text, QStringLiteral("x \"y\""));
        QCOMPARE(sent(paramtext::textFromFields(*fields, false)), QByteArray("[1.0,\"x \\\"y\\\"\",{\"b\":1,\"a\":[0.10]},5]"));
    }

    void named_staysNamed()
    {
        const QString text = QStringLiteral("{\"s\": \"x\", \"a\": 18446744073709551615, \"extra\": null}");
        QVERIFY(paramtext::isNamed(text));
        const auto fields = paramtext::fieldsFromText(text, parameters());
        QCOMPARE(fields->size(), 4);
        QVERIFY(!fields->at(2).present);
        QCOMPARE(sent(paramtext::textFromFields(*fields, true)), QByteArray("{\"a\":18446744073709551615,\"s\":\"x\",\"extra\":null}"));
    }

    void whatIsNoJson_staysAsTyped_andIsNotSent()
    {
        auto fields = paramtext::emptyFields(parameters());
        fields[0].text = QStringLiteral("12x");
        fields[1].text = QStringLiteral("fine");
        const QString text = paramtext::textFromFields(fields, false);
        QVERIFY(text.contains(u"12x"));
        const auto params = paramtext::paramsFromText(text);
        QVERIFY(!params);
        QCOMPARE(params.error().position.line, 2);
        QVERIFY(!paramtext::fieldRemark(fields[0]).isEmpty());
    }

    // Half a form survives: what is no JSON comes back into its own field, and nothing of it is sent.
    void unfinishedFields_comeBack_data()
    {
        QTest::addColumn<QString>("typed");
        for (const char *typed : { "", "12x", "1,2", "]", "a`b", "`", "{\"a\":", "\"open", "[1", "1],[2" })
            QTest::newRow(typed) << QString::fromUtf8(typed);
    }
    void unfinishedFields_comeBack()
    {
        QFETCH(QString, typed);
        for (const bool named : { false, true }) {
            auto fields = paramtext::emptyFields(parameters());
            fields[0].text = typed;
            fields[1].text = QStringLiteral("fine, \"quoted\" and `ticked`");
            const QString text = paramtext::textFromFields(fields, named);
            QVERIFY2(!paramtext::paramsFromText(text), qPrintable(text));
            const auto back = paramtext::fieldsFromText(text, parameters());
            QVERIFY2(back.hasValue(), qPrintable(text));
            QCOMPARE(back->size(), 3);
            QCOMPARE(back->at(0).text, typed);
            QCOMPARE(back->at(1).text, fields[1].text);
            QCOMPARE(paramtext::isNamed(text), named);
        }
    }

    void optional_areLeftOut_orNullInAGap()
    {
        QList<Parameter> p = parameters();
        p.append({ QStringLiteral("z"), QStringLiteral("int"), {}, true });
        auto fields = paramtext::emptyFields(p);
        fields[0].text = QStringLiteral("1");
        QCOMPARE(sent(paramtext::textFromFields(fields, false)), QByteArray("[1,\"\"]"));
        fields[3].present = true;
        fields[3].text = QStringLiteral("9");
        QCOMPARE(sent(paramtext::textFromFields(fields, false)), QByteArray("[1,\"\",null,9]"));
        QCOMPARE(sent(paramtext::textFromFields(fields, true)), QByteArray("{\"a\":1,\"s\":\"\",\"z\":9}"));
    }

    void fieldTypes_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("value"); // empty: none
        QTest::addColumn<bool>("odd");
        const auto row = [](const char *type, const char *text, const char *value, bool odd) {
            QTest::addRow("%s %s", type, text) << QString::fromUtf8(type) << QString::fromUtf8(text) << QByteArray(value) << odd;
        };
        row("string", "5", "\"5\"", false);
        row("string", "", "\"\"", false);
        row("int", "5", "5", false);
        row("int", "5.5", "5.5", true);
        row("int", "9999999999", "9999999999", true);
        row("int", "", "", true);
        row("i8", "9999999999", "9999999999", false);
        row("double", "5", "5", false);
        row("boolean", "true", "true", false);
        row("boolean", "1", "1", true);
        row("dateTime.iso8601", "19980717T14:08:55", "{\"$dateTime\":\"19980717T14:08:55\"}", false);
        row("base64", "{\"$bytes\":\"aGVsbG8=\"}", "{\"$bytes\":\"aGVsbG8=\"}", false);
        row("any", "hello world", "\"hello world\"", false);
        row("any", "5", "5", false);
        row("any", "\"5\"", "\"5\"", false);
        row("any", "{\"a\":", "", true);
        row("undef", "hello", "\"hello\"", false);
        row("array", "[1,2]", "[1,2]", false);
        row("array", "5", "5", true);
        row("struct", "x", "", true);
    }
    void fieldTypes()
    {
        QFETCH(QString, type);
        QFETCH(QString, text);
        QFETCH(QByteArray, value);
        QFETCH(bool, odd);
        const auto got = paramtext::fieldValue(type, text);
        QCOMPARE(got ? rpc::valuetext::toText(*got) : QByteArray(), value);
        QCOMPARE(!paramtext::fieldRemark({ { {}, type, {}, false }, true, text }).isEmpty(), odd);
        if (got) // and back into the field, it sends the same
            QCOMPARE(rpc::valuetext::toText(*paramtext::fieldValue(type, paramtext::fieldText(type, *got))), value);
    }

    void form_showsAndWritesTheText()
    {
        ParamForm form;
        QSignalSpy edited(&form, &ParamForm::textEdited);
        form.setParams(QStringLiteral("[1, \"x\"]"), parameters(), true);
        auto *a = form.findChild<QLineEdit *>(QStringLiteral("param0"));
        QVERIFY(a);
        QCOMPARE(a->text(), QStringLiteral("1"));
        QVERIFY(!form.findChild<QLineEdit *>(QStringLiteral("param2"))->isEnabled());
        a->setFocus();
        a->clear();
        QTest::keyClicks(a, QStringLiteral("77"));
        QCOMPARE(sent(edited.constLast().constFirst().toString()), QByteArray("[77,\"x\"]"));
        // Its own text comes back through the controller: the row that is being edited survives.
        form.setParams(edited.constLast().constFirst().toString(), parameters(), true);
        QCOMPARE(form.findChild<QLineEdit *>(QStringLiteral("param0")), a);
        form.findChild<QCheckBox *>()->setChecked(true);
        QTest::keyClicks(form.findChild<QLineEdit *>(QStringLiteral("param2")), QStringLiteral("hello"));
        QCOMPARE(sent(edited.constLast().constFirst().toString()), QByteArray("[77,\"x\",\"hello\"]"));
    }

    void form_ofAnUnknownSignature_growsRows()
    {
        ParamForm form;
        QSignalSpy edited(&form, &ParamForm::textEdited);
        form.setParams(QStringLiteral("[]"), {}, false);
        form.findChild<QPushButton *>(QStringLiteral("addParam"))->click();
        QTest::keyClicks(form.findChild<QLineEdit *>(QStringLiteral("param0")), QStringLiteral("[1]"));
        QCOMPARE(sent(edited.constLast().constFirst().toString()), QByteArray("[[1]]"));
    }

    void form_ofBrokenText_saysWhy()
    {
        ParamForm form;
        form.setParams(QStringLiteral("[1,"), parameters(), true);
        QVERIFY(!form.findChild<QLineEdit *>());
        form.setParams(QStringLiteral("[1]"), parameters(), true);
        QVERIFY(form.findChild<QLineEdit *>());
    }
};

QTEST_MAIN(tst_ParamText)
#include "tst_paramtext.moc"
