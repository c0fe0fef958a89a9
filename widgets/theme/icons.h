// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>

namespace antiphon::theme {

/// Icons by meaning: the desktop's own by its freedesktop name, else the project's, drawn in the colour of the palette.
enum class IconId {
    Connect,
    Cancel,
    Call,
    Notify,
    OpenScript,
    StartHost,
    StopHost,
    Copy,
    Clear,
    Add,
    Remove,
    Ok,
    Failed,
    Warning,
    Method,
    Namespace,
    Access,
    Idle,
    Recent,
    Received,
    ReceivedAndAnswered,
    Output
};

QIcon icon(IconId id);

} // namespace antiphon::theme
