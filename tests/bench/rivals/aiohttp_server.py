# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
# JSON-RPC add() with aiohttp: what one writes by hand, without any checking. usage: aiohttp_server.py PORT
import sys

from aiohttp import web


async def rpc(request):
    call = await request.json()
    a, b = call["params"]
    return web.json_response({"jsonrpc": "2.0", "result": a + b, "id": call["id"]})


app = web.Application()
app.router.add_post("/rpc", rpc)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
