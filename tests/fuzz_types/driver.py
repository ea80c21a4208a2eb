"""The script that runs cases, the same under aio and under CPython: `script(cases)` is its text.

It prints a line per case: its number, and what came of it.
"""

HEAD = r'''
class Index:
    def __init__(self, value): self.value = value
    def __index__(self): return self.value
    def __repr__(self): return f"Index({self.value!r})"

class Str(str): pass
class Int(int): pass
class Float(float): pass
class List(list): pass
class Dict(dict): pass
class Tuple(tuple): pass
class Bytes(bytes): pass
class Set(set): pass

class Plain:
    def __repr__(self): return "Plain()"

class Raises:
    def __repr__(self): return "Raises()"
    def __eq__(self, other): raise ValueError("eq")
    def __hash__(self): raise TypeError("hash")
    def __bool__(self): raise ValueError("bool")
    def __len__(self): raise ValueError("len")
    def __iter__(self): raise ValueError("iter")
    def __index__(self): raise ValueError("index")
    def __lt__(self, other): raise ValueError("lt")

class Odd:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Odd({self.n})"
    def __eq__(self, other): return self.n
    def __hash__(self): return 1
    def __lt__(self, other): return self.n
    def __add__(self, other): return NotImplemented if self.n else other
    def __radd__(self, other): return ("radd", other)
    def __contains__(self, x): return self.n
    def __format__(self, spec): return f"<{spec}>"

class Iter:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Iter({self.n})"
    def __iter__(self): return self
    def __next__(self):
        if self.n <= 0: raise StopIteration
        self.n -= 1
        return self.n

class Getitem:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Getitem({self.n})"
    def __getitem__(self, i):
        if i >= self.n: raise IndexError("end")
        return i

class Length:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Length({self.n!r})"
    def __len__(self): return self.n

class Bool:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Bool({self.n})"
    def __bool__(self): return self.n

class Floaty:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Floaty({self.n})"
    def __float__(self): return self.n

class Inty:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Inty({self.n!r})"
    def __int__(self): return self.n

class Complexy:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Complexy({self.n})"
    def __complex__(self): return self.n

def show(value, depth=0):
    kind = type(value)
    if depth < 5 and kind in (set, frozenset):
        return kind.__name__ + "{" + ", ".join(sorted(show(x, depth + 1) for x in value)) + "}"
    if depth < 5 and kind in (list, tuple):
        return kind.__name__[0] + "[" + ", ".join(show(x, depth + 1) for x in value) + "]"
    if depth < 5 and kind is dict:
        return "{" + ", ".join(show(k, depth + 1) + ": " + show(v, depth + 1) for k, v in value.items()) + "}"
    if kind in (int, str, bytes, bytearray, float, complex, bool, range, slice, type(None)):
        return ascii(value)
    if kind in (type(iter([])), type(iter(())), type(iter(range(0))), map, filter, zip, enumerate, reversed, memoryview):
        return kind.__name__ + " of " + show(list(value), depth + 1)
    return ascii(value)

def run(text):
    space = dict(globals())
    try:
        if "\n" in text:
            exec(text, space)
            return show(space.get("r"))
        return show(eval(text, space))
    except BaseException as e:
        try:
            return type(e).__name__ + ": " + ascii(str(e))[1:-1]
        except BaseException as e:
            return "text raises " + type(e).__name__

def all_cases(first, last=None):
    for number, text in enumerate(CASES[first:last], first):
        print(number, run(text), flush=True)

'''


def script(cases, call="all_cases(0)"):
    lines = ",\n".join(ascii(case) for case in cases)
    return f"{HEAD}CASES = [\n{lines},\n]\n{call}\n"
