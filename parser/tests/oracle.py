"""Fills in the tables in `data/` with what CPython 3.13 says. Run it with that version.

A table is a text of entries: a line of source, with `\\n`, `\\t`, `\\s` (a space) and `\\\\` for
what a line cannot show, and a line `=> …` with what is expected. Only the first are written by
hand. Comments and empty lines are kept.
"""

import ast
import codeop
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
ast.repr = ascii  # the dump of the parser writes strings like that
DATA = pathlib.Path(__file__).parent / "data"
ESCAPES = {"n": "\n", "t": "\t", "s": " ", "\\": "\\"}


def unescape(line):
    out, chars = [], iter(line)
    for c in chars:
        out.append(ESCAPES[next(chars)] if c == "\\" else c)
    return "".join(out)


def tree(source):
    module = ast.parse(source)
    for node in ast.walk(module):
        if isinstance(node, ast.Constant):
            node.kind = None
    return ast.dump(module)


def error(source):
    try:
        compile(source, "<table>", "exec", dont_inherit=True)
    except SyntaxError as e:
        return f"{type(e).__name__} {e.lineno}: {e.msg}"
    return "ok"


def warning(source):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "<table>", "exec", dont_inherit=True)
    return "; ".join(str(w.message) for w in caught) or "none"


def complete(source):
    try:
        code = codeop.compile_command(source, "<table>", "single")
    except SyntaxError:
        return "wrong"
    return "incomplete" if code is None else "complete"


def fill(name, expect):
    path = DATA / name
    lines = []
    for line in path.read_text().splitlines():
        if line.startswith("=> "):
            continue
        lines.append(line)
        if line and not line.startswith("#!"):
            lines.append("=> " + expect(unescape(line)))
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    assert sys.version_info[:2] == (3, 13), "the tables are CPython 3.13's"
    fill("trees.txt", tree)
    fill("errors.txt", error)
    fill("warnings.txt", warning)
    fill("complete.txt", complete)
