// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// Reads texts from standard input, each as "json LENGTH\n" or "xml LENGTH\n" and the bytes, and prints one line for each:
// "refused", or what was read in the text form of values. For differential.py.

#include <rpccore/json/jsonreader.h>
#include <rpccore/json/valuetext.h>
#include <rpccore/xmlrpc/xmlreader.h>

#include <cstdio>
#include <iostream>
#include <string>

using namespace rpc;

int main()
{
    Limits limits;
    limits.depth = 100;
    std::string kind;
    std::size_t length = 0;
    while (std::cin >> kind >> length) {
        std::cin.get(); // the line break
        QByteArray bytes(qsizetype(length), '\0');
        std::cin.read(bytes.data(), std::streamsize(length));
        Result<Value> value = Value();
        if (kind == "json") {
            value = JsonReader { limits, Duplicates::KeepLast }.read(bytes);
        } else {
            const auto document = XmlReader { limits, XmlRpcDialect::lenient() }.read(bytes);
            value = document ? Result<Value>(document->toValue()) : document.error();
        }
        std::puts(value ? valuetext::toText(*value).constData() : "refused");
    }
    return 0;
}
