// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "placednotes.h"

#include <rpccore/core/textposition.h>

namespace rpc {

PlacedNotes::~PlacedNotes()
{
    if (m_notes.empty())
        return;
    const auto payload = m_codec.readPayload(m_trace.responseBody, { m_limits, m_trace.charset, nullptr });
    for (const Noted &n : m_notes) {
        const auto span = payload && !n.path.isEmpty() ? payload->spanOf(n.path) : std::nullopt;
        if (span)
            note(&m_trace.findings, n.rule, n.text, positionAt(m_trace.responseBody, span->begin),
                span->end - span->begin);
        else
            note(&m_trace.findings, n.rule, n.text);
    }
}

void PlacedNotes::add(Rule rule, const QString &text, const Path &path)
{
    if (m_notes.size() < std::size_t(mostFindings))
        m_notes.push_back({ rule, text, path });
}

} // namespace rpc
