// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "objectdoor.h"

#include "registry.h"

#include <rpccore/convert/metaconvert.h>

#include <QMetaMethod>

namespace rpc {

namespace {

using MethodResult = Result<Value>;

QMetaType contextType() { return QMetaType::fromType<CallContext>(); }
QMetaType resultType() { return QMetaType::fromType<MethodResult>(); }

// One function of the object, as it can be called.
struct Function
{
    int index = 0; // of the QMetaMethod
    bool wantsContext = false;
    QMetaType result;
    QList<QMetaType> types; // without the context
    QList<Parameter> parameters;

    QString typeText() const { return result == resultType() ? QStringLiteral("any") : metaTypeName(result); }
};

Error unusable(const QMetaMethod &method, const QString &why)
{
    return Error::make(ErrorKind::NotExpressible,
        QStringLiteral("%1 cannot be a method: %2").arg(QString::fromLatin1(method.methodSignature()), why));
}

Result<Function> functionOf(const QMetaMethod &method)
{
    Function f;
    f.index = method.methodIndex();
    f.result = method.returnMetaType();
    const auto names = method.parameterNames();
    for (int i = 0; i < method.parameterCount(); ++i) {
        const QMetaType type = method.parameterMetaType(i);
        if (i == 0 && type == contextType()) {
            f.wantsContext = true;
            continue;
        }
        Parameter p;
        p.name = QString::fromUtf8(names.value(i));
        p.type = metaTypeName(type);
        if (p.type == u"undef")
            return unusable(
                method, QStringLiteral("no value becomes a %1").arg(QString::fromLatin1(method.parameterTypeName(i))));
        f.types.append(type);
        f.parameters.append(p);
    }
    if (f.typeText() == u"undef")
        return unusable(method, QStringLiteral("a %1 becomes no value").arg(QString::fromLatin1(method.typeName())));
    return f;
}

// The arguments as the function wants them, and how well they fit: the number of exact types.
struct Fit
{
    const Function *function = nullptr;
    QList<QVariant> arguments;
    int exact = -1;
};

Result<Fit> fit(const Function &function, const Params &params)
{
    const auto bound = bindParams(params, function.parameters);
    if (!bound)
        return bound.error();
    Fit f { &function, {}, 0 };
    for (qsizetype i = 0; i < bound->size(); ++i) {
        auto argument = toMetaType(bound->at(i), function.types[i]);
        if (!argument) {
            Error e = argument.error();
            e.path = e.path.below(Path().child(QStringLiteral("params")).child(i));
            return e;
        }
        f.exact += typeName(bound->at(i).type()) == function.parameters[i].type;
        f.arguments.append(*std::move(argument));
    }
    return f;
}

MethodResult invoke(QObject *object, const Fit &fit, const CallContext &context)
{
    const bool tellsItself = fit.function->result == resultType(); // which has no default for a QVariant to begin with
    const bool isVoid = fit.function->result.id() == QMetaType::Void;
    MethodResult told = Value();
    QVariant result(tellsItself || isVoid ? QMetaType() : fit.function->result);
    std::vector<void *> arguments { tellsItself ? &told : isVoid ? nullptr : result.data() };
    if (fit.function->wantsContext)
        arguments.push_back(const_cast<CallContext *>(&context)); // taken by value or by const reference
    QList<QVariant> given = fit.arguments;
    for (qsizetype i = 0; i < given.size(); ++i) {
        const bool whole = fit.function->types[i] == QMetaType::fromType<QVariant>();
        arguments.push_back(whole ? static_cast<void *>(&given[i]) : given[i].data());
    }
    try {
        QMetaObject::metacall(object, QMetaObject::InvokeMetaMethod, fit.function->index, arguments.data());
    } catch (...) {
        return Error::fromException(std::current_exception());
    }
    return tellsItself || isVoid ? told : fromMetaType(result);
}

Handler handlerOf(const std::shared_ptr<ThreadHop> &home, QObject *object, const QList<Function> &overloads)
{
    return [home, object, overloads](const CallContext &context, const Params &params, const ReplyHandle &reply) {
        Fit best;
        Error error;
        for (const Function &f : overloads) {
            const auto candidate = fit(f, params);
            if (candidate && candidate->exact > best.exact)
                best = *candidate;
            else if (!candidate)
                error = candidate.error();
        }
        if (!best.function) {
            if (overloads.size() > 1)
                error = Error::make(ErrorKind::InvalidParams,
                    QStringLiteral("none of the %1 forms of this method fits: ").arg(overloads.size())
                        + error.toString());
            return reply.reject(error);
        }
        // A copy: the function may run in another thread, after this registration has ended.
        const auto function = std::make_shared<Function>(*best.function);
        home->run([object, function, best, context, reply]() mutable {
            best.function = function.get();
            reply.answer(invoke(object, best, context));
        });
    };
}

Handler readerOf(const std::shared_ptr<ThreadHop> &home, QObject *object, const QMetaProperty &property)
{
    return [home, object, property](const CallContext &, const Params &params, const ReplyHandle &reply) {
        if (const auto bound = bindParams(params, {}); !bound)
            return reply.reject(bound.error());
        home->run([object, property, reply] { reply.answer(fromMetaType(property.read(object))); });
    };
}

Handler writerOf(const std::shared_ptr<ThreadHop> &home, QObject *object, const QMetaProperty &property)
{
    return [home, object, property](const CallContext &, const Params &params, const ReplyHandle &reply) {
        const auto bound = bindParams(params, { Parameter { QStringLiteral("value"), {}, {}, false } });
        if (!bound)
            return reply.reject(bound.error());
        const auto value = toMetaType(bound->at(0), property.metaType());
        if (!value)
            return reply.reject(value.error());
        home->run([object, property, value = *value, reply] {
            if (property.write(object, value))
                return reply.resolve(Value());
            reply.reject(
                Error::make(ErrorKind::InvalidParams, QStringLiteral("the property does not take this value")));
        });
    };
}

// What the class says of its function \a name.
QString classDocs(const QMetaObject &meta, const QString &name)
{
    const int index = meta.indexOfClassInfo(QByteArray("rpc:" + name.toUtf8()).constData());
    return index < 0 ? QString() : QString::fromUtf8(meta.classInfo(index).value());
}

MethodInfo accessor(const QString &name, const QString &result, const QList<Parameter> &parameters)
{
    MethodInfo info;
    info.name = name;
    info.signatures = { Signature { result, {}, parameters } };
    return info;
}

} // namespace

Result<QStringList> addObject(Registry &registry, QObject *object, const ObjectOptions &options)
{
    const QMetaObject *const meta = object->metaObject();
    QMap<QString, QList<Function>> byName;
    for (int i = options.below ? options.below->methodCount() : 0; i < meta->methodCount(); ++i) {
        const QMetaMethod method = meta->method(i);
        const bool callable = method.methodType() == QMetaMethod::Slot || method.methodType() == QMetaMethod::Method;
        QString name = QString::fromUtf8(method.name());
        if (!callable || method.access() != QMetaMethod::Public || !name.startsWith(options.servePrefix))
            continue;
        name.remove(0, options.servePrefix.size());
        auto function = functionOf(method);
        if (!function)
            return function.error();
        byName[name].append(*std::move(function));
    }

    const auto home = std::make_shared<ThreadHop>(object);
    QList<std::shared_ptr<Method>> methods;
    const auto append = [&](const MethodInfo &info, Handler handler) {
        methods.append(std::make_shared<Method>(Method { info, std::move(handler) }));
    };
    for (auto it = byName.cbegin(); it != byName.cend(); ++it) {
        MethodInfo info;
        info.name = it.key();
        for (const Function &f : it.value())
            info.signatures.append(Signature { f.typeText(), {}, f.parameters });
        append(info, handlerOf(home, object, it.value()));
    }
    for (int i = options.below ? options.below->propertyCount() : 0; options.properties && i < meta->propertyCount();
         ++i) {
        const QMetaProperty property = meta->property(i);
        const QString name = QString::fromUtf8(property.name());
        const QString setter = u"set" % name.left(1).toUpper() % name.mid(1);
        const QString type = metaTypeName(property.metaType());
        if (property.isReadable() && !byName.contains(name))
            append(accessor(name, type, {}), readerOf(home, object, property));
        if (property.isWritable() && !byName.contains(setter))
            append(accessor(setter, QStringLiteral("nil"), { Parameter { QStringLiteral("value"), type, {}, false } }),
                writerOf(home, object, property));
    }

    for (const QString &name : options.methods.keys()) {
        if (std::none_of(methods.cbegin(), methods.cend(), [&](const auto &m) { return m->info.name == name; }))
            return Error::make(ErrorKind::InvalidArgument, QStringLiteral("there is no method \"%1\"").arg(name));
    }
    QSet<QString> taken;
    for (const auto &method : std::as_const(methods)) {
        if (registry.find(method->info.name) || taken.contains(method->info.name))
            return Error::make(
                ErrorKind::InvalidArgument, QStringLiteral("there is a method \"%1\" already").arg(method->info.name));
        taken.insert(method->info.name);
    }
    QStringList names;
    QList<std::shared_ptr<const Method>> registered;
    for (const auto &method : std::as_const(methods)) {
        auto added = registry.addRaw(method->info, method->handler);
        if (!added.isValid()) { // a reserved name
            for (const auto &before : std::as_const(registered))
                registry.remove(before->info.name);
            return added.error();
        }
        if (const QString docs = classDocs(*meta, options.servePrefix + method->info.name); !docs.isEmpty())
            added.docs(docs);
        if (const auto edit = options.methods.value(method->info.name))
            edit(added);
        added.setExecution(Execution::ownThread());
        names.append(method->info.name);
        registered.append(added.method());
    }
    // In the object's thread, before it is gone; what was queued for it is dropped with it.
    QObject::connect(
        object, &QObject::destroyed, object, [home] { home->close(); }, Qt::DirectConnection);
    QObject::connect(object, &QObject::destroyed, &registry, [&registry, registered] {
        for (const auto &method : registered) {
            if (registry.find(method->info.name) == method) // nobody else has taken the name since
                registry.remove(method->info.name);
        }
    });
    return names;
}

} // namespace rpc
