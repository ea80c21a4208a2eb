//! The aio interp.
