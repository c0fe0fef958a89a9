// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
// Calls one method of a JSON-RPC server and prints the result. usage: embed-client URL

#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>

#include <QCoreApplication>

#include <cstdio>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    rpc::HttpTarget target;
    target.url = QUrl(app.arguments().value(1));
    rpc::Client client(std::make_unique<rpc::HttpTransport>(target), std::make_shared<rpc::JsonRpcCodec>());

    client.call("add", rpc::Array { 2, 3 }).onFinished(&app, [](const rpc::Reply &reply) {
        if (reply)
            std::printf("2 + 3 = %lld\n", static_cast<long long>(reply->toInteger().value_or(0)));
        else
            std::fprintf(stderr, "%s\n", qPrintable(reply.error().toString()));
        QCoreApplication::exit(reply ? 0 : 1);
    });
    return app.exec();
}
