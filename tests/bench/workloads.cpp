// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "workloads.h"

#include <rpccore/json/jsonwriter.h>

#include <QRandomGenerator>

namespace bench {

using namespace rpc;

Array catalogue(qsizetype count)
{
    static const QString units[] = { QStringLiteral("kg"), QStringLiteral("pcs"), QStringLiteral("m"),
        QStringLiteral("litre"), QStringLiteral("h") };
    QRandomGenerator random(20260101); // the same in every run
    Array all;
    all.reserve(count);
    for (qsizetype i = 0; i < count; ++i) {
        const QString name
            = (random.bounded(20) == 0 ? QStringLiteral("Pr\u00fcfst\u00fcck ") : QStringLiteral("Item no. "))
            + QString::number(random.bounded(10'000'000));
        all.append(Struct {
            { QStringLiteral("id"), qint32(i) },
            { QStringLiteral("price"), double(random.bounded(1'000'000)) / 100 },
            { QStringLiteral("name"), name },
            { QStringLiteral("active"), random.bounded(2) == 0 },
            { QStringLiteral("unit"), units[random.bounded(5)] },
        });
    }
    return all;
}

Array catalogueOfSize(qint64 bytes)
{
    const qint64 thousand = JsonWriter {}.write(catalogue(1000))->size();
    return catalogue(qMax<qint64>(1, bytes * 1000 / thousand));
}

Value smallCall()
{
    return Struct {
        { QStringLiteral("jsonrpc"), QStringLiteral("2.0") },
        { QStringLiteral("method"), QStringLiteral("warehouse.reserve") },
        { QStringLiteral("params"),
            Struct {
                { QStringLiteral("customer"), QStringLiteral("f3b2c1d0-5e6f-47a8-9b0c-1d2e3f4a5b6c") },
                { QStringLiteral("comment"),
                    QStringLiteral("Please deliver to the back door.\nRing twice. \u201cThank you\u201d") },
                { QStringLiteral("discount"), 0.125 },
                { QStringLiteral("express"), true },
                { QStringLiteral("coupon"), Nil {} },
                { QStringLiteral("items"), catalogue(10) },
            } },
        { QStringLiteral("id"), 4711 },
    };
}

} // namespace bench
