// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "describe.h"

#include <QCoreApplication>

namespace antiphon {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(antiphon::Describe)
};

} // namespace

using rpc::Array;
using rpc::Struct;
using rpc::Value;

QString methodText(const rpc::MethodInfo &method)
{
    QStringList lines;
    if (method.signatures.isEmpty())
        lines.append(method.signatureText());
    for (qsizetype i = 0; i < method.signatures.size(); ++i) {
        lines.append(method.signatureText(i));
        for (const rpc::Parameter &p : method.signatures[i].parameters) {
            if (!p.help.isEmpty())
                lines.append(u"    " % p.name % u": " % p.help);
        }
        if (!method.signatures[i].resultHelp.isEmpty())
            lines.append(u"    → " % method.signatures[i].resultHelp);
    }
    if (method.deprecated)
        lines.append(QStringLiteral("deprecated"));
    if (!method.help.isEmpty())
        lines << QString() << method.help;
    return lines.join(u'\n');
}

Value methodToValue(const rpc::MethodInfo &method)
{
    Array signatures;
    for (const rpc::Signature &s : method.signatures) {
        Array params;
        for (const rpc::Parameter &p : s.parameters) {
            Struct param;
            if (!p.name.isEmpty())
                param.append(QStringLiteral("name"), p.name);
            param.append(QStringLiteral("type"), p.type.isEmpty() ? QStringLiteral("undef") : p.type);
            if (!p.help.isEmpty())
                param.append(QStringLiteral("help"), p.help);
            if (p.optional)
                param.append(QStringLiteral("optional"), true);
            params.append(param);
        }
        signatures.append(
            Struct { { QStringLiteral("result"), s.result.isEmpty() ? QStringLiteral("undef") : s.result },
                { QStringLiteral("params"), params } });
    }
    return Struct { { QStringLiteral("name"), method.name }, { QStringLiteral("signatures"), signatures },
        { QStringLiteral("help"), method.help } };
}

QString errorCodeText(const rpc::Error &error)
{
    return error.codeText.isEmpty() ? QString::number(error.code) : error.codeText;
}

QString errorCodeName(int code)
{
    switch (code) {
    case rpc::code::ParseError:
        return QStringLiteral("Parse error");
    case rpc::code::InvalidRequest:
        return QStringLiteral("Invalid Request");
    case rpc::code::MethodNotFound:
        return QStringLiteral("Method not found");
    case rpc::code::InvalidParams:
        return QStringLiteral("Invalid params");
    case rpc::code::InternalError:
        return QStringLiteral("Internal error");
    default:
        return {};
    }
}

QString failureText(const QList<rpc::CallOutcome> &outcomes)
{
    const auto failed = [](const rpc::CallOutcome &outcome) { return !outcome.succeeded; };
    const auto last = std::find_if(outcomes.rbegin(), outcomes.rend(), failed);
    return last == outcomes.rend() ? QString() : QString(Text::tr("error %1").arg(last->code) % u"  " % last->message);
}

QString oneLine(const QString &text)
{
    constexpr qsizetype longest = 200;
    QString line = text.left(longest);
    const bool isCut = line.size() < text.size();
    if (isCut && line.back().isHighSurrogate())
        line.chop(1);
    for (QChar &c : line) {
        if (c.unicode() < 0x20)
            c = QChar(0x2400 + c.unicode());
        else if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format
            || c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph)
            c = QChar::ReplacementCharacter;
    }
    return isCut ? QString(line % u" …") : line;
}

QByteArray rawText(const rpc::Trace &trace)
{
    const auto marked = [](const char *title, const QByteArray &head, const QByteArray &body) {
        QByteArray text = QByteArray(title) + '\n' + head + body;
        if (!text.endsWith('\n'))
            text += '\n';
        return text;
    };
    QByteArray text = trace.earlier ? rawText(*trace.earlier) : QByteArray();
    text += marked(">>> request", trace.requestHead, trace.requestBody + trace.requestTail);
    const QByteArray response
        = trace.responseWire.isEmpty() ? QByteArray(trace.responseBody + trace.responseTail) : trace.responseWire;
    if (trace.httpStatus != 0 || !response.isEmpty())
        text += marked("<<< response", trace.responseHead, response);
    return text;
}

} // namespace antiphon
