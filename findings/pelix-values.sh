#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Python's jsonrpclib-pelix (python3-jsonrpclib-pelix 0.4.2-2, Debian 12) writes a datetime, a Decimal and a range as objects that name
# their class and nothing else: what they held is lost, without a word, and the other end gets {"__jsonclass__": ["decimal.Decimal", []]}.
# A call without arguments has no "params" in JSON-RPC 2.0, and an empty array in 1.0, from the same library.
# Whoever sees an object with an empty __jsonclass__ sees all that was sent.
set -eu
. "$(dirname "$0")/debian.sh"
unpack python3-jsonrpclib-pelix=0.4.2-2
cat >"$folder/probe.py" <<'PYTHON'
import datetime, decimal, jsonrpclib
from jsonrpclib.config import Config
for value in datetime.datetime(2026, 1, 2, 3, 4, 5), decimal.Decimal("1.10"), range(3):
    print(jsonrpclib.dumps([value], "m", rpcid="1"))
print(jsonrpclib.dumps([], "m", rpcid="1"))
print(jsonrpclib.dumps([], "m", rpcid="1", config=Config(version=1.0)))
PYTHON
PYTHONPATH=$folder/usr/lib/python3/dist-packages /usr/bin/python3 "$folder/probe.py" >"$folder/seen"
line() { sed -n "$1p" "$folder/seen"; }
member() { line "$1" | sed 's/.*"params": \(.*\), "jsonrpc.*/\1/'; }
expect "a datetime is written" '[{"__jsonclass__": ["datetime.datetime", []]}]' "$(member 1)"
expect "the Decimal 1.10 is written" '[{"__jsonclass__": ["decimal.Decimal", []]}]' "$(member 2)"
expect "range(3) is written" '[{"__jsonclass__": ["builtins.range", []]}]' "$(member 3)"
expect "a call without arguments, 2.0" '{"id": "1", "method": "m", "jsonrpc": "2.0"}' "$(line 4)"
expect "a call without arguments, 1.0" '{"id": "1", "method": "m", "params": []}' "$(line 5)"
