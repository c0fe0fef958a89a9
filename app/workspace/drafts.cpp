// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "drafts.h"

#include <rpccore/client/trace.h>
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace antiphon {

namespace {

constexpr qsizetype mostDrafts = 2000; // the oldest go first
constexpr std::chrono::milliseconds writeDelay { 300 };
constexpr qsizetype hashLength = 64; // characters

bool isProgram(const QUrl &endpoint) { return endpoint.scheme().section(u'+', 0, 0) == u"exec"; }

} // namespace

Drafts::Drafts(const QString &fileName, QObject *parent)
    : QObject(parent)
    , m_fileName(fileName)
{
    m_writeSoon.setSingleShot(true);
    connect(&m_writeSoon, &QTimer::timeout, this, &Drafts::flush);
    if (!m_fileName.isEmpty())
        read();
}

Drafts::~Drafts() { flush(); }

QString Drafts::key(const QUrl &endpoint, const QString &method)
{
    QUrl shown = rpc::Trace::shownUrl(endpoint);
    shown.setFragment({});
    if (isProgram(endpoint)) { // the arguments may be secret, but they make another server of it
        const QByteArray commandLine = endpoint.path(QUrl::FullyDecoded).toUtf8();
        shown.setFragment(
            QString::fromLatin1(QCryptographicHash::hash(commandLine, QCryptographicHash::Sha256).toHex()));
    }
    return shown.toString() % u' ' % method;
}

QString Drafts::presentKey(const QString &written)
{
    const QUrl endpoint(written.section(u' ', 0, -2));
    const bool isOld = isProgram(endpoint) && endpoint.fragment().size() < hashLength;
    return isOld ? key(endpoint, written.section(u' ', -1)) : written;
}

QString Drafts::draft(const QUrl &endpoint, const QString &method) const
{
    return m_drafts.value(key(endpoint, method));
}

void Drafts::setDraft(const QUrl &endpoint, const QString &method, const QString &text)
{
    const QString id = key(endpoint, method);
    if (m_drafts.value(id) == text)
        return;
    m_order.removeOne(id);
    if (text.isEmpty()) {
        m_drafts.remove(id);
    } else {
        m_drafts.insert(id, text);
        m_order.append(id);
        while (m_order.size() > mostDrafts)
            m_drafts.remove(m_order.takeFirst());
    }
    m_dirty = true;
    if (!m_fileName.isEmpty() && !m_writeSoon.isActive())
        m_writeSoon.start(writeDelay);
}

bool Drafts::flush()
{
    m_writeSoon.stop();
    if (!m_dirty || m_fileName.isEmpty())
        return true;
    rpc::Struct all;
    for (const QString &id : std::as_const(m_order))
        all.append(id, m_drafts.value(id));
    const auto text = rpc::JsonWriter { rpc::JsonWriter::Layout::Indented, rpc::JsonWriter::Spelling::Wire }.write(all);
    QDir().mkpath(QFileInfo(m_fileName).absolutePath());
    QSaveFile file(m_fileName);
    if (!text || !file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || file.write(*text + '\n') < 0 || !file.commit()) {
        Q_EMIT failed(tr("%1 cannot be written: %2").arg(m_fileName, file.errorString()));
        return false;
    }
    m_dirty = false;
    return true;
}

void Drafts::read()
{
    QFile file(m_fileName);
    if (!file.exists())
        return;
    const bool open = file.open(QIODevice::ReadOnly);
    const auto value = rpc::JsonReader {}.read(open ? file.readAll() : QByteArray());
    const auto *all = value ? value->get<rpc::Struct>() : nullptr;
    if (!all) {
        file.close();
        QString aside = m_fileName + QStringLiteral(".broken");
        for (int i = 2; QFile::exists(aside); ++i)
            aside = m_fileName + QStringLiteral(".broken%1").arg(i);
        const bool moved = QFile::rename(m_fileName, aside);
        const QString message = moved
            ? tr("%1 could not be read; it was set aside as %2").arg(m_fileName, aside)
            : tr("%1 can neither be read nor set aside; drafts are not saved").arg(m_fileName);
        if (!moved)
            m_fileName.clear();
        QMetaObject::invokeMethod(
            this, [this, message] { Q_EMIT failed(message); }, Qt::QueuedConnection);
        return;
    }
    for (const rpc::Member &m : *all) {
        const QString id = presentKey(m.name);
        m_dirty = m_dirty || id != m.name;
        if (!m_drafts.contains(id))
            m_order.append(id);
        m_drafts.insert(id, m.value.toString());
    }
    if (m_dirty)
        m_writeSoon.start(writeDelay);
}

} // namespace antiphon
