// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/httpserver/httplistener.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/script/scripthost.h>
#include <rpccore/server/server.h>

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

void runSnippets(); // those of docs/library.md

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    runSnippets();
    rpc::Server server;
    server.registry().add("add", [](int a, int b) { return a + b; }).params("a", "b");
    rpc::ScriptHost script(server.registry());
    auto *http = server.addListener(std::make_unique<rpc::HttpListener>());
    if (const auto port = http->listen({}); !port)
        return std::fprintf(stderr, "%s\n", qPrintable(port.error().toString())), 1;
    rpc::HttpTarget target;
    target.url = http->url();
    rpc::Client client(std::make_unique<rpc::HttpTransport>(target), std::make_shared<rpc::JsonRpcCodec>());
    int status = 1;
    client.call("add", rpc::Array { 2, 3 }).onFinished(&app, [&](const rpc::Reply &reply) {
        status = reply && *reply == rpc::Value(5) ? 0 : 1;
        app.quit();
    });
    QTimer::singleShot(10000, &app, &QCoreApplication::quit);
    app.exec();
    std::printf(status == 0 ? "the installed library works\n" : "no answer, or a wrong one\n");
    return status;
}
