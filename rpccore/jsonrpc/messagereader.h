// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/jsonrpc/dialect.h>
#include <rpccore/message/codec.h>

#include <vector>

namespace rpc::jsonrpc {

// The member names of the specification.
inline const QString versionName = QStringLiteral("jsonrpc");
inline const QString version11Name = QStringLiteral("version");
inline const QString idName = QStringLiteral("id");
inline const QString methodName = QStringLiteral("method");
inline const QString paramsName = QStringLiteral("params");
inline const QString resultName = QStringLiteral("result");
inline const QString errorName = QStringLiteral("error");
inline const QString codeName = QStringLiteral("code");
inline const QString messageName = QStringLiteral("message");
inline const QString dataName = QStringLiteral("data");
inline const QString detailsName = QStringLiteral("details"); // of data, where a server of ours says more

/// What the JSON reader made is looked at as a message here. Findings are collected with the path of what they speak
/// of; their place in the bytes is looked up afterwards, because most messages have none.
class MessageReader
{
public:
    explicit MessageReader(const JsonRpcDialect &dialect)
        : m_dialect(dialect)
    {
    }

    /// \a at is where \a value stands in its body.
    IncomingRequest request(const Value &value, const Path &at);
    Result<Response> response(const Value &value, const Path &at);

    /// Whether \a value has what makes a message: a version or a method, or an outcome and nothing of others beside it.
    static bool isEnvelope(const Value &value);
    /// For explorers: an answer that is just \a value.
    Response bare(const Value &value, const Path &at);

    void note(Rule rule, const QString &text, const Path &path);

    struct Noted
    {
        Rule rule;
        QString text;
        Path path;
    };
    const std::vector<Noted> &notes() const noexcept { return m_notes; }

private:
    Result<Request> requestFrom(const Struct &message, const Path &at, JsonRpcVersion &version);
    std::optional<Error> readVersion(const Struct &message, const Path &at, JsonRpcVersion &version);
    std::optional<Error> readId(const Struct &message, const Path &at, Request &request);
    std::optional<Error> readParams(const Struct &message, const Path &at, Request &request);
    void noteIdShape(const Value &id, const Path &at);
    JsonRpcVersion answerVersion(const Struct &message, const Path &at);
    Error remoteError(const Value &value, const Path &at);
    void readCode(const Value *code, const Path &at, Error &error);

    const JsonRpcDialect &m_dialect;
    std::vector<Noted> m_notes;
};

} // namespace rpc::jsonrpc
