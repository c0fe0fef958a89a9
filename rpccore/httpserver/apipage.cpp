// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "apipage.h"

#include <rpccore/server/server.h>

#include <QCoreApplication>
#include <QCryptographicHash>

namespace rpc {

namespace {

const QByteArray style = QByteArrayLiteral(
    ":root{color-scheme:light "
    "dark;--ink:#1c2127;--dim:#5f6b76;--line:#dfe3e8;--back:#fff;--soft:#f5f7f9;--mark:#0b62a8;"
    "--warn:#9a5b00}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e3e7eb;--dim:#98a3ae;--line:#333b44;--back:#15191d;--soft:#1d2328;"
    "--mark:#7cbcf2;--warn:#e5b262}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--back);color:var(--ink);font:16px/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "\"Noto Sans\",sans-serif}"
    "a{color:var(--mark);text-decoration:none}a:hover{text-decoration:underline}"
    "header,main{max-width:60rem;margin:0 auto;padding:0 1.5rem}"
    "header{padding-top:2.5rem}"
    "h1{font-size:1.75rem;line-height:1.25;margin:0 0 .25rem;font-weight:650}"
    "h2{font-size:1.15rem;margin:2.75rem 0 .25rem;padding-bottom:.35rem;border-bottom:1px solid var(--line);"
    "font-weight:650}"
    ".dim{color:var(--dim);margin:0}"
    "code,.sig{font-family:ui-monospace,\"SF Mono\",\"Cascadia Mono\",\"DejaVu Sans Mono\",Menlo,Consolas,monospace;"
    "font-size:.9em}"
    "nav{margin:1.5rem 0 0;padding:.9rem 1.1rem;background:var(--soft);border-radius:.5rem;columns:14rem;"
    "column-gap:2rem}"
    "nav a{display:block;overflow-wrap:anywhere;font-size:.92rem;line-height:1.75}"
    "article{padding:1.25rem 0 .5rem;border-bottom:1px solid var(--line)}article:last-child{border-bottom:0}"
    "h3{margin:0;font-size:1rem;font-weight:500;overflow-wrap:anywhere}"
    "h3 a{color:inherit}h3 b{font-weight:650}"
    ".sig+.sig{margin-top:.2rem}"
    "article p,section>p,header p:not(.dim){margin:.6rem 0 0;max-width:46rem;white-space:pre-wrap;overflow-wrap:anywhere}"
    "dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.3rem 1.25rem;margin:.8rem 0 0}"
    "dt{overflow-wrap:anywhere}dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}"
    ".type{color:var(--dim)}"
    ".tag{display:inline-block;margin-left:.5rem;padding:0 .5rem;border:1px solid var(--line);border-radius:1rem;"
    "color:var(--dim);font:.78rem/1.5 system-ui,sans-serif;vertical-align:.08em;white-space:nowrap}"
    ".old{color:var(--warn);border-color:currentColor}"
    ".old-method h3 b{text-decoration:line-through;text-decoration-thickness:1px}"
    ":target{background:var(--soft);box-shadow:-.75rem 0 0 var(--soft),.75rem 0 0 var(--soft)}"
    "footer{height:4rem}"
    "@media(max-width:34rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}");

QString escaped(const QString &text)
{
    QString result;
    result.reserve(text.size());
    for (const QChar c : text) {
        if (c == u'\t' || c == u'\n' || (c >= u' ' && c != u'\x7f'))
            result += c;
        else if (c != u'\r')
            result += QChar(QChar::ReplacementCharacter);
    }
    result = result.toHtmlEscaped(); // also quotation marks
    return result.replace(u'\'', QStringLiteral("&#39;"));
}

// A fragment of a URL, from any name.
QString anchor(const QString &name) { return QString::fromLatin1(name.toUtf8().toPercentEncoding()); }

QString typeText(const QString &type) { return type.isEmpty() ? QStringLiteral("any") : type; }

QString tag(const QString &text, const char *extra = "")
{
    return u"<span class=\"tag" % QLatin1String(extra) % u"\">" % escaped(text) % u"</span>";
}

// What is indented stays so.
QString withoutEmptyLines(QString text)
{
    while (text.startsWith(u'\n'))
        text.remove(0, 1);
    while (!text.isEmpty() && text.back().isSpace())
        text.chop(1);
    return text;
}

QString paragraphs(const QString &text)
{
    QString result;
    const auto parts = QString(text)
                           .replace(QStringLiteral("\r\n"), QStringLiteral("\n"))
                           .split(QStringLiteral("\n\n"), Qt::SkipEmptyParts);
    for (const QString &part : parts) {
        if (!part.trimmed().isEmpty())
            result += u"<p>" % escaped(withoutEmptyLines(part)) % u"</p>\n";
    }
    return result;
}

QString signatureLine(const MethodInfo &method, qsizetype index)
{
    const QString text = method.signatureText(index);
    const QString rest = text.startsWith(method.name) ? text.mid(method.name.size()) : text;
    return u"<b>" % escaped(method.name) % u"</b>" % escaped(rest);
}

QString row(const QString &term, const QString &type, const QString &help)
{
    return u"<dt><code>" % escaped(term) % u"</code> <code class=\"type\">" % escaped(type) % u"</code></dt><dd>"
        % escaped(help) % u"</dd>\n";
}

// Only what says more than the signature does.
QString explanations(const Signature &signature)
{
    QString rows;
    for (const Parameter &p : signature.parameters) {
        QString help = p.help;
        if (p.optional && help.isEmpty())
            help = QStringLiteral("optional");
        else if (p.optional)
            help += QStringLiteral(" (optional)");
        if (!help.isEmpty())
            rows += row(p.name, typeText(p.type), help);
    }
    if (!signature.resultHelp.isEmpty())
        rows += row(QStringLiteral("\u2192"), typeText(signature.result), signature.resultHelp);
    return rows.isEmpty() ? rows : QString(u"<dl>\n" % rows % u"</dl>\n");
}

QString article(const MethodInfo &method, Protocols spoken)
{
    const QString id = anchor(method.name);
    QString marks;
    if (method.deprecated)
        marks += tag(QStringLiteral("deprecated"), " old");
    for (const auto protocol : { Protocol::JsonRpc, Protocol::XmlRpc }) {
        const bool only
            = method.protocols.contains(protocol) && spoken == Protocols::all() && method.protocols == protocol;
        if (only)
            marks += tag(protocolName(protocol) % u" only");
    }
    for (const QString &name : method.tags)
        marks += tag(name);
    QString html = u"<article id=\"" % id % u"\""
        % (method.deprecated ? QStringLiteral(" class=\"old-method\"") : QString())
        % u">\n<h3 class=\"sig\"><a href=\"#" % id % u"\">" % signatureLine(method, 0) % u"</a>" % marks % u"</h3>\n";
    for (qsizetype i = 1; i < method.signatures.size(); ++i)
        html += u"<div class=\"sig\">" % signatureLine(method, i) % u"</div>\n";
    html += paragraphs(method.help);
    for (const Signature &signature : method.signatures)
        html += explanations(signature);
    return html % u"</article>\n";
}

} // namespace

ApiPage ApiPage::of(Server &server, const QString &path)
{
    const auto isPublic = [](const Authorization &authorization, const QString &name) {
        CallContext stranger; // says nothing of itself
        stranger.method = name;
        return authorization.check(stranger).has_value();
    };
    ApiPage page;
    page.path = path;
    page.protocols = server.dispatcher().options().protocols;
    const Registry &registry = server.registry();
    page.title = registry.title().isEmpty() ? QCoreApplication::applicationName() : registry.title();
    page.docs = registry.docs();
    const Authorization &serverSays = server.dispatcher().options().authorization;
    const auto all = registry.methods();
    for (const MethodInfo &method : all) {
        const bool isSpoken
            = (method.protocols.contains(Protocol::JsonRpc) && page.protocols.contains(Protocol::JsonRpc))
            || (method.protocols.contains(Protocol::XmlRpc) && page.protocols.contains(Protocol::XmlRpc));
        const Authorization says = registry.authorizationOf(method.name);
        if (isSpoken && isPublic(says.isInherited() ? serverSays : says, method.name))
            page.groups[registry.prefixOf(method.name)].methods.append(method);
    }
    for (auto group = page.groups.begin(); group != page.groups.end(); ++group) {
        const Registry *const branch = group.key().isEmpty() ? nullptr : registry.findBranch(group.key());
        if (!branch)
            continue;
        group->title = branch->title();
        group->docs = branch->docs();
    }
    return page;
}

QByteArray ApiPage::html() const
{
    qsizetype count = 0;
    for (const Group &group : groups)
        count += group.methods.size();
    QStringList spoken;
    for (const auto protocol : { Protocol::JsonRpc, Protocol::XmlRpc }) {
        if (protocols.contains(protocol))
            spoken.append(protocolName(protocol));
    }
    const QString name = title.isEmpty() ? path : title;
    QString html = u"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   u"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
        % escaped(name) % u" \u2013 methods</title>\n<style>" % QString::fromLatin1(style)
        % u"</style>\n</head>\n<body>\n<header>\n<h1>" % escaped(name) % u"</h1>\n<p class=\"dim\">"
        % escaped(spoken.join(QStringLiteral(" and "))) % u" by POST to <code>" % escaped(path) % u"</code></p>\n"
        % paragraphs(docs);
    if (count == 0)
        html += QStringLiteral("<p>There are no methods that everybody may call.</p>\n");
    if (count > 3) {
        html += QStringLiteral("<nav aria-label=\"Methods\">\n");
        for (const Group &group : groups) {
            for (const MethodInfo &method : group.methods)
                html += u"<a href=\"#" % anchor(method.name) % u"\">" % escaped(method.name) % u"</a>\n";
        }
        html += QStringLiteral("</nav>\n");
    }
    html += QStringLiteral("</header>\n<main>\n");
    for (auto group = groups.cbegin(); group != groups.cend(); ++group) {
        html += QStringLiteral("<section>\n");
        const QString prefix = group.key().isEmpty() ? QStringLiteral("Methods") : group.key();
        if (groups.size() > 1)
            html += u"<h2>" % escaped(group->title.isEmpty() ? prefix : group->title) % u"</h2>\n";
        html += paragraphs(group->docs);
        for (const MethodInfo &method : group->methods)
            html += article(method, protocols);
        html += QStringLiteral("</section>\n");
    }
    html += QStringLiteral("</main>\n<footer></footer>\n</body>\n</html>\n");
    return html.toUtf8();
}

HttpResponse ApiPage::response() const
{
    static const QByteArray policy = "default-src 'none'; style-src 'sha256-"
        + QCryptographicHash::hash(style, QCryptographicHash::Sha256).toBase64()
        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    HttpResponse response;
    response.contentType = "text/html; charset=utf-8";
    response.body = html();
    response.addField(QByteArrayLiteral("Content-Security-Policy"), policy);
    response.addField(QByteArrayLiteral("X-Content-Type-Options"), QByteArrayLiteral("nosniff"));
    response.addField(QByteArrayLiteral("Referrer-Policy"), QByteArrayLiteral("no-referrer"));
    response.addField(QByteArrayLiteral("Cache-Control"), QByteArrayLiteral("no-cache"));
    return response;
}

bool acceptsHtml(const HttpHead &head)
{
    bool isSaid = false;
    for (const auto &[name, value] : head.fields) {
        if (!isSameField(name, "Accept"))
            continue;
        isSaid = true;
        for (const QByteArray &range : value.toLower().split(',')) {
            const auto parts = range.split(';');
            const QByteArray type = parts.constFirst().trimmed();
            if (type != "text/html" && type != "text/*" && type != "*/*")
                continue;
            const bool refused = std::any_of(parts.cbegin() + 1, parts.cend(), [](const QByteArray &parameter) {
                const QByteArray p = parameter.trimmed();
                return p.startsWith("q=") && p.mid(2).toDouble() <= 0;
            });
            if (!refused)
                return true;
        }
    }
    return !isSaid;
}

} // namespace rpc
