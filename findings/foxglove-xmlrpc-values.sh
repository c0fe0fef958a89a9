#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# @foxglove/xmlrpc 1.3.0 (npm), which ROS tools in a browser use, writes without a word:
#   a BigInt as <value/>, the empty string: the number is gone
#   a Uint8Array as a struct whose members are called "0", "1", ...; only a Buffer becomes <base64>
#   a number without a fraction as <int>, whatever its size, also with an exponent
#   a Date with milliseconds and Z, which XML-RPC's dateTime.iso8601 does not have
# A server that such a client calls has to take wide integers and any date; what a BigInt held cannot be told.
set -eu
command -v npm >/dev/null || { echo "needs node and npm" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" @foxglove/xmlrpc@1.3.0 >/dev/null
cat >"$folder/probe.cjs" <<'JS'
const { serializeMethodCall } = require('@foxglove/xmlrpc');
(async () => {
  for (const value of [10n, new Uint8Array([65, 66]), Buffer.from('AB'), 1e21, new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678))])
    console.log((await serializeMethodCall('m', [value])).match(/<param>(.*)<\/param>/s)[1]);
})();
JS
node "$folder/probe.cjs" >"$folder/seen"
cat >"$folder/wanted" <<'XML'
<value/>
<value><struct><member><name>0</name><value><int>65</int></value></member><member><name>1</name><value><int>66</int></value></member></struct></value>
<value><base64>QUI=</base64></value>
<value><int>1e+21</int></value>
<value><dateTime.iso8601>2026-01-02T03:04:05.678Z</dateTime.iso8601></value>
XML
diff "$folder/wanted" "$folder/seen" || { echo "CHANGED: see the lines with >" >&2; exit 1; }
cat "$folder/seen"
