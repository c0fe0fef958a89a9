// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "systemlist.h"

namespace rpc::systemlist {

namespace {

std::optional<Signature> signatureFromTypes(const Array &types)
{
    if (types.isEmpty())
        return std::nullopt;
    Signature signature;
    for (qsizetype i = 0; i < types.size(); ++i) {
        const auto *type = types[i].get<QString>();
        if (!type)
            return std::nullopt;
        const QString known = *type == u"undef" ? QString() : *type;
        if (i == 0)
            signature.result = known;
        else
            signature.parameters.append(Parameter { {}, known, {}, false });
    }
    return signature;
}

} // namespace

Result<QStringList> methodNames(const Value &answer, QStringList &notes)
{
    const auto *list = answer.get<Array>();
    if (!list)
        return Error::make(ErrorKind::InvalidAnswer,
            QStringLiteral("system.listMethods answered with %1 instead of a list of names")
                .arg(typeName(answer.type())));
    QStringList names;
    qsizetype strange = 0;
    for (const Value &entry : *list) {
        if (const auto *name = entry.get<QString>(); name && !name->isEmpty())
            names.append(*name);
        else
            ++strange;
    }
    if (strange)
        notes.append(QStringLiteral("%1 entries of system.listMethods are no names and were left out").arg(strange));
    return names;
}

QList<Signature> signatures(const Value &answer)
{
    QList<Signature> found;
    const auto *list = answer.get<Array>();
    if (!list || list->isEmpty())
        return found;
    if (list->constFirst().type() == Type::String) { // one signature, flat
        if (auto s = signatureFromTypes(*list))
            found.append(*std::move(s));
        return found;
    }
    for (const Value &entry : *list) {
        const auto *types = entry.get<Array>();
        if (auto s = types ? signatureFromTypes(*types) : std::nullopt)
            found.append(*std::move(s));
    }
    return found;
}

} // namespace rpc::systemlist
