// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace bench {

// Others at the same text. Each returns something that depends on all of it, so that nothing can be left out.

/// expat with handlers for start, end and character data that do nothing.
bool bareExpat(const QByteArray &xml);
/// The same with handlers that count.
qint64 countingExpat(const QByteArray &xml);
/// QXmlStreamReader, every token.
qint64 xmlStreamTokens(const QByteArray &xml);
/// RapidJSON's event reader, with full precision, counting; -1 when this program was built without it.
qint64 rapidJsonEvents(const QByteArray &json);
bool hasRapidJson();

} // namespace bench
