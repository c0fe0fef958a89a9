#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Runs examples/embed: the server, then the client against it. usage: run_embed.sh BIN_DIR
set -eu
out=$(mktemp)
"$1/embed-server" > "$out" &
server=$!
trap 'kill $server 2>/dev/null; rm -f "$out"' EXIT
i=0
while ! grep -q '^http' "$out"; do
    i=$((i + 1))
    [ $i -lt 100 ] || { echo "the server did not start"; exit 1; }
    sleep 0.1
done
answer=$("$1/embed-client" "$(head -1 "$out")")
[ "$answer" = "2 + 3 = 5" ] || { echo "unexpected: $answer"; exit 1; }
echo "$answer"
