// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

// The house as docs/architecture.md draws it: who may include whom. An arrow that is not in the picture fails here.
class tst_Layers : public QObject
{
    Q_OBJECT

    using Arrows = QHash<QString, QSet<QString>>;

    static QSet<QString> set(const char *names)
    {
        const QStringList list = QString::fromLatin1(names).split(u' ', Qt::SkipEmptyParts);
        return { list.begin(), list.end() };
    }

    // Folder of a file: "rpccore/json", "widgets", "app/gui".
    static QString room(const QString &path)
    {
        const QStringList parts = path.split(u'/');
        if (parts.value(0) == u"widgets")
            return QStringLiteral("widgets");
        return parts.value(0) + u'/' + parts.value(1);
    }

    static QStringList sources(const QString &folder)
    {
        QStringList files;
        QDirIterator it(QStringLiteral(SOURCE_DIR "/") + folder, { QStringLiteral("*.h"), QStringLiteral("*.cpp") }, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext())
            files.append(it.next().mid(qstrlen(SOURCE_DIR) + 1));
        files.sort();
        return files;
    }

    static QStringList lines(const QString &file)
    {
        QFile f(QStringLiteral(SOURCE_DIR "/") + file);
        return f.open(QIODevice::ReadOnly) ? QString::fromUtf8(f.readAll()).split(u'\n') : QStringList();
    }

private Q_SLOTS:
    void includes_followThePicture()
    {
        const Arrows allowed {
            { QStringLiteral("rpccore/value"), set("") },
            { QStringLiteral("rpccore/core"), set("value") },
            { QStringLiteral("rpccore/wire"), set("core value") },
            { QStringLiteral("rpccore/json"), set("wire core value") },
            { QStringLiteral("rpccore/convert"), set("json core value") },
            { QStringLiteral("rpccore/message"), set("wire core value") },
            { QStringLiteral("rpccore/jsonrpc"), set("message json wire core value") },
            { QStringLiteral("rpccore/xmlrpc"), set("message json wire core value") },
            { QStringLiteral("rpccore/dispatch"), set("message convert json wire core value") },
            { QStringLiteral("rpccore/client"), set("message convert wire core value") },
            { QStringLiteral("rpccore/channel"), set("message wire core value") },
            { QStringLiteral("rpccore/duplex"), set("channel client dispatch jsonrpc message core value") },
            { QStringLiteral("rpccore/discovery"), set("client dispatch/methodinfo.h message core value") },
            { QStringLiteral("rpccore/server"), set("duplex channel client dispatch message jsonrpc xmlrpc core value") },
            { QStringLiteral("rpccore/httpserver"), set("server channel dispatch message core value") },
            { QStringLiteral("rpccore/script"), set("dispatch json core value") },
        };
        static const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"));
        QStringList wrong;
        for (const QString &file : sources(QStringLiteral("rpccore")) + sources(QStringLiteral("widgets")) + sources(QStringLiteral("app"))) {
            const QString from = room(file);
            for (const QString &line : lines(file)) {
                const auto match = include.match(line);
                if (!match.hasMatch())
                    continue;
                const QString target = match.captured(1);
                const QString to = room(target);
                bool fine = true;
                if (target.startsWith(u"rpccore/")) {
                    const QString folder = target.section(u'/', 1, 1);
                    const QString rest = target.section(u'/', 1);
                    if (from.startsWith(u"rpccore/"))
                        fine = to == from || allowed.value(from).contains(folder) || allowed.value(from).contains(rest);
                    else if (from == u"widgets")
                        fine = set("value core json message wire").contains(folder) || rest == u"dispatch/methodinfo.h";
                } else if (target.startsWith(u"widgets/")) {
                    fine = from == u"widgets" || from == u"app/gui";
                } else if (target.startsWith(u"app/")) {
                    fine = to == from || (to == u"app/workspace" && (from == u"app/gui" || from == u"app/cli"));
                } else if (target.startsWith(u"../") && from.startsWith(u"rpccore/")) {
                    fine = false; // other rooms are named in full
                } else if (target.startsWith(u'Q')) {
                    static const QSet<QString> gui = set("QWidget QApplication QMainWindow QPixmap QPainter QColor QFont QPalette QIcon QAction QGuiApplication");
                    const bool mayPaint = from == u"widgets" || from == u"app/gui";
                    fine = mayPaint || !gui.contains(target);
                    if (target.startsWith(u"QJS"))
                        fine = from == u"rpccore/script";
                    if (target.contains(u"HttpServer"))
                        fine = false; // nobody: our own reading is stricter and faster
                }
                if (!fine)
                    wrong.append(file + QStringLiteral(" includes ") + target);
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void versionChecks_standInTheCompatHeadersOnly()
    {
        for (const QString &file : sources(QStringLiteral("rpccore")) + sources(QStringLiteral("widgets")) + sources(QStringLiteral("app"))) {
            if (file.endsWith(u"_compat.h"))
                continue;
            QVERIFY2(!lines(file).join(u'\n').contains(u"QT_VERSION_CHECK"), qPrintable(file));
        }
    }

    void everyFile_namesItsLicence()
    {
        for (const QString &file : sources(QStringLiteral("rpccore")) + sources(QStringLiteral("widgets")) + sources(QStringLiteral("app")) + sources(QStringLiteral("tests"))) {
            const QStringList text = lines(file);
            QVERIFY2(text.value(0).startsWith(u"// SPDX-FileCopyrightText:"), qPrintable(file));
            const bool gpl = file.startsWith(u"widgets/") || file.startsWith(u"app/") || file.startsWith(u"rpccore/httpserver/");
            QCOMPARE(text.value(1), gpl ? QStringLiteral("// SPDX-License-Identifier: GPL-3.0-or-later") : QStringLiteral("// SPDX-License-Identifier: MIT"));
        }
    }

    void files_stayShort()
    {
        for (const QString &file : sources(QStringLiteral("rpccore")) + sources(QStringLiteral("widgets")) + sources(QStringLiteral("app")))
            QVERIFY2(lines(file).size() <= 450, qPrintable(file));
        QVERIFY(lines(QStringLiteral("app/gui/mainwindow.cpp")).size() <= 300);
    }

    void sources_includeTheirOwnHeaderFirst()
    {
        static const QRegularExpression include(QStringLiteral("^#include [<\"]([^>\"]+)[>\"]"));
        for (const QString &file : sources(QStringLiteral("rpccore"))) {
            const QString header = QString(file).replace(QStringLiteral(".cpp"), QStringLiteral(".h"));
            if (!file.endsWith(u".cpp") || !QFile::exists(QStringLiteral(SOURCE_DIR "/") + header))
                continue;
            for (const QString &line : lines(file)) {
                const auto match = include.match(line);
                if (!match.hasMatch())
                    continue;
                QVERIFY2(header.endsWith(match.captured(1)), qPrintable(file)); // so the header stands on its own
                break;
            }
        }
    }

    // Every row of docs/seeds.md names tests and vectors that exist.
    void seedsTable_namesTestsThatExist()
    {
        QHash<QString, QString> tests;
        for (const QString &file : sources(QStringLiteral("tests"))) {
            const QString name = file.section(u'/', -1).chopped(4);
            if (name.startsWith(u"tst_"))
                tests.insert(name.mid(4), lines(file).join(u'\n'));
        }
        QString vectors = lines(QStringLiteral("tests/conformance/jsonrpc.json")).join(u'\n') + lines(QStringLiteral("tests/conformance/xmlrpc.json")).join(u'\n');
        const QString rules = lines(QStringLiteral("docs/findings.md")).join(u'\n');
        static const QRegularExpression quoted(QStringLiteral("`([^`]+)`"));
        static const QRegularExpression numbers(QStringLiteral("^[DAP][0-9]{2,3}[a-z]*$"));
        QHash<QString, bool> numbered;
        bool inTable = false;
        int rows = 0;
        for (const QString &line : lines(QStringLiteral("docs/seeds.md"))) {
            if (line.startsWith(u"| row ") || line.startsWith(u"| theirs "))
                inTable = true;
            if (!line.startsWith(u"| "))
                inTable = false;
            if (!inTable || line.startsWith(u"| row ") || line.startsWith(u"| theirs ") || line.startsWith(u"| ---"))
                continue;
            ++rows;
            for (const QString &number : line.section(u'|', 1, 1).split(u' ', Qt::SkipEmptyParts)) {
                if (numbers.match(number).hasMatch())
                    QVERIFY2(!std::exchange(numbered[number], true), qPrintable(number + QStringLiteral(" has two rows")));
            }
            const QString cell = line.chopped(2).section(QStringLiteral(" | "), -1);
            for (const QString &part : cell.split(QStringLiteral("; "))) {
                const QString where = part.section(u' ', 0, 0);
                auto names = quoted.globalMatch(part);
                QVERIFY2(names.hasNext(), qPrintable(line));
                while (names.hasNext()) {
                    QString name = QRegularExpression::escape(names.next().captured(1));
                    name.replace(QStringLiteral("\\*"), QStringLiteral("[^\"(]*"));
                    bool found = false;
                    if (where.startsWith(u"vector"))
                        found = vectors.contains(QRegularExpression(QStringLiteral("\"(name|endpoint)\": \"%1\"").arg(name)));
                    else if (where == u"rules")
                        found = rules.contains(QRegularExpression(QStringLiteral("`%1`").arg(name)));
                    else if (where == u"ctest")
                        found = lines(QStringLiteral("tests/bench/CMakeLists.txt")).join(u'\n').contains(QRegularExpression(name));
                    else
                        found = tests.value(where).contains(QRegularExpression(QStringLiteral("void %1\\(").arg(name)));
                    QVERIFY2(found, qPrintable(where + u' ' + name + QStringLiteral(" in: ") + line));
                }
            }
        }
        QVERIFY(rows > 70);
        const auto of = [&](QChar system) {
            return std::count_if(numbered.keyBegin(), numbered.keyEnd(), [&](const QString &number) { return number.startsWith(system); });
        };
        QCOMPARE(of(u'D'), 102);
        QCOMPARE(of(u'A'), 111);
        QCOMPARE(of(u'P'), 56);
    }
};

QTEST_APPLESS_MAIN(tst_Layers)
#include "tst_layers.moc"
