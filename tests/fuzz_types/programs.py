"""Small random programs: statements that end by binding `r`.

They are made of loops, functions, closures, generators, classes with odd special methods, `try` and
`match`, over a handful of variables. Loops are short and nothing recurses, so each ends at once.
"""

EXCEPTIONS = ["ValueError", "TypeError", "KeyError", "IndexError", "ZeroDivisionError", "AttributeError", "Exception", "LookupError",
              "ArithmeticError", "(ValueError, TypeError)", "StopIteration", "RuntimeError", "BaseException", "NameError"]
RAISABLE = ["ValueError('v')", "TypeError", "KeyError('k')", "KeyError(1, 2)", "IndexError", "StopIteration(3)", "RuntimeError('r', 2)", "OSError(2, 'No such')",
            "OSError(2, 'No such', 'file')", "1", "None", "int", "Exception()", "UnicodeError('u')", "AttributeError('x', name='y')", "ExceptionGroup('g', [ValueError(1)])", "NotImplemented"]
NAMES = ["a", "b", "c", "d"]
SPECIAL = {
    "__len__": ("self", ["3", "0", "-1", "'x'", "2**70", "None", "Index(2)", "True"]),
    "__bool__": ("self", ["True", "False", "1", "None", "'x'"]),
    "__index__": ("self", ["2", "-1", "'x'", "1.0", "True", "None", "2**70"]),
    "__int__": ("self", ["7", "'x'", "1.5", "True"]),
    "__float__": ("self", ["1.5", "2", "'x'", "Float(2.5)"]),
    "__complex__": ("self", ["1j", "2", "None"]),
    "__iter__": ("self", ["iter([1, 2])", "[1, 2]", "self", "None", "5", "(x for x in 'ab')"]),
    "__next__": ("self", ["1 // 0", "next(iter([]))", "[].pop()"]),
    "__getitem__": ("self, key", ["key", "[1, 2][key]", "(5, 6, 7)[key]", "{}[key]", "key * 2", "1 // (key - 2)"]),
    "__setitem__": ("self, key, value", ["None", "print"]),
    "__delitem__": ("self, key", ["None"]),
    "__contains__": ("self, item", ["True", "0", "'x'", "item == 1", "[]", "None"]),
    "__eq__": ("self, other", ["True", "NotImplemented", "0", "'eq'", "self is other"]),
    "__ne__": ("self, other", ["True", "NotImplemented", "''"]),
    "__lt__": ("self, other", ["True", "NotImplemented", "False", "1 // 0"]),
    "__gt__": ("self, other", ["True", "NotImplemented", "'gt'"]),
    "__le__": ("self, other", ["NotImplemented", "True"]),
    "__hash__": ("self", ["1", "'x'", "2**80", "-1", "True"]),
    "__repr__": ("self", ["'<R>'", "1", "None", "'é'", "Str('s')"]),
    "__str__": ("self", ["'S'", "2", "b'x'", "Str('s')"]),
    "__format__": ("self, spec", ["'F' + spec", "3", "spec", "spec.nope"]),
    "__bytes__": ("self", ["b'B'", "'x'", "Bytes(b'x')"]),
    "__call__": ("self, *args, **kw", ["args", "kw", "self", "len(args)"]),
    "__add__": ("self, other", ["'add'", "NotImplemented", "other"]),
    "__radd__": ("self, other", ["'radd'", "NotImplemented", "other"]),
    "__iadd__": ("self, other", ["self", "NotImplemented", "5"]),
    "__sub__": ("self, other", ["'sub'", "NotImplemented"]),
    "__rsub__": ("self, other", ["'rsub'", "NotImplemented"]),
    "__mul__": ("self, other", ["'mul'", "NotImplemented"]),
    "__rmul__": ("self, other", ["'rmul'", "NotImplemented"]),
    "__matmul__": ("self, other", ["'mat'", "NotImplemented"]),
    "__truediv__": ("self, other", ["'div'", "NotImplemented"]),
    "__mod__": ("self, other", ["'mod'", "NotImplemented"]),
    "__rmod__": ("self, other", ["'rmod'", "NotImplemented"]),
    "__pow__": ("self, other, mod=None", ["('pow', mod)", "NotImplemented"]),
    "__rpow__": ("self, other, mod=None", ["('rpow', mod)", "NotImplemented"]),
    "__divmod__": ("self, other", ["(1, 2)", "NotImplemented"]),
    "__and__": ("self, other", ["'and'", "NotImplemented"]),
    "__or__": ("self, other", ["'or'", "NotImplemented"]),
    "__ror__": ("self, other", ["'ror'", "NotImplemented"]),
    "__neg__": ("self", ["'neg'", "NotImplemented"]),
    "__abs__": ("self", ["'abs'", "None"]),
    "__invert__": ("self", ["'inv'"]),
    "__round__": ("self, *n", ["('round', n)", "None"]),
    "__trunc__": ("self", ["3", "'x'"]),
    "__reversed__": ("self", ["'rev'", "iter('ab')", "None"]),
    "__length_hint__": ("self", ["3", "-1", "'x'", "NotImplemented"]),
    "__getattr__": ("self, name", ["name", "self.__dict__[name]", "[][0]", "None"]),
    "__setattr__": ("self, name, value", ["None", "object.__setattr__(self, name, 'set')"]),
    "__dir__": ("self", ["['b', 'a']", "[1]", "5", "()"]),
    "__enter__": ("self", ["self", "1 // 0"]),
    "__exit__": ("self, *exc", ["True", "False", "exc[0] is None", "None"]),
    "__missing__": ("self, key", ["key", "1 // 0"]),
    "__init__": ("self, *args", ["None", "1", "self"]),
    "__new__": ("cls, *args", ["object.__new__(cls)", "5", "super().__new__(cls)", "None"]),
    "__instancecheck__": ("self, x", ["True"]),
    "__class_getitem__": ("cls, item", ["item", "(cls.__name__, item)"]),
    "__init_subclass__": ("cls, **kw", ["None", "kw.nope"]),
    "__get__": ("self, instance, owner", ["'got'", "instance"]),
    "__set__": ("self, instance, value", ["None"]),
    "__await__": ("self", ["iter([1])"]),
    "__del__x": ("self", ["None"]),
    "x": ("self", ["1", "self", "super().x()"]),
    "prop": ("self", ["'prop'"]),
}
USES = [
    "len(o)", "bool(o)", "int(o)", "float(o)", "complex(o)", "[1, 2, 3][o]", "range(o)", "list(o)", "o[1]", "o[1:2]", "o['a']", "o[-1]", "1 in o", "None not in o", "o == 1", "1 == o", "o != o",
    "o < 1", "1 < o", "o <= o", "o > C()", "hash(o)", "{o: 1}", "repr(o)", "str(o)", "ascii(o)", "format(o, 'x')", "f'{o}'", "f'{o!r:>4}'", "'%s' % o", "'%d' % o", "'%r' % (o,)", "bytes(o)", "o()", "o(1, a=2)",
    "o + 1", "1 + o", "o + o", "o - 1", "1 - o", "o * 2", "2 * o", "'a' * o", "o @ 1", "o / 1", "o % 3", "'%s' % (o,)", "o ** 2", "2 ** o", "pow(o, 2, 3)", "divmod(o, 2)", "o & 1", "o | 1", "1 | o", "C | None", "-o", "abs(o)",
    "~o", "round(o)", "round(o, 1)", "reversed(o)", "list(reversed(o))", "o.foo", "o.__class__ is C", "dir(o)", "o.x", "o.x()", "o.prop", "isinstance(o, C)", "isinstance(1, C)", "C[int]", "sorted([o, 1])", "max(o, o)", "sum([o, o])",
    "[*o]", "{**o}", "dict(o)", "set(o)", "iter(o)", "next(o)", "zip(o)", "list(zip(o, 'ab'))", "enumerate(o)", "o and 1", "not o", "chr(o)", "hex(o)", "bin(o)", "''.join(o)", "all(o)", "list(map(str, o))", "C.x", "o.attr", "slice(o)", "'abc'[o:]", "type(o).__name__",
    "[].__add__(o)", "{}.get(o)", "'abc'.find(o)", "bytearray(o)", "tuple(o)", "min(o)", "any([o])", "__import__('operator').index(o)", "callable(o)", "C.__hash__ is None", "hasattr(o, 'zzz')", "getattr(o, 'zzz', 5)", "C.attr", "0 <= o <= 5", "o is o", "[o].index(o)", "(o,) == (o,)", "[o].count(1)",
]


def program(g):
    return g.choice([special, special, special, flow, flow, closures, generators, comprehension, inheritance, matching, iteration])(g)


def body(lines, indent=1):
    return "\n".join("    " * indent + line for line in lines)


def special(g):
    """A class with a few special methods, some of them wrong, and one use of it."""
    base = g.choice(["", "", "", "", "(int)", "(str)", "(list)", "(dict)", "(tuple)", "(float)", "(set)", "(bytes)", "(Exception)"])
    names = g.random.sample(list(SPECIAL), g.random.randint(1, 4))
    lines = [f"class C{base}:"]
    if g.chance(0.05):
        lines.append("    __slots__ = ('s',)")
    if g.chance(0.1):
        lines.append(f"    {g.choice(names)} = {g.choice(['None', '5', 'lambda *a: a', 'staticmethod(len)', 'classmethod(repr)'])}")
    for name in names:
        parameters, results = SPECIAL[name]
        if name == "prop":
            lines.append("    @property")
        lines.append(f"    def {name}({parameters}):")
        lines.append(f"        return {g.choice(results)}")
    if g.chance(0.1):
        lines.append("    attr = property(lambda self: self.hidden)")
    use = g.choice(USES)
    if g.chance(0.12):
        use = f"o {g.choice(['+', '-', '*', '==', '<', 'in', '%', '|', '>=', '**'])} {g.any(1)}"
    wrap = g.random.random()
    if wrap < 0.08:
        lines += ["o = C()", "o.attr = 1", "del o.attr", f"r = {use}"]
    elif wrap < 0.12:
        lines += ["o = C()", "with o as w:", f"    r = {use}"]
    elif wrap < 0.2:
        lines += ["o = C()", f"o {g.choice(['+=', '*=', '-=', '|=', '**='])} 1", "r = o if not isinstance(o, C) else 'C'"]
    elif wrap < 0.25:
        lines += ["class D(C):", "    pass", "o = D()", f"r = {use}"]
    elif wrap < 0.3:
        lines += ["o = C()", "o[0] = 1", "del o[0]", "r = 'done'"]
    else:
        lines += [f"o = C({g.choice(['', '', '', '1', repr('a')])})", f"r = {use}"]
    if g.chance(0.3):
        return "\n".join(lines[:-1]) + f"\ntry:\n    {lines[-1].strip() if not lines[-1].startswith(' ') else 'r = o'}\nexcept Exception as e:\n    r = type(e).__name__, str(e), type(e.__cause__), type(e.__context__)"
    return "\n".join(lines)


def simple(g, names):
    """An expression over the variables."""
    name = g.choice(names)
    form = g.random.randint(0, 11)
    if form == 0:
        return name
    if form == 1:
        return g.choice(["0", "1", "2", "'x'", "[]", "None", "(1, 2)", "-1", "1.5"])
    if form == 2:
        return f"{name} {g.choice(['+', '-', '*', '//', '%'])} {g.choice(names + ['1', '2', '0'])}"
    if form == 3:
        return f"{name}[{g.choice(['0', '-1', '1:', '5', repr('k')])}]"
    if form == 4:
        return f"len({name})"
    if form == 5:
        return f"{name} if {g.choice(names)} else {g.choice(names)}"
    if form == 6:
        return f"[{name}, {g.choice(names)}]"
    if form == 7:
        return f"{name} {g.choice(['and', 'or', '==', '<', 'is', 'in'])} {g.choice(names)}"
    if form == 8:
        return f"str({name})"
    if form == 9:
        return f"[i for i in {name}]"
    if form == 10:
        return f"(w := {name})"
    return f"{g.choice(['int', 'list', 'sum', 'max', 'bool', 'repr', 'tuple', 'sorted'])}({name})"


def statements(g, depth, names, in_loop=False, in_function=True):
    lines = []
    for _ in range(g.random.randint(1, 3)):
        lines += statement(g, depth, names, in_loop, in_function)
    return lines


def block(g, depth, names, in_loop, in_function):
    return ["    " + line for line in statements(g, depth + 1, names, in_loop, in_function)]


def statement(g, depth, names, in_loop, in_function):
    form = g.random.random()
    name = g.choice(names)
    if depth >= 2 or form < 0.3:
        return [f"{name} = {simple(g, names)}"]
    if form < 0.38:
        return [f"{name} {g.choice(['+=', '-=', '*=', '//='])} {simple(g, names)}"]
    if form < 0.45:
        return [f"log.append({simple(g, names)})"]
    if form < 0.55:
        lines = [f"if {simple(g, names)}:"] + block(g, depth, names, in_loop, in_function)
        return lines + (["else:"] + block(g, depth, names, in_loop, in_function) if g.chance(0.5) else [])
    if form < 0.63:
        lines = [f"for {g.choice(names)} in {g.choice(['range(3)', 'abc', name, '[1, 2]', '(1, (2, 3))'])}:".replace("abc", "'abc'")]
        lines += block(g, depth, names, True, in_function)
        return lines + (["else:"] + block(g, depth, names, in_loop, in_function) if g.chance(0.3) else [])
    if form < 0.83:
        lines = ["try:"] + block(g, depth, names, in_loop, in_function)
        handlers = g.random.randint(0, 2)
        star = g.chance(0.1)
        for _ in range(handlers):
            kind = g.choice(EXCEPTIONS)
            if star:
                lines += [f"except* {kind} as e:", "    log.append(repr(e))"]
            else:
                lines += [f"except {kind} as e:", "    log.append((type(e).__name__, str(e)))"] + block(g, depth, names, in_loop, in_function)
        if handlers and g.chance(0.3):
            lines += ["else:"] + block(g, depth, names, in_loop, in_function)
        if not handlers or g.chance(0.3):
            lines += ["finally:", "    log.append('f')"] + block(g, depth, names, in_loop and g.chance(0.2), False)
        return lines
    if form < 0.88:
        return [f"raise {g.choice(RAISABLE)}" + (f" from {g.choice(['None', 'ValueError(0)', 'KeyError', '1'])}" if g.chance(0.2) else "")]
    if form < 0.92 and in_loop:
        return [g.choice(["break", "continue"])]
    if form < 0.95 and in_function:
        return [f"return {simple(g, names)}"]
    return [f"assert {simple(g, names)}, {simple(g, names)}"]


END = """
try:
    r = f(%s), log
except BaseException as e:
    seen = []
    while e is not None and len(seen) < 4:
        seen.append((type(e).__name__, str(e), e.__suppress_context__))
        e = e.__cause__ or e.__context__
    r = seen, log"""


def flow(g):
    """A function of random statements."""
    lines = ["log = []", "def f(a, b, c=None, d=()):"] + ["    " + line for line in statements(g, 0, NAMES)] + ["    return a, b, c, d"]
    arguments = ", ".join(g.choice(["1", "0", "'abc'", "[3, 4]", "{}", "None", "2.5", "{'k': 1}"]) for _ in range(g.choice([2, 2, 3, 4])))
    return "\n".join(lines) + END % arguments


def closures(g):
    inner = g.choice(["nonlocal a", "global a", "pass", "b = 5", "del b"])
    lines = [
        "log = []", "a = 'global'", "def f(a, b=2, *c, **d):", "    def g(x=a):", f"        {inner}", f"        {g.choice(['a = x', 'a += 1', 'log.append(a)', 'log.append(b)', 'b = a'])}",
        f"        return {simple(g, ['a', 'x'] + (['b'] if inner != 'del b' else []))}", f"    {g.choice(['a = 3', 'del a', 'pass', 'b = a'])}",
        f"    fs = [lambda: {g.choice(['i', 'a', 'i + 1', 'b'])} for i in range(3)]", f"    return g({g.choice(['', '1', '1, 2', 'y=1', 'x=b'])}), [h() for h in fs], {g.choice(['a', 'b', 'c', 'd'])}",
    ]
    return "\n".join(lines) + END % g.choice(["1", "1, 2", "", "1, 2, 3", "a=1", "1, a=2", "b=1", "1, z=2", "*'ab'", "**{'a': 5, 'q': 6}", "*[1], **{'b': 2}", "1, **{1: 2}", "*5", "**[1]", "1, 2, b=3"])


def generators(g):
    steps = []
    for _ in range(g.random.randint(1, 4)):
        steps += g.choice([["x = yield x", "log.append(x)"], ["yield from [1, 2]"], ["try:", "    yield 'in'", "except ValueError as e:", "    log.append(str(e))"],
                           ["try:", "    yield 't'", "finally:", "    log.append('fin')"], ["return x"], ["raise KeyError('k')"], ["for i in range(2):", "    yield i"],
                           ["x = yield from h()"], ["raise StopIteration(1)"], ["yield"], ["try:", "    yield 'g'", "except GeneratorExit:", f"    {g.choice(['yield 1', 'return 5', 'raise', 'raise ValueError(1)'])}"]])
    uses = [g.choice(["next(it)", "next(it, 'end')", "it.send(1)", "it.send(None)", "it.throw(ValueError('t'))", "it.throw(KeyError)", "it.close()", "list(it)", "it.gi_frame is None", "it.gi_running", "sum(1 for _ in it)", "it.throw(ValueError, 'old')", "it.throw(1)", "it.throw(GeneratorExit)"])
            for _ in range(g.random.randint(1, 5))]
    lines = ["log = []", "def h():", "    y = yield 'h'", "    return y", "def gen(x):"] + body(steps).split("\n") + ["    yield 'last'"] + ["def f(it):", "    out = []"]
    for use in uses:
        lines += ["    try:", f"        out.append({use})", "    except BaseException as e:", "        out.append((type(e).__name__, str(e), type(e.__cause__).__name__))"]
    lines += ["    return out"]
    return "\n".join(lines) + END % "gen(0)"


def comprehension(g):
    source = g.iterable(1)
    item = g.choice(["x", "x * 2", "(x, y)", "str(x)", "[x for x in 'ab']", "x if x else None", "y := x", "lambda: x"])
    clause = f"for x in {source}" + (f" for y in {g.choice(['range(2)', 'x', repr('ab'), '[x]'])}" if g.chance(0.3) or "y)" in item else "")
    clause += f" if {g.choice(['x', 'x != 1', 'not x', 'x > 1', 'x in (1, 2)'])}" if g.chance(0.4) else ""
    if "lambda" in item:
        return f"\nr = [h() for h in [{item} {clause}]]"
    form = g.random.random()
    if form < 0.5:
        return f"\nr = [({item}) {clause}]"
    if form < 0.65:
        return f"\nr = {{x: {item.replace('y := x', '(y := x)')} {clause}}}"
    if form < 0.8:
        return f"\nr = {g.choice(['sum', 'list', 'max', 'tuple', 'any', 'dict', 'sorted'])}(({item}) {clause})"
    return f"\nr = len({{({item}) {clause}}})"


def inheritance(g):
    bases = ["A", "B", "C"]
    lines = ["class A:", "    n = 'A'", "    def m(self): return ['A']", "    @classmethod", "    def k(cls): return cls.__name__"]
    for name, possible in (("B", ["A", "A, int", "object", "A, object", "object, A"]), ("C", ["A", "B", "A, B", "B, A", "list"]), ("D", ["B, C", "C, B", "A", "B", "C, A", "A, C", "int, str", "D0", "bool", "B, B"])):
        lines += [f"class {name}({g.choice(possible)}{g.choice([', x=1', '', '', '', '', '', '', '', ''])}):"]
        lines += [f"    {g.choice(['pass', 'n = 1', '__slots__ = ()', '__slots__ = (1,)', '__slots__ = (chr(97), chr(97))', '__private = 5'])}"]
        if g.chance(0.7):
            lines += ["    def m(self):", f"        return [{name!r}] + {g.choice(['super().m()', 'A.m(self)', 'super(B, self).m()', 'super(A, self).m()', '[]'])}"]
        if g.chance(0.2):
            lines += ["    @staticmethod", f"    def k(): return {name!r}"]
    use = g.choice(["[c.__name__ for c in D.__mro__]", "D().m()", "D.m(1)", "D.k()", "D().k()", "D.n", "D().n", "D().zz", "D.zz", "D.__bases__", "B().m(1)", "D.m()", "D().m.__name__", "D().m.__self__.__class__", "D.__name__, D.__qualname__", "issubclass(D, A)", "isinstance(D(), int)", "repr(D)", "C()._B__private", "super(D, D).k()", "super(D)", "D().__dict__", "D(1)"])
    return "\n".join(lines + [f"r = {use}"])


def matching(g):
    pattern = lambda: g.choice(["1", "'a'", "None", "True", "x", "_", "[]", "[x]", "[x, y]", "[x, *y]", "(1, *_)", "{}", "{'a': x}", "{'a': 1, **z}", "int()", "int(x)", "str(x)", "list()", "[int(), str() as x]", "1 | 2", "[1, 2 | 3 as x]", "-1", "1.5", "1+2j",
                                "float() | int()", "Point(x, y)", "Point(x=1)", "Point(1, y=x)", "Point(1, 2, 3)", "Point(1, x=2)", "dict(x)", "tuple((x, y))", "Point", "{1: _, 'a': [x, *_]}", "str() | bytes()", "bool(x)", "Plain(x)", "ValueError(args=x)", "object(real=x)"])
    lines = ["class Point:", "    __match_args__ = ('x', 'y')", "    def __init__(self, x, y): self.x = x; self.y = y", "x = y = z = 'unbound'", f"match {g.choice([g.any(1), 'Point(1, 2)', 'Point(0, [1])', '[1, 2]', '[1, 2, 3]', '{chr(97): 1, 2: 3}', '(1, (2, 3))', '5', 'True'])}:"]
    for i in range(g.random.randint(1, 4)):
        text = pattern()
        guard = f" if {g.choice(['x', 'False', 'x == 1', 'True', 'y'])}" if g.chance(0.2) else ""
        if text in ("x", "_", "Point"):
            guard = guard or " if True"
        lines += [f"    case {text}{guard}:", f"        r = {i}, x, y, z"]
    lines += ["    case _:", "        r = 'none'"]
    return "\n".join(lines)


def iteration(g):
    x = g.choice([g.list, g.dict, g.set, g.bytearray])()
    change = g.choice(["x.pop()", "x.clear()", "x.append(1)", "x[0] = 1", "x['new'] = 1", "x.add(99)", "del x[0]", "x.extend([1])", "x.update({9: 9})", "x.insert(0, 0)", "x += [1]"])
    loop = g.choice(["for i in x:", "for n, i in enumerate(x):", "for i in reversed(x):", "for i in x.items():", "for i, j in zip(x, x):", "for i in iter(x):", "for i in map(str, x):"])
    return f"x = {x}\nout = []\ntry:\n    {loop}\n        out.append(i)\n        {change}\n        if len(out) > 5: break\nexcept Exception as e:\n    out.append((type(e).__name__, str(e)))\nr = out, x"
