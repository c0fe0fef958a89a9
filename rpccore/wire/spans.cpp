// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "spans.h"

namespace rpc {

void Spans::compact()
{
    QList<quint32> kept(m_nodes.size() + 1); // how many nodes are kept before this one
    quint32 count = 0;
    for (qsizetype i = 0; i < m_nodes.size();) {
        if (m_nodes[i].end == dropped) {
            for (const auto next = qsizetype(m_nodes[i].next); i < next; ++i)
                kept[i] = count;
        } else {
            kept[i++] = count++;
        }
    }
    kept.last() = count;
    for (qsizetype i = 0; i < m_nodes.size(); ++i) {
        if (kept[i + 1] == kept[i])
            continue;
        Node node = m_nodes[i];
        node.next = kept[node.next];
        m_nodes[kept[i]] = node;
    }
    m_nodes.resize(count);
}

std::optional<qsizetype> Spans::indexOf(const Value &root, const Path &path) const
{
    if (m_nodes.isEmpty())
        return std::nullopt;
    const Value *value = &root;
    qsizetype node = 0;
    for (const Path::Step &step : path.steps()) {
        qsizetype index = -1;
        const Value *child = nullptr;
        if (const auto *name = std::get_if<QString>(&step)) {
            const auto *members = value->get<Struct>();
            for (qsizetype i = 0; members && i < members->size() && !child; ++i) {
                if (members->at(i).name == *name) {
                    child = &members->at(i).value;
                    index = i;
                }
            }
        } else if (const auto *array = value->get<Array>()) {
            index = std::get<qsizetype>(step);
            if (index >= 0 && index < array->size())
                child = &array->at(index);
        }
        if (!child)
            return std::nullopt;
        qsizetype at = node + 1;
        for (; index > 0 && at < m_nodes.size(); --index)
            at = m_nodes[at].next;
        if (at >= qsizetype(m_nodes[node].next))
            return std::nullopt; // the spans are of another value
        node = at;
        value = child;
    }
    return node;
}

std::optional<Span> Spans::find(const Value &root, const Path &path) const
{
    const auto index = indexOf(root, path);
    if (!index)
        return std::nullopt;
    return Span { m_nodes[*index].begin, m_nodes[*index].end };
}

std::optional<Span> Spans::findName(const Value &root, const Path &path) const
{
    const auto index = indexOf(root, path);
    if (!index || m_nodes[*index].nameBegin == m_nodes[*index].nameEnd)
        return std::nullopt;
    return Span { m_nodes[*index].nameBegin, m_nodes[*index].nameEnd };
}

std::optional<Path> Spans::pathAt(const Value &root, qint64 offset) const
{
    if (m_nodes.isEmpty() || offset < m_nodes[0].begin || offset >= m_nodes[0].end)
        return std::nullopt;
    Path path;
    const Value *value = &root;
    qsizetype node = 0;
    for (bool deeper = true; deeper;) {
        deeper = false;
        qsizetype index = 0;
        for (qsizetype at = node + 1; at < qsizetype(m_nodes[node].next); at = m_nodes[at].next, ++index) {
            const Node &child = m_nodes[at];
            const bool inName = offset >= child.nameBegin && offset < child.nameEnd;
            if (!inName && (offset < child.begin || offset >= child.end))
                continue;
            if (const auto *members = value->get<Struct>(); members && index < members->size()) {
                path.append(members->at(index).name);
                value = &members->at(index).value;
            } else if (const auto *array = value->get<Array>(); array && index < array->size()) {
                path.append(index);
                value = &array->at(index);
            } else {
                return path;
            }
            node = at;
            deeper = !inName;
            break;
        }
    }
    return path;
}

} // namespace rpc
