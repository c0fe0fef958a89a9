// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/error.h>

#include <QByteArray>
#include <QByteArrayView>

namespace rpc {

/// The encodings that XML-RPC documents are read in.
enum class XmlEncoding : quint8 { Unknown, Utf8, Utf16, Utf16LE, Utf16BE, Latin1, Ascii, Latin9, Windows1252 };

/// The encoding that \a name means, in any letter case and with or without its hyphens ("utf8", "UTF-8"); Unknown when
/// it is none of ours.
XmlEncoding xmlEncodingByName(QByteArrayView name);

/// The registered name of \a encoding, which is the one that expat knows; nullptr for Unknown.
const char *xmlEncodingName(XmlEncoding encoding);

/// True when both name one encoding. The byte orders of UTF-16 count as one: declarations seldom say which.
bool isSameEncoding(XmlEncoding a, XmlEncoding b);

/// The encoding that the first bytes of \a xml leave no doubt of: by a byte order mark, or by a NUL beside the first
/// "<", which no encoding but UTF-16 can have. Unknown without either. \a length becomes that of the mark.
XmlEncoding xmlEncodingByBytes(QByteArrayView xml, qsizetype &length);

/// Where the declaration of \a xml begins when only white space stands before it (\a from: after the byte order mark),
/// else \a from.
qsizetype skipSpaceBeforeDeclaration(QByteArrayView xml, qsizetype from, XmlEncoding encoding);

/// Fills \a table, the character of each byte or -1, for the single-byte encodings that expat does not know itself;
/// false for all others.
bool fillEncodingTable(XmlEncoding encoding, int (&table)[256]);

/// Counts lines and columns of growing byte offsets in a document of any of the encodings. expat counts too, but only
/// where it just is, and a finding may be about an element that began a while ago.
class XmlPositions
{
public:
    /// \a encoding may be Unknown or Utf16: then the first bytes tell how wide a character is.
    XmlPositions(QByteArrayView xml, XmlEncoding encoding);
    /// Offsets that grow from call to call cost one pass in all; a smaller one starts anew.
    TextPosition at(qint64 offset);

private:
    QByteArrayView m_xml;
    bool m_utf8 = true;
    int m_unit = 1; // bytes
    int m_low = 0; // place of the low byte in a unit
    TextPosition m_last { 0, 1, 1 };
};

} // namespace rpc
