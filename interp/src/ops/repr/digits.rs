//! The decimal text of 64-bit ints, made on the stack.

/// Gives the decimal text of `n` to `use_text`.
#[inline]
pub(crate) fn with_int<T>(n: i64, use_text: impl FnOnce(&str) -> T) -> T {
    use_text(itoa::Buffer::new().format(n))
}

/// Writes the decimal text of `n` to the end of `out`.
#[inline]
pub(crate) fn push_int(out: &mut String, n: i64) {
    with_int(n, |text| out.push_str(text));
}
