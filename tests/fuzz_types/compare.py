"""Runs random cases over the builtin types with aio and with CPython and compares what they print.

    python3.13 compare.py AIO FIRST LAST [SIZE]        seeds FIRST to LAST - 1, SIZE cases each
    python3.13 compare.py --store FOLDER FIRST LAST [SIZE]    writes scripts and CPython's answers

Prints each case whose answers differ. CPython runs each batch twice, with different hash seeds;
cases with two answers say nothing and are dropped, as are those that run out of memory or time.
"""

import os
import re
import subprocess
import sys
import tempfile

import driver
import generate

HEADER = "# Random cases of tests/fuzz_types, with CPython's answers.\nimport warnings\n\nwarnings.simplefilter('ignore')\n"
ADDRESS = re.compile(r"0x[0-9a-f]{7,}")
# Cases whose answers depend on how long an address is.
PADDED = re.compile(r"f'|format|%|just|center|fill")
# What a program may not do in the time of a case, and what no two implementations agree on.
UNSURE = ("MemoryError", "RecursionError", "SystemError", "slow")


def run(command, cases, environment=None, patience=20):
    """The answer of each case. A case that ends or hangs the process is answered by that."""
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "batch.py")
        first = 0
        while first < len(cases):
            with open(path, "w") as file:
                file.write(driver.script(cases, f"all_cases({first})"))
            with open(os.path.join(folder, "out"), "wb+") as out, open(os.path.join(folder, "err"), "wb+") as err:
                try:
                    process = subprocess.run(command + [path], stdout=out, stderr=err, stdin=subprocess.DEVNULL,
                                             timeout=patience, env=environment, preexec_fn=limit)
                    why = f"exit code {process.returncode}"
                except subprocess.TimeoutExpired:
                    why = "slow"
                out.seek(0)
                err.seek(0)
                for line in out.read().decode("utf-8", "replace").split("\n"):
                    number, _, answer = line.partition(" ")
                    if number.isdigit():
                        answers[int(number)] = ADDRESS.sub("0x...", answer)
                    elif line and answers:
                        answers[max(answers)] += "\n" + line
                if why != "exit code 0" and why != "slow":
                    why += " " + err.read().decode("utf-8", "replace")[-300:]
            done = max((n for n in answers), default=-1) + 1
            if done < len(cases):
                answers[done] = why
            first = max(done + 1, first + 1)
    return answers


def limit():
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))


def python(seed):
    return [sys.executable, "-W", "ignore"], dict(os.environ, PYTHONHASHSEED=str(seed))


def certain(cases):
    """The cases to which CPython has one answer, with it."""
    command, environment = python(1)
    one = run(command, cases, environment)
    keep = [n for n in range(len(cases)) if not one.get(n, "slow").startswith(UNSURE)]
    cases = [cases[n] for n in keep]
    one = [one[n] for n in keep]
    command, environment = python(77)
    two = run(command, cases, environment)
    known = [(case, answer) for n, (case, answer) in enumerate(zip(cases, one)) if two.get(n) == answer]
    return [(case, answer) for case, answer in known if "0x..." not in answer or not PADDED.search(case)]


def main(aio, first, last, size=2000):
    total = bad = 0
    for seed in range(first, last):
        known = certain(generate.cases(seed, size))
        answers = run([aio, "-W", "ignore"], [case for case, _ in known])
        for n, (case, wanted) in enumerate(known):
            got = answers.get(n, "missing")
            if got != wanted:
                bad += 1
                print(f"--- seed {seed}\n{case}\n  aio     {got[:400]}\n  CPython {wanted[:400]}", flush=True)
        total += len(known)
        print(f"=== seed {seed}: {total} cases, {bad} differ", flush=True)
    return bad


def store(folder, first, last, size=250):
    for seed in range(first, last):
        known = [(case, answer) for case, answer in certain(generate.cases(seed, size)) if "0x..." not in answer]
        path = os.path.join(folder, f"seed_{seed:05}")
        with open(path + ".aio", "w") as file:
            file.write(HEADER + driver.script([case for case, _ in known]))
        with open(path + ".out", "w") as file:
            file.writelines(f"{n} {answer}\n" for n, (_, answer) in enumerate(known))


if __name__ == "__main__":
    if sys.argv[1] == "--store":
        store(sys.argv[2], *map(int, sys.argv[3:]))
    else:
        sys.exit(1 if main(sys.argv[1], *map(int, sys.argv[2:])) else 0)
