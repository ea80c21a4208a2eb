"""CPython's asyncio in virtual time, and in an order that does not depend on addresses.

`run(source)` executes a script and returns what it printed, and how much of it before the
program hung: from there on CPython would wait for ever, so what follows is only one way to end. Nobody waits: when nothing is ready
the clock jumps to the next timer. Timers due at the same moment run in the order in which they
were made, as they would by a real clock, and what asyncio keeps in sets is kept in order.
"""

import asyncio
import asyncio.runners
import asyncio.taskgroups
import asyncio.tasks
import contextlib
import gc
import io
import itertools
import sys


class Stuck(RuntimeError):
    """Nothing can ever happen again."""


# How much had been printed whenever nothing could happen any more.
hung_at = []


class Selector:
    """Waits for nothing: moves the clock instead."""

    def __init__(self, selector):
        self.selector = selector
        self.loop = None

    def __getattr__(self, name):
        return getattr(self.selector, name)

    def select(self, timeout):
        if timeout is None:
            hung_at.append(sys.stdout.tell() if isinstance(sys.stdout, io.StringIO) else 0)
            raise Stuck("event loop is stuck")
        if timeout > 0:
            self.loop.now = max(self.loop.now, self.loop._scheduled[0]._when)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose clock only jumps."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self._clock_resolution = 1e-9
        self._selector = Selector(self._selector)
        self._selector.loop = self

    def time(self):
        return self.now


class OrderedSet:
    """A set that remembers the order of its members."""

    def __init__(self, members=()):
        self.members = dict.fromkeys(members)

    def add(self, member):
        self.members[member] = None

    def discard(self, member):
        self.members.pop(member, None)

    remove = discard

    def __iter__(self):
        return iter(list(self.members))

    def __len__(self):
        return len(self.members)

    def __contains__(self, member):
        return member in self.members


numbers = itertools.count()
timer_init = asyncio.TimerHandle.__init__
group_init = asyncio.TaskGroup.__init__
task_numbers = {}

timer_numbers = {}


def timer_less(self, other):
    return (self._when, timer_numbers[id(self)]) < (other._when, timer_numbers[id(other)])


def timer_made(self, *args, **kwargs):
    timer_init(self, *args, **kwargs)
    timer_numbers[id(self)] = next(numbers)


def group_made(self):
    group_init(self)
    self._tasks = OrderedSet()


def cancel_all(loop):
    """`asyncio.runners._cancel_all_tasks`, in the order in which the tasks were made."""
    left = sorted(asyncio.tasks.all_tasks(loop), key=lambda task: task_numbers[id(task)])
    if not left:
        return
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.tasks.gather(*left, return_exceptions=True))
    for task in left:
        if not task.cancelled() and task.exception() is not None:
            loop.call_exception_handler({
                "message": "unhandled exception during asyncio.run() shutdown",
                "exception": task.exception(),
                "task": task,
            })


class Task(asyncio.Task):
    """A task that knows when it was made."""

    def __init__(self, coro, *, name=None, **kwargs):
        task_numbers[id(self)] = next(numbers)
        kept.append(self)
        if name is None:
            name = f"Task-{next(names)}"
        super().__init__(coro, name=name, **kwargs)


kept = []
names = itertools.count(1)
eager = asyncio.create_eager_task_factory(Task)
asyncio.TimerHandle.__init__ = timer_made
asyncio.TimerHandle.__lt__ = timer_less
asyncio.TaskGroup.__init__ = group_made
asyncio.tasks.set = OrderedSet
asyncio.runners._cancel_all_tasks = cancel_all
asyncio.tasks.Task = asyncio.Task = Task
asyncio.tasks.eager_task_factory = asyncio.eager_task_factory = eager


class Loop(VirtualLoop):
    def create_task(self, coro, *, name=None, context=None):
        if self._task_factory is not None:
            return super().create_task(coro, name=name, context=context)
        self._check_closed()
        return Task(coro, loop=self, name=name, context=context)


real_run = asyncio.run


def run_virtual(main, *, debug=None, loop_factory=None):
    return real_run(main, debug=debug, loop_factory=loop_factory or Loop)


asyncio.run = run_virtual


def run(source, name="program"):
    """What a script prints, and how much of it before it hung for the first time (or None)."""
    global names
    names = itertools.count(1)
    hung_at.clear()
    out = io.StringIO()
    with contextlib.redirect_stderr(io.StringIO()):
        with contextlib.redirect_stdout(out):
            exec(compile(source, name, "exec"), {"__name__": "__main__"})
        kept.clear()
        task_numbers.clear()
        timer_numbers.clear()
        hung = hung_at[0] if hung_at else None
        # What is left of a program that got stuck prints nothing into the next one's trace.
        with contextlib.redirect_stdout(io.StringIO()):
            gc.collect()
    return out.getvalue(), hung


if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    with open(sys.argv[0]) as file:
        exec(compile(file.read(), sys.argv[0], "exec"), {"__name__": "__main__"})
