// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/path.h>
#include <rpccore/value/value.h>
#include <rpccore_core_export.h>

#include <QList>

#include <optional>

namespace rpc {

/// Bytes [begin, end) of a message.
struct Span
{
    qint64 begin = 0; ///< offset of the first byte
    qint64 end = 0; ///< offset behind the last byte
    friend bool operator==(const Span &, const Span &) = default; ///< Same bytes.
};

/// Where every node of a value stands in the bytes that it was read from: one entry a node, in the order of the text,
/// 20 bytes each. A reader fills it while it reads; messages of 4 GiB and more have none.
class RPCCORE_EXPORT Spans
{
public:
    /// One value. Its children follow it, up to `next`.
    struct Node
    {
        quint32 begin
            = 0; ///< of the value: JSON from its first to its last character, XML from `<value>` to `</value>`
        quint32 end = 0; ///< offset behind its last byte
        quint32 nameBegin = 0; ///< of the member's name as it is written, JSON with its quotes, XML from `<name>` to
                               ///< `</name>`, so that an empty name has a place; equal for no name
        quint32 nameEnd = 0; ///< offset behind the name's last byte
        quint32 next = 0; ///< index of the node after this one and everything in it
    };

    bool isEmpty() const noexcept { return m_nodes.isEmpty(); } ///< True when no places are known.
    /// All nodes, in the order of the text; the root is the first.
    const QList<Node> &nodes() const noexcept { return m_nodes; }
    void clear() { m_nodes.clear(); } ///< Forgets everything.

    /// For readers: a value begins at \a begin. Returns its index.
    qsizetype open(qint64 begin)
    {
        m_nodes.append(Node { quint32(begin), 0, 0, 0, 0 });
        return m_nodes.size() - 1;
    }
    /// For readers: the name of the member that the value at \a index is.
    void setName(qsizetype index, qint64 begin, qint64 end)
    {
        m_nodes[index].nameBegin = quint32(begin);
        m_nodes[index].nameEnd = quint32(end);
    }
    /// For readers: the value at \a index ends at \a end, and with it everything that was opened since.
    void close(qsizetype index, qint64 end)
    {
        m_nodes[index].end = quint32(end);
        m_nodes[index].next = quint32(m_nodes.size());
    }
    /// For readers: a value without children, and the name of the member that it is.
    void add(qint64 begin, qint64 end, qint64 nameBegin = 0, qint64 nameEnd = 0)
    {
        m_nodes.append(
            Node { quint32(begin), quint32(end), quint32(nameBegin), quint32(nameEnd), quint32(m_nodes.size()) + 1 });
    }
    /// For readers: the value at \a index was dropped, with everything in it. It stays in its place until compact().
    void drop(qsizetype index) { m_nodes[index].end = dropped; }
    /// For readers: takes out what was dropped. Once, at the end: it goes through all nodes.
    void compact();
    /// For readers: room for about that many nodes.
    void reserve(qsizetype count) { m_nodes.reserve(count); }

    /// The span of the value at \a path inside \a root, the value that was read together with these spans; nothing when
    /// there is no such value.
    std::optional<Span> find(const Value &root, const Path &path) const;
    /// The span of the name of the member at \a path; nothing for array elements and the root.
    std::optional<Span> findName(const Value &root, const Path &path) const;
    /// The innermost value that the byte at \a offset belongs to (its name counts as part of it); nothing outside the
    /// root.
    std::optional<Path> pathAt(const Value &root, qint64 offset) const;

private:
    static constexpr quint32 dropped = 0; // no value ends at the begin of a text

    std::optional<qsizetype> indexOf(const Value &root, const Path &path) const;
    QList<Node> m_nodes;
};

} // namespace rpc
