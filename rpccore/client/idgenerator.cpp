// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "idgenerator.h"

#include <QUuid>

namespace rpc {

IdGenerator countedIds()
{
    return [last = qint64(0)]() mutable { return RequestId(++last); };
}

IdGenerator uuidIds()
{
    return [] { return RequestId(QUuid::createUuid().toString(QUuid::WithoutBraces)); };
}

IdGenerator prefixedIds(const QString &prefix)
{
    return [prefix] { return RequestId(QString(prefix + QUuid::createUuid().toString(QUuid::Id128))); };
}

} // namespace rpc
