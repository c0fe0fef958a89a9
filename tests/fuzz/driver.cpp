// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// Runs a fuzz target where there is no libFuzzer: every file of a corpus, then mutations of them for a given time. The
// seed is printed, and what was tried last is in FILE when the target aborts.
//
// usage: fuzz_X --corpus FOLDER [--seconds N] [--seed N] [--last FILE]

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>

#include <csignal>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size);

namespace {

QByteArray current; // what is being tried
QByteArray lastFile;

void keepLast(int)
{
    if (FILE *f = std::fopen(lastFile.constData(), "wb")) {
        std::fwrite(current.constData(), 1, std::size_t(current.size()), f);
        std::fclose(f);
    }
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
}

void attempt(const QByteArray &bytes)
{
    current = bytes;
    LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char *>(bytes.constData()), std::size_t(bytes.size()));
}

QByteArray mutated(const QList<QByteArray> &corpus, QRandomGenerator &random)
{
    static const QByteArrayList pieces { "\"", "\\u", "\\ud83d", "{", "}", "[", "]", ",", ":", "1e", "-", "0", "null", "true", "\xef\xbb\xbf", "\xff",
        "\xc3\xa9", "\xed\xa0\x80", "<value>", "</value>", "<array>", "<data>", "<struct>", "<member>", "<name>", "<nil/>", "<i4>", "</i4>", "&#13;",
        "&amp;", "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE x>", "<?x?>", "\r", "\n", " ", "\0" };
    const auto below = [&](qsizetype n) { return n > 0 ? qsizetype(random.bounded(quint32(n))) : 0; };
    QByteArray bytes = corpus.at(below(corpus.size()));
    for (qsizetype i = below(6); i >= 0; --i) {
        const qsizetype at = below(bytes.size() + 1);
        switch (below(6)) {
        case 0:
            bytes.insert(at, pieces.at(below(pieces.size())));
            break;
        case 1:
            bytes.remove(at, below(8));
            break;
        case 2:
            if (at < bytes.size())
                bytes[at] = char(random.bounded(256));
            break;
        case 3:
            bytes.insert(at, bytes.mid(below(bytes.size()), below(40)));
            break;
        case 4: {
            const QByteArray &other = corpus.at(below(corpus.size()));
            bytes = bytes.left(at) + other.mid(below(other.size()));
            break;
        }
        default:
            bytes.truncate(at);
        }
    }
    return bytes.left(4096);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser arguments;
    const QCommandLineOption folder(QStringLiteral("corpus"), {}, QStringLiteral("folder"));
    const QCommandLineOption seconds(QStringLiteral("seconds"), {}, QStringLiteral("n"), QStringLiteral("2"));
    const QCommandLineOption seed(QStringLiteral("seed"), {}, QStringLiteral("n"), QString::number(QRandomGenerator::global()->generate()));
    const QCommandLineOption last(QStringLiteral("last"), {}, QStringLiteral("file"), QStringLiteral("fuzz-last"));
    arguments.addOptions({ folder, seconds, seed, last });
    arguments.process(app);
    lastFile = QFile::encodeName(arguments.value(last));
    QList<QByteArray> corpus;
    QDirIterator files(arguments.value(folder), QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly))
            corpus.append(file.readAll());
    }
    if (corpus.isEmpty()) {
        std::fprintf(stderr, "no corpus in %s\n", qPrintable(arguments.value(folder)));
        return 2;
    }
    std::sort(corpus.begin(), corpus.end());
    std::printf("seed %s, %d files\n", qPrintable(arguments.value(seed)), int(corpus.size()));
    std::fflush(stdout);
    std::signal(SIGABRT, keepLast);
    for (const QByteArray &bytes : corpus)
        attempt(bytes);
    QRandomGenerator random(arguments.value(seed).toUInt());
    QElapsedTimer clock;
    clock.start();
    qint64 runs = 0;
    while (clock.elapsed() < arguments.value(seconds).toInt() * 1000) {
        attempt(mutated(corpus, random));
        ++runs;
    }
    std::printf("%lld runs\n", static_cast<long long>(runs));
    return 0;
}
