"""Random asyncio programs: `program(seed)` is the text of a script that prints a trace.

Every wait in them ends: what could wait for ever stands under a timeout, and functions call only
functions after them. So a program ends whatever the order of its tasks. It uses nothing that
CPython leaves open: tasks have names, sets are sorted before they are looked at.
"""

import random

PREAMBLE = '''\
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")
pool, futures, handles = [], [], []
spawned = 0


def log(*words):
    task = asyncio.current_task()
    now = asyncio.get_running_loop().time() - start
    # Only the loop's own tasks have no name, and how many there were before is left open.
    name = task.get_name().partition("-")[0] if task else "callback"
    print(f"{now:.3f}", name, *words)


def why(e, depth=0):
    if isinstance(e, RecursionError):
        return "RecursionError"
    if isinstance(e, BaseExceptionGroup):
        text = type(e).__name__ + "[" + ", ".join(why(x, depth) for x in e.exceptions) + "]"
    else:
        text = f"{type(e).__name__}{e.args}" if not isinstance(e, RuntimeError) else "RuntimeError"
    if e.__context__ is not None and depth < 3:
        text += " < " + why(e.__context__, depth + 1)
    return text


def spawn(coro, name):
    global spawned
    spawned += 1
    if spawned > 40:
        coro.close()
        return pool[0]
    task = asyncio.create_task(coro, name=f"{name}.{spawned}")
    pool.append(task)
    return task


def some(i):
    return pool[i % len(pool)]


class Custom(Exception):
    pass

'''

RUN = '''

async def main():
    global start, locks, sems, events, conds, queues, barrier
    loop = asyncio.get_running_loop()
    start = loop.time()
    loop.set_exception_handler(lambda loop, context: None)
%(factory)s    locks = [asyncio.Lock() for _ in range(2)]
    sems = [asyncio.Semaphore(1), asyncio.BoundedSemaphore(2)]
    events = [asyncio.Event() for _ in range(2)]
    conds = [asyncio.Condition() for _ in range(2)]
    queues = [asyncio.Queue(1), asyncio.PriorityQueue(2), asyncio.LifoQueue()]
    barrier = asyncio.Barrier(2)
    for _ in range(3):
        futures.append(loop.create_future())
    pool.append(asyncio.current_task())
    asyncio.current_task().set_name("main")
    try:
        async with asyncio.timeout(%(limit)s):
%(body)s
    except BaseException as e:
        log("main ends with", why(e))
    while asyncio.current_task().cancelling():
        asyncio.current_task().uncancel()
    for task in pool[1:]:
        try:
            async with asyncio.timeout(0.07):
                await asyncio.wait([task])
        except BaseException as e:
            log("waiting for", task.get_name(), why(e))
    for task in pool[1:]:
        state = "pending" if not task.done() else "cancelled" if task.cancelled() else "done"
        log(task.get_name(), state, min(task.cancelling(), 9))
        if state == "done":
            log(why(task.exception()) if task.exception() else task.result())


try:
    asyncio.run(main())
except BaseException as e:
    print("run raised", why(e))
'''

DELAYS = ["0", "0", "0.01", "0.01", "0.02", "0.03", "0.05"]


class Generator:
    """Writes one program."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = self.random.randint(2, 5)
        self.budget = self.random.randint(18, 45)
        self.tag = 0

    def delay(self):
        return self.random.choice(DELAYS)

    def wait(self):
        return self.random.choice(["0", "0.01", "0.02", "0.03", "0.04"])

    def mark(self):
        self.tag += 1
        return f"p{self.tag}"

    def number(self, limit):
        return self.random.randrange(limit)

    def call(self, level):
        """A call of a later function, or a sleep."""
        r = self.random
        if level + 1 < self.count and r.random() < 0.75:
            return f"f{r.randrange(level + 1, self.count)}({r.randrange(9)})"
        return f"asyncio.sleep({self.delay()}, {r.randrange(9)})"

    def block(self, level, depth):
        """The lines of a block, without indentation."""
        lines = []
        for _ in range(self.random.randint(1, 3 if depth else 5)):
            if self.budget <= 0:
                break
            self.budget -= 1
            lines += self.statement(level, depth)
        return lines or [f'log("{self.mark()}")']

    def statement(self, level, depth):
        simple = [self.say, self.sleep, self.spawn, self.cancel, self.wake, self.fail, self.later,
                  self.future, self.context, self.offer]
        waits = [self.await_call, self.await_task, self.gather, self.shield, self.wait_for,
                 self.wait_some, self.take, self.await_event, self.barrier, self.completed]
        blocks = [self.attempt, self.finish, self.timeout, self.group, self.hold, self.condition,
                  self.generator, self.reschedule]
        kinds = simple * 2 + waits * 2
        if depth < 3:
            kinds += blocks * 3
        return self.random.choice(kinds)(level, depth)

    # Statements that do not wait.

    def say(self, level, depth):
        what = self.random.choice(["n", "var.get()", "len(pool)", "min(asyncio.current_task().cancelling(), 9)"])
        return [f'log("{self.mark()}", {what})']

    def sleep(self, level, depth):
        return [f"await asyncio.sleep({self.delay()})"]

    def spawn(self, level, depth):
        lines = [f'spawn({self.call(level)}, "t{self.number(9)}")']
        if self.random.random() < 0.3:
            mark = self.mark()
            lines.append(f'pool[-1].add_done_callback(lambda t: log("{mark}", "is done", t.get_name()))')
        return lines

    def cancel(self, level, depth):
        target = self.random.choice([f"some({self.number(12)})", "pool[-1]", "asyncio.current_task()"])
        message = self.random.choice(["", f'"m{self.number(9)}"'])
        return [f'log("{self.mark()}", "cancel", {target}.cancel({message}))']

    def wake(self, level, depth):
        i = self.number(2)
        return [self.random.choice([f"events[{i}].set()", f"events[{i}].clear()", f"events[{i}].set()"])]

    def fail(self, level, depth):
        error = self.random.choice(["ValueError", "KeyError", "Custom", "asyncio.CancelledError"])
        return [f"if n % {self.random.randint(2, 4)} == 0:", f'    raise {error}("{self.mark()}")']

    def later(self, level, depth):
        mark = self.mark()
        i = self.number(12)
        what = self.random.choice([
            f'log, "{mark}"', f'lambda: some({i}).cancel("{mark}")',
            f"events[{i % 2}].set", f'lambda: futures[{i % 3}].done() or futures[{i % 3}].set_result("{mark}")'])
        schedule = self.random.choice(["call_soon(", f"call_later({self.delay()}, "])
        lines = [f"handles.append(asyncio.get_running_loop().{schedule}{what}))"]
        if self.random.random() < 0.3:
            lines.append(f"handles[{i} % len(handles)].cancel()")
        return lines

    def future(self, level, depth):
        i = self.number(3)
        act = self.random.choice([f'set_result("{self.mark()}")', f'set_exception(Custom("{self.mark()}"))',
                                  f'cancel("{self.mark()}")'])
        return [f"if not futures[{i}].done():", f"    futures[{i}].{act}",
                "else:", f"    futures[{i}] = asyncio.get_running_loop().create_future()"]

    def context(self, level, depth):
        return [f'var.set("{self.mark()}")']

    def offer(self, level, depth):
        i = self.number(3)
        return ["try:", f"    queues[{i}].put_nowait({self.number(9)})",
                "except asyncio.QueueFull:", f'    log("{self.mark()}", queues[{i}].get_nowait())']

    # Statements that wait.

    def await_call(self, level, depth):
        return [f'log("{self.mark()}", await {self.call(level)})']

    def guarded(self, awaited, mark):
        """An await that cannot wait for ever, and whose failures may be caught."""
        lines = [f"async with asyncio.timeout({self.wait()}):", f'    log("{mark}", await {awaited})']
        kind = self.random.random()
        if kind < 0.5:
            caught = self.random.choice(["Exception", "Exception", "TimeoutError", "BaseException"])
            return ["try:"] + ["    " + line for line in lines] + [
                f"except {caught} as e:", f'    log("{mark}", why(e))']
        return lines

    def await_task(self, level, depth):
        awaited = self.random.choice([f"some({self.number(12)})", "pool[-1]", f"futures[{self.number(3)}]",
                                      f"asyncio.shield(some({self.number(12)}))"])
        return self.guarded(awaited, self.mark())

    def gather(self, level, depth):
        calls = [self.call(level) for _ in range(self.random.randint(0, 3))]
        if self.random.random() < 0.3:
            calls.append(f"asyncio.shield(futures[{self.number(3)}])")
            flag = self.random.choice(["True", "False"])
            return self.guarded(f"asyncio.gather({', '.join(calls)}, return_exceptions={flag})", self.mark())
        flag = self.random.choice(["", ", return_exceptions=True"]) if calls else ""
        mark = self.mark()
        return [f"r = await asyncio.gather({', '.join(calls)}{flag})",
                f'log("{mark}", [why(x) if isinstance(x, BaseException) else x for x in r])']

    def shield(self, level, depth):
        return self.guarded(f"asyncio.shield({self.call(level)})", self.mark())

    def wait_for(self, level, depth):
        mark = self.mark()
        awaited = self.random.choice([self.call(level), self.call(level), f"futures[{self.number(3)}]",
                                      f"events[{self.number(2)}].wait()"])
        return ["try:", f'    log("{mark}", await asyncio.wait_for({awaited}, {self.wait()}))',
                "except TimeoutError as e:", f'    log("{mark}", why(e))']

    def wait_some(self, level, depth):
        mark = self.mark()
        when = self.random.choice(["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"])
        return [f"done, left = await asyncio.wait(pool[-{self.random.randint(1, 4)}:], "
                f"timeout={self.wait()}, return_when=asyncio.{when})",
                f'log("{mark}", sorted(t.get_name() for t in done), sorted(t.get_name() for t in left))']

    def take(self, level, depth):
        i = self.number(3)
        act = self.random.choice([f"queues[{i}].get()", f"queues[{i}].put({self.number(9)})"])
        return self.guarded(act, self.mark())

    def await_event(self, level, depth):
        return self.guarded(f"events[{self.number(2)}].wait()", self.mark())

    def barrier(self, level, depth):
        mark = self.mark()
        act = self.random.choice(["barrier.wait()"] * 4 + ["barrier.reset()"])
        return self.guarded(act, mark)

    def completed(self, level, depth):
        mark = self.mark()
        if self.random.random() < 0.5:
            return ["try:", f"    async for t in asyncio.as_completed([t for t in pool[-3:] if not t.done()], timeout={self.wait()}):",
                    f'        log("{mark}", t.get_name(), t.cancelled())',
                    "except TimeoutError as e:", f'    log("{mark}", why(e))']
        return ["try:", f"    for c in asyncio.as_completed([t for t in pool[-3:] if not t.done()], timeout={self.wait()}):",
                f'        log("{mark}", await c)', "except Exception as e:", f'    log("{mark}", why(e))']

    # Blocks.

    def inner(self, level, depth):
        return ["    " + line for line in self.block(level, depth + 1)]

    def attempt(self, level, depth):
        mark = self.mark()
        caught = self.random.choice(["asyncio.CancelledError", "Exception", "BaseException", "ValueError",
                                     "(asyncio.CancelledError, Custom)"])
        lines = ["try:"] + self.inner(level, depth) + [f"except {caught} as e:", f'    log("{mark}", why(e))']
        r = self.random.random()
        if r < 0.3:
            lines.append("    raise")
        elif r < 0.4:
            lines.append(f'    raise Custom("{mark}") from e')
        elif r < 0.55:
            lines.append("    asyncio.current_task().uncancel()")
        elif r < 0.7:
            lines += self.inner(level, depth)
        return lines

    def finish(self, level, depth):
        mark = self.mark()
        return (["try:"] + self.inner(level, depth) + ["finally:"] + self.inner(level, depth)
                + [f'    log("{mark}", "finally")'])

    def timeout(self, level, depth):
        mark = self.mark()
        return (["try:", f"    async with asyncio.timeout({self.wait()}) as scope:"]
                + ["    " + line for line in self.inner(level, depth)]
                + ["except TimeoutError as e:", f'    log("{mark}", why(e), scope.expired())'])

    def reschedule(self, level, depth):
        mark = self.mark()
        change = self.random.choice(["None", f"asyncio.get_running_loop().time() + {self.wait()}"])
        return (["try:", f"    async with asyncio.timeout({self.wait()}) as scope:"]
                + ["    " + line for line in self.inner(level, depth)]
                + [f"        scope.reschedule({change})"]
                + ["    " + line for line in self.inner(level, depth)]
                + ["except TimeoutError as e:", f'    log("{mark}", why(e))'])

    def group(self, level, depth):
        mark = self.mark()
        lines = ["async with asyncio.TaskGroup() as group:"]
        for _ in range(self.random.randint(1, 3)):
            lines.append(f'    group.create_task({self.call(level)}, name="g{self.mark()}")')
        if self.random.random() < 0.6:
            lines += self.inner(level, depth)
        if self.random.random() < 0.7:
            lines = ["try:"] + ["    " + line for line in lines]
            if self.random.random() < 0.5:
                lines += ["except* ValueError as e:", f'    log("{mark}", why(e))',
                          "except* Exception as e:", f'    log("{mark}", "others", why(e))']
            else:
                lines += ["except BaseExceptionGroup as e:", f'    log("{mark}", why(e))']
        return lines

    def hold(self, level, depth):
        i = self.number(2)
        return [f"async with {self.random.choice(['locks', 'sems'])}[{i}]:"] + self.inner(level, depth)

    def condition(self, level, depth):
        i = self.number(2)
        mark = self.mark()
        act = self.random.choice([
            [f"conds[{i}].notify({self.random.randint(1, 2)})"], [f"conds[{i}].notify_all()"],
            [f"async with asyncio.timeout({self.wait()}):", f'    log("{mark}", await conds[{i}].wait())']])
        return [f"async with conds[{i}]:"] + ["    " + line for line in act]

    def generator(self, level, depth):
        mark = self.mark()
        make = f'gen = items("{mark}", {self.random.randint(1, 4)}, {self.delay()})'
        lines = []
        r = self.random.random()
        if r < 0.6:
            lines += ["async for x in gen:", f'    log("{mark}", x)'] + self.inner(level, depth)
            if self.random.random() < 0.4:
                lines += ["    break"]
        elif r < 0.8:
            lines += [f'log("{mark}", await anext(gen, None), await gen.asend("s"))']
        else:
            lines += ["try:", "    await anext(gen, None)",
                      f'    log("{mark}", await gen.athrow(Custom("{mark}")))',
                      "except (Custom, StopAsyncIteration) as e:", f'    log("{mark}", why(e))']
        # It is closed whatever happens: when a generator is closed that nobody holds any more
        # depends on how long tracebacks keep their frames.
        return [make, "try:"] + ["    " + line for line in lines] + ["finally:", "    await gen.aclose()"]

    def function(self, level):
        lines = [f"async def f{level}(n):"]
        lines += ["    " + line for line in self.block(level, 0)]
        lines.append(f'    return "{self.mark()}"')
        return "\n".join(lines)

    def program(self):
        r = self.random
        items = '''
async def items(name, count, delay):
    try:
        for i in range(count):
            await asyncio.sleep(delay)
            got = yield i
            if got is not None:
                log(name, "got", got)
    except Custom as e:
        log(name, why(e))
        yield "caught"
    finally:
        log(name, "closes")
        await asyncio.sleep(0)
'''
        functions = [self.function(level) for level in range(self.count)]
        self.budget = max(self.budget, 6)
        body = []
        for _ in range(r.randint(1, 4)):
            body.append(f'spawn(f{r.randrange(self.count)}({r.randrange(9)}), "t{r.randrange(9)}")')
        body.insert(0, "n = 1")
        body += self.block(-1, 1) + self.block(-1, 1)
        factory = "    loop.set_task_factory(asyncio.eager_task_factory)\n" if r.random() < 0.15 else ""
        run = RUN % {
            "factory": factory,
            "limit": r.choice(["0.1", "0.2", "0.5"]),
            "body": "\n".join(" " * 12 + line for line in body),
        }
        return PREAMBLE + items + "\n\n" + "\n\n\n".join(functions) + "\n" + run


def program(seed):
    """The text of the program of a seed."""
    return Generator(seed).program()


if __name__ == "__main__":
    import sys

    print(program(int(sys.argv[1])), end="")
