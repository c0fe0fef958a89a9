#!/bin/bash
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Runs a server that would listen on all addresses so that it listens on loopback only. usage: onloopback.sh PROGRAM ...
. "$(dirname "$0")/../../real-programs/common/env.sh"
TOP=$HERE/../../real-programs
need_bindlo
exec "$@"
