#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Ruby's xmlrpc (ruby-xmlrpc 0.3.2-2, Debian 12, as it is after require) knows the extensions of XML-RPC in one direction only, and
# one of them wrongly:
#   <i8> is read as an Integer, but an Integer of more than 32 bits is refused when it is written
#   <nil/> is neither read nor written (the two switches of XMLRPC::Config are off)
#   <ex:i8> of Apache's namespace is read as the empty string, without a word
#   a control character stands as it is in a string that is written: the document is not well-formed then
# A server that such a client calls does well to write no <nil/>; its i8 arrive.
set -eu
. "$(dirname "$0")/debian.sh"
command -v ruby >/dev/null || { echo "needs ruby" >&2; exit 2; }
unpack ruby-xmlrpc=0.3.2-2
cat >"$folder/probe.rb" <<'RUBY'
require 'xmlrpc/create'
require 'xmlrpc/parser'
require 'xmlrpc/config'
def read(content)
  text = "<?xml version='1.0'?><methodResponse><params><param><value>#{content}</value></param></params></methodResponse>"
  XMLRPC::XMLParser::REXMLStreamParser.new.parseMethodResponse(text)[1].inspect
rescue RuntimeError => e
  "refused: #{e.message}"
end
def written(value)
  XMLRPC::Create.new.methodCall('m', value)[/<value>(.*)<\/value>/m, 1].strip
rescue RuntimeError => e
  "refused: #{e.message}"
end
puts read('<i8>5000000000</i8>'), written(5000000000), read('<nil/>')
puts read('<ex:i8 xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions">7</ex:i8>'), written("a\u0001b")
RUBY
ruby -I "$folder/usr/lib/ruby/vendor_ruby" "$folder/probe.rb" >"$folder/seen"
line() { sed -n "$1p" "$folder/seen"; }
expect "<i8>5000000000</i8> is read as" "5000000000" "$(line 1)"
expect "5000000000 is written" "refused: Integer is too big! Must be signed 32-bit integer!" "$(line 2)"
expect "<nil/> is read as" "refused: wrong/unknown XML-RPC type 'nil'" "$(line 3)"
expect "<ex:i8>7</ex:i8> is read as" '""' "$(line 4)"
expect "a text with U+0001 between a and b is written" "<string>a\\001b</string>" "$(line 5 | sed 's/\x01/\\001/')"
