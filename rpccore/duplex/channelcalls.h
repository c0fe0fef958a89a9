// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "channelexchange.h"
#include "channeltransport.h"

#include <rpccore/message/requestid.h>

#include <QHash>

#include <algorithm>
#include <vector>

namespace rpc {

// Ids of the last calls that ended in some way. Searched for stray answers only; kept for every session, so few and
// small.
class Remembered
{
public:
    void add(const QString &id)
    {
        if (m_ids.size() < most)
            m_ids.push_back(id);
        else
            m_ids[m_oldest++ % most] = id;
    }
    bool contains(const QString &id) const { return std::find(m_ids.begin(), m_ids.end(), id) != m_ids.end(); }

private:
    static constexpr std::size_t most = 256;
    std::vector<QString> m_ids; // a ring once it is full
    std::size_t m_oldest = 0;
};

// The calls of this end.
struct ChannelTransport::Calls
{
    QList<ChannelExchange *> waiting; // for the connection
    QHash<QString, ChannelExchange *> byId; // sent
    QList<ChannelExchange *> nameless; // sent, with an answer expected, but without an id
    struct Turn
    {
        ChannelExchange *ours = nullptr; // null when it was given up, and when it is the other end's
        bool isTheirs = false;
    };
    QList<Turn> turns; // calls over XML-RPC that are not answered yet, in the order in which they were made
    Remembered answered;
    Remembered givenUp;

    QList<ChannelExchange *> sent() const
    {
        QList<ChannelExchange *> all = nameless;
        for (const Turn &turn : turns) {
            if (turn.ours)
                all.append(turn.ours);
        }
        for (ChannelExchange *e : byId) {
            if (!all.contains(e))
                all.append(e);
        }
        return all;
    }
    // The one with this id; with \a anyForm also one with an id that means the same, where there is one only.
    ChannelExchange *withId(const RequestId &id, bool anyForm) const
    {
        if (ChannelExchange *const exact = byId.value(id.toString()); exact || !anyForm)
            return exact;
        ChannelExchange *same = nullptr;
        for (ChannelExchange *e : byId) {
            if (e == same || !e->meanings.contains(id.meaning()))
                continue;
            if (same)
                return nullptr;
            same = e;
        }
        return same;
    }
    // The turns since the other end last called: what it answers next is the first of them.
    qsizetype beginOfTurns() const
    {
        qsizetype begin = turns.size();
        while (begin > 0 && !turns[begin - 1].isTheirs)
            --begin;
        return begin;
    }
};

} // namespace rpc
