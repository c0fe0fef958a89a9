// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "rivals.h"

#include <QXmlStreamReader>

#include <expat.h>

#ifdef ANTIPHON_HAVE_RAPIDJSON
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#endif

namespace bench {

namespace {

bool parse(const QByteArray &xml, XML_StartElementHandler start, XML_EndElementHandler end,
    XML_CharacterDataHandler text, void *data)
{
    XML_Parser parser = XML_ParserCreate(nullptr);
    XML_SetUserData(parser, data);
    XML_SetElementHandler(parser, start, end);
    XML_SetCharacterDataHandler(parser, text);
    const bool ok = XML_Parse(parser, xml.constData(), int(xml.size()), XML_TRUE) == XML_STATUS_OK;
    XML_ParserFree(parser);
    return ok;
}

} // namespace

bool bareExpat(const QByteArray &xml)
{
    return parse(
        xml, [](void *, const XML_Char *, const XML_Char **) {}, [](void *, const XML_Char *) {},
        [](void *, const XML_Char *, int) {}, nullptr);
}

qint64 countingExpat(const QByteArray &xml)
{
    qint64 count = 0;
    parse(
        xml, [](void *data, const XML_Char *, const XML_Char **) { ++*static_cast<qint64 *>(data); },
        [](void *data, const XML_Char *) { ++*static_cast<qint64 *>(data); },
        [](void *data, const XML_Char *, int length) { *static_cast<qint64 *>(data) += length; }, &count);
    return count;
}

qint64 xmlStreamTokens(const QByteArray &xml)
{
    QXmlStreamReader reader(xml);
    qint64 count = 0;
    while (!reader.atEnd()) {
        reader.readNext();
        count += 1 + reader.text().size();
    }
    return count;
}

#ifdef ANTIPHON_HAVE_RAPIDJSON
qint64 rapidJsonEvents(const QByteArray &json)
{
    struct Counter : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Counter>
    {
        qint64 count = 0;
        bool Default()
        {
            ++count;
            return true;
        }
        bool String(const char *, rapidjson::SizeType length, bool)
        {
            count += length;
            return true;
        }
    };
    Counter counter;
    rapidjson::Reader reader;
    rapidjson::MemoryStream stream(json.constData(), size_t(json.size()));
    reader.Parse<rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag>(stream, counter);
    return counter.count;
}
bool hasRapidJson() { return true; }
#else
qint64 rapidJsonEvents(const QByteArray &) { return -1; }
bool hasRapidJson() { return false; }
#endif

} // namespace bench
