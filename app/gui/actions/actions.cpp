// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "actions.h"

#include <widgets/theme/icons.h>

#include <QCoreApplication>

namespace antiphon {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(antiphon::Actions)
};

QAction *make(QObject *parent, const char *name, const QString &text, const QKeySequence &keys, const QIcon &icon = {})
{
    auto *action = new QAction(icon, text, parent);
    action->setObjectName(QLatin1StringView(name));
    action->setShortcut(keys);
    return action;
}

QKeySequence keys(const char *text) { return QKeySequence(QLatin1StringView(text)); }

} // namespace

Actions::Actions(QObject *p)
    : focusEndpoint(make(p, "endpoint.focus", Text::tr("Go to the &address"), keys("Ctrl+L")))
    , refresh(make(p, "endpoint.refresh", Text::tr("&Refresh the methods"), keys("F5")))
    , focusFilter(make(p, "methods.filter", Text::tr("&Filter the methods"), keys("Ctrl+F")))
    , call(make(p, "call.send", Text::tr("&Call"), keys("Ctrl+Return"), theme::icon(theme::IconId::Call)))
    , notify(make(p, "call.notify", Text::tr("&Notify"), keys("Ctrl+Shift+Return"), theme::icon(theme::IconId::Notify)))
    , cancel(make(p, "call.cancel", Text::tr("C&ancel"), keys("Esc"), theme::icon(theme::IconId::Cancel)))
    , toggleOrientation(make(p, "view.orientation", Text::tr("Reply &below the call"), keys("Ctrl+J")))
    , openScript(
          make(p, "host.open", Text::tr("&Open script…"), QKeySequence::Open, theme::icon(theme::IconId::OpenScript)))
    , hostExample(make(p, "host.example", Text::tr("Host the &example"), {}))
    , toggleHost(
          make(p, "host.toggle", Text::tr("&Start hosting"), keys("Shift+F5"), theme::icon(theme::IconId::StartHost)))
    , copyHostUrl(make(p, "host.copy", Text::tr("&Copy the host's address"), {}, theme::icon(theme::IconId::Copy)))
    , clearLog(make(p, "host.clear", Text::tr("C&lear the log"), {}, theme::icon(theme::IconId::Clear)))
    , showMessages(make(p, "messages.show", Text::tr("&Messages panel"), keys("Ctrl+Shift+M")))
    , clearMessages(make(p, "messages.clear", Text::tr("C&lear the messages"), {}, theme::icon(theme::IconId::Clear)))
    , quit(make(p, "app.quit", Text::tr("&Quit"), keys("Ctrl+Q")))
    , about(make(p, "app.about", Text::tr("&About Antiphon"), {}))
{
    toggleOrientation->setCheckable(true);
    showMessages->setCheckable(true);
}

} // namespace antiphon
