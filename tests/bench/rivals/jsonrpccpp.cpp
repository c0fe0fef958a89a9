// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
// add() with libjson-rpc-cpp and its libmicrohttpd connector, one thread. usage: bench-jsonrpccpp PORT
#include <jsonrpccpp/server.h>
#include <jsonrpccpp/server/connectors/httpserver.h>

#include <cstdlib>
#include <unistd.h>

class Add : public jsonrpc::AbstractServer<Add>
{
public:
    explicit Add(jsonrpc::AbstractServerConnector &connector)
        : jsonrpc::AbstractServer<Add>(connector, jsonrpc::JSONRPC_SERVER_V2)
    {
        bindAndAddMethod(jsonrpc::Procedure("add", jsonrpc::PARAMS_BY_POSITION, jsonrpc::JSON_INTEGER, "a",
                             jsonrpc::JSON_INTEGER, "b", jsonrpc::JSON_INTEGER, nullptr),
            &Add::add);
    }
    void add(const Json::Value &params, Json::Value &result) { result = params[0].asInt() + params[1].asInt(); }
};

int main(int, char **argv)
{
    jsonrpc::HttpServer connector(std::atoi(argv[1]), "", "", 1);
    Add server(connector);
    if (!server.StartListening())
        return 1;
    ::sleep(3600);
}
