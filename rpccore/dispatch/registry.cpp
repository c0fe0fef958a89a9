// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "registry.h"

#include "docfields.h"
#include "executor.h"

#include <rpccore/core/logging.h>

namespace rpc {

namespace {

// What branches say of threads is meant for functions, not for handlers that may use anything of their surroundings.
Method rawMethod(const MethodInfo &info, Handler handler)
{
    Method method { info, std::move(handler) };
    method.execution = Execution::inPlace();
    return method;
}

} // namespace

Registry::Registry(QObject *parent)
    : QObject(parent)
{
}

Registry::~Registry()
{
    m_executor.reset(); // first: what runs there may still use what is registered here
    for (Registry *branch : std::as_const(m_branches))
        branch->m_parent = nullptr; // they die with this object, as its children
    if (m_parent)
        m_parent->m_branches.removeOne(this);
}

MethodEditor Registry::addRaw(const MethodInfo &info, Handler handler)
{
    return insert(std::make_shared<Method>(rawMethod(info, std::move(handler))), false);
}

MethodEditor Registry::replaceRaw(const MethodInfo &info, Handler handler)
{
    return insert(std::make_shared<Method>(rawMethod(info, std::move(handler))), true);
}

MethodEditor Registry::add(std::shared_ptr<const Method> method, const QString &name)
{
    if (!method)
        return MethodEditor(Error::make(ErrorKind::InvalidArgument, QStringLiteral("there is no such method")));
    auto shared = std::make_shared<Method>(*method);
    if (!name.isEmpty())
        shared->info.name = name;
    shared->handler = [method = std::move(method)](const CallContext &context, const Params &params,
                          const ReplyHandle &reply) { method->handler(context, params, reply); };
    return insert(std::move(shared), false);
}

MethodEditor Registry::insert(std::shared_ptr<Method> method, bool replacing)
{
    const QString name = method->info.name;
    QString full = name;
    for (const Registry *r = this; r; r = r->m_parent)
        full = joined(r->m_prefix, full);
    const auto refuse = [&](const QString &why) {
        qCWarning(lcServer, "%ls", qUtf16Printable(why));
        return MethodEditor(Error::make(ErrorKind::InvalidArgument, why));
    };
    if (name.isEmpty())
        return refuse(QStringLiteral("a method needs a name"));
    if (full.startsWith(u"rpc.") && full != u"rpc.discover")
        return refuse(QStringLiteral("the method name \"%1\" is reserved: it begins with \"rpc.\"").arg(full));
    // Anywhere in the tree: a method must not stand in the way of one that a branch protects.
    if (!(replacing && m_methods.contains(name)) && root().find(full))
        return refuse(QStringLiteral("there is a method \"%1\" already").arg(full));
    m_methods.insert(name, method);
    qCDebug(lcServer, "registered %ls", qUtf16Printable(full));
    Q_EMIT changed();
    return MethodEditor(std::move(method));
}

bool Registry::remove(const QString &name)
{
    if (m_methods.remove(name) == 0)
        return false;
    Q_EMIT changed();
    return true;
}

Registry &Registry::branch(const QString &prefix)
{
    const QString between = separator();
    if (const qsizetype end = prefix.indexOf(between); end > 0) // below the branches that it names
        return branch(prefix.left(end)).branch(prefix.mid(end + between.size()));
    for (Registry *existing : std::as_const(m_branches)) {
        if (!prefix.isEmpty() && existing->m_prefix == prefix)
            return *existing;
    }
    auto *const made = new Registry(this);
    made->m_prefix = prefix;
    made->m_parent = this;
    connect(made, &Registry::changed, this, &Registry::changed);
    m_branches.append(made);
    return *made;
}

QString Registry::prefixOf(const QString &name) const
{
    const qsizetype end = name.lastIndexOf(separator());
    return end < 0 ? QString() : name.left(end);
}

const Registry *Registry::findBranch(const QString &prefix) const
{
    const QString between = separator();
    for (const Registry *b : m_branches) {
        if (b->m_prefix == prefix)
            return b;
        const bool isBelow = prefix.startsWith(b->m_prefix % between);
        const QString rest = b->m_prefix.isEmpty() ? prefix : prefix.mid(b->m_prefix.size() + between.size());
        if (b->m_prefix.isEmpty() || isBelow) {
            if (const Registry *const found = b->findBranch(rest))
                return found;
        }
    }
    return nullptr;
}

void Registry::include(const Registry &other, const QString &prefix)
{
    for (const MethodInfo &info : other.methods()) {
        if (info.name.startsWith(u"system."))
            continue; // speak of their own server
        const auto original = other.find(info.name);
        auto method = std::make_shared<Method>(*original);
        method->info.name = joined(prefix, info.name);
        method->authorization = other.authorizationOf(info.name); // its branch does not come along
        method->handler = [original](const CallContext &context, const Params &params, const ReplyHandle &reply) {
            original->handler(context, params, reply);
        };
        insert(std::move(method), false);
    }
}

void Registry::removeBranch(Registry *branch)
{
    if (m_branches.removeOne(branch)) {
        delete branch;
        Q_EMIT changed();
    }
}

const Registry &Registry::root() const
{
    const Registry *r = this;
    while (r->m_parent)
        r = r->m_parent;
    return *r;
}

QString Registry::joined(const QString &prefix, const QString &name) const
{
    return prefix.isEmpty() ? name : QString(prefix % root().m_separator % name);
}

void Registry::setSeparator(const QString &separator)
{
    const bool hasOwn = std::any_of(m_methods.keyBegin(), m_methods.keyEnd(),
        [](const QString &name) { return !name.startsWith(u"system."); }); // which a server has from the beginning
    if (m_parent || separator.isEmpty() || hasOwn || !m_branches.isEmpty())
        qCWarning(lcServer, "a separator is said to a root registry, once, before there are methods");
    else
        m_separator = separator;
}

void Registry::setDocs(const QString &text) { m_docs = dedented(text); }

Registry::Place Registry::placeOf(QStringView name, QStringView separator) const
{
    // QMap looks up by QString only; this one refers to the name without copying it.
    const QString key = QString::fromRawData(name.data(), name.size());
    if (const auto own = m_methods.constFind(key); own != m_methods.cend())
        return { *own, this };
    for (const Registry *b : m_branches) {
        const QStringView prefix = b->m_prefix;
        if (prefix.isEmpty()) {
            if (auto found = b->placeOf(name, separator); found.method)
                return found;
        } else if (name.startsWith(prefix) && name.sliced(prefix.size()).startsWith(separator)) {
            if (auto found = b->placeOf(name.sliced(prefix.size() + separator.size()), separator); found.method)
                return found;
        }
    }
    return {};
}

std::shared_ptr<const Method> Registry::find(const QString &name) const { return placeOf(name, root().m_separator).method; }

Authorization Registry::authorizationOf(const QString &name) const { return authorizationAt(placeOf(name, root().m_separator)); }

Authorization Registry::authorizationAt(const Place &place) const
{
    if (!place.method || !place.method->authorization.isInherited())
        return place.method ? place.method->authorization : Authorization();
    for (const Registry *r = place.owner; r; r = r->m_parent) {
        if (!r->m_authorization.isInherited())
            return r->m_authorization;
    }
    return {};
}

Registry::Found Registry::lookUp(const QString &name) const
{
    Place place = placeOf(name, root().m_separator);
    if (!place.method)
        return {};
    Execution execution = place.method->execution;
    for (const Registry *r = place.owner; r && execution.where() == Execution::Where::Inherited; r = r->m_parent)
        execution = r->m_execution;
    if (execution.where() == Execution::Where::Pool && place.method->isCoroutine)
        execution = Execution::inPlace();
    Authorization authorization = authorizationAt(place);
    return { std::move(place.method), std::move(authorization), std::move(execution) };
}

Executor &Registry::executor() const
{
    const Registry &top = root();
    if (!top.m_executor)
        top.m_executor = std::make_unique<Executor>();
    return *top.m_executor;
}

void Registry::setPoolSize(int threads) { executor().setPoolSize(threads); }

void Registry::execute(const Execution &execution, std::function<void()> work) const
{
    executor().run(execution, std::move(work));
}

void Registry::collect(const QString &prefix, QMap<QString, MethodInfo> &into) const
{
    for (const auto &method : m_methods) {
        const QString full = joined(prefix, method->info.name);
        if (into.contains(full))
            continue; // the one that a look-up finds
        MethodInfo info = method->info;
        info.name = full;
        into.insert(full, info);
    }
    for (const Registry *b : m_branches)
        b->collect(b->m_prefix.isEmpty() ? prefix : joined(prefix, b->m_prefix), into);
}

QList<MethodInfo> Registry::methods() const
{
    QMap<QString, MethodInfo> all;
    collect({}, all);
    return all.values();
}

} // namespace rpc
