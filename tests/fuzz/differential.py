#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
"""Compares our readers with Python's json and xmlrpc.client on what both accept.

usage: differential.py READING CORPUS [--count N] [--seed N]

READING is the program made of reading.cpp. Texts are mutations of the corpus. A difference is printed and makes the exit
status 1. What only one side accepts is counted, not judged: Python takes NaN, our reader lenient spellings.
"""
import json
import math
import pathlib
import random
import subprocess
import sys
import xmlrpc.client
from xml.parsers.expat import ExpatError

args = sys.argv[1:]


def option(name, default):
    return type(default)(args[args.index(name) + 1]) if name in args else default


program, corpus = args[0], pathlib.Path(args[1])
count, seed = option("--count", 2000), option("--seed", random.randrange(2**32))
rng = random.Random(seed)
sys.setrecursionlimit(5000)

PIECES = {
    "json": ['"', "\\u0041", "\\ud83d\\ude00", "{", "}", "[", "]", ",", ":", "1e5", "-", "0", "1.50", "null", "true", "\u00e9", "\U0001f600", " ", "\n"],
    "xml": ["<value>", "</value>", "<int>5</int>", "<i8>-7</i8>", "<string>a</string>", "<double>1.5</double>", "<boolean>1</boolean>", "<nil/>",
            "<array><data>", "</data></array>", "<base64>aGk=</base64>", "&amp;", "&#233;", "<![CDATA[x]]>", "<!-- c -->", "\u00e9", " ", "x"],
}


def mutated(kind, texts):
    text = rng.choice(texts)
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(text) + 1)
        what = rng.randrange(3)
        if what == 0:
            text = text[:at] + rng.choice(PIECES[kind]) + text[at:]
        elif what == 1:
            text = text[:at] + text[at + rng.randrange(6):]
        else:
            other = rng.choice(texts)
            start = rng.randrange(len(other) + 1)
            text = text[:at] + other[start:start + rng.randrange(30)] + text[at:]
    return text[:4000]


def python_json(text):
    def refuse(constant):
        raise ValueError(constant)
    value = json.loads(text, parse_constant=refuse)
    json.dumps(value).encode("ascii")
    return value


def python_xml(text):
    try:
        params, method = xmlrpc.client.loads(text)
    except xmlrpc.client.Fault as fault:
        return {"fault": {"faultCode": fault.faultCode, "faultString": fault.faultString}}
    if method is None:
        return {"params": list(params)}
    return {"methodName": method.strip(), "params": list(params)}


def mine(value):
    """The text form of values as Python has them."""
    if isinstance(value, dict):
        if len(value) == 1:
            (name, content), = value.items()
            if name == "$bytes":
                return xmlrpc.client.Binary(__import__("base64").b64decode(content))
            if name == "$dateTime":
                return xmlrpc.client.DateTime(content)
            if name == "$int64":
                return content
            if name == "$double":
                return float(content)
            if name == "$struct":
                return {k: mine(v) for k, v in content.items()}
        return {k: mine(v) for k, v in value.items()}
    return [mine(v) for v in value] if isinstance(value, list) else value


def same(a, b):
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        # 1.0 and 1 are told apart by our reader; Python's XML double 5 is 5.0, too.
        return a == b or (isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, xmlrpc.client.DateTime) or isinstance(b, xmlrpc.client.DateTime):
        return str(a) == str(b)
    return a == b


texts = {kind: [t for t in (f.read_bytes().decode("utf-8", "replace") for f in sorted((corpus / kind).iterdir())) if "\ufffd" not in t] for kind in PIECES}
inputs = [(kind, mutated(kind, texts[kind])) for kind in PIECES for _ in range(count)]
stream = b"".join(b"%s %d\n%s" % (k.encode(), len(t.encode("utf-8", "surrogatepass")), t.encode("utf-8", "surrogatepass")) for k, t in inputs)
lines = subprocess.run([program], input=stream, stdout=subprocess.PIPE, check=True, timeout=300).stdout.decode("utf-8", "surrogatepass").split("\n")
assert len(lines) == len(inputs) + 1, (len(lines), len(inputs))
both = only_mine = only_theirs = bad = 0
for (kind, text), line in zip(inputs, lines):
    try:
        theirs, accepted = (python_json if kind == "json" else python_xml)(text), True
    except (ValueError, ExpatError, xmlrpc.client.Error, RecursionError, TypeError, AttributeError, IndexError, KeyError, UnicodeError, AssertionError, OverflowError):
        accepted = False
    if line == "refused" or not accepted:
        only_mine += line != "refused" and not accepted
        only_theirs += line == "refused" and accepted
        continue
    both += 1
    ours = mine(json.loads(line))
    if not same(ours, theirs):
        bad += 1
        print("DIFFERENT", kind, repr(text)[:600], "\n  ours  ", repr(ours)[:300], "\n  theirs", repr(theirs)[:300])
print(f"seed {seed}: {len(inputs)} texts, {both} read by both, {bad} different, {only_mine} by ours only, {only_theirs} by Python only")
sys.exit(bad != 0 or both == 0)
