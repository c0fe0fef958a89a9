// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/value.h>
#include <rpccore_core_export.h>

#include <variant>

namespace rpc {

/// The id of a JSON-RPC request, kept as received: absent (a notification), null, an integer, any other number literal,
/// or text. XML-RPC has none.
class RPCCORE_EXPORT RequestId
{
public:
    /// Absent.
    RequestId() = default;
    /// A number.
    RequestId(qint64 id)
        : m_id(id)
    {
    }
    /// Text; the empty text is an id like any other.
    RequestId(const QString &id)
        : m_id(id)
    {
    }
    static RequestId null(); ///< The id null, which is not the same as none.
    /// From the `id` member of a message; nothing when the value can be no id (JSON-RPC 2.0 section 4).
    static std::optional<RequestId> fromValue(const Value &value);

    bool isAbsent() const noexcept { return m_id.index() == 0; } ///< There is none.
    bool isNull() const noexcept { return m_id.index() == 1; } ///< It is null.
    /// Nil when absent.
    Value toValue() const;
    /// As it stands in JSON; "(none)" when absent.
    QString toString() const;

    /// What the id means, whatever its spelling: the same text for 1, 1.0 and "1", and for no two that mean different
    /// numbers or texts. Empty when absent or null.
    QString meaning() const;

    /// Same id of the same kind: 1, 1.0 and "1" are different.
    friend bool operator==(const RequestId &a, const RequestId &b) { return a.m_id == b.m_id; }

private:
    std::variant<std::monostate, Nil, qint64, Number, QString> m_id;
};

} // namespace rpc
