// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scripthost.h"

#include "jsdoc.h"
#include "scriptworker.h"

#include <rpccore/core/threadhop.h>
#include <rpccore/dispatch/registry.h>

#include <QFile>
#include <QThread>

namespace rpc {

namespace {

// A declared type is a promise to the script: what does not keep it never gets there.
bool fits(const QString &declared, const Value &value)
{
    if (declared == u"int")
        return value.type() == Type::Int32 || (value.toInteger() && *value.toInteger() == qint32(*value.toInteger()));
    if (declared == u"i8")
        return value.toInteger().has_value();
    if (declared == u"double" || declared == u"number")
        return value.toDouble().has_value();
    if (declared == u"dateTime.iso8601")
        return value.type() == Type::DateTime || value.type() == Type::String; // JSON writes dates as text
    if (declared == u"base64")
        return value.type() == Type::Bytes || value.type() == Type::String;
    if (declared == u"string" || declared == u"boolean" || declared == u"array" || declared == u"struct")
        return typeName(value.type()) == declared;
    return true; // "any", or a name of the author's own
}

Result<ScriptWorker::Arguments> checkedArguments(const DocumentedMethod &method, const Params &params)
{
    ScriptWorker::Arguments arguments;
    if (method.takesAny) {
        if (params.isNamed())
            return Error::make(
                ErrorKind::InvalidParams, QStringLiteral("this method takes its parameters by position"));
        const Array positional = params.positional();
        arguments.assign(positional.begin(), positional.end());
        return arguments;
    }
    const auto &parameters = method.info.signatures.constFirst().parameters;
    auto bound = bindParams(params, parameters);
    if (!bound)
        return bound.error();
    const Struct named = params.named();
    for (qsizetype i = 0; i < bound->size(); ++i) {
        const Parameter &p = parameters[i];
        // One that was left out before one that was given: its default is JavaScript's business.
        if (p.optional && !p.variadic && i >= params.positional().size() && !named.contains(p.name)) {
            arguments.push_back(std::nullopt);
            continue;
        }
        arguments.push_back(bound->at(i));
        if (fits(p.type, bound->at(i)) || (p.optional && bound->at(i).isNil()))
            continue;
        Error e = Error::make(
            ErrorKind::InvalidParams, QStringLiteral("expected %1, got %2").arg(p.type, typeName(bound->at(i).type())));
        e.path = params.isNamed() ? Path().child(QStringLiteral("params")).child(p.name)
                                  : Path().child(QStringLiteral("params")).child(i);
        return e;
    }
    return arguments;
}

} // namespace

struct ScriptHost::Private
{
    Private(Registry &r, QObject *host)
        : registry(r)
        , home(std::make_shared<ThreadHop>(host))
    {
    }
    Registry &registry;
    QThread thread;
    ScriptWorker *worker = new ScriptWorker; // lives in the thread
    std::shared_ptr<ThreadHop> home;
    QList<std::shared_ptr<const Method>> methods; // as they were registered
};

ScriptHost::ScriptHost(Registry &registry, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(registry, this))
{
    // Spreading an array puts each element on the engine's stack, unchecked: the default of 4 MB ends the program at
    // half a million elements, which a client can send. Read when the first engine is made.
    if (!qEnvironmentVariableIsSet("QV4_JS_MAX_STACK_SIZE"))
        qputenv("QV4_JS_MAX_STACK_SIZE", "268435456");
    d->thread.setObjectName(QStringLiteral("script"));
    d->worker->moveToThread(&d->thread);
    connect(d->worker, &ScriptWorker::logged, this, &ScriptHost::logged);
    connect(&d->thread, &QThread::finished, d->worker, &ScriptWorker::end, Qt::DirectConnection);
    d->thread.start();
}

ScriptHost::~ScriptHost()
{
    d->home->close();
    for (const auto &method : std::as_const(d->methods)) {
        if (d->registry.find(method->info.name) == method) // nobody else has taken the name since
            d->registry.remove(method->info.name);
    }
    d->thread.quit();
    do
        d->worker->interrupt(); // again and again: a call may just have begun
    while (!d->thread.wait(50));
    delete d->worker; // its thread has ended
}

void ScriptHost::setTimeLimit(std::chrono::milliseconds limit) { d->worker->setTimeLimit(limit); }

void ScriptHost::load(
    const QString &fileName, const QString &source, std::function<void(const Result<QStringList> &)> done)
{
    const auto documentation = readJsDoc(source);
    QMetaObject::invokeMethod(
        d->worker, [this, worker = d->worker, home = d->home, fileName, source, documentation, done] {
            const auto names = worker->load(fileName, source);
            home->run([this, names, documentation, done] {
                if (names) {
                    for (const QString &name : *names) {
                        DocumentedMethod method = documentation.value(name);
                        if (method.info.name.isEmpty()) { // registered in a way that the source does not show
                            method.info.name = name;
                            method.takesAny = true;
                        }
                        const auto added = d->registry.replaceRaw(method.info,
                            [worker = d->worker, method](
                                const CallContext &, const Params &params, const ReplyHandle &reply) {
                                const auto arguments = checkedArguments(method, params);
                                if (!arguments)
                                    return reply.reject(arguments.error());
                                QMetaObject::invokeMethod(
                                    worker, [worker, info = method.info, arguments = *arguments, reply] {
                                        worker->call(info, arguments, reply);
                                    });
                            });
                        if (!added.isValid())
                            return done(added.error());
                        d->methods.append(added.method());
                    }
                }
                done(names);
            });
        });
}

void ScriptHost::loadFile(const QString &path, std::function<void(const Result<QStringList> &)> done)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        const Error e = Error::make(
            ErrorKind::InvalidArgument, QStringLiteral("%1 cannot be read: %2").arg(path, file.errorString()));
        QMetaObject::invokeMethod(
            this, [e, done] { done(e); }, Qt::QueuedConnection);
        return;
    }
    load(path, QString::fromUtf8(file.readAll()), std::move(done));
}

} // namespace rpc
