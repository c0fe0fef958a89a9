#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# Makes the certificates of the TLS tests anew, valid for a hundred years. usage: make.sh (in this folder)
set -eu
key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key"; }
# signed NAME SUBJECT EXTENSIONS [FROM TO]: by the authority
signed() {
    key "$1"
    openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
    printf '%s\n' "$3" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -CAcreateserial -days "${4:-36500}" \
        -extfile "$1.ext" -out "$1.pem"
    rm "$1.csr" "$1.ext"
}
key authority
openssl req -x509 -new -key authority.key -subj "/CN=Antiphon test authority" -days 36500 -out authority.pem \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
signed server "good server" "subjectAltName=IP:127.0.0.1,DNS:localhost"
signed elsewhere "another server" "subjectAltName=DNS:elsewhere.example.invalid"
signed client "test client" "extendedKeyUsage=clientAuth"
key selfsigned
openssl req -x509 -new -key selfsigned.key -subj "/CN=self-signed server" -days 36500 -out selfsigned.pem \
    -addext "subjectAltName=IP:127.0.0.1,DNS:localhost"
# One day, twenty years ago. openssl ca is what sets both ends.
key expired
openssl req -new -key expired.key -subj "/CN=expired server" -out expired.csr
: >index.txt
openssl ca -batch -notext -config /dev/stdin -in expired.csr -out expired.pem -startdate 20060101000000Z \
    -enddate 20060102000000Z <<C
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
certificate = authority.pem
private_key = authority.key
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = IP:127.0.0.1,DNS:localhost
C
openssl pkey -in client.key -aes256 -passout pass:secret -out client-encrypted.key
rm -f index.txt* expired.csr authority.key authority.srl [0-9A-F]*.pem
