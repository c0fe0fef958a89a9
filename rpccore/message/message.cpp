// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "message.h"

#include <rpccore/value/path.h>

namespace rpc {

QString protocolName(Protocol protocol)
{
    return protocol == Protocol::JsonRpc ? QStringLiteral("JSON-RPC") : QStringLiteral("XML-RPC");
}

qsizetype Params::size() const noexcept
{
    return (m_positional ? m_positional->size() : 0) + (m_named ? m_named->size() : 0);
}

Result<Params> Params::map(const std::function<Result<Value>(const Value &)> &change) const
{
    Params changed;
    const auto changedAt = [&change](const Value &value, const Path::Step &step) {
        auto made = change(value);
        if (!made) {
            Path place = Path().child(QStringLiteral("params"));
            place.append(step);
            made.error().path = made.error().path.below(place);
        }
        return made;
    };
    if (m_positional) {
        changed.m_positional.emplace();
        for (qsizetype i = 0; i < m_positional->size(); ++i) {
            auto value = changedAt(m_positional->at(i), i);
            if (!value)
                return value.error();
            changed.m_positional->append(*std::move(value));
        }
    }
    if (m_named) {
        changed.m_named.emplace();
        for (const Member &member : *m_named) {
            auto value = changedAt(member.value, member.name);
            if (!value)
                return value.error();
            changed.m_named->append(member.name, *std::move(value));
        }
    }
    return changed;
}

Value Params::toValue() const { return isNamed() ? Value(named()) : Value(positional()); }

} // namespace rpc
