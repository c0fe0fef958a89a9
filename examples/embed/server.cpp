// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
// Serves two methods over JSON-RPC and XML-RPC, on one URL, which it prints.

#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/server.h>

#include <QCoreApplication>

#include <cstdio>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    rpc::Server server;
    server.registry().add("add", [](int a, int b) { return a + b; }).params("a", "b").help("Adds two numbers.");
    server.registry().add("divide", [](double a, double b) -> rpc::Result<double> {
        if (b == 0)
            return rpc::Error::application(1, "division by zero");
        return a / b;
    });

    auto *http = server.addListener(std::make_unique<rpc::HttpListener>());
    if (const auto port = http->listen({}); !port) {
        std::fprintf(stderr, "%s\n", qPrintable(port.error().message));
        return 1;
    }
    std::printf("%s\n", qPrintable(http->url().toString()));
    std::fflush(stdout);
    return app.exec();
}
