// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/dispatch/methodinfo.h>

#include <QAbstractItemModel>

#include <memory>

namespace antiphon {

/// Methods as a tree: names are split at their dots, "system.listMethods" is "listMethods" below "system". One column;
/// namespaces first, then methods, each sorted by name.
class MethodTreeModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Role {
        MethodNameRole = Qt::UserRole, ///< full name; null for a namespace
        SearchTextRole, ///< name, help, parameter names and types
    };

    explicit MethodTreeModel(QObject *parent = nullptr);
    ~MethodTreeModel() override;

    void setMethods(const QList<rpc::MethodInfo> &methods);
    /// The row of a method, invalid when there is none.
    QModelIndex indexOf(const QString &methodName) const;
    /// The method at \a index, null for a namespace.
    const rpc::MethodInfo *method(const QModelIndex &index) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Node;
    Node *nodeAt(const QModelIndex &index) const;
    QModelIndex indexFor(Node *node) const;

    std::unique_ptr<Node> m_root;
    QHash<QString, Node *> m_byName;
};

} // namespace antiphon
