# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
"""Calls the conformance server with Python's own XML-RPC client. usage: python_client.py URL
Prints one line for each thing that it did: a name, a tab, what came of it."""
import datetime
import sys
import xmlrpc.client
from xmlrpc.client import Binary, DateTime, Fault, MultiCall, ProtocolError, ServerProxy

BASE = sys.argv[1]
CREDENTIALS = BASE.replace("http://", "http://user:secret@")


def show(name, call):
    try:
        text = repr(call())
    except Fault as fault:
        text = "fault %d: %s" % (fault.faultCode, fault.faultString)
    except ProtocolError as error:
        text = "http %d" % error.errcode
    except Exception as error:  # pylint: disable=broad-except
        text = "%s: %s" % (type(error).__name__, error)
    print(name, text, sep="\t")


def same(proxy, value):
    """Whether the value comes back as itself, of the same type."""
    back = proxy.echo(value)
    return "same" if back == value and type(back) is type(value) else repr(back)


plain = ServerProxy(BASE + "/rpc", allow_none=True)
builtin = ServerProxy(BASE + "/rpc", allow_none=True, use_builtin_types=True)

show("add", lambda: plain.add(2, 3))
show("dotted name", lambda: plain.examples.getStateName(41))
show("nothing", lambda: plain.nothing())
show("get_data", lambda: plain.get_data())
show("big", lambda: plain.big())

VALUES = {
    "zero": 0,
    "smallest int": -(2**31),
    "largest int": 2**31 - 1,
    "true": True,
    "false": False,
    "nil": None,
    "third": 1 / 3,
    "largest double": 1.7976931348623157e308,
    "smallest double": 5e-324,
    "minus twelve": -12.214,
    "empty": "",
    "markup": "a<b&c>]]>\"'",
    "unicode": "\u2603 \U0001f600 \u043a\u043b\u044e\u0447 \u00e9 e\u0301",
    "white space": "  lead\ttab\nline  ",
    "array": [1, "two", [], {}, [[[]]], None, True],
    "struct": {"": "no name", "\u043a\u043b\u044e\u0447": 1, "a b": [{"c": 0.5}]},
    "long": "\u00e4" * 100000,
    "many": list(range(5000)),
}
for name, value in VALUES.items():
    show("echo " + name, lambda: same(plain, value))
show("echo minus zero", lambda: repr(plain.echo(-0.0)))
show("echo carriage return", lambda: plain.echo("a\r\nb\rc"))
show("echo not a number", lambda: plain.echo(float("nan")))
show("echo infinity", lambda: plain.echo(float("inf")))
show("echo control character", lambda: plain.echo("a\x01b"))

when = datetime.datetime(1998, 7, 17, 14, 8, 55)
show("date", lambda: (type(plain.now()).__name__, plain.now().value))
show("date builtin", lambda: builtin.now())
show("echo date", lambda: same(builtin, when))
show("echo DateTime", lambda: plain.echo(DateTime(when)).value)
show("bytes", lambda: (type(plain.get_bytes()).__name__, plain.get_bytes().data))
show("bytes builtin", lambda: builtin.get_bytes())
show("echo bytes", lambda: same(builtin, bytes(range(256))))
show("echo Binary", lambda: same(plain, Binary(bytes(range(256)) * 100)))

show("fault unknown", lambda: plain.nope())
show("fault type", lambda: plain.add(1, "x"))
show("fault count", lambda: plain.add(1))
show("fault application", lambda: plain.teapot())
show("fault exception", lambda: plain.fail("secret"))
show("fault result", lambda: plain.not_serializable())
show("fault json only", lambda: plain.json_only())


def several(proxy):
    calls = MultiCall(proxy)
    calls.add(2, 3)
    calls.echo([7])
    calls.get_data()
    calls.system.methodHelp("add")
    return list(calls())


def failing():
    calls = MultiCall(plain)
    calls.add(2, 3)
    calls.nope()
    calls.add(4, 5)
    results = calls()
    texts = []
    for index in range(3):
        try:
            texts.append(results[index])
        except Fault as fault:
            texts.append((fault.faultCode, fault.faultString))
    return texts


show("multicall", lambda: several(plain))
show("multicall with a fault", failing)
show("multicall recursive", lambda: plain.system.multicall([{"methodName": "system.multicall", "params": [[]]}]))

show("signature", lambda: plain.system.methodSignature("add"))
show("signature overloaded", lambda: plain.system.methodSignature("fail"))
show("help", lambda: plain.system.methodHelp("add"))
show("help none", lambda: plain.system.methodHelp("echo"))
show("listed", lambda: [m for m in plain.system.listMethods() if "only" in m or m.startswith("system.")])
show("capabilities", lambda: plain.system.getCapabilities()["introspection"])

show("auth without", lambda: ServerProxy(BASE + "/auth").add(2, 3))
show("auth with", lambda: ServerProxy(CREDENTIALS + "/auth").add(2, 3))
show("no such path", lambda: ServerProxy(BASE + "/nowhere").add(2, 3))
show("default path", lambda: ServerProxy(BASE).add(2, 3))
show("no introspection", lambda: ServerProxy(BASE + "/nosys").system.listMethods())


class Compressing(xmlrpc.client.Transport):
    encode_threshold = 10  # gzips larger requests


show("gzipped request", lambda: ServerProxy(BASE + "/rpc", transport=Compressing()).add(2, 3))




show("latin-1", lambda: ServerProxy(BASE + "/rpc", encoding="iso-8859-1").echo("\u00e9 \u2603"))


def reused():
    transport = xmlrpc.client.Transport()
    with ServerProxy(BASE + "/rpc", transport=transport) as proxy:
        proxy.add(1, 2)
        first = transport._connection[1].sock.getsockname()
        for _ in range(50):
            proxy.add(1, 2)
        return transport._connection[1].sock.getsockname() == first


show("one connection", reused)
