#!/bin/bash
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Installs the npm packages of the real programs, exactly those of package-lock.json, into the scratch folder; nothing
# when they are there. Needs node and npm, no root. Prints the folder of the modules.
# usage: install.sh [check]    check: installs nothing, fails when they are not there
set -eu
. "$(dirname "$0")/../common/env.sh" # RUN: the scratch folder
ready() { [ -d "$RUN/node_modules/jayson" ] && cmp -s "$HERE/package-lock.json" "$RUN/package-lock.json"; }
if ! ready; then
  [ "${1:-}" != check ] || exit 1
  new=$(mktemp -d "$SCRATCH/npm.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  cp "$HERE/package.json" "$HERE/package-lock.json" "$new"
  (cd "$new" && npm ci --ignore-scripts --no-audit --no-fund --silent >&2)
  rm -rf "$RUN"
  mv "$new" "$RUN"
  chmod 755 "$RUN"
fi
echo "$RUN/node_modules"
