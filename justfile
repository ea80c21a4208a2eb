# Short names for plain cargo commands; `just` is not needed to work on aio.

# What CI runs.
check:
    .ci/run

test:
    cargo test --workspace

# Lets CPython write the expected outputs that are missing.
bless:
    AIO_ORACLE_WRITE=1 cargo test --test oracle

bench *ARGS:
    cargo build --release
    python3 benches/compare.py {{ARGS}}
