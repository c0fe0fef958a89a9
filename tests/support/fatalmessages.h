// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QRegularExpression>
#include <QTest>

/// To stand first in the private slots of a test class: a warning that was not announced with QTest::ignoreMessage()
/// fails the function in which it came. It catches failed connects, invalid model indexes and thread mistakes for free.
#define FATAL_MESSAGES                                                                                                 \
    void init()                                                                                                        \
    {                                                                                                                  \
        QTest::failOnWarning(                                                                                          \
            QRegularExpression(QStringLiteral("^(?!This plugin does not support propagateSizeHints).*")));             \
    }
