#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# A server of homematic-xmlrpc (npm, 2.0.0) has a result for everything that it cannot serve:
#   a method that nobody has registered is a success: an empty string
#   so is a POST that is no XML-RPC at all, a JSON-RPC request for instance; nobody is called
#   an Error that a method gives is a fault with an empty struct: neither faultCode nor faultString
#   <i8> is read as text, and goes back as <string>
# Whoever asks such a server whether it has system.listMethods, or which protocol it speaks, is not told by an error.
set -eu
command -v npm >/dev/null || { echo "needs node and npm" >&2; exit 2; }
. "$(dirname "$0")/debian.sh"
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" homematic-xmlrpc@2.0.0 >/dev/null
cat >"$folder/serve.js" <<'JS'
const server = require('homematic-xmlrpc').createServer({ host: '127.0.0.1', port: 0 }, () => console.log(server.httpServer.address().port))
server.on('fails', (error, params, answer) => answer(new Error('no such room')))
server.on('echo', (error, params, answer) => answer(null, params[0]))
setTimeout(() => process.exit(), 20000)
JS
node "$folder/serve.js" >"$folder/port" & server=$!
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT
while [ ! -s "$folder/port" ]; do sleep 0.1; kill -0 $server || exit 2; done
post() { # TYPE BODY: what stands inside <methodResponse>, and the status
    curl -s -m 5 -w ' under %{http_code}' -H "Content-Type: $1" --data-binary "$2" "http://127.0.0.1:$(cat "$folder/port")/" \
        | sed 's/.*<methodResponse>//; s/<\/methodResponse>//; s/<param>\|<\/param>\|<params>\|<\/params>//g'
}
call() { post text/xml "<?xml version=\"1.0\"?><methodCall><methodName>$1</methodName><params>$2</params></methodCall>"; }
expect "a method that nobody has" "<value><string></string></value> under 200" "$(call nobody '')"
expect "a JSON-RPC request" "<value><string></string></value> under 200" "$(post application/json '{"jsonrpc":"2.0","id":1,"method":"echo","params":[2]}')"
expect "an Error of a method" "<fault><value><struct></struct></value></fault> under 200" "$(call fails '')"
expect "<i8>5000000000</i8>, sent back" "<value><string>5000000000</string></value> under 200" "$(call echo '<param><value><i8>5000000000</i8></value></param>')"
