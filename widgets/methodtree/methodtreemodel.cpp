// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "methodtreemodel.h"

#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>

#include <algorithm>
#include <vector>

namespace antiphon {

struct MethodTreeModel::Node
{
    Node *parent = nullptr;
    int row = 0;
    QString label;
    std::optional<rpc::MethodInfo> method;
    std::vector<std::unique_ptr<Node>> children;
    int methodCount = 0; // below
};

MethodTreeModel::MethodTreeModel(QObject *parent)
    : QAbstractItemModel(parent)
    , m_root(std::make_unique<Node>())
{
}

MethodTreeModel::~MethodTreeModel() = default;

namespace {

constexpr int deepest = 32; // namespaces in each other

template <class Node> void finish(Node &node)
{
    std::sort(node.children.begin(), node.children.end(), [](const auto &a, const auto &b) {
        if (a->method.has_value() != b->method.has_value())
            return !a->method.has_value();
        return a->label.compare(b->label, Qt::CaseInsensitive) < 0;
    });
    int row = 0;
    for (auto &child : node.children) {
        child->row = row++;
        finish(*child);
        node.methodCount += child->methodCount + (child->method ? 1 : 0);
    }
}

} // namespace

void MethodTreeModel::setMethods(const QList<rpc::MethodInfo> &methods)
{
    beginResetModel();
    m_root = std::make_unique<Node>();
    m_byName.clear();
    QHash<QString, Node *> namespaces;
    for (const rpc::MethodInfo &method : methods) {
        Node *parent = m_root.get();
        // Every dot opens a namespace, down to some depth; from an empty part ("a..b") on the rest stays together.
        qsizetype start = 0;
        for (int depth = 0; depth < deepest; ++depth) {
            const qsizetype dot = method.name.indexOf(u'.', start);
            if (dot <= start || dot + 1 >= method.name.size() || method.name[dot + 1] == u'.')
                break;
            Node *&known = namespaces[method.name.left(dot)];
            if (!known) {
                auto node = std::make_unique<Node>();
                node->parent = parent;
                node->label = method.name.mid(start, dot - start);
                known = node.get();
                parent->children.push_back(std::move(node));
            }
            parent = known;
            start = dot + 1;
        }
        auto node = std::make_unique<Node>();
        node->parent = parent;
        node->label = method.name.mid(start);
        node->method = method;
        m_byName.insert(method.name, node.get());
        parent->children.push_back(std::move(node));
    }
    finish(*m_root);
    endResetModel();
}

MethodTreeModel::Node *MethodTreeModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : m_root.get();
}

QModelIndex MethodTreeModel::indexFor(Node *node) const
{
    return node == m_root.get() ? QModelIndex() : createIndex(node->row, 0, node);
}

QModelIndex MethodTreeModel::indexOf(const QString &methodName) const
{
    Node *node = m_byName.value(methodName);
    return node ? indexFor(node) : QModelIndex();
}

const rpc::MethodInfo *MethodTreeModel::method(const QModelIndex &index) const
{
    const Node *node = nodeAt(index);
    return node->method ? &*node->method : nullptr;
}

QModelIndex MethodTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    const Node *node = nodeAt(parent);
    if (column != 0 || row < 0 || row >= int(node->children.size()))
        return {};
    return createIndex(row, 0, node->children[std::size_t(row)].get());
}

QModelIndex MethodTreeModel::parent(const QModelIndex &index) const
{
    return index.isValid() ? indexFor(nodeAt(index)->parent) : QModelIndex();
}

int MethodTreeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(nodeAt(parent)->children.size());
}

int MethodTreeModel::columnCount(const QModelIndex &) const { return 1; }

QVariant MethodTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node *node = nodeAt(index);
    switch (role) {
    case Qt::DisplayRole:
        return node->method ? node->label : QString(node->label % u"  " % QString::number(node->methodCount));
    case Qt::DecorationRole:
        return theme::icon(node->method ? theme::IconId::Method : theme::IconId::Namespace);
    case Qt::FontRole:
        if (node->method && node->method->deprecated) {
            QFont font;
            font.setStrikeOut(true);
            return font;
        }
        return {};
    case Qt::ToolTipRole:
        return node->method ? QVariant(QString(u"<qt>" % node->method->signatureText().toHtmlEscaped() % u"</qt>"))
                            : QVariant();
    case MethodNameRole:
        return node->method ? node->method->name : QVariant();
    case SearchTextRole: {
        if (!node->method)
            return {};
        QString text = node->method->name % u'\n' % node->method->help;
        for (qsizetype i = 0; i < node->method->signatures.size(); ++i)
            text += u'\n' % node->method->signatureText(i);
        return text;
    }
    default:
        return {};
    }
}

} // namespace antiphon
