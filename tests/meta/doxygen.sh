#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Every public symbol is documented: makes the reference in BUILD and fails when Doxygen prints anything. The headers that
# it leaves out are those that are not installed, and no installed header includes one of them.
# usage: doxygen.sh SOURCE BUILD; exits with 77 when Doxygen is not installed
set -eu
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The words between INTERNAL and the next keyword or the end, and those of EXCLUDE up to the first line without a backslash.
awk '/^ *INTERNAL$/ { on = 1; next } /^ *([A-Z]+$|\))/ { on = 0 } on { for (i = 1; i <= NF; ++i) print "rpccore/" $i }' \
    rpccore/CMakeLists.txt | sort >"$work/internal"
awk '/^EXCLUDE *=/ { on = 1; sub(/^EXCLUDE *=/, "") } on { more = /\\$/; sub(/\\$/, ""); for (i = 1; i <= NF; ++i) print $i; on = more }' \
    docs/Doxyfile | sort >"$work/excluded"
test -s "$work/internal" || { echo "rpccore/CMakeLists.txt has no INTERNAL headers"; exit 1; }
diff "$work/internal" "$work/excluded" || { echo "INTERNAL in rpccore/CMakeLists.txt (<) and EXCLUDE in docs/Doxyfile (>) differ"; exit 1; }

find rpccore -name '*.h' | sort | comm -23 - "$work/internal" >"$work/public"
while read -r header; do
    # by its full name, or from its own room
    if xargs grep -nF "#include <$header>" <"$work/public" || { room=$(dirname "$header"); grep "^$room/" "$work/public" | xargs -r grep -nF "#include \"${header##*/}\""; }; then
        echo "an installed header includes $header, which is not installed"
        exit 1
    fi
done <"$work/internal"

command -v doxygen >/dev/null || { echo "skipped: doxygen is not installed"; exit 77; }
status=0
{ cat docs/Doxyfile; echo "OUTPUT_DIRECTORY = $2"; } | doxygen - >"$work/log" 2>&1 || status=$?
cat "$work/log"
test "$status" -eq 0 && test ! -s "$work/log"
