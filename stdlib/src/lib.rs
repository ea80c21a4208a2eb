//! The aio stdlib.
