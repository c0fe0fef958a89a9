// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tolerantxml.h"

namespace rpc {

/// The text that bytes of a document spell, whatever is wrong with them: what is no character of its encoding is
/// U+FFFD, what is no character of XML stands for itself, what is no entity is kept as it is written. Each is a note.
class TolerantDecoder
{
public:
    /// \a encoding: as for readTolerantly().
    TolerantDecoder(const QByteArray &xml, XmlEncoding encoding, std::vector<TolerantNote> &notes);

    /// Of the bytes from \a begin up to \a end. \a isVerbatim: CDATA, which has no entities.
    QString text(qsizetype begin, qsizetype end, bool isVerbatim);

private:
    void note(Rule rule, const QString &message, qint64 begin, qint64 length);
    qsizetype beyondAscii(qsizetype at, qsizetype end, QString &text);
    qsizetype entity(qsizetype at, qsizetype end, QString &text);

    const QByteArray &m_xml;
    std::vector<TolerantNote> &m_notes;
    bool m_isSingleByte = false;
    bool m_hasTable = false;
    int m_table[256];
};

} // namespace rpc
