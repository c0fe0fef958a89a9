// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "jsdoc.h"

#include <QRegularExpression>

namespace rpc {

namespace {

QString wireType(QString type)
{
    type = type.trimmed();
    if (type.endsWith(u'='))
        type.chop(1);
    const QString lower = type.toLower();
    static const QHash<QString, QString> names {
        { QStringLiteral("integer"), QStringLiteral("int") },
        { QStringLiteral("i4"), QStringLiteral("int") },
        { QStringLiteral("int64"), QStringLiteral("i8") },
        { QStringLiteral("number"), QStringLiteral("double") },
        { QStringLiteral("float"), QStringLiteral("double") },
        { QStringLiteral("bool"), QStringLiteral("boolean") },
        { QStringLiteral("object"), QStringLiteral("struct") },
        { QStringLiteral("date"), QStringLiteral("dateTime.iso8601") },
        { QStringLiteral("datetime"), QStringLiteral("dateTime.iso8601") },
        { QStringLiteral("bytes"), QStringLiteral("base64") },
        { QStringLiteral("null"), QStringLiteral("nil") },
        { QStringLiteral("void"), QStringLiteral("nil") },
        { QStringLiteral("undefined"), QStringLiteral("nil") },
        { QStringLiteral("*"), QStringLiteral("any") },
    };
    if (lower.endsWith(u"[]") || lower.startsWith(u"array"))
        return QStringLiteral("array");
    return names.value(lower, lower);
}

// The comment without its stars.
QStringList commentLines(const QString &comment)
{
    static const QRegularExpression margin(QStringLiteral("^[ \\t]*\\*?[ \\t]?"));
    QStringList lines = comment.split(u'\n');
    for (QString &line : lines)
        line = line.remove(margin).trimmed();
    return lines;
}

// The description, and each tag with its continuation lines joined.
struct Comment
{
    QString help;
    QStringList tags;
};

Comment splitTags(const QString &text)
{
    Comment comment;
    QStringList help;
    for (const QString &line : commentLines(text)) {
        if (line.startsWith(u'@'))
            comment.tags.append(line);
        else if (!comment.tags.isEmpty())
            comment.tags.last() += line.isEmpty() ? QString() : QString(u' ' % line);
        else
            help.append(line);
    }
    comment.help = help.join(u'\n').trimmed();
    return comment;
}

Parameter parameterFromTag(const QString &tag)
{
    static const QRegularExpression form(
        QStringLiteral("^@param\\s+(?:\\{([^}]*)\\}\\s*)?(\\[)?\\s*([\\w$]+)[^\\]\\s]*\\]?\\s*-?\\s*(.*)$"),
        QRegularExpression::DotMatchesEverythingOption);
    const auto match = form.match(tag);
    Parameter p;
    p.name = match.captured(3);
    p.type = wireType(match.captured(1));
    p.optional = !match.captured(2).isEmpty() || match.captured(1).trimmed().endsWith(u'=');
    p.help = match.captured(4).trimmed();
    return p;
}

// The function's own parameter list is the truth; the comment says more about each.
void applyComment(const QString &text, DocumentedMethod &method)
{
    static const QRegularExpression returns(
        QStringLiteral("^@returns?\\s*(?:\\{([^}]*)\\})?\\s*(.*)$"), QRegularExpression::DotMatchesEverythingOption);
    const Comment comment = splitTags(text);
    method.info.help = comment.help;
    Signature &signature = method.info.signatures[0];
    QList<Parameter> documented;
    for (const QString &tag : comment.tags) {
        if (tag.startsWith(u"@param")) {
            documented.append(parameterFromTag(tag));
        } else if (const auto match = returns.match(tag); match.hasMatch()) {
            signature.result = wireType(match.captured(1));
            signature.resultHelp = match.captured(2).trimmed();
        } else if (tag.startsWith(u"@deprecated")) {
            method.info.deprecated = true;
        }
    }
    if (signature.parameters.isEmpty() && method.takesAny && !documented.isEmpty()) {
        signature.parameters = documented; // a function that is defined elsewhere: the comment is all there is
        method.takesAny = false;
        return;
    }
    for (Parameter &p : signature.parameters) {
        for (const Parameter &d : std::as_const(documented)) {
            if (d.name == p.name) {
                p.type = d.type;
                p.help = d.help;
                p.optional = p.optional || d.optional;
            }
        }
    }
}

void readParameterList(const QString &list, DocumentedMethod &method)
{
    Signature &signature = method.info.signatures[0];
    // Plain names, some with a plain default. Anything else (patterns, rest parameters, defaults with commas, comments)
    // is for a parser of the language; then any arguments are passed on.
    static const QRegularExpression plain(
        QStringLiteral("^\\s*(?:[\\w$]+\\s*(?:=\\s*(?:[\\w$.+-]+|\"[^\",]*\"|'[^',]*')\\s*)?(?:,\\s*|$))*$"));
    if (!plain.match(list).hasMatch()) {
        method.takesAny = true;
        return;
    }
    for (const QString &part : list.split(u',', Qt::SkipEmptyParts)) {
        const QString text = part.trimmed();
        Parameter p;
        p.name = text.section(u'=', 0, 0).trimmed();
        p.optional = text.contains(u'=');
        if (!p.name.isEmpty())
            signature.parameters.append(p);
    }
}

} // namespace

QHash<QString, DocumentedMethod> readJsDoc(const QString &source)
{
    // An optional comment, the call, and what of the function's head can be seen there.
    static const QRegularExpression form(
        QStringLiteral("(?:/\\*\\*([^*]*+(?:\\*(?!/)[^*]*+)*+)\\*/\\s*)?"
                       "\\brpc\\s*\\.\\s*method\\s*\\(\\s*([\"'`])((?:(?!\\2).)+)\\2\\s*,\\s*"
                       "(?:(?:function\\s*[\\w$]*\\s*)?\\(([^)]*)\\)|([\\w$]+)\\s*=>)?"),
        QRegularExpression::DotMatchesEverythingOption);
    QHash<QString, DocumentedMethod> found;
    auto matches = form.globalMatch(source);
    while (matches.hasNext()) {
        const auto match = matches.next();
        // The first is the one; what is commented out is none.
        const qsizetype call = source.lastIndexOf(QStringLiteral("rpc"), match.capturedStart(2));
        const qsizetype line = source.lastIndexOf(u'\n', call) + 1;
        const bool isCommentedOut = QStringView(source).sliced(line, call - line).contains(u"//");
        if (found.contains(match.captured(3)) || (isCommentedOut && match.capturedStart(1) < 0))
            continue;
        DocumentedMethod method;
        method.info.name = match.captured(3);
        method.info.signatures.append(Signature());
        if (match.capturedStart(4) >= 0)
            readParameterList(match.captured(4), method);
        else if (match.capturedStart(5) >= 0)
            readParameterList(match.captured(5), method);
        else
            method.takesAny = true;
        if (match.capturedStart(1) >= 0)
            applyComment(match.captured(1), method);
        if (method.takesAny && method.info.signatures[0].result.isEmpty())
            method.info.signatures.clear(); // nothing is known
        found.insert(method.info.name, method);
    }
    return found;
}

} // namespace rpc
