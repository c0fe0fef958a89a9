// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scriptworker.h"

#include "scriptapi.h"
#include "scriptvalue.h"
#include "watchdog.h"

namespace rpc {

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
        [this](const QString &level, const QString &text) { Q_EMIT logged(level, text, {}, 0); });
    m_values = std::make_unique<ScriptValues>(*m_engine, m_api->helpers());
    m_watchdog = std::make_unique<Watchdog>([engine = m_engine.get()] { engine->setInterrupted(true); });
    m_watchdog->arm(std::chrono::milliseconds(m_timeLimit));
    const QJSValue outcome = m_engine->evaluate(source, fileName);
    if (m_watchdog->disarm()) {
        m_engine->setInterrupted(false);
        return Error::make(ErrorKind::InvalidArgument, fileName % u": " % timeLimitText());
    }
    if (outcome.isError()) {
        Error e = Error::make(ErrorKind::InvalidArgument, QString());
        const int line = outcome.property(QStringLiteral("lineNumber")).toInt();
        const int column = outcome.property(QStringLiteral("columnNumber")).toInt();
        e.position.line = line;
        e.position.column = column;
        e.message = fileName % u':' % QString::number(line)
            % (column > 0 ? QString(u':' % QString::number(column)) : QString()) % u": " % outcome.toString();
        return e;
    }
    return m_names;
}

void ScriptWorker::call(const MethodInfo &info, const Array &arguments, const ReplyHandle &reply)
{
    if (!reply.isWanted())
        return; // the client has gone while the call waited
    if (m_ending)
        return reply.reject(Error::make(ErrorKind::Internal, QStringLiteral("the script is being stopped")));
    reply.answer(run(info, arguments));
}

Result<Value> ScriptWorker::run(const MethodInfo &info, const Array &arguments)
{
    const Signature signature = info.signatures.value(0);
    QJSValue list = m_engine->newArray(uint(arguments.size()));
    for (qsizetype i = 0; i < arguments.size(); ++i)
        list.setProperty(quint32(i), m_values->toScript(arguments[i], signature.parameters.value(i).type));
    m_watchdog->arm(std::chrono::milliseconds(m_timeLimit));
    const QJSValue outcome = m_api->invoke(m_functions.value(info.name), list);
    // Reading the result may run the script's getters, so it is watched, too.
    Result<Value> result = Value();
    const bool threw = outcome.property(QStringLiteral("thrown")).toBool();
    const QJSValue content = outcome.property(threw ? QStringLiteral("data") : QStringLiteral("value"));
    if (!m_engine->isInterrupted())
        result = m_values->fromScript(content, threw ? QString() : signature.result);
    if (m_watchdog->disarm()) {
        if (!m_ending)
            m_engine->setInterrupted(false);
        Q_EMIT logged(QStringLiteral("error"), info.name % u": " % timeLimitText(), {}, 0);
        return Error::make(ErrorKind::Internal, timeLimitText());
    }
    if (threw && outcome.property(QStringLiteral("isRpc")).toBool()) {
        return Error::application(outcome.property(QStringLiteral("code")).toInt(),
            outcome.property(QStringLiteral("message")).toString(), result.valueOr(Value()));
    }
    if (threw || outcome.isError()) {
        const QString message = threw ? outcome.property(QStringLiteral("message")).toString() : outcome.toString();
        Q_EMIT logged(QStringLiteral("error"), info.name % u": " % message,
            outcome.property(QStringLiteral("file")).toString(), outcome.property(QStringLiteral("line")).toInt());
        return Error::make(ErrorKind::Internal, QStringLiteral("Internal error")); // the text is the host's business
    }
    if (!result) {
        Q_EMIT logged(QStringLiteral("error"),
            QStringLiteral("%1 returned something that is no value: %2").arg(info.name, result.error().toString()), {}, 0);
        return Error::make(ErrorKind::Internal, QStringLiteral("Internal error"));
    }
    return result;
}

} // namespace rpc
