// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/signature.h>

#include <QObject>

#include <memory>

namespace rpc {

/// One registered method: what is known of it, and what it does.
struct Method
{
    MethodInfo info;
    Handler handler;
};

/// Refines a method that was just added: `registry.add("math.add", f).params("a", "b").help("Adds.")`.
class RPCCORE_EXPORT MethodEditor
{
public:
    explicit MethodEditor(std::shared_ptr<Method> method)
        : m_method(std::move(method))
    {
    }
    /// Names for the parameters, in order; with them the method can be called by name, too.
    template <class... Name> MethodEditor &params(const Name &...names)
    {
        return setParameterNames({ QString(names)... });
    }
    MethodEditor &help(const QString &text);
    MethodEditor &deprecated(bool on = true);

private:
    MethodEditor &setParameterNames(const QStringList &names);
    std::shared_ptr<Method> m_method;
};

/// The methods of one server, by name. To be used in the server's thread.
class RPCCORE_EXPORT Registry : public QObject
{
    Q_OBJECT

public:
    explicit Registry(QObject *parent = nullptr);

    /// Registers a function, lambda or functor. Its type tells the signature; arguments are converted (convert.h) and
    /// a mismatch is answered with -32602. It may return a value, nothing, or a Result. A leading `const CallContext &`
    /// is not counted as a parameter. Replaces a method of the same name.
    template <class F> MethodEditor add(const QString &name, F function)
    {
        auto method = std::make_shared<Method>();
        method->info.name = name;
        method->info.signatures = { detail::CallableInfo<F>::signature() };
        const Method *self = method.get(); // outlives its own handler
        method->handler = [self, function = std::move(function)](
                              const CallContext &context, const Params &params, const ReplyHandle &reply) mutable {
            const auto bound = bindParams(params, self->info.signatures.constFirst().parameters);
            if (!bound)
                return reply.reject(bound.error());
            reply.answer(detail::callWith(function, context, *bound));
        };
        return insert(std::move(method));
    }

    /// Registers a handler that takes the params as they come and answers when it likes. Replaces a method of the same
    /// name.
    MethodEditor addRaw(const MethodInfo &info, Handler handler);

    /// False when there was none.
    bool remove(const QString &name);

    /// The method, or null. The pointer stays valid when the method is removed.
    std::shared_ptr<const Method> find(const QString &name) const;

    /// All methods, sorted by name.
    QList<MethodInfo> methods() const;

Q_SIGNALS:
    void changed();

private:
    MethodEditor insert(std::shared_ptr<Method> method);
    QMap<QString, std::shared_ptr<Method>> m_methods;
};

} // namespace rpc
