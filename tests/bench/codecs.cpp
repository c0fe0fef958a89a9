// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "measure.h"
#include "rivals.h"
#include "subcommands.h"
#include "workloads.h"

#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <rpccore/xmlrpc/xmlreader.h>
#include <rpccore/xmlrpc/xmlwriter.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QVariant>

#include <cstdio>
#include <optional>

namespace bench {

using namespace rpc;

namespace {

// What a result is compared with. Speed: how many times as fast as the rival, at least `target`. Cost: how many times
// the rival's time, at most `target`.
struct Comparison
{
    enum class Kind { None, Speed, Cost };
    Kind kind = Kind::None;
    const char *rival = "";
    double target = 0;
};

struct Row
{
    Runner runner;
    Comparison comparison = {};
};

struct Group
{
    QString what;
    qint64 bytes = 0; ///< that one round works through
    QList<Row> rows;
    QList<Timing> timings = {};
};

struct Memory
{
    QString name;
    qint64 bytes = 0;
    qint64 rivalBytes = 0;
    QString rival;
    double target = 0;
};

constexpr auto speed = Comparison::Kind::Speed;
constexpr auto cost = Comparison::Kind::Cost;

const char *const jsonRead = "JSON read to Value";
const char *const qtRead = "QJsonDocument::fromJson";
const char *const qtWrite = "QJsonDocument::toJson";
const char *const xmlRead = "XML-RPC read to Value";
const char *const expatBare = "expat, empty handlers";

// Whoever reads a text that does not read has measured nothing.
template <class T> T mustWork(Result<T> result)
{
    if (!result)
        qFatal("%s", qPrintable(result.error().toString()));
    return *std::move(result);
}

// The limits of a server would stop the sixteen megabytes.
JsonReader jsonReader() { return JsonReader { Limits::forExplorer() }; }
XmlReader xmlReader() { return XmlReader { Limits::forExplorer(), XmlRpcDialect::lenient() }; }

JsonReader jsonExplorer()
{
    JsonReader reader { Limits::forExplorer(), Duplicates::KeepAll };
    reader.tolerant = true;
    return reader;
}
XmlReader xmlExplorer() { return XmlReader { Limits::forExplorer(), XmlRpcDialect::explorer() }; }

// All readers and writers at `value`, which they do `times` times in one round.
Group group(const QString &what, const Value &value, int times, bool xml)
{
    const QByteArray json = mustWork(JsonWriter {}.write(value));
    const auto again = [times](auto work) {
        return [times, work] {
            for (int i = 0; i < times; ++i)
                work();
        };
    };
    static std::optional<Result<Value>> readValue;
    static Spans spans;
    static QJsonDocument document;
    static QVariant variant;
    static QByteArray written;
    [[maybe_unused]] static volatile qint64 counted; // what a rival finds has to go somewhere
    const auto dropValue = [] {
        readValue.reset();
        spans.clear();
    };
    const auto dropDocument = [] {
        document = QJsonDocument();
        variant.clear();
    };
    const auto dropText = [] { written.clear(); };

    if (xml) {
        const QByteArray text = mustWork(xmlwriter::response(value));
        static std::optional<Result<XmlRpcDocument>> readXml;
        const auto dropXml = [] {
            readXml.reset();
            spans.clear();
        };
        mustWork(xmlReader().read(text));
        return { QStringLiteral("%1 (%2 bytes)").arg(what).arg(text.size()), text.size() * times,
            {
                { { xmlRead, again([=] { readXml.emplace(xmlReader().read(text)); }), dropXml },
                    { speed, expatBare, 0.6 } },
                { { "XML-RPC read by an explorer", again([=] { readXml.emplace(xmlExplorer().read(text)); }), dropXml },
                    { cost, xmlRead, 1.1 } },
                { { "XML-RPC read with spans",
                      again([=] { readXml.emplace(xmlReader().read(text, {}, nullptr, &spans)); }), dropXml },
                    { cost, xmlRead, 1.4 } },
                { { expatBare, again([=] { counted = bareExpat(text); }) } },
                { { "expat, counting handlers", again([=] { counted = countingExpat(text); }) } },
                { { "QXmlStreamReader, all tokens", again([=] { counted = xmlStreamTokens(text); }) } },
                { { "XML-RPC write", again([=] { written = *xmlwriter::response(value); }), dropText } },
            } };
    }
    mustWork(jsonReader().read(json));
    const QJsonDocument parsed = QJsonDocument::fromJson(json);
    Group g { QStringLiteral("%1 (%2 bytes)").arg(what).arg(json.size()), json.size() * times,
        {
            { { jsonRead, again([=] { readValue.emplace(jsonReader().read(json)); }), dropValue },
                { speed, qtRead, 1.5 } },
            { { "JSON read by an explorer", again([=] { readValue.emplace(jsonExplorer().read(json)); }), dropValue },
                { cost, jsonRead, 1.1 } },
            { { "JSON read with spans", again([=] { readValue.emplace(jsonReader().read(json, nullptr, &spans)); }),
                  dropValue },
                { cost, jsonRead, 1.4 } },
            { { qtRead, again([=] { document = QJsonDocument::fromJson(json); }), dropDocument } },
            { { "QJsonDocument and toVariant", again([=] { variant = QJsonDocument::fromJson(json).toVariant(); }),
                dropDocument } },
            { { "JSON write", again([=] { written = *JsonWriter {}.write(value); }), dropText },
                { speed, qtWrite, 3.0 } },
            { { qtWrite, again([=] { written = parsed.toJson(QJsonDocument::Compact); }), dropText } },
        } };
    if (hasRapidJson())
        g.rows.insert(5, { { "RapidJSON events, no values", again([=] { counted = rapidJsonEvents(json); }) } });
    return g;
}

Memory memory(const Value &value)
{
    const QByteArray json = mustWork(JsonWriter {}.write(value));
    Memory m;
    m.name = QStringLiteral("Value after reading");
    m.rival = QStringLiteral("QJsonDocument after reading");
    m.target = 0.8;
    std::optional<Result<Value>> own;
    m.bytes = memoryHeld([&] { own.emplace(jsonReader().read(json)); }, [&] { own.reset(); });
    QJsonDocument document;
    m.rivalBytes = memoryHeld([&] { document = QJsonDocument::fromJson(json); }, [&] { document = QJsonDocument(); });
    return m;
}

double ratioOf(const Group &g, qsizetype row)
{
    const Comparison &c = g.rows[row].comparison;
    for (qsizetype i = 0; i < g.rows.size(); ++i) {
        if (qstrcmp(g.rows[i].runner.name, c.rival) == 0)
            return c.kind == speed ? g.timings[i].best / g.timings[row].best : g.timings[row].best / g.timings[i].best;
    }
    return 0;
}

bool reached(const Comparison &c, double ratio) { return c.kind == speed ? ratio >= c.target : ratio <= c.target; }

double megabytesPerSecond(const Group &g, qsizetype row) { return double(g.bytes) / 1e6 / g.timings[row].best; }

void print(const QList<Group> &groups, const QList<Memory> &memories)
{
    std::printf(
        "%s; Qt %s\nProcessor time of one thread. MB/s and ratios are of the best round; 1 MB is 1,000,000 bytes.\n",
        qPrintable(machine()), qVersion());
    for (const Group &g : groups) {
        std::printf("\n%-32s %8s %9s %9s   %s\n", qPrintable(g.what), "MB/s", "best ms", "median ms", "ratio");
        for (qsizetype i = 0; i < g.rows.size(); ++i) {
            const Comparison &c = g.rows[i].comparison;
            std::printf("  %-30s %8.1f %9.2f %9.2f", g.rows[i].runner.name, megabytesPerSecond(g, i),
                g.timings[i].best * 1e3, g.timings[i].median * 1e3);
            if (c.kind != Comparison::Kind::None) {
                const double ratio = ratioOf(g, i);
                std::printf("   %.2f x the %s of \"%s\", target %s %.1f: %s", ratio, c.kind == speed ? "speed" : "time",
                    c.rival, c.kind == speed ? ">=" : "<=", c.target, reached(c, ratio) ? "reached" : "MISSED");
            }
            std::printf("\n");
        }
    }
    std::printf(
        "\nMemory in use by the allocator's count (mallinfo2, with its own overhead), while the result is held\n");
    for (const Memory &m : memories) {
        if (m.bytes < 0) {
            std::printf("  not known on this system\n");
            continue;
        }
        const double ratio = double(m.bytes) / double(m.rivalBytes);
        std::printf("  %-30s %8.1f MB; %s %.1f MB; ratio %.2f, target <= %.1f: %s\n", qPrintable(m.name),
            double(m.bytes) / 1e6, qPrintable(m.rival), double(m.rivalBytes) / 1e6, ratio, m.target,
            ratio <= m.target ? "reached" : "MISSED");
    }
}

void printJson(const QList<Group> &groups, const QList<Memory> &memories)
{
    QJsonArray results;
    for (const Group &g : groups) {
        for (qsizetype i = 0; i < g.rows.size(); ++i) {
            const Comparison &c = g.rows[i].comparison;
            QJsonObject o {
                { QStringLiteral("name"), QLatin1String(g.rows[i].runner.name) },
                { QStringLiteral("what"), g.what },
                { QStringLiteral("mb_per_s"), megabytesPerSecond(g, i) },
                { QStringLiteral("ms_best"), g.timings[i].best * 1e3 },
                { QStringLiteral("ms_median"), g.timings[i].median * 1e3 },
            };
            if (c.kind != Comparison::Kind::None) {
                const double ratio = ratioOf(g, i);
                o.insert(QStringLiteral("rival"), QLatin1String(c.rival));
                o.insert(QStringLiteral("measure"),
                    c.kind == speed ? QLatin1String("speed, at least") : QLatin1String("time, at most"));
                o.insert(QStringLiteral("ratio"), ratio);
                o.insert(QStringLiteral("target"), c.target);
                o.insert(QStringLiteral("reached"), reached(c, ratio));
            }
            results.append(o);
        }
    }
    QJsonArray held;
    for (const Memory &m : memories) {
        const double ratio = double(m.bytes) / double(m.rivalBytes);
        held.append(QJsonObject {
            { QStringLiteral("name"), m.name },
            { QStringLiteral("bytes"), m.bytes },
            { QStringLiteral("rival"), m.rival },
            { QStringLiteral("rival_bytes"), m.rivalBytes },
            { QStringLiteral("measure"), QStringLiteral("mallinfo2 in use, at most") },
            { QStringLiteral("ratio"), ratio },
            { QStringLiteral("target"), m.target },
            { QStringLiteral("reached"), ratio <= m.target },
        });
    }
    const QJsonObject all {
        { QStringLiteral("machine"), machine() },
        { QStringLiteral("qt"), QLatin1String(qVersion()) },
        { QStringLiteral("results"), results },
        { QStringLiteral("memory"), held },
    };
    std::printf("%s", QJsonDocument(all).toJson().constData());
}

} // namespace

int codecs(const QStringList &arguments)
{
    bool json = false;
    bool quick = false;
    bool once = false; // every size, one round of each: whether it works, not how fast
    qint64 megabytes = 16;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == u"--json") {
            json = true;
        } else if (arguments[i] == u"--quick") {
            quick = true;
        } else if (arguments[i] == u"--once") {
            once = true;
        } else if (arguments[i] == u"--size" && arguments.value(i + 1).toLongLong() > 0) {
            megabytes = arguments[++i].toLongLong();
        } else {
            std::fprintf(stderr, "antiphon-bench codecs: what is \"%s\"?\n", qPrintable(arguments[i]));
            return 2;
        }
    }
    const qint64 bytes = quick ? 200'000 : megabytes * 1'000'000;
    const Value large = catalogueOfSize(bytes);
    // The first of the same structs, as many as make as long a text: XML takes five times the bytes.
    const qint64 xmlSize = mustWork(xmlwriter::response(large)).size();
    const Value largeXml = catalogue(large.get<Array>()->size() * bytes / xmlSize);
    const Value small = smallCall();
    const QString largeText
        = quick ? QStringLiteral("0.2 MB of structs") : QStringLiteral("%1 MB of structs").arg(megabytes);
    const int times = quick ? 100 : 5000;
    QList<Memory> memories { memory(large) };
    QList<Group> groups {
        group(largeText + QStringLiteral(", JSON"), large, 1, false),
        group(largeText + QStringLiteral(", XML-RPC"), largeXml, 1, true),
        group(QStringLiteral("%1 calls of 1 KB, JSON").arg(times), small, times, false),
        group(QStringLiteral("%1 values of 1 KB, XML-RPC").arg(times),
            *small.get<Struct>()->find(u"params")->get<Struct>()->find(u"items"), times, true),
    };
    for (Group &g : groups) {
        QList<Runner> runners;
        for (const Row &r : std::as_const(g.rows))
            runners.append(r.runner);
        g.timings = race(runners, once ? 1 : quick ? 3 : 11);
    }
    if (json)
        printJson(groups, memories);
    else
        print(groups, memories);
    return 0;
}

} // namespace bench
