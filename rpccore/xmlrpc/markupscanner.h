// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tolerantxml.h"

#include <optional>

namespace rpc {

/// One element of a document, or a piece of text in one.
struct MarkupNode
{
    QByteArrayView name; // of an element; null for text
    qsizetype begin = 0; // of the start tag, or of the text
    qsizetype contentBegin = 0;
    qsizetype contentEnd = 0;
    qsizetype end = 0;
    int parent = -1;
    int firstChild = -1;
    int lastChild = -1;
    int next = -1;
    bool isVerbatim = false; // CDATA: no entities

    bool isElement() const { return !name.isNull(); }
};

/// Takes a document apart into elements and text, whatever is wrong with it: the root comes first, what is wrong
/// becomes a note. \a mostNodes and \a mostLevels bound what it may hold; beyond them the error is LimitExceeded.
Result<std::vector<MarkupNode>> scanMarkup(
    const QByteArray &xml, qint64 mostNodes, qsizetype mostLevels, std::vector<TolerantNote> &notes);

} // namespace rpc
