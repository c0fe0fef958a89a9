// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/value.h>

namespace rpc {

/// Several functions as one visitor: `visit(value, Overloaded { [](Nil) { ... }, [](bool b) { ... }, ... })`.
template <class... F> struct Overloaded : F...
{
    using F::operator()...;
};
/// The types of the functions tell themselves.
template <class... F> Overloaded(F...) -> Overloaded<F...>;

/// Calls the overload of \a visitor that fits the content of \a value. A type without an overload does not compile, so
/// a new type cannot be forgotten anywhere.
template <class Visitor> decltype(auto) visit(const Value &value, Visitor &&visitor)
{
    return std::visit(std::forward<Visitor>(visitor), value.data());
}

} // namespace rpc
