//! How fast the parser is: megabytes per second over a source text.
//!
//! `speed` makes a text of 50,000 lines; `speed FILE` takes that file, repeated up to the same
//! length.

use std::time::Instant;

/// A bit of everything that programs are made of.
const SAMPLE: &str = r#"
class Account(Base, metaclass=Meta):
    """An account."""

    limit: int = 1_000

    def __init__(self, owner, balance=0, *, currency="EUR", **extra):
        self.owner = owner
        self.balance = balance + extra.get("bonus", 0) * 2
        self.history = [(0, balance)]

    async def transfer(self, other, amount):
        if amount > self.balance or amount <= 0 and not self.trusted:
            raise ValueError(f"cannot transfer {amount!r} from {self.owner}: {self.balance:>10.2f}")
        for attempt in range(3):
            try:
                async with self.lock, other.lock:
                    self.balance -= amount
                    other.balance += amount
                    await asyncio.sleep(0.1)
            except (OSError, TimeoutError) as error:
                print("failed", attempt, error, sep=", ")
                continue
            finally:
                self.history.append((attempt, self.balance))
        else:
            return None
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}


def walk(tree, depth=0):
    match tree:
        case [first, *rest]:
            yield from walk(first, depth + 1)
        case {"kind": "leaf", "value": value} if value is not None:
            yield depth, value
        case _:
            pass
    x = y = lambda a, b=1: a ** 2 + b[1:-1, ...] % 3
    while (n := len(tree)) > 10:
        tree = tree[n // 2:] if n & 1 else sorted(tree, key=lambda t: t[0])
    return x
"#;

/// The length of the text parsed.
const LINES: usize = 50_000;
/// How often it is parsed; the best time counts.
const ROUNDS: usize = 7;

fn main() {
    let sample = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path).unwrap_or_default(),
        None => SAMPLE.to_owned(),
    };
    let repeats = LINES / sample.lines().count().max(1) + 1;
    let source = sample.repeat(repeats);
    let lexing = best(|| drop(aio_lexer::tokenize(&source)));
    let parsing = best(|| {
        if let Err(errors) = aio_parser::parse(&source) {
            println!("error: {}", errors[0]);
        }
    });
    let megabytes = source.len() as f64 / 1e6;
    let lines = source.lines().count();
    println!("{lines} lines, {megabytes:.2} MB");
    println!("lexer alone        {:.1} MB/s", megabytes / lexing);
    println!("lexer and parser   {:.1} MB/s", megabytes / parsing);
}

fn best(mut run: impl FnMut()) -> f64 {
    let time = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    (0..ROUNDS)
        .map(|_| time(&mut run))
        .fold(f64::INFINITY, f64::min)
}
