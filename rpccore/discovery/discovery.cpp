// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "discovery.h"

#include "systemlist.h"

#include <QCoreApplication>
#include <QPointer>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Discovery)
};

constexpr qsizetype atATime = 6;
const QString listName = QStringLiteral("system.listMethods");
const QString signatureName = QStringLiteral("system.methodSignature");
const QString helpName = QStringLiteral("system.methodHelp");

// Nobody answered, or the door is locked: asking in another language will not help.
bool isFinal(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::NameNotFound:
    case ErrorKind::Refused:
    case ErrorKind::Tls:
    case ErrorKind::Timeout:
    case ErrorKind::Cancelled:
    case ErrorKind::Unauthorized:
    case ErrorKind::InvalidArgument:
        return true;
    default:
        return false;
    }
}

bool isAnswer(const Reply &reply) { return reply.hasValue() || reply.error().kind == ErrorKind::Remote; }

// WebSockets and streams carry JSON-RPC only: XML-RPC has no ids to tell its answers by.
bool canCarryXml(const QUrl &url)
{
    const QString scheme = url.scheme().section(u'+', 0, 0);
    return scheme != u"ws" && scheme != u"wss" && scheme != u"tcp" && scheme != u"tls" && scheme != u"unix"
        && scheme != u"exec";
}

} // namespace

QList<Protocol> Discovery::protocolsFor(const QUrl &url)
{
    if (!canCarryXml(url))
        return { Protocol::JsonRpc };
    const QString path = url.path().toLower();
    if (path.contains(u"rpc2") || path.contains(u"xmlrpc"))
        return { Protocol::XmlRpc, Protocol::JsonRpc };
    return { Protocol::JsonRpc, Protocol::XmlRpc };
}

Discovery::Discovery(QUrl url, MakeClient makeClient, QObject *parent)
    : QObject(parent)
    , m_url(std::move(url))
    , m_makeClient(std::move(makeClient))
{
}

Discovery::~Discovery()
{
    m_finished = true; // a client that dies ends its calls, and their callbacks must not find half an object
    m_client.reset();
}

void Discovery::start(std::optional<Protocol> protocol, Depth depth)
{
    m_depth = depth;
    m_isAuto = !protocol;
    ask(protocol ? QList<Protocol> { *protocol } : protocolsFor(m_url));
}

void Discovery::describe(std::optional<Protocol> protocol, const QString &method)
{
    m_only = method;
    start(protocol, Depth::Details);
}

void Discovery::cancel() { finish(Error::make(ErrorKind::Cancelled, QStringLiteral("cancelled"))); }

std::unique_ptr<Client> Discovery::takeClient()
{
    // A server may be about to close what was used for questions; a call would be lost then.
    m_client->dropIdleConnections();
    return std::move(m_client);
}

// Asks a question that does no harm: once more when the connection ended before the first byte of an answer.
void Discovery::question(const QString &method, const Array &params, const CallOptions &options,
    const std::function<void(const PendingCall &, const Reply &)> &answered)
{
    PendingCall call = m_client->call(method, params, options);
    call.onFinished(this, [this, method, params, options, answered, call](const Reply &reply) {
        const bool wasLost = !reply && reply.error().kind == ErrorKind::ConnectionLost && !call.trace().firstByte;
        if (!wasLost || m_finished)
            return answered(call, reply);
        m_client->dropIdleConnections();
        PendingCall again = m_client->call(method, params, options);
        again.onFinished(this, [answered, again](const Reply &second) { answered(again, second); });
    });
}

void Discovery::ask(QList<Protocol> order)
{
    const Protocol protocol = order.takeFirst();
    m_client = m_makeClient(protocol);
    CallOptions options;
    if (m_isAuto && m_probeTimeout.count() > 0)
        options.timeout = m_probeTimeout;
    question(listName, Array(), options, [this, protocol, order](const PendingCall &call, const Reply &reply) {
        m_traces.append(call.trace());
        onListed(protocol, reply, order);
    });
}

void Discovery::onListed(Protocol protocol, const Reply &reply, const QList<Protocol> &rest)
{
    if (m_finished)
        return;
    if (!isAnswer(reply)) {
        const Error &e = reply.error();
        m_model.notes.append(Text::tr("Asked for %1 over %2: %3").arg(listName, protocolName(protocol), e.toString()));
        const bool isSilent = e.kind == ErrorKind::Timeout && !rest.isEmpty();
        if (m_refused && (isFinal(e.kind) || rest.isEmpty())) {
            // The other protocol has answered, if not with a list.
            m_model.notes.removeLast();
            const auto [other, answer] = *std::exchange(m_refused, std::nullopt);
            m_client = m_makeClient(other);
            return onListed(other, answer, {});
        }
        if ((isFinal(e.kind) && !isSilent) || rest.isEmpty()) {
            Error why = e;
            if (!isFinal(e.kind) && m_model.notes.size() > 1) {
                why.message = Text::tr("the server answers neither protocol when it is asked for its methods; with the "
                                       "protocol named "
                                       "it is called without asking")
                    % u"\n" % m_model.notes.join(u'\n');
                why.position = {};
                why.path = {};
            }
            return finish(why);
        }
        return ask(rest);
    }
    if (!reply && !rest.isEmpty()) { // both may be spoken, and one of them list its methods
        m_refused = std::pair(protocol, reply);
        return ask(rest);
    }
    if (!reply && m_refused) {
        const auto [other, answer] = *std::exchange(m_refused, std::nullopt);
        m_client = m_makeClient(other);
        return onListed(other, answer, {});
    }
    if (m_refused)
        m_model.notes.append(Text::tr("The server answers in %1, too, where it does not list its methods.")
                                 .arg(protocolName(std::exchange(m_refused, std::nullopt)->first)));
    m_model.protocol = protocol;
    if (!reply) {
        m_model.listError = reply.error();
        m_model.notes.append(Text::tr("The server does not list its methods: %1 answered with error %2, \"%3\". "
                                      "Calling a method by its name still works.")
                                 .arg(listName)
                                 .arg(reply.error().code)
                                 .arg(reply.error().message));
    } else {
        const auto names = systemlist::methodNames(*reply, m_model.notes);
        if (!names) {
            m_model.listError = names.error();
            m_model.notes.append(names.error().message);
        } else {
            for (const QString &name : *names) {
                if (m_index.contains(name))
                    continue;
                m_index.insert(name, m_model.methods.size());
                m_model.methods.append(MethodInfo { name, {}, {}, false });
            }
        }
    }
    if (m_depth == Depth::NamesOnly)
        return finish(m_model);
    fetchDetails();
}

MethodInfo *Discovery::methodInfo(const QString &name)
{
    const auto at = m_index.constFind(name);
    return at == m_index.constEnd() ? nullptr : &m_model.methods[*at];
}

void Discovery::fetchDetails()
{
    if (!m_only.isEmpty() && !m_index.contains(m_only)) {
        m_index.insert(m_only, m_model.methods.size());
        m_model.methods.append(MethodInfo { m_only, {}, {}, false });
        m_model.unlisted.append(m_only);
    }
    for (const QString &asked : { signatureName, helpName }) {
        // Without a list nobody knows whether they are there: then one method may be asked for, but not all.
        if (!m_index.contains(asked) && (m_only.isEmpty() || !m_model.listError)) {
            if (!m_model.listError)
                m_model.notes.append(Text::tr("The server does not list %1.").arg(asked));
            continue;
        }
        if (!m_only.isEmpty()) {
            m_questions.append({ asked, m_only });
            continue;
        }
        for (const MethodInfo &method : std::as_const(m_model.methods))
            m_questions.append({ asked, method.name });
    }
    if (m_questions.isEmpty())
        return finish(m_model);
    for (qsizetype i = 0; i < atATime; ++i)
        fetchNext();
}

void Discovery::fetchNext()
{
    if (m_finished || m_asked >= m_questions.size())
        return;
    const Question question = m_questions.at(m_asked++);
    this->question(
        question.asked, Array { question.method }, {}, [this, question](const PendingCall &, const Reply &reply) {
            if (m_finished)
                return;
            if (!isAnswer(reply) && isFinal(reply.error().kind)) { // the list is there all the same
                m_model.isPartial = true;
                m_model.notes.append(
                    Text::tr("%1(\"%2\"): %3").arg(question.asked, question.method, reply.error().toString()));
                return finish(m_model);
            }
            m_model.isPartial = m_model.isPartial || !isAnswer(reply);
            if (MethodInfo *info = methodInfo(question.method); info && reply) {
                if (question.asked == signatureName)
                    info->signatures = systemlist::signatures(*reply);
                else
                    info->help = reply->toString().trimmed();
            } else if (!reply) {
                if (m_failed++ == 0)
                    m_firstFailure
                        = QStringLiteral("%1(\"%2\"): %3").arg(question.asked, question.method, reply.error().message);
            }
            Q_EMIT progress(++m_answered, m_questions.size());
            if (m_answered < m_questions.size())
                return fetchNext();
            if (m_failed) {
                m_model.notes.append(
                    Text::tr("%1 of %2 questions about methods were answered with an error; the first: %3")
                        .arg(m_failed)
                        .arg(m_questions.size())
                        .arg(m_firstFailure));
            }
            finish(m_model);
        });
}

void Discovery::finish(Result<ApiModel> model)
{
    if (std::exchange(m_finished, true))
        return;
    Q_EMIT finished(model);
}

} // namespace rpc
