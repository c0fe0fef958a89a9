// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scriptworker.h"

#include "scriptapi.h"
#include "scriptvalue.h"
#include "watchdog.h"

#include <QTimerEvent>

namespace rpc {

namespace {

constexpr int restTime = 500; // ms without a call, at least

} // namespace

ScriptWorker::ScriptWorker() = default;

ScriptWorker::~ScriptWorker()
{
    m_running = nullptr;
    m_watchdog.reset();
    m_functions.clear();
    m_values.reset();
    m_api.reset();
}

void ScriptWorker::interrupt()
{
    m_ending = true;
    if (QJSEngine *engine = m_running)
        engine->setInterrupted(true);
}

QString ScriptWorker::timeLimitText() const
{
    return QStringLiteral("the script ran longer than %1 s and was interrupted").arg(double(m_timeLimit) / 1000);
}

Result<QStringList> ScriptWorker::load(const QString &fileName, const QString &source)
{
    m_engine = std::make_unique<QJSEngine>();
    m_running = m_engine.get();
    m_api = std::make_unique<ScriptApi>(
        *m_engine,
        [this](const QString &name, const QJSValue &function) {
            if (!m_functions.contains(name))
                m_names.append(name);
            m_functions.insert(name, function);
        },
        [this](const QString &level, const QString &text) { log(level, text); });
    m_values = std::make_unique<ScriptValues>(*m_engine, m_api->helpers());
    // Within one built-in function the engine does not look at the flag; the client is answered all the same.
    m_watchdog = std::make_unique<Watchdog>([this] {
        m_engine->setInterrupted(true);
        m_reply.reject(Error::application(code::InternalError, timeLimitText()));
    });
    if (m_ending) // interrupt() came before there was an engine
        return Error::make(ErrorKind::InvalidArgument, QStringLiteral("the script is being stopped"));
    m_logged = 0;
    m_watchdog->arm(std::chrono::milliseconds(m_timeLimit));
    QStringList stack; // not empty when something was thrown, whatever it was
    const QJSValue outcome = m_engine->evaluate(source, fileName, 1, &stack);
    const bool failed = outcome.isError() || !stack.isEmpty();
    ScriptApi::Outcome why;
    int column = 0;
    if (failed && !m_engine->isInterrupted()) {
        why = m_api->describe(outcome);
        // An entry is "function:line:column:file"; an error object knows its line only.
        const QStringList parts = stack.value(0).split(u':');
        if (parts.size() >= 4 && parts[1].toInt() == why.line)
            column = qMax(0, parts[2].toInt());
    }
    if (m_watchdog->disarm()) {
        m_engine->setInterrupted(false);
        return Error::make(ErrorKind::InvalidArgument, fileName % u": " % timeLimitText());
    }
    if (failed) {
        Error e = Error::make(ErrorKind::InvalidArgument, QString());
        e.position.line = why.line;
        e.position.column = column;
        QString place = fileName;
        if (why.line > 0)
            place += u':' % QString::number(why.line)
                % (column > 0 ? QString(u':' % QString::number(column)) : QString());
        e.message = place % u": " % why.message;
        return e;
    }
    return m_names;
}

void ScriptWorker::call(const MethodInfo &info, const Arguments &arguments, const ReplyHandle &reply)
{
    if (!reply.isWanted())
        return; // the client has gone while the call waited
    if (m_ending)
        return reply.reject(Error::application(code::InternalError, QStringLiteral("the script is being stopped")));
    m_reply = reply; // before the watchdog is armed, and until it is disarmed
    const auto outcome = run(info, arguments);
    m_isUsed = true;
    if (!m_rest.isActive())
        m_rest.start(restTime, this);
    m_reply = {};
    reply.answer(outcome);
}

// A host that nobody calls holds no more than it needs.
void ScriptWorker::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_rest.timerId() || std::exchange(m_isUsed, false))
        return;
    m_rest.stop();
    m_engine->collectGarbage();
}

Result<Value> ScriptWorker::run(const MethodInfo &info, const Arguments &arguments)
{
    const Signature signature = info.signatures.value(0);
    m_logged = 0;
    m_watchdog->arm(std::chrono::milliseconds(m_timeLimit));
    QJSValue list = m_engine->newArray(uint(arguments.size()));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto &argument = arguments[i];
        list.setProperty(quint32(i),
            argument ? m_values->toScript(*argument, signature.parameters.value(qsizetype(i)).type)
                     : QJSValue(QJSValue::UndefinedValue));
    }
    const ScriptApi::Outcome outcome = m_api->invoke(m_functions.value(info.name), list);
    if (m_watchdog->disarm()) {
        if (!m_ending)
            m_engine->setInterrupted(false);
        Q_EMIT logged(QStringLiteral("error"), info.name % u": " % timeLimitText(), {}, 0);
        m_engine->collectGarbage(); // what it had heaped up
        return Error::application(code::InternalError, timeLimitText());
    }
    // From here on nothing of the script runs.
    if (outcome.kind == ScriptApi::Outcome::Kind::Exception) {
        Q_EMIT logged(QStringLiteral("error"), info.name % u": " % outcome.message, outcome.file,
            outcome.file.contains(u"antiphon:prelude") ? 0 : outcome.line);
        return Error::make(ErrorKind::Internal, QStringLiteral("Internal error")); // the text is the host's business
    }
    const bool isError = outcome.kind == ScriptApi::Outcome::Kind::RpcError;
    auto value = isError && outcome.text.isEmpty()
        ? Result<Value>(Value())
        : ScriptValues::fromText(outcome.text, isError ? QString() : signature.result);
    if (!value) {
        Q_EMIT logged(QStringLiteral("error"),
            QStringLiteral("%1 gave something that is no value: %2").arg(info.name, value.error().message), {}, 0);
        return Error::make(ErrorKind::Internal, QStringLiteral("Internal error"));
    }
    if (isError)
        return Error::application(outcome.code, outcome.message, *value);
    return value;
}

// A script that writes without end must not fill the host's memory.
void ScriptWorker::log(const QString &level, const QString &text)
{
    constexpr int mostLines = 1000; // of one call
    constexpr qsizetype longest = 10'000;
    if (++m_logged < mostLines)
        Q_EMIT logged(level, text.size() > longest ? QString(text.left(longest) % u" …") : text, {}, 0);
    else if (m_logged == mostLines)
        Q_EMIT logged(QStringLiteral("warning"), QStringLiteral("more lines of this call are left out"), {}, 0);
}

} // namespace rpc
