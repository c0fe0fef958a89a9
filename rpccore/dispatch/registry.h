// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/methodeditor.h>

#include <QObject>

#include <memory>

namespace rpc {

class Executor;

namespace detail {
struct Registrar;
}

/// Methods by name, as a tree: a registry may have branches, which are registries below a prefix. A method `add` of the
/// branch `math` is called `math.add` (see setSeparator()). To be used in the server's thread.
///
/// A name can be taken once; adding another method under it is refused (and logged as a warning), replace() replaces.
/// Names that begin with `rpc.` are reserved (JSON-RPC 2.0 section 8) and refused.
class RPCCORE_EXPORT Registry : public QObject
{
    Q_OBJECT

public:
    explicit Registry(QObject *parent = nullptr); ///< A root without methods.
    ~Registry() override;

    /// Registers a function, lambda or functor. Its type tells the signature; arguments are converted (convert.h) and a
    /// mismatch is answered with -32602. It may return a value, nothing, a Result, a QFuture or a Task (task.h). A
    /// leading `const CallContext &` is not counted as a parameter; `std::optional` ones may be left out; a last
    /// parameter `Variadic<T>` takes all further ones.
    template <class F> MethodEditor add(const QString &name, F function)
    {
        return insert(make(name, std::move(function)), false);
    }
    /// A member function of \a object, which has to outlive the registration. \a object is used in the server's thread.
    template <class Object, class C, class M>
    requires(std::is_base_of_v<C, Object>) MethodEditor add(const QString &name, Object *object, M C::*member)
    {
        return insert(makeMember(name, static_cast<C *>(object), member), false);
    }
    /// Registers a handler that takes the params as they come and answers when it likes.
    MethodEditor addRaw(const MethodInfo &info, Handler handler);
    /// Registers a method of another registry here, too, under \a name or its own. What the method itself says of who
    /// may call comes along, what its branch there says does not. Null is refused.
    MethodEditor add(std::shared_ptr<const Method> method, const QString &name = {});

    /// The same, but a method of this name is replaced.
    template <class F> MethodEditor replace(const QString &name, F function)
    {
        return insert(make(name, std::move(function)), true);
    }
    /// As addRaw(), but a method of this name is replaced.
    MethodEditor replaceRaw(const MethodInfo &info, Handler handler);

    /// False when there was none. Only methods of this registry itself, not of its branches.
    bool remove(const QString &name);

    /// The branch called \a prefix; made when there is none. "a.b" is the branch "b" of the branch
    /// "a". Without a prefix, the methods of the branch appear among those of this registry (and a new branch is made
    /// each time). Branches have branches, to any depth. The branch belongs to this registry.
    Registry &branch(const QString &prefix = {});
    /// What stands before the last separator of \a name: the prefixes of its branches. Empty for one of the root.
    QString prefixOf(const QString &name) const;
    /// The branch that branch() would give, but none is made: null when there is none.
    const Registry *findBranch(const QString &prefix) const;
    /// Shares all methods that \a other and its branches have now, below \a prefix. What is added there later is not
    /// seen. Who may call them comes along; `system.` methods do not, they speak of their own server.
    void include(const Registry &other, const QString &prefix = {});
    /// Ends a branch with everything in it.
    void removeBranch(Registry *branch);

    /// What stands between the names of branches and methods; "." when nothing is said. Of the whole tree, so it is said
    /// to the root, before anything is added. The names of the server's own methods (`system.listMethods`) do not change.
    void setSeparator(const QString &separator);
    QString separator() const { return root().m_separator; } ///< See setSeparator().

    /// What this registry is about, in a few words: the title of its page or, for a branch, of its part of the page.
    void setTitle(const QString &title) { m_title = title; }
    QString title() const { return m_title; } ///< See setTitle(); empty when nothing was said.
    /// The same in a text, plain as the help of methods is; indentation that all lines have is removed.
    void setDocs(const QString &text);
    QString docs() const { return m_docs; } ///< See setDocs(); empty when nothing was said.

    /// Of this branch, without those of the branches above; empty for the root.
    QString prefix() const { return m_prefix; }
    /// Null for the root.
    Registry *parentRegistry() const { return m_parent; }
    const Registry &root() const; ///< The registry that this one is a branch of, over all levels; itself for a root.
    bool isRoot() const noexcept { return !m_parent; } ///< True for a registry that is no branch.
    /// The branches of this registry, without theirs, in the order in which they were made.
    QList<Registry *> branches() const { return m_branches; }

    /// Who may call the methods of this registry and its branches, where they say nothing themselves.
    void setAuthorization(Authorization authorization) { m_authorization = std::move(authorization); }

    /// Where the functions of this registry and its branches are called that were registered with add() and say nothing
    /// themselves; coroutines stay in place when it is the pool. Raw handlers stay in place unless their editor says
    /// otherwise, and so do those of objects and the `system.` methods.
    ///
    /// Threads and pool belong to the root: a method that is shared with another registry runs in a thread of that one.
    /// When the root dies, calls that wait are dropped unanswered, and those that run are waited for: a function that
    /// waits for the registry's thread never ends then. A method or branch that is removed is not waited for.
    void setExecution(const Execution &execution) { m_execution = execution; }
    /// Threads of the pool, at least 1; the default is the number of cores. For branches: of their root.
    void setPoolSize(int threads);

    /// The method with this full name, looked up in the branches, too; null when there is none. The pointer stays valid
    /// when the method is removed.
    std::shared_ptr<const Method> find(const QString &name) const;
    /// Who may call \a name: what the method or the nearest of its branches says; inherited when none says anything.
    Authorization authorizationOf(const QString &name) const;

    /// All methods with their full names, those of branches included, sorted by name.
    QList<MethodInfo> methods() const;

Q_SIGNALS:
    /// This registry or one of its branches has other methods now.
    void changed();

private:
    friend class Dispatcher;
    friend struct detail::Registrar;
    // A method and what its branches say of it.
    struct Found
    {
        std::shared_ptr<const Method> method;
        Authorization authorization = {};
        Execution execution = {};
    };
    Found lookUp(const QString &name) const;
    void execute(const Execution &execution, std::function<void()> work) const;

    struct Place
    {
        std::shared_ptr<const Method> method;
        const Registry *owner = nullptr;
    };
    Place placeOf(QStringView name, QStringView separator) const;
    Authorization authorizationAt(const Place &place) const;
    Executor &executor() const;
    QString joined(const QString &prefix, const QString &name) const;
    void collect(const QString &prefix, QMap<QString, MethodInfo> &into) const;
    MethodEditor insert(std::shared_ptr<Method> method, bool replacing);

    template <class F> static std::shared_ptr<Method> make(const QString &name, F function)
    {
        auto method = std::make_shared<Method>();
        method->info.name = name;
        method->info.signatures = { detail::CallableInfo<F>::signature() };
        method->isCoroutine = detail::isTask<std::remove_cvref_t<typename detail::CallableInfo<F>::Traits::Result>>;
        method->handler = [weak = std::weak_ptr<Method>(method), function = std::move(function)](
                              const CallContext &context, const Params &params, const ReplyHandle &reply) mutable {
            const auto self = weak.lock(); // gone only when the handler was copied out of its method
            if (!self)
                return reply.reject(Error::make(ErrorKind::Internal, QStringLiteral("the method has ended")));
            const auto &parameters = self->info.signatures.constFirst().parameters;
            const auto bound = bindParams(params, parameters);
            if (!bound)
                return reply.reject(bound.error());
            detail::callWith(function, context, { *bound, params, parameters }, reply, self);
        };
        return method;
    }
    template <class C, class R, class... A>
    static std::shared_ptr<Method> makeMember(const QString &name, C *object, R (C::*member)(A...))
    {
        return make(name, [object, member](A... arguments) -> R { return (object->*member)(std::move(arguments)...); });
    }
    template <class C, class R, class... A>
    static std::shared_ptr<Method> makeMember(const QString &name, C *object, R (C::*member)(A...) const)
    {
        return make(name, [object, member](A... arguments) -> R { return (object->*member)(std::move(arguments)...); });
    }

    QMap<QString, std::shared_ptr<const Method>> m_methods;
    QString m_prefix;
    QString m_separator = QStringLiteral("."); // that of the root counts
    QString m_title;
    QString m_docs;
    Registry *m_parent = nullptr;
    QList<Registry *> m_branches;
    Authorization m_authorization;
    Execution m_execution;
    mutable std::unique_ptr<Executor> m_executor; // of a root that needed it
};

} // namespace rpc
