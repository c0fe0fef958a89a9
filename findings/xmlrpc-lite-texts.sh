#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Perl's XMLRPC::Lite (libxmlrpc-lite-perl 0.717-5 with libsoap-lite-perl 1.27-3, Debian 12) finds the type of an argument by its
# spelling:
#   a text with a character beyond ASCII is written as <base64>, so the server gets bytes where the caller had a text
#   a text of digits is written as <int>, its zeros in front included, and without a limit of 32 bits
# A server that such a client calls has to take bytes for a text, and <int> of any size.
set -eu
. "$(dirname "$0")/debian.sh"
unpack libxmlrpc-lite-perl=0.717-5 libsoap-lite-perl=1.27-3
cat >"$folder/probe.pl" <<'PERL'
use XMLRPC::Lite;
for my $value ("caf\xc3\xa9", "007", "5000000000") {
    my ($written) = XMLRPC::Serializer->new->envelope(method => 'm', $value) =~ m{<value>(.*)</value>}s;
    print "$written\n";
}
PERL
perl -I "$folder/usr/share/perl5" "$folder/probe.pl" >"$folder/seen"
line() { sed -n "$1p" "$folder/seen"; }
expect "a text with an e acute is written" "<base64>Y2Fmw6k=</base64>" "$(line 1)"
expect "the text 007 is written" "<int>007</int>" "$(line 2)"
expect "the text 5000000000 is written" "<int>5000000000</int>" "$(line 3)"
