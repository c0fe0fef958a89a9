// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/valuetext.h>
#include <tests/support/fatalmessages.h>
#include <widgets/methodtree/methodfilter.h>
#include <widgets/methodtree/methodtreemodel.h>
#include <widgets/trafficlog/trafficmodel.h>
#include <widgets/valuetree/valuetreemodel.h>
#include <widgets/wireview/wireview.h>

#include <QAbstractItemModelTester>

using namespace antiphon;

namespace {

// A tree as indented lines.
QStringList printed(const QAbstractItemModel &model, const QModelIndex &parent = {}, int depth = 0)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(parent); ++column)
            cells.append(model.index(row, column, parent).data().toString());
        lines.append(QString(depth * 2, u' ') + cells.join(u'|'));
        const QModelIndex index = model.index(row, 0, parent);
        while (model.canFetchMore(index))
            const_cast<QAbstractItemModel &>(model).fetchMore(index);
        lines += printed(model, index, depth + 1);
    }
    return lines;
}

rpc::MethodInfo method(const char *name, const char *help = "")
{
    return { QString::fromUtf8(name), QString::fromUtf8(help), {}, false };
}

} // namespace

class tst_Models : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void methods_areATree()
    {
        MethodTreeModel model;
        const QAbstractItemModelTester tester(&model);
        model.setMethods({ method("system.listMethods"), method("add"), method("a.b.c"), method("a.b"), method("a..x"), method(".y"), method("z.") });
        for (const char *name : { "system.listMethods", "add", "a.b.c", "a.b", "a..x", ".y", "z." }) {
            const QModelIndex index = model.indexOf(QString::fromUtf8(name));
            QVERIFY2(index.isValid(), name);
            QCOMPARE(model.method(index)->name, QString::fromUtf8(name));
        }
        QVERIFY(printed(model).contains(QStringLiteral("system  1")));
        QVERIFY(printed(model).contains(QStringLiteral("  listMethods")));
    }

    void filter_isLive_andFindsTheBest()
    {
        MethodTreeModel model;
        MethodFilter filter;
        filter.setSourceModel(&model);
        const QAbstractItemModelTester tester(&filter);
        model.setMethods({ method("system.listMethods", "add, subtract"), method("math.add", "Sum of two"), method("echo") });
        filter.setFilter(QStringLiteral("ADD"));
        QCOMPARE(filter.rowCount(), 2);
        QCOMPARE(filter.bestMethod().data(MethodTreeModel::MethodNameRole).toString(), QStringLiteral("math.add"));
        filter.setFilter(QStringLiteral("sum two"));
        QCOMPARE(filter.rowCount(), 1);
        filter.setFilter(QStringLiteral("nothing"));
        QCOMPARE(filter.rowCount(), 0);
        QVERIFY(!filter.bestMethod().isValid());
        filter.setFilter({});
        QCOMPARE(filter.rowCount(), 3);
    }

    void tenThousandMethods_areFilteredQuickly()
    {
        QList<rpc::MethodInfo> many;
        for (int i = 0; i < 10'000; ++i)
            many.append(method(qPrintable(QStringLiteral("space%1.method%2").arg(i % 100).arg(i)), "help"));
        MethodTreeModel model;
        MethodFilter filter;
        filter.setSourceModel(&model);
        model.setMethods(many);
        filter.setFilter(QStringLiteral("method9999"));
        QCOMPARE(filter.bestMethod().data(MethodTreeModel::MethodNameRole).toString(), QStringLiteral("space99.method9999"));
    }

    void value_isATree()
    {
        ValueTreeModel model;
        QAbstractItemModelTester tester(&model);
        tester.setUseFetchMore(false);
        model.setValue(QStringLiteral("result"), *rpc::valuetext::fromText("{\"b\":9007199254740993,\"a\":[1.0,null,\"x\\ny\"],\"\":{\"$bytes\":\"AAE=\"}}"));
        QCOMPARE(printed(model),
            (QStringList { QStringLiteral("result|3 members  b: 9007199254740993, a: […], \"\": 2 bytes  00 01|struct"), QStringLiteral("  b|9007199254740993|i8"), QStringLiteral("  a|3 items  1.0, null, \"x\u240ay\"|array"),
                QStringLiteral("    0|1.0|double"), QStringLiteral("    1|null|nil"), QStringLiteral("    2|\"x\u240ay\"|string"),
                QStringLiteral("  \"\"|2 bytes  00 01|base64") }));
        const QModelIndex text = model.index(2, 0, model.index(1, 0, model.index(0, 0)));
        QCOMPARE(model.pathOf(text).toString(), QStringLiteral("a[2]"));
        QCOMPARE(model.valueAt(text), rpc::Value(QStringLiteral("x\ny")));
    }

    void largeArrays_areFetchedInParts()
    {
        rpc::Array array;
        array.fill(rpc::Value(1), 100'000);
        ValueTreeModel model;
        model.setValue(QStringLiteral("r"), array);
        const QModelIndex root = model.index(0, 0);
        QVERIFY(model.hasChildren(root));
        QCOMPARE(model.rowCount(root), 0);
        model.fetchMore(root);
        QCOMPARE(model.rowCount(root), 1000);
        QVERIFY(model.canFetchMore(root));
    }

    void log_isBounded()
    {
        TrafficModel model;
        const QAbstractItemModelTester tester(&model);
        TrafficEntry entry;
        entry.requestBody = QByteArray(1024 * 1024, 'x');
        for (int i = 0; i < 100; ++i)
            model.append({ entry });
        QVERIFY(model.rowCount() <= 64);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void wire_everyByteBelongsToOneRow_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("lines") << QByteArray("a\r\nb\n\nc");
        QTest::newRow("ends with LF") << QByteArray("a\n");
        QTest::newRow("one long line") << QByteArray(1000, 'x');
        QTest::newRow("utf-8") << QByteArray("\xf0\x9f\x92\x97\xc3\xa4\n").repeated(100);
        QTest::newRow("not utf-8") << QByteArray("\xff\xfe\x00\x80", 4).repeated(50);
    }
    void wire_everyByteBelongsToOneRow()
    {
        QFETCH(QByteArray, bytes);
        for (const auto mode : { WireLayout::Mode::Text, WireLayout::Mode::Hex }) {
            WireLayout layout;
            layout.setMode(mode, 40);
            layout.setBytes(bytes);
            QByteArray joined;
            for (qsizetype row = 0; row < layout.rowCount(); ++row) {
                QCOMPARE(layout.rowAt(layout.rowStart(row)), row);
                joined += bytes.mid(layout.rowStart(row), layout.rowStart(row + 1) - layout.rowStart(row));
                QVERIFY(!layout.rowText(row).isEmpty());
            }
            QCOMPARE(joined, bytes);
        }
    }

    void wire_showsWhatCannotBeSeen()
    {
        WireLayout layout;
        layout.setBytes(QByteArray("a\r\n\xff\x01z\0", 7));
        QCOMPARE(layout.rowText(0), QStringLiteral("a\u240d\u240a"));
        QCOMPARE(layout.rowText(1), QStringLiteral("\\xff\u2401z\u2400"));
        layout.setControlPictures(false);
        QCOMPARE(layout.rowText(0), QStringLiteral("a\u2190\u21b5"));
        QCOMPARE(layout.rowText(1), QStringLiteral("\\xff\\x01z\\x00"));
        layout.setMode(WireLayout::Mode::Hex, 0);
        QVERIFY(layout.rowText(0).startsWith(u"00000000  61 0d 0a ff 01 7a 00"));
    }

    // What a finding marks is underlined where it is painted, whatever the bytes became on the way.
    void wire_partsOfRows_areWhereTheyArePainted()
    {
        const auto painted = [](const WireLayout &layout, qsizetype row, qsizetype begin, qsizetype end) {
            const WireLayout::Part part = layout.partOf(row, begin, end);
            return layout.rowText(row).mid(part.begin, part.length);
        };
        WireLayout layout;
        layout.setBytes(QByteArray("{\"a\":\tNaN,\n\"\xc3\xa4\":\"\x01\xff\"}"));
        QCOMPARE(painted(layout, 0, 6, 9), QStringLiteral("NaN"));
        QCOMPARE(painted(layout, 0, 6, 100), QStringLiteral("NaN,\u240a"));
        QCOMPARE(painted(layout, 1, 6, 100), layout.rowText(1)); // one that began in the row before
        QCOMPARE(painted(layout, 1, 12, 13), QStringLiteral("\u00e4"));
        QCOMPARE(painted(layout, 1, 13, 14), QStringLiteral("\u00e4")); // in the middle of it
        QCOMPARE(painted(layout, 1, 17, 18), QStringLiteral("\u2401"));
        QCOMPARE(painted(layout, 1, 18, 19), QStringLiteral("\\xff"));
        QCOMPARE(layout.partOf(0, 12, 13).length, 0);
        layout.setMode(WireLayout::Mode::Hex, 0);
        QCOMPARE(painted(layout, 0, 6, 9), QStringLiteral("4e 61  4e"));
        QCOMPARE(painted(layout, 1, 0, 17), QStringLiteral("22"));
    }

    void wireView_marksAreUnderlined_andShown()
    {
        WireView view;
        view.resize(600, 100);
        view.setMessage("HTTP/1.1 200 OK\r\n\r\n", QByteArray("line\n").repeated(1000) + "NaN", {});
        const QImage before = view.grab().toImage();
        view.showBytes(view.bytes().size() - 3, view.bytes().size());
        QCOMPARE(view.selectedBytes(), QByteArray("NaN"));
        const QImage selected = view.grab().toImage();
        QVERIFY(selected != before);
        view.setMarks({ { view.bytes().size() - 3, view.bytes().size(), rpc::Severity::Error } });
        QVERIFY(view.grab().toImage() != selected);
        view.setMessage({}, "other", {});
        QVERIFY(view.marks().isEmpty());
    }

    void wireView_takesAHundredMegabytes()
    {
        WireView view;
        view.resize(400, 300);
        view.setMessage("HTTP/1.1 200 OK\r\n\r\n", QByteArray(100'000'000, 'x'), {});
        QVERIFY(!view.grab().isNull());
        QCOMPARE(view.selectedBytes().size(), 100'000'019);
    }
};

QTEST_MAIN(tst_Models)
#include "tst_models.moc"
