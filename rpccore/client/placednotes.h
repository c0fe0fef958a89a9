// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/trace.h>
#include <rpccore/core/limits.h>
#include <rpccore/message/codec.h>
#include <rpccore/value/path.h>

#include <vector>

namespace rpc {

/// Findings about values of the answer in a trace. They are added to it by the destructor, which looks up where they
/// stand in the bytes: most answers have none, and are read once only.
class PlacedNotes
{
public:
    PlacedNotes(const Codec &codec, const Limits &limits, Trace &trace)
        : m_codec(codec)
        , m_limits(limits)
        , m_trace(trace)
    {
    }
    ~PlacedNotes();
    Q_DISABLE_COPY_MOVE(PlacedNotes)

    /// \a path is in the value that Codec::readPayload() gives; empty for the message as a whole.
    void add(Rule rule, const QString &text, const Path &path = {});

private:
    struct Noted
    {
        Rule rule;
        QString text;
        Path path;
    };

    const Codec &m_codec;
    const Limits &m_limits;
    Trace &m_trace;
    std::vector<Noted> m_notes;
};

} // namespace rpc
