/* SPDX-FileCopyrightText: 2026 The Antiphon authors */
/* SPDX-License-Identifier: MIT */
/* add() with xmlrpc-c's Abyss, on loopback, without a log, with connections that are kept. usage: bench-abyss PORT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <xmlrpc-c/base.h>
#include <xmlrpc-c/server.h>
#include <xmlrpc-c/server_abyss.h>

static xmlrpc_value *add(xmlrpc_env *env, xmlrpc_value *params, void *server, void *channel)
{
    xmlrpc_int32 a, b;
    (void)server;
    (void)channel;
    xmlrpc_decompose_value(env, params, "(ii)", &a, &b);
    return env->fault_occurred ? NULL : xmlrpc_build_value(env, "i", a + b);
}

int main(int argc, char **argv)
{
    struct xmlrpc_method_info3 method;
    xmlrpc_server_abyss_parms parms;
    xmlrpc_env env;
    struct sockaddr_in address;
    int one = 1;
    const int s = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)atoi(argc > 1 ? argv[1] : "0"));
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(s, (struct sockaddr *)&address, sizeof address) != 0)
        return 1;
    xmlrpc_env_init(&env);
    memset(&method, 0, sizeof method);
    method.methodName = "add";
    method.methodFunction = &add;
    memset(&parms, 0, sizeof parms);
    parms.registryP = xmlrpc_registry_new(&env);
    xmlrpc_registry_add_method3(&env, parms.registryP, &method);
    parms.socket_bound = 1;
    parms.socket_handle = s;
    parms.keepalive_timeout = 30;
    parms.keepalive_max_conn = 1000000;
    parms.uri_path = "/RPC2";
    xmlrpc_server_abyss(&env, &parms, XMLRPC_APSIZE(uri_path));
    return env.fault_occurred ? 1 : 0;
}
