// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/jsonreader.h>
#include <tests/support/fatalmessages.h>

#include <QDir>

using namespace rpc;

// The JSON parsing test suite, which lies outside the project: y_ has to be accepted, n_ refused, and of i_ the reader's
// choice is written down, here and in docs/json.md. ANTIPHON_JSON_PARSING names another folder for it.
class tst_JsonParsing : public QObject
{
    Q_OBJECT

    struct Choice
    {
        const char *name;
        const char *findings; // the rules that are found in an accepted text; nullptr when it is refused
    };

    static constexpr const char *beyond = "json.number-beyond-double";
    static constexpr const char *integer = "json.integer-beyond-double";
    static constexpr const char *half = "json.lone-surrogate";
    static constexpr const char *refused = nullptr;
    static constexpr Choice choices[] = {
        { "i_number_double_huge_neg_exp.json", beyond },
        { "i_number_huge_exp.json", beyond },
        { "i_number_neg_int_huge_exp.json", beyond },
        { "i_number_pos_double_huge_exp.json", beyond },
        { "i_number_real_neg_overflow.json", beyond },
        { "i_number_real_pos_overflow.json", beyond },
        { "i_number_real_underflow.json", beyond },
        { "i_number_too_big_neg_int.json", integer },
        { "i_number_too_big_pos_int.json", integer },
        { "i_number_very_big_negative_int.json", integer },
        { "i_object_key_lone_2nd_surrogate.json", half },
        { "i_string_1st_surrogate_but_2nd_missing.json", half },
        { "i_string_1st_valid_surrogate_2nd_invalid.json", half },
        { "i_string_incomplete_surrogate_and_escape_valid.json", half },
        { "i_string_incomplete_surrogate_pair.json", half },
        { "i_string_incomplete_surrogates_escape_valid.json", "json.lone-surrogate json.lone-surrogate" },
        { "i_string_invalid_lonely_surrogate.json", half },
        { "i_string_invalid_surrogate.json", half },
        { "i_string_inverted_surrogates_U+1D11E.json", "json.lone-surrogate json.lone-surrogate" },
        { "i_string_lone_second_surrogate.json", half },
        { "i_string_UTF-16LE_with_BOM.json", refused },
        { "i_string_utf16BE_no_BOM.json", refused },
        { "i_string_utf16LE_no_BOM.json", refused },
        { "i_string_UTF-8_invalid_sequence.json", refused },
        { "i_string_UTF8_surrogate_U+D800.json", refused },
        { "i_string_invalid_utf-8.json", refused },
        { "i_string_iso_latin_1.json", refused },
        { "i_string_lone_utf8_continuation_byte.json", refused },
        { "i_string_not_in_unicode_range.json", refused },
        { "i_string_overlong_sequence_2_bytes.json", refused },
        { "i_string_overlong_sequence_6_bytes.json", refused },
        { "i_string_overlong_sequence_6_bytes_null.json", refused },
        { "i_string_truncated-utf-8.json", refused },
        { "i_structure_500_nested_arrays.json", "" },
        { "i_structure_UTF-8_BOM_empty_object.json", "json.byte-order-mark" },
    };

    static QDir folder()
    {
        return QDir(qEnvironmentVariable("ANTIPHON_JSON_PARSING", QStringLiteral(SOURCE_DIR "/../shared/conformance/json-parsing")));
    }

    static QByteArray contents(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void cases_data()
    {
        QTest::addColumn<QString>("path");
        const QDir dir = folder();
        for (const QString &name : dir.entryList({ QStringLiteral("*.json") }))
            QTest::newRow(qPrintable(name)) << dir.filePath(name);
        if (!dir.exists())
            QTest::newRow("none") << QString();
    }
    void cases()
    {
        QFETCH(QString, path);
        if (path.isEmpty())
            QSKIP("the JSON parsing suite is not here; ANTIPHON_JSON_PARSING may name its folder");
        const QByteArray name = QTest::currentDataTag();
        Findings findings;
        // Two of the y_ cases have a name twice.
        const auto value = JsonReader { {}, Duplicates::KeepAll }.read(contents(path), &findings);
        const QByteArray error = value ? QByteArray() : value.error().toString().toUtf8();
        if (name.startsWith("y_")) {
            QVERIFY2(value, error.constData());
            return;
        }
        if (name.startsWith("n_")) {
            QVERIFY(!value);
            QVERIFY(!error.isEmpty());
            return;
        }
        const auto *choice = std::find_if(std::begin(choices), std::end(choices), [&](const Choice &c) { return name == c.name; });
        QVERIFY2(choice != std::end(choices), "nothing has been decided about this case");
        QVERIFY2(bool(value) == bool(choice->findings), error.constData());
        if (!value)
            return;
        QByteArrayList found;
        for (const Finding &f : findings)
            found.append(f.id().toLatin1());
        QCOMPARE(found.join(' '), QByteArray(choice->findings));
    }

    void suite_isComplete()
    {
        if (!folder().exists())
            QSKIP("the JSON parsing suite is not here; ANTIPHON_JSON_PARSING may name its folder");
        QCOMPARE(folder().entryList({ QStringLiteral("*.json") }).size(), 318);
        for (const Choice &c : choices)
            QVERIFY2(folder().exists(QLatin1String(c.name)), c.name);
    }

    void page_saysTheSame()
    {
        const QByteArrayList lines = contents(QStringLiteral(SOURCE_DIR "/docs/json.md")).split('\n');
        for (const Choice &c : choices) {
            QByteArray begin = "| `" + QByteArray(c.name) + (c.findings ? "` | accepted" : "` | refused");
            if (c.findings && *c.findings)
                begin += ", `" + QByteArray(c.findings).split(' ').constFirst() + '`';
            begin += " | ";
            const auto says = std::count_if(lines.begin(), lines.end(), [&](const QByteArray &line) { return line.startsWith(begin); });
            QVERIFY2(says == 1, begin.constData());
        }
    }
};

QTEST_APPLESS_MAIN(tst_JsonParsing)
#include "tst_jsonparsing.moc"
