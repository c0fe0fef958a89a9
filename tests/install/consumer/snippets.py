# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT
"""Makes one C++ file of the ```cpp snippets of pages. A snippet's #include lines go to the top; a snippet that defines
types or functions (it begins with a line "// at file level") stays outside; every other one becomes a function that runs.
"""
import re
import sys

page = "\n".join(open(name, encoding="utf-8").read() for name in sys.argv[1:])
includes, outside, functions = [], [], []
for number, snippet in enumerate(re.findall(r"^```cpp\n(.*?)^```", page, re.S | re.M)):
    lines = snippet.split("\n")
    hoisted = [line for line in lines if line.startswith("#include") and ".moc" not in line]
    includes += hoisted
    body = "\n".join(line for line in lines if line not in hoisted)
    if body.lstrip().startswith("// at file level"):
        outside.append(body)
    else:
        functions.append(f"static void snippet{number}()\n{{\n{body}\n}}\n")
print("\n".join(dict.fromkeys(includes)))
print("\n".join(outside))
print("\n".join(functions))
calls = "\n".join(f"    {name}();" for name in re.findall(r"void (snippet\d+)\(\)", "\n".join(functions)))
print(f"void runSnippets()\n{{\n{calls}\n}}")
