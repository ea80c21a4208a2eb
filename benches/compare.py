"""Compares the speed of aio with CPython's: python3 benches/compare.py [NAME...]

Each program of benches/cpu, benches/library and benches/async runs under both, in turn, so that a
busy moment of the machine meets both alike. Counted is the CPU time (user and system) of the whole process, start
included; the median of the runs is taken. The ratio says how many times faster aio is.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
GROUPS = ("cpu", "library", "async")

HELLO = "print('hello')"
HELLO_TASK = "import asyncio\nasync def main(): print('hello')\nasyncio.run(main())"
PARK = """
import asyncio, os, sys
async def park(event):
    await event.wait()
async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(park(event)) for _ in range(int(sys.argv[1]))]
    await asyncio.sleep(0)
    os._exit(0)  # the peak is that of parked tasks, not of their end
asyncio.run(main())
"""


def main():
    options = parse_arguments()
    commands = {"aio": [options.aio], "python": [options.python, "-S", "-E"]}
    if options.footprint:
        return print_footprint(commands, options.runs)
    print(f"CPython {python_version(options.python)}, medians of {options.runs} runs\n")
    print("| Program | CPython, s | aio, s | ratio |")
    print("|---|---:|---:|---:|")
    for group in GROUPS:
        ratios = []
        for program in programs(group, options.names):
            times = measure(commands, program, options.runs)
            ratio = times["python"] / times["aio"]
            ratios.append(ratio)
            name = f"{group}/{program.stem}"
            print(f"| {name} | {times['python']:.3f} | {times['aio']:.3f} | {ratio:.2f} |", flush=True)
        if len(ratios) > 1:
            print(f"| **{group}, geometric mean** | | | **{geometric_mean(ratios):.2f}** |")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="programs (default: all)")
    parser.add_argument("--footprint", action="store_true", help="the bytes of a parked task and the starts instead")
    parser.add_argument("--aio", default=str(default_aio()), help="the aio binary")
    parser.add_argument("--python", default="python3", help="the CPython to compare with")
    parser.add_argument("--runs", type=int, default=7, help="runs of each program (default: 7)")
    options = parser.parse_args()
    if not os.access(options.aio, os.X_OK):
        parser.error(f"no binary at {options.aio}: cargo build --release makes it")
    # A launcher in between, such as a shim, would be measured as well.
    options.python = python_itself(options.python)
    return options


def print_footprint(commands, runs):
    """Bytes of a parked task, by peaks of memory; milliseconds of CPU time until the end of a short program."""
    for name, command in commands.items():
        few, many = (run([*command, "-c", PARK, str(count)])[2] for count in (20_000, 100_000))
        print(f"{name}: a parked task {(many - few) / 80_000:.0f} bytes", end="")
        for what, code in ("print", HELLO), ("asyncio.run", HELLO_TASK):
            start = statistics.median(run([*command, "-c", code])[0] for _ in range(10 * runs))
            print(f", start of {what} {1000 * start:.1f} ms", end="")
        print()


def default_aio():
    target = os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target")
    return Path(target) / "release" / ("aio.exe" if os.name == "nt" else "aio")


def ask_python(python, code):
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def python_itself(python):
    return ask_python(python, "import sys; print(sys.executable)")


def python_version(python):
    return ask_python(python, "import platform; print(platform.python_version())")


def programs(group, names):
    found = sorted((HERE / group).glob("*.aio"))
    return [p for p in found if not names or p.stem in names or f"{group}/{p.stem}" in names]


def measure(commands, program, runs):
    """The median CPU time of each command, which must print the same."""
    times = {name: [] for name in commands}
    outputs = set()
    for _ in range(runs):
        for name, command in commands.items():
            seconds, output, _ = run([*command, str(program)])
            times[name].append(seconds)
            outputs.add(output)
    if len(outputs) > 1:
        sys.exit(f"{program.name}: the outputs differ: {sorted(outputs)}")
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def run(command):
    """CPU seconds, output and peak of memory in bytes of one run."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return usage.ru_utime + usage.ru_stime, output, usage.ru_maxrss * kilobyte


def geometric_mean(ratios):
    return math.exp(sum(math.log(ratio) for ratio in ratios) / len(ratios))


if __name__ == "__main__":
    main()
