// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "valuetreemodel.h"

#include <rpccore/json/valuetext.h>
#include <rpccore/value/visit.h>

#include <widgets/theme/theme.h>

#include <QGuiApplication>
#include <QPalette>

#include <vector>

namespace antiphon {

using rpc::Array;
using rpc::Struct;
using rpc::Type;
using rpc::Value;

namespace {

constexpr qsizetype rowsAtATime = 1000;
constexpr qsizetype longestText = 300; // characters of one value in the tree

qsizetype childCount(const Value *value)
{
    if (!value)
        return 0;
    if (const auto *a = value->get<Array>())
        return a->size();
    if (const auto *s = value->get<Struct>())
        return s->size();
    return 0;
}

QString shortened(const QString &text)
{
    if (text.size() <= longestText)
        return text;
    const qsizetype half = longestText / 2;
    return text.left(half) % u" … " % text.right(half);
}

// One line: control characters are shown by their pictures.
QString oneLine(QString text)
{
    for (QChar &c : text) {
        if (c.unicode() < 0x20)
            c = QChar(char16_t(0x2400 + c.unicode()));
    }
    return text;
}

} // namespace

struct ValueTreeModel::Node
{
    Node *parent = nullptr;
    int row = 0;
    QString name; // of a struct member, or of the root
    const Value *value = nullptr;
    std::vector<std::unique_ptr<Node>> children; // as many as were fetched
};

ValueTreeModel::ValueTreeModel(QObject *parent)
    : QAbstractItemModel(parent)
    , m_root(std::make_unique<Node>())
{
}

ValueTreeModel::~ValueTreeModel() = default;

void ValueTreeModel::setValue(const QString &name, const Value &value)
{
    beginResetModel();
    m_value = value;
    m_root = std::make_unique<Node>();
    auto top = std::make_unique<Node>();
    top->parent = m_root.get();
    top->name = name;
    top->value = &m_value;
    m_root->children.push_back(std::move(top));
    endResetModel();
}

void ValueTreeModel::clear()
{
    beginResetModel();
    m_root = std::make_unique<Node>();
    m_value = Value();
    endResetModel();
}

ValueTreeModel::Node *ValueTreeModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : m_root.get();
}

Value ValueTreeModel::valueAt(const QModelIndex &index) const
{
    const Node *node = nodeAt(index);
    return node->value ? *node->value : Value();
}

rpc::Path ValueTreeModel::pathOf(const QModelIndex &index) const
{
    rpc::Path path;
    for (const Node *node = nodeAt(index); node->parent && node->parent->value; node = node->parent) {
        const rpc::Path step = node->parent->value->type() == Type::Array ? rpc::Path().child(qsizetype(node->row))
                                                                          : rpc::Path().child(node->name);
        path = path.below(step);
    }
    return path;
}

QModelIndex ValueTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    const Node *node = nodeAt(parent);
    if (column < 0 || column >= ColumnCount || row < 0 || row >= int(node->children.size()))
        return {};
    return createIndex(row, column, node->children[std::size_t(row)].get());
}

QModelIndex ValueTreeModel::parent(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    Node *node = nodeAt(index)->parent;
    return node == m_root.get() ? QModelIndex() : createIndex(node->row, 0, node);
}

int ValueTreeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(nodeAt(parent)->children.size());
}

int ValueTreeModel::columnCount(const QModelIndex &) const { return ColumnCount; }

bool ValueTreeModel::hasChildren(const QModelIndex &parent) const
{
    if (parent.column() > 0)
        return false;
    const Node *node = nodeAt(parent);
    return node->value ? childCount(node->value) > 0 : !node->children.empty();
}

bool ValueTreeModel::canFetchMore(const QModelIndex &parent) const
{
    if (!parent.isValid() || parent.column() > 0)
        return false;
    const Node *node = nodeAt(parent);
    return qsizetype(node->children.size()) < childCount(node->value);
}

void ValueTreeModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    Node *node = nodeAt(parent);
    const auto first = qsizetype(node->children.size());
    const qsizetype last = qMin(first + rowsAtATime, childCount(node->value)) - 1;
    beginInsertRows(parent, int(first), int(last));
    const auto *array = node->value->get<Array>();
    const auto *members = node->value->get<Struct>();
    for (qsizetype i = first; i <= last; ++i) {
        auto child = std::make_unique<Node>();
        child->parent = node;
        child->row = int(i);
        child->value = array ? &array->at(i) : &members->at(i).value;
        if (members)
            child->name = members->at(i).name;
        node->children.push_back(std::move(child));
    }
    endInsertRows();
}

namespace {

constexpr qsizetype longestPreview = 90; // characters of what a container holds

QString shownScalar(const Value &value)
{
    return rpc::visit(value,
        rpc::Overloaded {
            [](const Array &a) { return a.isEmpty() ? QStringLiteral("[]") : QStringLiteral("[…]"); },
            [](const Struct &s) { return s.isEmpty() ? QStringLiteral("{}") : QStringLiteral("{…}"); },
            [](const QString &s) { return QString(u'"' % oneLine(shortened(s)) % u'"'); },
            [](const rpc::DateTime &d) { return QString::fromLatin1(d.text()); },
            [](const QByteArray &b) {
                return QString(ValueTreeModel::tr("%n bytes", nullptr, int(b.size())) % u"  "
                    % QString::fromLatin1(b.left(24).toHex(' ')) % (b.size() > 24 ? u" …" : u""));
            },
            [&value](const auto &) { return oneLine(shortened(QString::fromUtf8(rpc::valuetext::toText(value)))); },
        });
}

QString shownName(const QString &name) { return name.isEmpty() ? QStringLiteral("\"\"") : oneLine(shortened(name)); }

// The first of what a container holds, on one line, so that a list of structs can be read without opening each.
QString preview(const Value &value)
{
    QString text;
    const qsizetype count = childCount(&value);
    const auto *array = value.get<Array>();
    const auto *members = value.get<Struct>();
    for (qsizetype i = 0; i < count; ++i) {
        if (i)
            text += u", ";
        if (text.size() > longestPreview)
            return text % u'…';
        if (array)
            text += shownScalar(array->at(i));
        else
            text += shownName(members->at(i).name) % u": " % shownScalar(members->at(i).value);
    }
    return text;
}

QString shownValue(const Value &value)
{
    const auto withPreview = [&value](const QString &count) {
        const QString held = preview(value);
        return held.isEmpty() ? count : QString(count % u"  " % held);
    };
    if (const auto *a = value.get<Array>())
        return withPreview(ValueTreeModel::tr("%n items", nullptr, int(a->size())));
    if (const auto *s = value.get<Struct>())
        return withPreview(ValueTreeModel::tr("%n members", nullptr, int(s->size())));
    return shownScalar(value);
}

theme::Meaning meaningOf(Type type)
{
    switch (type) {
    case Type::String:
        return theme::Meaning::Text;
    case Type::Int32:
    case Type::Int64:
    case Type::Double:
    case Type::Number:
    case Type::DateTime:
    case Type::Bytes:
        return theme::Meaning::Number;
    case Type::Nil:
    case Type::Bool:
        return theme::Meaning::Keyword;
    case Type::Array:
    case Type::Struct:
        break;
    }
    return theme::Meaning::Muted;
}

} // namespace

QVariant ValueTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node *node = nodeAt(index);
    const bool inArray = node->parent->value && node->parent->value->type() == Type::Array;
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
        case NameColumn:
            return inArray ? QString::number(node->row) : shownName(node->name);
        case ValueColumn:
            return shownValue(*node->value);
        case TypeColumn:
            return rpc::typeName(node->value->type());
        default:
            return {};
        }
    }
    if (role == Qt::ForegroundRole) {
        const QPalette palette = QGuiApplication::palette();
        if (index.column() == ValueColumn)
            return theme::color(meaningOf(node->value->type()), palette);
        if (index.column() == TypeColumn || inArray)
            return theme::color(theme::Meaning::Muted, palette);
    }
    if (role == Qt::FontRole)
        return theme::fixedFont();
    if (role == Qt::ToolTipRole && index.column() == ValueColumn) {
        if (const auto *text = node->value->get<QString>(); text && text->size() > 60)
            return QString(u"<qt>" % text->left(2000).toHtmlEscaped() % u"</qt>");
    }
    return {};
}

QVariant ValueTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Name");
    case ValueColumn:
        return tr("Value");
    case TypeColumn:
        return tr("Type");
    default:
        return {};
    }
}

} // namespace antiphon
