// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/json/jsonreader.h>

/// Holds every node of \a spans against \a text: its bytes read as the value that stands there, its name as the member's
/// name, its first and last byte lead to its path, and the nodes are as many as the values. Empty when all of it is so,
/// else what is not.
inline QString walkSpans(const QByteArray &text, const rpc::Value &root, const rpc::Spans &spans, const rpc::JsonReader &reader)
{
    using namespace rpc;
    qsizetype at = 0;
    const auto bytes = [&](quint32 begin, quint32 end) { return text.mid(begin, qsizetype(end) - begin); };
    const auto walk = [&](auto &self, const Value &value, const Path &path, const QString *name) -> QString {
        if (at >= spans.nodes().size())
            return QStringLiteral("%1: no node").arg(path.toString());
        const Spans::Node node = spans.nodes()[at++];
        const auto read = reader.read(bytes(node.begin, node.end));
        if (!read || !(*read == value) || bytes(node.begin, node.end) != bytes(node.begin, node.end).trimmed())
            return QStringLiteral("%1: its bytes are \"%2\"").arg(path.toString(), QString::fromUtf8(bytes(node.begin, node.end)));
        const auto readName = name ? reader.read(bytes(node.nameBegin, node.nameEnd)) : Result<Value>(Value());
        if (!readName || !(*readName == (name ? Value(*name) : Value())) || (!name && node.nameBegin != node.nameEnd))
            return QStringLiteral("%1: its name is \"%2\"").arg(path.toString(), QString::fromUtf8(bytes(node.nameBegin, node.nameEnd)));
        const bool unique = root.find(path) == &value; // not one of two members of the same name
        for (const qint64 offset : { qint64(node.begin), qint64(node.end) - 1 }) {
            if (spans.pathAt(root, offset) != path)
                return QStringLiteral("%1: byte %2 leads to %3").arg(path.toString()).arg(offset).arg(spans.pathAt(root, offset).value_or(Path()).toString());
        }
        const auto found = spans.find(root, path);
        if (unique && (!found || !(*found == Span { node.begin, node.end })))
            return QStringLiteral("%1: it is not found").arg(path.toString());
        QString wrong;
        if (const auto *array = value.get<Array>()) {
            for (qsizetype i = 0; i < array->size() && wrong.isEmpty(); ++i)
                wrong = self(self, array->at(i), path.child(i), nullptr);
        } else if (const auto *members = value.get<Struct>()) {
            for (const Member &m : *members) {
                if (wrong.isEmpty())
                    wrong = self(self, m.value, path.child(m.name), &m.name);
            }
        }
        if (wrong.isEmpty() && qsizetype(node.next) != at)
            return QStringLiteral("%1: next is %2, not %3").arg(path.toString()).arg(node.next).arg(at);
        return wrong;
    };
    const QString wrong = walk(walk, root, Path(), nullptr);
    if (wrong.isEmpty() && at != spans.nodes().size())
        return QStringLiteral("%1 nodes for %2 values").arg(spans.nodes().size()).arg(at);
    return wrong;
}
