// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "hostiletest.h"

namespace hostile {

/// A server with quick methods, slow ones, and some that do what methods should not.
class HttpUnderTest : public ServerUnderTest
{
public:
    enum class Transport { Tcp, Tls };

    explicit HttpUnderTest(const rpc::Limits &limits = hostile::limits(), Transport transport = Transport::Tcp);

    bool answersTheNext();
    bool answersTheNext(const Case &) { return answersTheNext(); }
    bool holdsNothing();
    /// Without those of event loops: the threads in which large bodies are decoded come and go.
    static int descriptors() { return openDescriptors(QStringLiteral("[eventfd]")); }
    /// Sends the pieces of \a c and finds out what comes of it.
    QByteArray outcomeOf(const Case &c) const;

private:
    bool m_tls;
};

} // namespace hostile
