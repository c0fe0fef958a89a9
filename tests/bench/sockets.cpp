// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "sockets.h"

#include <QElapsedTimer>
#include <QString>

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace bench {

namespace {

sockaddr_in loopback(int last, quint16 port)
{
    sockaddr_in a {};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(0x7f000000U | quint32(last));
    a.sin_port = htons(port);
    return a;
}

} // namespace

Link::Link(quint16 port, int source)
{
    m_fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (m_fd < 0)
        return;
    const int one = 1;
    if (source > 0) {
#ifdef IP_BIND_ADDRESS_NO_PORT
        ::setsockopt(m_fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
#endif
        const sockaddr_in own = loopback(source, 0);
        if (::bind(m_fd, reinterpret_cast<const sockaddr *>(&own), sizeof own) != 0) {
            close();
            return;
        }
    }
    const sockaddr_in peer = loopback(1, port);
    // On loopback this blocks only while the other side's queue is full.
    if (::connect(m_fd, reinterpret_cast<const sockaddr *>(&peer), sizeof peer) != 0) {
        close();
        return;
    }
    ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    ::fcntl(m_fd, F_SETFL, ::fcntl(m_fd, F_GETFL) | O_NONBLOCK);
}

Link::Link(Link &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
{
}

Link &Link::operator=(Link &&other) noexcept
{
    if (this != &other) {
        close();
        m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
}

Link::~Link() { close(); }

void Link::close()
{
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

void Link::reset()
{
    const linger now { 1, 0 };
    if (m_fd >= 0)
        ::setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

qint64 Link::send(const QByteArray &bytes, qint64 from)
{
    const ssize_t sent = ::send(m_fd, bytes.constData() + from, size_t(bytes.size() - from), MSG_NOSIGNAL);
    return sent >= 0 ? sent : errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
}

bool Link::receive(QByteArray &to)
{
    for (;;) {
        char part[16384];
        const ssize_t got = ::recv(m_fd, part, sizeof part, 0);
        if (got > 0)
            to.append(part, got);
        if (got < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        if (got == 0)
            return false;
        if (got < ssize_t(sizeof part))
            return true;
    }
}

bool Link::wait(int milliseconds, bool forWriting) const
{
    pollfd one { m_fd, short(forWriting ? POLLOUT : POLLIN), 0 };
    return ::poll(&one, 1, milliseconds) > 0;
}

std::optional<PlainAnswer> takeAnswer(QByteArray &bytes, bool atEnd)
{
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0)
        return std::nullopt;
    const QByteArray head = bytes.left(end + 4);
    const QByteArray lower = head.toLower();
    PlainAnswer answer;
    answer.status = head.mid(head.indexOf(' ') + 1, 3).toInt();
    answer.closes = lower.contains("\r\nconnection: close") || (lower.startsWith("http/1.0") && !lower.contains("keep-alive"));
    qsizetype length = 0;
    qsizetype framing = 0;
    if (const qsizetype at = lower.indexOf("\r\ncontent-length:"); at >= 0) {
        const qsizetype from = at + 17;
        length = lower.mid(from, lower.indexOf('\r', from) - from).trimmed().toLongLong();
    } else if (lower.contains("\r\ntransfer-encoding: chunked")) { // in one chunk, as the servers measured here write it
        const qsizetype line = bytes.indexOf("\r\n", end + 4);
        if (line < 0)
            return std::nullopt;
        length = bytes.mid(end + 4, line - end - 4).toLongLong(nullptr, 16);
        framing = line + 2 - (end + 4) + 7; // size line, CR LF 0 CR LF CR LF
    } else if (answer.status != 204 && answer.status != 304 && answer.status >= 200) {
        if (!atEnd)
            return std::nullopt;
        length = bytes.size() - end - 4;
    }
    if (bytes.size() < end + 4 + length + framing)
        return std::nullopt;
    answer.head = head;
    answer.body = bytes.mid(end + 4 + qMax<qsizetype>(0, framing - 7), length);
    bytes.remove(0, end + 4 + length + framing);
    return answer;
}

QByteArray postRequest(const QByteArray &path, const QByteArray &type, const QByteArray &body)
{
    return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + type
        + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

PlainAnswer exchangeOnce(quint16 port, const QByteArray &request, int milliseconds)
{
    Link link(port);
    if (!link.isOpen())
        return {};
    QElapsedTimer clock;
    clock.start();
    qint64 sent = 0;
    QByteArray received;
    while (clock.elapsed() < milliseconds) {
        if (sent < request.size()) {
            const qint64 n = link.send(request, sent);
            if (n < 0)
                sent = request.size(); // refused before it was all sent: the answer may be there
            sent += qMax<qint64>(n, 0);
        }
        if (!link.wait(sent < request.size() ? 1 : 50))
            continue;
        const bool open = link.receive(received);
        if (auto answer = takeAnswer(received, !open))
            return *answer;
        if (!open)
            return {};
    }
    return {};
}

std::vector<Link> idleConnections(quint16 port, int count, const QByteArray &request)
{
    std::vector<Link> links;
    for (int i = 0; i < count; ++i) {
        Link link(port, 1 + i / 20'000); // an address has no more ports
        if (!link.isOpen())
            break;
        QByteArray received;
        std::optional<PlainAnswer> answer;
        bool open = link.send(request) == request.size();
        while (open && !answer && link.wait(5000)) {
            open = link.receive(received);
            answer = takeAnswer(received, !open);
        }
        if (answer && answer->status == 200 && open)
            links.push_back(std::move(link));
    }
    return links;
}

int raiseDescriptorLimit()
{
    rlimit limit {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return int(qMin<rlim_t>(limit.rlim_cur, 1'000'000));
}

} // namespace bench
