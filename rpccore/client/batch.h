// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/pendingcall.h>
#include <rpccore/message/codec.h>

#include <QAnyStringView>

namespace rpc {

/// Several calls and notifications that go in one JSON-RPC message (JSON-RPC 2.0 section 6). A value: build it, then
/// give it to Client::send().
///
///     client.send(client.batch().call("add", rpc::Array { 2, 3 }).notify("log", rpc::Array { 1 }));
///
/// The place of a call in the batch is the place of its reply in BatchReply::replies. A server may run the calls in any
/// order and at the same time.
class RPCCORE_EXPORT Batch
{
public:
    /// Adds a call. It gets its id when the batch is sent, or by Client::assignIds().
    Batch &call(QAnyStringView method, const Params &params = {}, const Struct &extra = {});
    /// Adds a notification: nothing comes back.
    Batch &notify(QAnyStringView method, const Params &params = {}, const Struct &extra = {});
    /// Adds a request as it is: a notification when its id is absent. The client's default params are not added.
    Batch &add(const Request &request);

    qsizetype size() const noexcept { return m_entries.size(); } ///< Calls and notifications together.
    bool isEmpty() const noexcept { return m_entries.isEmpty(); } ///< True when nothing was added.

private:
    friend class Client;
    struct Entry
    {
        Request request;
        bool isCall; // not a notification
        bool isReady; // sent as it is
    };
    QList<Entry> m_entries;
};

/// What came of a batch or a multicall.
struct RPCCORE_EXPORT BatchReply
{
    /// In the order of the requests. Nothing for a notification, a reply for every call: a call that the server did not
    /// answer has an InvalidAnswer, one whose whole batch failed the error of the batch.
    QList<std::optional<Reply>> replies;
    /// The places in `replies` of the calls that were answered, in the order in which the answers came.
    QList<qsizetype> arrival;
    /// Answers that belong to none of the calls: without an id, with one that no call has, or members that are no
    /// answer (their outcome is an InvalidAnswer). They are never dealt out to the calls that are left over.
    QList<Response> unlinked;
    /// Second and later answers to one call; the first one is the reply.
    QList<Response> duplicated;
    /// Why the batch as a whole failed: no connection, no answer, refused by the server (ErrorKind::Remote).
    std::optional<Error> error;

    /// True when nothing failed: the batch was accepted and every call has a result.
    bool isSuccess() const;
    /// Every call that \a isCall marks failed with \a error.
    static BatchReply failed(const QList<bool> &isCall, const Error &error);
};

/// Deals the answers of a batch out to its \a requests by their ids, as Client::send() does with one that it sent; for
/// answers that came by another way. \a answers is what Codec::decodeResponses() gives.
RPCCORE_EXPORT BatchReply collectBatch(const QList<Request> &requests, const IncomingResponses &answers);

/// One call of a multicall.
struct MulticallEntry
{
    QString method; ///< name of the method
    Array params = {}; ///< its arguments by position
};

/// A batch or a multicall under way. Copies are the same one. A copy, a registered callback or a future keeps it going;
/// when the last of them is gone, it is cancelled, unless all of it are notifications. To be used in the client's
/// thread.
class RPCCORE_EXPORT PendingBatch
{
public:
    /// No batch; finished, as cancelled.
    PendingBatch() = default;

    bool isFinished() const; ///< True once the outcome is there.
    /// The outcome, once it is there.
    std::optional<BatchReply> reply() const;
    /// Cancels: every call is ErrorKind::Cancelled. Nothing when it is finished already.
    void cancel();
    /// Waits in an event loop of its own, with the hazards of PendingCall::wait().
    BatchReply wait(QDeadlineTimer deadline = QDeadlineTimer::Forever);
    /// Calls \a function once when the outcome is there, never from within onFinished(). Not when \a context dies
    /// before. Any number of callbacks.
    void onFinished(QObject *context, std::function<void(const BatchReply &)> function);
    /// The outcome as a future; it always gets exactly one result. A QFuture takes one then().
    QFuture<BatchReply> future();
    /// The full exchange, see PendingCall::trace().
    const Trace &trace() const;

    struct State;

private:
    friend class Client;
    explicit PendingBatch(std::shared_ptr<State> state);
    std::shared_ptr<State> m_state;
};

} // namespace rpc
