"""What CPython 3.13 does with the wrong asynchronous scripts of this folder, next to what aio does.

    python3.13 tests/errors/compare.py > tests/errors/cpython.txt

aio's half is read from the `.err` files: `cargo test --test errors` compares them with what it does.
"""

import pathlib
import re
import subprocess
import sys

# Long enough for each script that ends at all.
PATIENCE = 4


def cpython(path):
    """Its exit code and the last line of its standard error."""
    try:
        run = subprocess.run([sys.executable, path.name], cwd=path.parent, timeout=PATIENCE,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        return 'hangs'
    lines = [line.strip() for line in run.stderr.splitlines() if line.strip(' +-')]
    words = [line for line in lines if 'tracemalloc' not in line]
    last = re.sub(r'0x[0-9a-f]+|/\S*/', '…', words[-1])[:70] if words else 'silent'
    return f'exit {run.returncode}, {last}'


def aio(path):
    """Its exit code, the code of its first finding and the line that it tells of last."""
    text = path.with_suffix('.err').read_text()
    exit_code = text.rsplit(None, 1)[-1]
    codes = re.findall(r'aio::([a-z-]+)', text)
    places = re.findall(re.escape(path.name) + r':(\d+)', text)
    line = f', line {places[-1]}' if places else ''
    return f'exit {exit_code}, {codes[0] if codes else "traceback"}{line}'


def main():
    here = pathlib.Path(__file__).parent
    paths = [path for folder in ('async', 'deadlock') for path in sorted((here / folder).glob('*.aio'))]
    print(f'{len(paths)} scripts: what aio does | what CPython {sys.version.split()[0]} does\n')
    for path in paths:
        print(f'{path.parent.name}/{path.stem}\n    aio      {aio(path)}\n    cpython  {cpython(path)}')


main()
