// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/value/path.h>
#include <rpccore/value/value.h>

#include <QAbstractItemModel>

#include <memory>

namespace antiphon {

/// A value as a tree of name, value and type. Rows are made when they are looked at, a thousand at a time, so a value
/// of any size is shown at once.
class ValueTreeModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, ValueColumn, TypeColumn, ColumnCount };

    explicit ValueTreeModel(QObject *parent = nullptr);
    ~ValueTreeModel() override;

    /// \a name: of the root, such as "result".
    void setValue(const QString &name, const rpc::Value &value);
    void clear();

    /// The value at \a index; nil when invalid.
    rpc::Value valueAt(const QModelIndex &index) const;
    /// Its place below the root.
    rpc::Path pathOf(const QModelIndex &index) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node;
    Node *nodeAt(const QModelIndex &index) const;

    rpc::Value m_value; // the nodes point into it
    std::unique_ptr<Node> m_root; // its one child is the value
};

} // namespace antiphon
