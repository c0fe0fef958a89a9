# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# add() with Python's own XML-RPC server, as its documentation shows it. usage: xmlrpc_server.py PORT
import sys
from xmlrpc.server import SimpleXMLRPCServer

server = SimpleXMLRPCServer(("127.0.0.1", int(sys.argv[1])), logRequests=False)
server.register_function(lambda a, b: a + b, "add")
server.serve_forever()
