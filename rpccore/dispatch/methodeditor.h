// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/authorization.h>
#include <rpccore/dispatch/execution.h>
#include <rpccore/dispatch/signature.h>

#include <memory>

namespace rpc {

/// One registered method: what is known of it, what it does, and who may call it.
struct Method
{
    MethodInfo info; ///< the name is the one in its own registry, without those of branches above
    Handler handler; ///< answers the call
    Authorization authorization = {}; ///< who may call; says nothing by default
    /// Changes every result before it is sent, or makes an error of it, at once or later; may be empty.
    std::function<Task<Value>(Value)> prepareResult = {};
    Execution execution = {}; ///< in which thread the handler is called; says nothing by default
    QString docs = {}; ///< as MethodEditor::docs() got them, for parameters that get their names later
    bool isCoroutine = false; ///< goes on in the thread in which it began, which needs an event loop
};

/// Refines a method that was just added:
///
///     registry.add("math.add", f).params("a", "b").docs("Adds.\n:param a: the first").tags("math");
///
/// When the registry refused the method (the name is taken or reserved), the editor is not valid, and what it is told
/// has no effect.
class RPCCORE_EXPORT MethodEditor
{
public:
    /// For registries: edits \a method in its place.
    explicit MethodEditor(std::shared_ptr<Method> method)
        : m_method(std::move(method))
    {
    }
    /// For registries: a method that was refused with \a error.
    explicit MethodEditor(Error error)
        : m_method(std::make_shared<Method>())
        , m_error(std::move(error))
    {
    }

    bool isValid() const noexcept { return !m_error; } ///< False when the registry refused the method.
    /// Why the method was refused; only when not isValid().
    const Error &error() const { return *m_error; }
    /// The method, to be added to further registries.
    std::shared_ptr<const Method> method() const { return m_method; }

    /// Names for the parameters, in order; with them the method can be called by name, too.
    template <class... Name> MethodEditor &params(const Name &...names)
    {
        return setParameterNames({ QString(names)... });
    }
    /// These parameters are taken by name only, never by position, so that there may be more of them one day. Over XML-RPC,
    /// which has no names, such a method can be called only where they are optional.
    template <class... Name> MethodEditor &keywordOnly(const Name &...names)
    {
        return setKeywordOnly({ QString(names)... });
    }
    /// What stands for the parameter \a name when it is not given.
    template <class T> MethodEditor &defaultValue(const QString &name, const T &value)
    {
        if constexpr (HasToValue<T>)
            return setDefault(name, toValue(value));
        else
            return setDefault(name, Value(value)); // a literal
    }
    /// The documentation as plain text, taken as it is.
    MethodEditor &help(const QString &text);
    /// The documentation with fields: `:param a:`, `:type a:`, `:return:`, `:rtype:`, or the same with `@`. The fields
    /// go to the parameters, also to those that params() names afterwards; the types to those of which the function does not
    /// say what they are (Value). The rest becomes the help, with its indentation, less what all of its lines have.
    MethodEditor &docs(const QString &text);
    MethodEditor &deprecated(bool on = true); ///< Marks the method as one that callers should leave.
    /// Tags for grouping, as you like; they replace earlier ones.
    template <class... Tag> MethodEditor &tags(const Tag &...tags) { return setTags({ QString(tags)... }); }
    /// Only callers of these protocols see the method; for the others there is none of that name.
    MethodEditor &protocols(Protocols protocols);
    /// Who may call, before what the branch and the server say.
    MethodEditor &authorization(Authorization authorization);
    /// Changes every result before it is sent, or makes an error of it. \a function gives a Value, an Error, a
    /// Result<Value>, or a Task<Value> when it has to wait.
    MethodEditor &prepareResult(std::function<Task<Value>(Value)> function);

    /// Calls the function in the thread called \a name of the root registry: one call after the other, coroutines go
    /// on there. Methods that name the same thread share it.
    MethodEditor &inThread(const QString &name) { return setExecution(Execution::inThread(name)); }
    /// Calls the function in a thread of the root registry's pool, several calls at the same time: it has to be
    /// thread-safe. Not for coroutines (a pool's thread has no event loop to go on in): logged as a warning, without
    /// effect.
    MethodEditor &inPool() { return setExecution(Execution::inPool()); }
    /// Calls the function in the dispatcher's thread, whatever the branch says. The default.
    MethodEditor &inPlace() { return setExecution(Execution::inPlace()); }
    /// Any of these. Arguments are converted where the function is called, futures are awaited and their results
    /// converted in the dispatcher's thread; middlewares, authorisation and prepareResult() stay there. To be said
    /// before the first call. A function of an object that was added with addObject() is called in the object's thread:
    /// saying anything else is logged as a warning, without effect.
    MethodEditor &setExecution(const Execution &execution);

private:
    MethodEditor &setParameterNames(const QStringList &names);
    MethodEditor &setKeywordOnly(const QStringList &names);
    void applyDocs();
    void warnUnknown(const QString &name) const;
    MethodEditor &setDefault(const QString &name, const Value &value);
    MethodEditor &setTags(const QStringList &tags);
    std::shared_ptr<Method> m_method;
    std::optional<Error> m_error;
};

} // namespace rpc
