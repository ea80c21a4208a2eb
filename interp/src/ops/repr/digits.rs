//! The decimal text of 64-bit ints, made on the stack.

/// As many characters as the longest has.
const LONGEST: usize = 20;

const PAIRS: &[u8; 200] = b"\
    0001020304050607080910111213141516171819\
    2021222324252627282930313233343536373839\
    4041424344454647484950515253545556575859\
    6061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899";

/// Gives the decimal text of `n` to `use_text`.
#[inline]
pub(crate) fn with_int<T>(n: i64, use_text: impl FnOnce(&str) -> T) -> T {
    let mut buffer = [0; LONGEST];
    let mut start = LONGEST;
    let mut rest = n.unsigned_abs();
    while rest >= 10 {
        let pair = (rest % 100) as usize * 2;
        rest /= 100;
        start -= 2;
        buffer[start] = PAIRS[pair];
        buffer[start + 1] = PAIRS[pair + 1];
    }
    // Of an even number of digits nothing is left.
    if rest > 0 || start == LONGEST {
        start -= 1;
        buffer[start] = b'0' + rest as u8;
    }
    if n < 0 {
        start -= 1;
        buffer[start] = b'-';
    }
    use_text(str::from_utf8(&buffer[start..]).unwrap_or_default())
}

/// Writes the decimal text of `n` to the end of `out`.
#[inline]
pub(crate) fn push_int(out: &mut String, n: i64) {
    with_int(n, |text| out.push_str(text));
}
