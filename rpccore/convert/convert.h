// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

// C++ types to Value and back. This header has scalars, text, dates, enums, containers and ConvertFields for plain
// structs; <rpccore/convert/gadget.h> adds Q_GADGET types, qobjectvalue.h properties of QObjects, qtinterop.h QVariant,
// QJsonValue and QCborValue, metaconvert.h conversion by QMetaType. docs/convert.md has the table of all types.

#include <rpccore/convert/basics.h> // IWYU pragma: export
#include <rpccore/convert/containers.h> // IWYU pragma: export
#include <rpccore/convert/dates.h> // IWYU pragma: export
#include <rpccore/convert/enums.h> // IWYU pragma: export
#include <rpccore/convert/fields.h> // IWYU pragma: export
#include <rpccore/convert/scalars.h> // IWYU pragma: export
