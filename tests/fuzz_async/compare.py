"""Runs random programs with aio and with CPython and compares their traces.

    python3.13 compare.py AIO FIRST LAST      seeds FIRST to LAST - 1
    python3.13 compare.py --store FOLDER FIRST LAST    writes programs and CPython's traces

Prints each seed whose traces differ, with the first difference. Where CPython would hang, the
traces must agree up to there: `aio` ends such programs, with a RuntimeError in main.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import generate
import virtual

HEAD = '# test: own="a random program, traced by CPython in virtual time: see tests/fuzz_async" allow=all\n'


def run_aio(aio, seed, text):
    path = f"/tmp/fuzz_async_{os.getpid()}_{seed}.aio"
    with open(path, "w") as file:
        file.write(text)
    try:
        done = subprocess.run([aio, "--compat", "--virtual-time", path], capture_output=True, timeout=60)
        code, out, err = done.returncode, done.stdout.decode(), done.stderr.decode()
    except subprocess.TimeoutExpired as e:
        code, out, err = "timeout", (e.stdout or b"").decode(), ""
    os.remove(path)
    return code, out, err


def compare(aio, seed, text, wanted, hung):
    code, out, err = run_aio(aio, seed, text)
    if code == 0 and (out == wanted or hung is not None and out[:hung] == wanted[:hung]):
        return None
    ours, theirs = out.splitlines(), wanted.splitlines()
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    show = lambda lines: lines[at] if at < len(lines) else "(end)"
    last = err.strip().splitlines()[-1:] if code != 0 else ""
    return f"seed {seed}: code {code}, line {at + 1}\n  aio     {show(ours)}\n  CPython {show(theirs)}\n  {last}"


def main(aio, first, last):
    bad = lines = 0
    with ThreadPoolExecutor(2) as executor:
        jobs = []
        for seed in range(first, last):
            text = generate.program(seed)
            wanted, hung = virtual.run(text)
            lines += wanted.count("\n")
            jobs.append(executor.submit(compare, aio, seed, text, wanted, hung))
            if len(jobs) > 200:
                bad += report(jobs.pop(0).result())
        for job in jobs:
            bad += report(job.result())
    print(f"{last - first} programs, {lines} lines of trace, {bad} differ")
    return bad


def report(text):
    if text is not None:
        print(text, flush=True)
    return text is not None


def store(folder, first, last):
    for seed in range(first, last):
        text = HEAD + generate.program(seed)
        path = os.path.join(folder, f"seed_{seed:05}")
        with open(path + ".aio", "w") as file:
            file.write(text)
        with open(path + ".out", "w") as file:
            file.write(virtual.run(text)[0])


if __name__ == "__main__":
    if sys.argv[1] == "--store":
        store(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        sys.exit(1 if main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])) else 0)
