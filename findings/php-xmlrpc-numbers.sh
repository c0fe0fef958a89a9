#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# PHP's xmlrpc extension (php8.2-xmlrpc 3:1.0.0~rc3-6 with libxmlrpc-epi0 0.54.2-1.3+b1, Debian 12) loses numbers in silence:
#   written: a double has six decimals, whatever its size, so 1/3 loses digits and 1e-7 becomes zero; an integer of more than 32
#            bits keeps its lower 32
#   read:    <i8> becomes null, also when the number is small; <int> with a fraction is cut off
# A server that such a client calls does well to write <int> where the number fits, and to refuse what does not.
set -eu
. "$(dirname "$0")/debian.sh"
unpack php8.2-cli=8.2.36-1~deb12u1 php8.2-common=8.2.36-1~deb12u1 php8.2-xmlrpc=3:1.0.0~rc3-6 libxmlrpc-epi0=0.54.2-1.3+b1 \
    libargon2-1=0~20171227-0.3+deb12u1 libsodium23=1.0.18-1+deb12u1
cat >"$folder/probe.php" <<'PHP'
<?php
function written($value) {
    preg_match('~<value>\s*(.*?)\s*</value>~s', xmlrpc_encode_request('m', [$value]), $found);
    return $found[1];
}
function read($content) {
    return var_export(xmlrpc_decode("<?xml version='1.0'?><methodResponse><params><param><value>$content</value>" .
        "</param></params></methodResponse>"), true);
}
echo written(1 / 3), "\n", written(1e-7), "\n", written(5000000000), "\n", read('<i8>5</i8>'), "\n", read('<int>5.7</int>'), "\n";
PHP
extension=$(find "$folder/usr/lib/php" -name xmlrpc.so)
"$folder/usr/bin/php8.2" -n -d extension="$extension" "$folder/probe.php" >"$folder/seen"
line() { sed -n "$1p" "$folder/seen"; }
expect "1/3 is written" "<double>0.333333</double>" "$(line 1)"
expect "1e-7 is written" "<double>0.000000</double>" "$(line 2)"
expect "5000000000 is written" "<int>705032704</int>" "$(line 3)"
expect "<i8>5</i8> is read as" "NULL" "$(line 4)"
expect "<int>5.7</int> is read as" "5" "$(line 5)"
