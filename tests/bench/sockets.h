// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <optional>
#include <vector>

namespace bench {

/// A plain connection to 127.0.0.1 that costs as little as a connection can, so that what is measured is the other
/// side. Non-blocking.
class Link
{
public:
    Link() = default;
    /// Connects to \a port; \a source is the last byte of the own address 127.0.0.x, 0 = the system's choice.
    explicit Link(quint16 port, int source = 0);
    Link(Link &&other) noexcept;
    Link &operator=(Link &&other) noexcept;
    ~Link();
    Q_DISABLE_COPY(Link)

    bool isOpen() const { return m_fd >= 0; }
    int descriptor() const { return m_fd; }
    void close();
    /// Closes with a reset, as a program that was killed.
    void reset();
    /// As many bytes of \a bytes as fit; -1 when the connection is gone.
    qint64 send(const QByteArray &bytes, qint64 from = 0);
    /// Appends what there is to \a to; false when the other side has closed.
    bool receive(QByteArray &to);
    /// Waits for bytes (or the end); false on time-out.
    bool wait(int milliseconds, bool forWriting = false) const;

private:
    int m_fd = -1;
};

/// One answer of HTTP/1.x, as little of it as is needed to know where it ends.
struct PlainAnswer
{
    int status = 0;
    QByteArray head;
    QByteArray body;
    bool closes = false; ///< nothing comes after it
};

/// Takes the first answer from the begin of \a bytes, when it is complete; \a atEnd: nothing more will come.
std::optional<PlainAnswer> takeAnswer(QByteArray &bytes, bool atEnd = false);

/// A POST with the usual fields. The body is at its end.
QByteArray postRequest(const QByteArray &path, const QByteArray &type, const QByteArray &body);

/// One exchange on a connection of its own; status 0 when there was no answer in time.
PlainAnswer exchangeOnce(quint16 port, const QByteArray &request, int milliseconds = 5000);

/// \a count connections to \a port that have each made \a request and are kept; fewer when the server does not keep them.
std::vector<Link> idleConnections(quint16 port, int count, const QByteArray &request);

/// Lets this process open as many descriptors as the system permits. Returns how many.
int raiseDescriptorLimit();

} // namespace bench
