// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QList>

#include <cstdlib>
#include <cstring>

namespace rpc {

/// What a reader has finished and not yet handed to the array or struct around it. When that is complete, the top of
/// the stack becomes a list of exactly its size: lists that grow element by element would leave room at their ends, and
/// giving it back would copy them once more. Elements are moved as bytes.
template <class T, qsizetype inlineCapacity> class ValueStack
{
    static_assert(QTypeInfo<T>::isRelocatable);

public:
    ValueStack() = default;
    ~ValueStack()
    {
        for (qsizetype i = 0; i < m_size; ++i)
            m_data[i].~T();
        if (m_data != inlineData())
            std::free(m_data);
    }
    Q_DISABLE_COPY_MOVE(ValueStack)

    qsizetype size() const noexcept { return m_size; }
    T *data() noexcept { return m_data; }
    const T *data() const noexcept { return m_data; }
    T &top() noexcept { return m_data[m_size - 1]; }

    /// Raw memory for one more element. It counts as one from pushed() on.
    void *room()
    {
        if (m_size == m_capacity)
            grow();
        return m_data + m_size;
    }
    void pushed() noexcept { ++m_size; }

    /// Takes everything from \a index on off the stack.
    QList<T> takeFrom(qsizetype index)
    {
        const qsizetype count = m_size - index;
        if (count == 0)
            return {};
        auto [header, elements] = QTypedArrayData<T>::allocate(count);
        Q_CHECK_PTR(elements);
        std::memcpy(
            static_cast<void *>(elements), static_cast<const void *>(m_data + index), size_t(count) * sizeof(T));
        m_size = index;
        return QList<T>(QArrayDataPointer<T>(header, elements, count));
    }

    /// Removes those from \a from on, to the top, for which \a drop says so.
    void remove(qsizetype from, const QList<bool> &drop)
    {
        qsizetype to = from;
        for (qsizetype i = 0; i < drop.size(); ++i) {
            T *const element = m_data + from + i;
            if (drop[i])
                element->~T();
            else if (m_data + to++ != element)
                std::memcpy(static_cast<void *>(m_data + to - 1), static_cast<const void *>(element), sizeof(T));
        }
        m_size = to;
    }

private:
    T *inlineData() noexcept { return reinterpret_cast<T *>(m_inline); }

    void grow()
    {
        const size_t bytes = size_t(m_capacity) * 2 * sizeof(T);
        const bool first = m_data == inlineData();
        void *const data = first ? std::malloc(bytes) : std::realloc(static_cast<void *>(m_data), bytes);
        Q_CHECK_PTR(data);
        if (first)
            std::memcpy(data, m_inline, size_t(m_size) * sizeof(T));
        m_data = static_cast<T *>(data);
        m_capacity *= 2;
    }

    alignas(T) char m_inline[inlineCapacity * sizeof(T)]; // small messages need no memory of their own
    T *m_data = inlineData();
    qsizetype m_size = 0;
    qsizetype m_capacity = inlineCapacity;
};

} // namespace rpc
