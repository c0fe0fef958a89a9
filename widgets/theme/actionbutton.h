// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QToolButton>

namespace antiphon::theme {

/// A button that is \a action: its text, icon, state and shortcut; reached with Tab. With text it is as high as a push
/// button; without, it is flat.
inline QToolButton *actionButton(QAction *action, Qt::ToolButtonStyle style)
{
    auto *button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(style);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setObjectName(action->objectName());
    button->setAccessibleName(action->iconText());
    if (style == Qt::ToolButtonIconOnly)
        button->setAutoRaise(true);
    else
        button->setMinimumHeight(button->fontMetrics().height() + 12);
    return button;
}

} // namespace antiphon::theme
