"""What the methods and functions of the builtins take, so that most calls of the fuzzer are sensible.

A row is a text in which `$` and a letter stand for an argument: `$s` str, `$b` bytes-like, `$i` int,
`$n` a size, `$f` float, `$r` real number, `$c` character, `$l` list, `$t` iterable, `$d` dict,
`$e` set, `$a` anything, `$k` function, `$m` number, `$p` format spec, `$x` encoding, `$y` error handler.
"""

ENCODINGS = ["utf-8", "ascii", "latin-1", "utf-16", "utf-16-le", "utf-32-be", "cp1251", "koi8-r", "cp866", "UTF8", "nope", ""]
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass", "nope"]
LETTERS = {
    "s": "str_", "b": "byteslike", "i": "int_", "n": "small", "f": "float_", "r": "real", "l": "list", "t": "iterable",
    "d": "dict", "e": "set", "a": "any", "k": "function", "m": "number", "T": "type", "u": "tuple",
}


def expand(generator, text):
    out, at = [], 0
    while at < len(text):
        if text[at] != "$":
            out.append(text[at])
            at += 1
            continue
        out.append(argument(generator, text[at + 1]))
        at += 2
    return "".join(out)


def argument(generator, letter):
    if generator.chance(0.04):
        return generator.any(1)
    if letter == "c":
        return ascii(generator.choice("a *0é🎉"))
    if letter == "p":
        return ascii(generator.spec())
    if letter == "x":
        return repr(generator.choice(ENCODINGS))
    if letter == "y":
        return repr(generator.choice(HANDLERS))
    return getattr(generator, LETTERS[letter])(1)


def forms(text, sub=()):
    """`forms("$s", ["$n", "$n, $n"])` is the call alone, and with each of the further arguments."""
    return [text] + [text + ", " + more for more in sub]


FIND = forms("$s", ["$n", "$n, $n"])
BFIND = forms("$b", ["$n", "$n, $n"]) + ["$i"]
SPLIT = ["", "$s", "$s, $n", "None, $n", "sep=$s", "maxsplit=$n", "sep=$s, maxsplit=$n"]
BSPLIT = ["", "$b", "$b, $n", "None, $n", "sep=$b", "maxsplit=$n"]
PAD = ["$n", "$n, $c"]
BPAD = ["$n", "$n, b'*'", "$n, $b"]
NONE = [""]

STR = {
    "capitalize": NONE, "casefold": NONE, "lower": NONE, "upper": NONE, "swapcase": NONE, "title": NONE, "isalnum": NONE, "isalpha": NONE,
    "isascii": NONE, "isdecimal": NONE, "isdigit": NONE, "isidentifier": NONE, "islower": NONE, "isnumeric": NONE, "isprintable": NONE,
    "isspace": NONE, "istitle": NONE, "isupper": NONE, "center": PAD, "ljust": PAD, "rjust": PAD, "zfill": ["$n"], "count": FIND, "find": FIND,
    "rfind": FIND, "index": FIND, "rindex": FIND, "startswith": FIND + ["($s, $s)", "($s, $a)", "$u"], "endswith": FIND + ["($s, $s)", "$u"],
    "encode": ["", "$x", "$x, $y", "errors=$y", "encoding=$x, errors=$y"], "expandtabs": ["", "$n", "tabsize=$n"], "format_map": ["$d"], "join": ["$t", "[$s, $s]", "$s", "[$s, $a]"],
    "lstrip": ["", "$s", "None"], "rstrip": ["", "$s"], "strip": ["", "$s", "None"], "partition": ["$s"], "rpartition": ["$s"],
    "removeprefix": ["$s"], "removesuffix": ["$s"], "replace": ["$s, $s", "$s, $s, $n", "$s, $s, count=$n"], "split": SPLIT, "rsplit": SPLIT,
    "splitlines": ["", "$n", "keepends=$a", "True"], "translate": ["$d", "{97: 'x', 98: None, 99: 65}", "str.maketrans($s, $s)", "{97: $a}"], "maketrans": ["$d", "$s, $s", "$s, $s, $s"],
}
BYTES = {
    "capitalize": NONE, "lower": NONE, "upper": NONE, "swapcase": NONE, "title": NONE, "isalnum": NONE, "isalpha": NONE, "isascii": NONE,
    "isdigit": NONE, "islower": NONE, "isspace": NONE, "istitle": NONE, "isupper": NONE, "center": BPAD, "ljust": BPAD, "rjust": BPAD, "zfill": ["$n"],
    "count": BFIND, "find": BFIND, "rfind": BFIND, "index": BFIND, "rindex": BFIND, "startswith": BFIND + ["($b, $b)", "$u"], "endswith": BFIND + ["($b, $a)"],
    "decode": ["", "$x", "$x, $y", "errors=$y", "encoding=$x, errors=$y"], "expandtabs": ["", "$n"], "join": ["$t", "[$b, $b]", "[$b, $a]"], "lstrip": ["", "$b"], "rstrip": ["", "$b"],
    "strip": ["", "$b", "None"], "partition": ["$b"], "rpartition": ["$b"], "removeprefix": ["$b"], "removesuffix": ["$b"],
    "replace": ["$b, $b", "$b, $b, $n"], "split": BSPLIT, "rsplit": BSPLIT, "splitlines": ["", "$n", "True"],
    "translate": ["None, $b", "bytes(range(256))", "bytes(range(255, -1, -1)), $b", "$b", "bytes(range(256)), delete=$b"], "maketrans": ["$b, $b"], "fromhex": ["'0a ff'", "$s"], "hex": ["", "$c", "'-', $n", "$a"],
}
METHODS = {
    "str": STR,
    "bytes": BYTES,
    "bytearray": BYTES | {
        "append": ["$n"], "extend": ["$b", "$t"], "insert": ["$n, $n"], "pop": ["", "$n"], "remove": ["$n"], "clear": NONE, "copy": NONE, "reverse": NONE,
    },
    "memoryview": {"tobytes": ["", "$s", "'A'"], "tolist": NONE, "hex": ["", "$c", "'-', $n"], "cast": ["'b'", "'B', [2, 2]", "'H'", "'i'", "$s", "'c'"], "toreadonly": NONE, "release": NONE},
    "int": {"bit_count": NONE, "bit_length": NONE, "as_integer_ratio": NONE, "conjugate": NONE, "is_integer": NONE,
            "to_bytes": ["", "$n", "$n, 'big'", "$n, 'little', signed=$a", "8, 'big', signed=True", "$n, $s"], "from_bytes": ["$b", "$b, 'big'", "$b, 'little', signed=True", "$t", "$b, $s"]},
    "float": {"as_integer_ratio": NONE, "conjugate": NONE, "fromhex": ["$s", "'0x1.8p3'"], "hex": NONE, "is_integer": NONE},
    "complex": {"conjugate": NONE},
    "list": {"append": ["$a"], "clear": NONE, "copy": NONE, "count": ["$a", "$m"], "extend": ["$t"], "index": ["$m", "$a", "$m, $n", "$m, $n, $n"], "insert": ["$n, $a"], "pop": ["", "$n"],
             "remove": ["$m", "$a"], "reverse": NONE, "sort": ["", "reverse=True", "key=$k", "key=str", "key=$k, reverse=$n", "$a"]},
    "tuple": {"count": ["$a", "$m"], "index": ["$m", "$a", "$m, $n, $n"]},
    "dict": {"clear": NONE, "copy": NONE, "fromkeys": ["$t", "$t, $a"], "get": ["$a", "'a'", "$m, $a"], "items": NONE, "keys": NONE, "pop": ["$a", "'a'", "$m, $a"],
             "popitem": NONE, "setdefault": ["$a", "'a', $a", "$m, $a"], "update": ["$d", "$t", "", "a=$a", "[('a', $a)]", "[[$a, $a]]", "$d, b=$a", "['ab', 'cd']"], "values": NONE},
    "set": {"add": ["$a"], "clear": NONE, "copy": NONE, "difference": ["", "$t", "$e, $t"], "difference_update": ["$t", "$e, $e"], "discard": ["$a", "$e"], "intersection": ["", "$t", "$e, $t"],
            "intersection_update": ["$t", "$e, $e"], "isdisjoint": ["$t"], "issubset": ["$t", "$e"], "issuperset": ["$t", "$e"], "pop": NONE, "remove": ["$a", "$m", "$e"],
            "symmetric_difference": ["$t", "$e"], "symmetric_difference_update": ["$t"], "union": ["", "$t", "$e, $t"], "update": ["", "$t", "$e, $t"]},
    "frozenset": {"copy": NONE, "difference": ["", "$t"], "intersection": ["", "$t"], "isdisjoint": ["$t"], "issubset": ["$t", "$e"], "issuperset": ["$t", "$e"], "symmetric_difference": ["$t"], "union": ["$t", "$e, $t"]},
    "range": {"count": ["$n", "$a", "$m"], "index": ["$n", "$a", "$m"]},
    "slice": {"indices": ["$n", "$i", "$a"]},
    "iterator": {"__next__": NONE, "__iter__": NONE, "__length_hint__": NONE},
}
NAMES = {kind: list(rows) for kind, rows in METHODS.items()}

BUILTINS = {
    "abs": ["$m", "$a"], "all": ["$t", "$a"], "any": ["$t", "$a"], "ascii": ["$a", "$s"], "bin": ["$i", "$a"], "hex": ["$i", "$a"], "oct": ["$i", "$a"],
    "bool": ["$a", ""], "bytearray": ["$b", "$t", "$n", "$s, $x", "$s", "", "$s, 'utf-8', $y"], "bytes": ["$b", "$t", "$n", "$s, $x", "$s", "", "$a", "[$n, $n]", "$s, 'ascii', $y"],
    "callable": ["$a"], "chr": ["$n", "$i", "$a"], "complex": ["$m", "$m, $m", "$s", "$r, imag=$r", "real=$r", "$a", ""], "dict": ["$d", "$t", "", "$d, a=$a", "[($a, $a)]", "[$a]"],
    "dir": [], "divmod": ["$m, $m", "$r, $r", "$a, $a"], "enumerate": ["$t"], "list": ["$t", "enumerate($t, $n)", "zip($t, $t)", "zip($t, $t, strict=$n)", "map($k, $t)", "map($k, $t, $t)", "filter($k, $t)", "reversed($t)", "$a", "enumerate($t, start=$i)"],
    "eval": ["'1 + $i'", "'$i', $a"], "filter": [], "float": ["$s", "$r", "$a", ""], "format": ["$a", "$a, $p", "$r, $p", "$s, $p"], "frozenset": ["$t", ""], "getattr": ["$a, $s", "$a, 'real', $a", "$a, $a"],
    "hasattr": ["$a, $s", "$a, 'real'"], "int": ["$r", "$s", "$a", "$s, $n", ""], "isinstance": ["$a, $T", "$a, ($T, $T)", "$a, $a"], "issubclass": ["$T, $T", "$T, ($T, $T)", "$a, $a"],
    "iter": [], "next": ["iter($t)", "$a", "iter($t), $a", "$t, $a"], "len": ["$t", "$a", "$d"], "max": ["$t", "$l", "$r, $r", "$t, default=$a", "$l, key=$k", "$r, $r, $r, key=$k", "$a", "$a, $a"],
    "min": ["$t", "$l", "$r, $r", "$t, default=$a", "$l, key=$k", "$a", "$a, $a", "$r, $r, default=$a"], "ord": ["$s", "$c", "$b", "$a"], "pow": ["$m, $n", "$i, $n, $i", "$n, $n, $n", "$a, $a, $a", "$r, $n", "$i, -1, $i"],
    "range": ["$n", "$n, $n", "$n, $n, $n", "$a", "$i, $i, $i"], "repr": ["$a", "$f", "$s", "$b"], "reversed": ["$a"], "round": ["$r", "$r, $n", "$f, $n", "$a", "$a, $n", "$i, $n", "$f, ndigits=$n"],
    "set": ["$t", "$a", ""], "slice": ["$a", "$n, $n, $n"], "sorted": ["$t", "$l", "$l, reverse=$n", "$l, key=$k", "$t, key=$k, reverse=True", "$l, key=str", "$l, key=repr", "$a"], "str": ["$a", "$b, $x", "$b, $x, $y", "$b, errors=$y", "", "$s, $x"],
    "sum": ["$t", "$l", "$l, $m", "[$f, $f, $f]", "[$i, $f, $m]", "$t, $a", "[$l, $l], []", "$t, start=$m", "[$f, $f, $f], $f"], "tuple": ["$t", "zip($t, $t)", "$a"], "type": ["$a"], "zip": [],
    "list(map": [], "bytes.fromhex": ["$s"], "int.from_bytes": ["$b, 'big'", "$t, 'little'"], "str.join": ["$s, $t"], "dict.fromkeys": ["$t, $a"], "hash": ["$r", "$m"], "slice.indices": ["slice($n, $n, $n), $n"], "float.fromhex": ["$s"],
    "memoryview": ["$b", "$a"], "object": ["", "$a"], "id": [], "vars": [], "issubclass": ["$T, $T"], "delattr": ["$a, $s"], "setattr": ["$a, $s, $a"], "input": [],
}
BUILTINS = {name: rows for name, rows in BUILTINS.items() if rows}

DUNDERS = [
    "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__", "__rtruediv__", "__floordiv__", "__rfloordiv__", "__mod__", "__rmod__", "__divmod__",
    "__rdivmod__", "__pow__", "__rpow__", "__and__", "__rand__", "__or__", "__ror__", "__xor__", "__rxor__", "__lshift__", "__rlshift__", "__rshift__", "__neg__", "__pos__", "__abs__",
    "__invert__", "__int__", "__float__", "__index__", "__complex__", "__bool__", "__round__", "__trunc__", "__floor__", "__ceil__", "__len__", "__getitem__", "__setitem__", "__delitem__", "__contains__",
    "__iter__", "__reversed__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__repr__", "__str__", "__format__", "__iadd__", "__imul__", "__ior__", "__iand__", "__isub__",
    "__getnewargs__", "__sizeof__x", "__class__", "__bytes__", "__dir__x", "__init__", "__length_hint__", "__class_getitem__",
]
