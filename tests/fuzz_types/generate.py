"""Random cases over the builtin types: `cases(seed, count)` gives texts to run.

A case is one expression, or statements that end by binding `r`. Nothing is printed in one; what
is shown is the repr of the value, or the type and text of the exception. What CPython leaves open
(order in sets of several strings, addresses, hashes of strings) is not kept out here: `compare.py`
drops each case whose answers differ between two runs of CPython.
"""

import random

import arguments
import programs

SIZES = ["0", "1", "2", "3", "5", "10", "17", "-1", "-2", "-3", "-7", "True", "None"]
HUGE = ["2**63", "2**63 - 1", "-2**63", "2**64", "-2**64 - 1", "10**30", "2**100", "-10**25"]
INTS = ["0", "1", "-1", "2", "3", "7", "-8", "10", "16", "255", "256", "-129", "1000", "65536", "99999",
        "2**31", "2**31 - 1", "-2**31", "2**32", "2**53", "2**53 + 1", "2**62", "123456789012345678901234567890",
        "True", "False"] + HUGE
FLOATS = ["0.0", "-0.0", "1.0", "-1.5", "0.1", "0.5", "2.5", "3.5", "1e16", "1e15", "123456789.123", "1e22", "1e23",
          "5e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "float('inf')", "-float('inf')",
          "float('nan')", "1e-5", "0.0001", "9007199254740993.0", "-123.456", "1e100", "3.141592653589793", "99.995"]
COMPLEX = ["0j", "1j", "-1j", "1+2j", "-1.5-0.5j", "complex(0.0, -0.0)", "complex(float('inf'), 1)",
           "complex('nan')", "1e300+1e300j", "3.5+0j", "complex(-0.0, 2)"]
PIECES = ["", "a", "b", "ab", "abc", "A", "Z", "aB", " ", "\t", "\n", "\r\n", "0", "1", "12", "-3", "1_0", ".", ",",
          "-", "+", "_", "ß", "é", "e\u0301", "Ж", "привет", "Σ", "ς", "İ", "ı", "ŉ", "ﬁ", "ǅ", "𝔘", "🎉", "中", "²", "½",
          "٣", "Ⅷ", "\u2028", "\x1c", "\x85", "\x00", "\x7f", "\xa0", "\xad", "\ud800", "'", '"', "\\", "{", "}", "%",
          "%s", "{}", "x=", "<", "()", "#", "hello", "World", "tHE end", "if", "None", "nan", "e5", "0x", "ff"]
BYTE_PIECES = [b"", b"a", b"b", b"ab", b"abc", b"A", b"Z", b" ", b"\t", b"\n", b"\r\n", b"0", b"12", b"-", b".", b"_",
               b"\x00", b"\xff", b"\x80\x81", b"%d", b"%s", b"'", b'"', b"\\", b"hello World", b"\xd0\x96", b"ff"]
TYPES = ["int", "str", "float", "list", "tuple", "dict", "set", "bytes", "type", "object", "ValueError", "type(None)"]
FUNCTIONS = ["len", "str.upper", "(lambda x: x)", "(lambda *a: a)", "(lambda: 0)", "(lambda x, y: x)", "repr", "abs",
             "ord", "chr", "int", "str", "float", "bool", "list", "tuple", "sorted", "sum", "min"]
OBJECTS = ["Index(2)", "Index(-1)", "Index('x')", "Str('ab')", "Int(3)", "Float(1.5)", "List([1, 2])", "Dict(a=1)",
           "Tuple((1, 2))", "Bytes(b'ab')", "Set([1])", "Raises()", "Plain()", "Plain", "Odd(0)", "Odd(1)", "Iter(3)",
           "Getitem(3)", "Length(3)", "Length(-1)", "Length('a')", "Bool(2)", "Bool(True)", "Floaty(2.5)", "Floaty(1)",
           "Inty(5)", "Inty('a')", "Complexy(1j)", "Complexy(1)"]
OTHERS = ["None", "...", "NotImplemented"]
KINDS = ["int", "int", "float", "float", "complex", "str", "str", "str", "bytes", "bytearray", "memoryview", "list",
         "list", "tuple", "tuple", "dict", "set", "frozenset", "range", "slice", "other", "type", "function", "object",
         "object", "iterator"]


class Generator:
    """Texts of random expressions, all from one source of chance."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.choice = self.random.choice

    def chance(self, p):
        return self.random.random() < p

    # Values.

    def any(self, depth=0):
        kind = self.choice(KINDS)
        return self.value(kind, depth)

    def value(self, kind, depth=0):
        return getattr(self, kind if kind not in ("int", "float", "str") else kind + "_")(depth)

    def small(self, depth=0):
        return self.choice(SIZES) if self.chance(0.85) else self.choice(HUGE)

    def int_(self, depth=0):
        if self.chance(0.4):
            return self.choice(SIZES[:-2])
        if self.chance(0.8):
            return self.choice(INTS)
        return str(self.random.randint(-10 ** 6, 10 ** self.random.randint(1, 40)))

    def float_(self, depth=0):
        r = self.random
        if self.chance(0.6):
            return self.choice(FLOATS)
        if self.chance(0.3):
            return repr(r.randint(-10 ** 6, 10 ** 6) / 2 ** r.randint(0, 8))
        return repr(r.uniform(-1, 1) * 10.0 ** r.randint(-30, 30))

    def complex(self, depth=0):
        return self.choice(COMPLEX) if self.chance(0.7) else f"complex({self.float_()}, {self.float_()})"

    def number(self, depth=0):
        kind = self.choice(["int", "int", "int", "float", "float", "complex"])
        return self.value(kind, depth)

    def real(self, depth=0):
        return self.int_() if self.chance(0.5) else self.float_()

    def raw_str(self, most=5):
        return "".join(self.choice(PIECES) for _ in range(self.random.randint(0, most)))

    def str_(self, depth=0):
        if self.chance(0.4):
            return ascii(self.choice(PIECES))
        return ascii(self.raw_str())

    def raw_bytes(self):
        return b"".join(self.choice(BYTE_PIECES) for _ in range(self.random.randint(0, 4)))

    def bytes(self, depth=0):
        return repr(self.raw_bytes())

    def bytearray(self, depth=0):
        return f"bytearray({self.raw_bytes()!r})"

    def byteslike(self, depth=0):
        return self.value(self.choice(["bytes", "bytes", "bytearray", "memoryview"]))

    def memoryview(self, depth=0):
        text = f"memoryview({self.bytes() if self.chance(0.6) else self.bytearray()})"
        return text if self.chance(0.7) else text + self.choice(["[::-1]", "[1:]", "[::2]", ".cast('b')", ".toreadonly()"])

    def element(self, depth):
        if depth >= 2:
            return self.value(self.choice(["int", "float", "str", "other"]), depth + 1)
        if self.chance(0.5):
            return self.choice(["0", "1", "2", "3", "'a'", "'b'", "''", "None", "1.0", "True"])
        return self.any(depth + 1)

    def elements(self, depth, most=5):
        return [self.element(depth) for _ in range(self.random.randint(0, most))]

    def homogeneous(self, depth=0):
        kind = self.choice(["int", "float", "str", "real", "small", "bytes"])
        make = self.real if kind == "real" else (self.small if kind == "small" else lambda: self.value(kind, 2))
        items = [make() for _ in range(self.random.randint(0, 6))]
        return f"[{', '.join(items)}]"

    def list(self, depth=0):
        if self.chance(0.4):
            return self.homogeneous()
        return f"[{', '.join(self.elements(depth))}]"

    def tuple(self, depth=0):
        items = self.elements(depth)
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"

    def dict(self, depth=0):
        if self.chance(0.3):
            return self.choice(["{}", "{'a': 1}", "{'a': 1, 'b': 2}", "{1: 'x', 2: 'y'}", "dict(a=1, b=[2])", "{None: 0}"])
        pairs = [f"{self.element(2)}: {self.element(depth)}" for _ in range(self.random.randint(0, 4))]
        return "{" + ", ".join(pairs) + "}"

    def set(self, depth=0):
        """A set whose order is the same in every run: of numbers, or of one element."""
        if self.chance(0.3):
            return self.choice(["set()", "{1}", "{'a'}", "{1, 2}", "{1, 2, 3}"])
        if self.chance(0.4):
            return f"{{{self.element(2)}}}"
        return "{" + ", ".join(self.ordered() for _ in range(self.random.randint(1, 6))) + "}"

    def ordered(self):
        text = self.real()
        return "1" if "nan" in text else text  # Its hash is its identity.

    def mixed_set(self):
        """A set that may hold a string too; two of them would come in any order."""
        items = [self.ordered(), self.ordered(), self.choice(["'a'", "(1, 2)", "True", "()", "b'x'", self.int_()])]
        return "{" + ", ".join(self.random.sample(items, self.random.randint(1, 3))) + "}"

    def frozenset(self, depth=0):
        return f"frozenset({self.set()})"

    def range(self, depth=0):
        arguments = [self.int_() if self.chance(0.1) else self.choice(SIZES[:-2]) for _ in range(self.random.randint(1, 3))]
        return f"range({', '.join(arguments)})"

    def slice(self, depth=0):
        arguments = [self.small() for _ in range(self.random.randint(1, 3))]
        return f"slice({', '.join(arguments)})"

    def type(self, depth=0):
        return self.choice(TYPES)

    def function(self, depth=0):
        return self.choice(FUNCTIONS)

    def object(self, depth=0):
        return self.choice(OBJECTS)

    def other(self, depth=0):
        return self.choice(OTHERS)

    def iterator(self, depth=0):
        make = self.choice(["iter", "reversed", "enumerate", "zip", "map", "filter", "generator", "view"])
        inner = self.choice([self.list, self.tuple, self.str_, self.range])(depth + 1)
        if make == "map":
            return f"map({self.function()}, {inner})"
        if make == "filter":
            return f"filter({self.choice(['None', 'bool', 'lambda x: x'])}, {inner})"
        if make == "generator":
            return f"(x for x in {inner})"
        if make == "view":
            return f"{self.dict(1)}.{self.choice(['keys', 'values', 'items'])}()"
        return f"{make}({inner})"

    def iterable(self, depth=0):
        kind = self.choice(["list", "list", "tuple", "str", "bytes", "dict", "set", "range", "iterator", "object"])
        return self.value(kind, depth) if kind != "list" or self.chance(0.5) else self.homogeneous()

    # Cases.

    def arguments(self, most=3):
        return ", ".join(self.any(1) for _ in range(self.random.randint(0, most)))

    def case(self):
        kinds = [
            (self.method, 30), (self.builtin, 20), (self.binary, 16), (self.unary, 4), (self.compare, 8),
            (self.subscript, 9), (self.formatting, 12), (self.percent, 6), (self.str_format, 4), (self.fstring, 4),
            (self.parse, 8), (self.mutate, 12), (self.unpack, 4), (self.hashes, 3), (self.dunder, 5), (self.types, 3),
            (lambda: programs.program(self), 14),
        ]
        make = self.random.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        return make()

    def method(self):
        kind = self.choice(list(arguments.METHODS))
        name = self.choice(arguments.NAMES[kind])
        receiver = self.mixed_set() if kind == "set" and self.chance(0.5) else self.value(kind)
        if receiver[0] in "0123456789-" or "*" in receiver or kind == "complex":
            receiver = f"({receiver})"
        how = arguments.METHODS[kind].get(name)
        if how is not None and self.chance(0.8):
            text = arguments.expand(self, self.choice(how))
        else:
            text = self.arguments()
        call = f"{receiver}.{name}({text})"
        if kind in ("list", "dict", "set", "bytearray", "iterator"):
            return f"x = {receiver}\nr = x.{name}({text}), x"
        return call

    def builtin(self):
        name = self.choice(list(arguments.BUILTINS))
        if self.chance(0.8):
            return f"{name}({arguments.expand(self, self.choice(arguments.BUILTINS[name]))})"
        return f"{name}({self.arguments(4)})"

    OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "@"]

    def operand(self):
        return self.number() if self.chance(0.55) else self.any()

    def binary(self):
        op = self.choice(self.OPERATORS)
        left, right = self.operand(), self.operand()
        if op in ("**", "<<"):
            right = self.choice([self.choice(SIZES), self.float_(), "64", "-3", self.choice(["2.5", "100", "2**100"])])
        if op == "*" and self.chance(0.7):
            sequence = self.any(1)
            left, right = self.random.sample([sequence, self.small()], 2)
        form = self.random.random()
        if form < 0.5:
            return f"({left}) {op} ({right})"
        if form < 0.75:
            return f"a = {left}\nb = {right}\ndef f(x, y):\n    return x {op} y\nr = f(a, b)"
        return f"x = {left}\nx {op}= {right}\nr = x"

    def unary(self):
        return f"{self.choice(['-', '+', '~', 'not ', '*'])}({self.operand()}){self.choice(['', '', ','])}"

    def compare(self):
        ops = ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is not None ==", "<"]
        if self.chance(0.3):
            kind = self.choice(KINDS)
            text = f"({self.value(kind)}) {self.choice(ops)} ({self.value(kind)})"
            return text.replace("\\ud800", "")  # aio does not order surrogates among the others.
        left, right = self.operand(), self.operand()
        text = f"({left}) {self.choice(ops)} ({right})"
        return text if self.chance(0.85) else f"{text} {self.choice(ops)} ({self.operand()})"

    def slice_text(self):
        part = lambda: self.choice(["", "", self.small(), self.small(), self.object() if self.chance(0.1) else "1"])
        return f"{part()}:{part()}" + (f":{part()}" if self.chance(0.5) else "")

    def index_text(self):
        r = self.random.random()
        if r < 0.45:
            return self.slice_text()
        return self.small() if r < 0.8 else self.any(1)

    def subscript(self):
        kind = self.choice(["str", "str", "list", "tuple", "bytes", "bytearray", "memoryview", "range", "dict", "object", "any"])
        value = self.any() if kind == "any" else self.value(kind)
        return f"({value})[{self.index_text()}]"

    # Formatting.

    def spec(self):
        c, r = self.chance, self.random
        text = ""
        if c(0.4):
            text += (self.choice(["", "", "*", "0", " ", "é", "🎉", "<", "x"])) + self.choice("<>=^")
        if c(0.3):
            text += self.choice("+- ")
        if c(0.1):
            text += "z"
        if c(0.2):
            text += "#"
        if c(0.2):
            text += "0"
        if c(0.4):
            text += str(r.choice([0, 1, 2, 5, 8, 10, 15, 20, 30]))
        if c(0.2):
            text += self.choice(",_")
        if c(0.4):
            text += "." + str(r.choice([0, 1, 2, 3, 5, 10, 17, 20, ""]))
        if c(0.75):
            text += self.choice("bcdoxXnneEfFgG%sefgdf") if c(0.95) else self.choice("qyz é!N")
        return text

    def formatting(self):
        value = self.choice([self.int_, self.float_, self.float_, self.str_, self.complex, self.any])()
        return f"format({value}, {self.spec()!a})"

    def percent_directive(self):
        text = "%" + (self.choice(["(a)", "(b)", "()", "(a"]) if self.chance(0.08) else "")
        text += "".join(self.choice("#0- +") for _ in range(self.random.choice([0, 0, 0, 1, 2])))
        if self.chance(0.35):
            text += self.choice(["1", "5", "10", "20", "*"])
        if self.chance(0.35):
            text += "." + self.choice(["0", "1", "3", "10", "*", ""])
        if self.chance(0.05):
            text += self.choice("lhL")
        return text + (self.choice("diouxXeEfFgGcrsa%sdfrx") if self.chance(0.97) else self.choice("yzбb "))

    def percent(self):
        n = self.choice([1, 1, 1, 2, 3])
        template = self.choice(["", "a", "é", ""]).join(self.percent_directive() for _ in range(n)) + self.choice(["", "", "!"])
        stars = template.count("*")
        number = n + stars + self.choice([0, 0, 0, 0, 0, 1, -1])
        values = [self.choice([self.small, self.int_, self.float_, self.str_, self.any])() for _ in range(max(number, 0))]
        right = f"({', '.join(values)},)" if values else "()"
        if self.chance(0.15):
            right = self.any()
        if "(" in template and self.chance(0.8):
            right = self.choice(["{'a': 1, 'b': 'x'}", "{'a': 2.5}", "{'b': 'é', '': 3}"])
        if self.chance(0.15):
            return f"{template.encode('utf-8')!r} % {right}"
        return f"{template!a} % {right}"

    def str_format(self):
        field = lambda: self.choice(["{}", "{0}", "{1}", "{a}", "{!r}", "{0!s}", "{a!a}", "{:%s}" % self.spec(), "{0:%s}" % self.spec(),
                                     "{0[0]}", "{0.real}", "{a[b]}", "{a.b}", "{:{}}", "{0:{1}}", "{0:{a}}", "{{", "}}", "{", "}", "{0",
                                     "{0!x}", "{!}", "{0.}", "{0[}", "{0[]}", "{a!r:>5}", "{0[a]}", "{-1}", "{ }", "{0[-1]}", "{0!r:{1}}"])
        template = self.choice(["", "x", " é "]).join(field() for _ in range(self.random.randint(1, 3)))
        values = [self.choice([self.any, self.small, self.str_, self.float_])() for _ in range(self.random.randint(0, 3))]
        if self.chance(0.4):
            values.append(f"a={self.any()}")
        return f"{template!a}.format({', '.join(values)})"

    def fstring(self):
        value = self.choice([self.any, self.int_, self.float_, self.str_])()
        spec = self.spec().replace("{", "").replace("}", "").replace("'", "").replace('"', "")
        conversion = self.choice(["", "", "", "!r", "!s", "!a"])
        spec = ":" + spec if self.chance(0.6) else ""
        if self.chance(0.2):
            spec = f":{{w}}{self.choice(['', 'd', '.{p}f', 's'])}"
        return f"v = {value}\nw = {self.choice(['5', '10', repr('>8'), repr('')])}\np = 2\nr = f'<{{v{self.choice(['', '', '='])}{conversion}{spec}}}>'"

    NUMERALS = ["0", "1", "12", "007", "-5", "+3", "--1", "1_000", "1__0", "_1", "1_", "0x1f", "0X_F", "0b101", "0o17", "ff", "zz", "z9",
                " 12 ", "\t4\n", "1.5", ".5", "5.", ".", "1e5", "1e", "1e-5", "-1E+400", "1e400", "1e-400", "inf", "-Infinity", "nan", "+nan", "iNf",
                "infinit", "٣", "١٢.٥", "²", "1 2", "", " ", "1\x00", "0x1.8p3", "0x.8p-1074", "0x1p1024", "0x", "1j", "1+2j", "-1.5e3-2.5j", "j", "+j",
                "1+", "(1+2j)", " ( 1j ) ", "1 + 2j", "nan+infj", "9007199254740993", "0.1e1_0", "1_0.0_1", "123456789012345678901234567890",
                "2.4703282292062328e-324", "8.98846567431158e307", "179769313486231580793e289", "0.30000000000000004", "1e23", "5e-324", "𝟏𝟐", "0_0", "00", "0b", "0b2", "\ud8001"]

    def parse(self):
        name = self.choice(["int", "int", "float", "float", "complex", "int", "float.fromhex", "bytes.fromhex", "bool"])
        text = self.choice(self.NUMERALS)
        if self.chance(0.15):
            text += self.choice(self.NUMERALS)
        source = ascii(text)
        if name in ("int", "float") and self.chance(0.15):
            source = repr(text.encode("utf-8", "surrogatepass"))
        if name == "int" and self.chance(0.4):
            source += ", " + self.choice(["0", "2", "8", "10", "16", "36", "37", "1", "-1", "base=16", "2**64", "'a'", "None", "Index(8)", "base=0"])
        return f"{name}({source})"

    # Statements.

    def mutate(self):
        kind = self.choice(["list", "list", "bytearray", "dict", "set", "memory", "alias"])
        if kind == "memory":
            return f"b = {self.bytearray()}\nx = memoryview(b)\nx[{self.index_text()}] = {self.choice([self.bytes, self.any, self.small])()}\nr = b"
        if kind == "alias":
            return f"x = {self.list()}\ny = x\nx {self.choice(['+=', '*='])} {self.choice([self.iterable, self.small])()}\nr = x, y, x is y"
        x = self.mixed_set() if kind == "set" else self.value(kind)
        form = self.random.random()
        if kind == "set":
            return f"x = {x}\nx {self.choice(['|=', '&=', '-=', '^='])} {self.choice([self.set, self.frozenset, self.any])()}\nr = x"
        if form < 0.5:
            value = self.choice([self.any, self.iterable, self.small, self.list])()
            return f"x = {x}\nx[{self.index_text()}] = {value}\nr = x"
        if form < 0.75:
            return f"x = {x}\ndel x[{self.index_text()}]\nr = x"
        op = self.choice(["+=", "*=", "|="])
        right = self.small() if op == "*=" else self.choice([self.iterable, self.any, self.dict])()
        return f"x = {x}\nx {op} {right}\nr = x"

    def unpack(self):
        target = self.choice(["a, b", "a, *b", "*a, b", "a, *b, c", "(a, b), c", "[a]", "a, b, c", "*a,", "a, (b, *c)"])
        names = "".join(c if c in "abc" else " " for c in target).split()
        form = self.random.random()
        if form < 0.6:
            return f"{target} = {self.iterable()}\nr = {', '.join(names)},"
        if form < 0.8:
            return f"def f({self.choice(['a, b=0', '*a', 'a, /, b', 'a, *, b=1', '**k', 'a=1, *b, **c'])}):\n    return dict(locals())\nr = f(*{self.iterable()}, **{self.dict()})"
        return f"[{', '.join(self.choice(['*', '']) + self.iterable(1) for _ in range(2))}]"

    def hashes(self):
        a, b = self.number(), self.number()
        if "nan" in a + b:  # Its hash is its identity.
            a, b = "2**61 - 1", "1.0"
        return self.choice([f"hash({a}) == hash({b})", f"hash({a})", f"{{{a}: 0, {b}: 1}}", f"hash({self.any()}) is not None",
                            f"len({{{a}, {b}, {self.real()}}})"])

    def dunder(self):
        kind = self.choice(["int", "float", "str", "list", "tuple", "dict", "set", "bytes", "range", "complex", "bytearray"])
        name = self.choice(arguments.DUNDERS)
        receiver = self.value(kind)
        form = self.random.random()
        if form < 0.6:
            return f"({receiver}).{name}({self.arguments(2)})"
        if form < 0.8:
            return f"{kind}.{name}({self.arguments(3)})"
        return f"{kind}.{self.choice(arguments.NAMES.get(kind) or ['x'])}({self.arguments(3)})"

    def types(self):
        a = self.any()
        return self.choice([
            f"type({a}).__name__", f"isinstance({a}, {self.choice([self.type(), '(int, str)', 'int | str', self.any()])})",
            f"getattr({a}, {self.choice(['real', 'x', '__len__', '__class__', '__doc__x'])!r})", f"({a}).x", f"({a})()", f"({a}).x = 1\nr = 0",
            f"del ({a})[0]\nr = 0", f"{self.type()}({self.arguments(2)})", f"list({a}.__iter__())", f"callable({a})",
            f"for x in {a}:\n    r = x", f"with {a}:\n    pass", f"if 1:\n    raise {a}", f"try:\n    raise ValueError({self.arguments(2)})\nexcept {self.type()} as e:\n    r = e",
            f"len({a})", f"repr({a})", f"ascii({a})", f"str({a})", f"issubclass({self.type()}, {a})", f"class C({a}):\n    pass\nr = C.__name__",
        ])


def cases(seed, count):
    generator = Generator(seed)
    return [generator.case() for _ in range(count)]
