#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Installs the library from BUILD into a folder of its own, then configures, builds and runs CONSUMER against it. Every
# snippet of the PAGEs (between ```cpp and ```) is compiled, too, in a function of its own.
# usage: run.sh BUILD CONSUMER PAGE...
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build=$1 consumer=$2
shift 2
cmake --install "$build" --component library --prefix "$work/prefix" >"$work/install.log"
cp -r "$consumer" "$work/consumer"
/usr/bin/python3 "$consumer/snippets.py" "$@" >"$work/consumer/snippets.cpp"
cmake -G Ninja -S "$work/consumer" -B "$work/build" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/configure.log" || { cat "$work/configure.log"; exit 1; }
cmake --build "$work/build" -j 2 >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
"$work/build/consumer"
