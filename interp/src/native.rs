//! Functions written in Rust, as table rows: a signature, a doc line, the function.
//!
//! The signature string is the single source of arity, keyword names, defaults, `help()` and the
//! texts of errors: `"sqrt(x, /)"`, `"sleep(delay, result=None)"`, `"print(*args, sep=' ')"`.
//! The function gets one value per parameter, in order: `Unbound` for one that was not given,
//! a tuple for `*args`, a dict for `**kwargs`. A method's signature leaves out `self`, which
//! comes first in the values.

use crate::coroutine::native::AsyncFn;
use crate::value::{R, Value};
use crate::vm::Vm;

/// A function in Rust: one value per parameter.
pub type NativeFn = fn(&Vm, &[Value]) -> R;

/// What sort of thing a row describes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NativeKind {
    /// A function of a module.
    Function,
    /// A method: the receiver comes first.
    Method,
    /// A class method: the class comes first.
    ClassMethod,
    /// A static method (also `__new__`, whose first argument is the class).
    StaticMethod,
}

/// One row: a function in Rust.
pub struct Native {
    /// Name and parameters, without the receiver.
    pub signature: &'static str,
    /// The doc line.
    pub doc: &'static str,
    /// The function.
    pub call: NativeFn,
    /// What sort of thing it is.
    pub kind: NativeKind,
    /// For an async function: what `call` defers. An `await` of the call runs it directly.
    pub start: Option<AsyncFn>,
    /// The length of the name at the start of the signature.
    name_len: usize,
    /// How many positional arguments suffice and fit (receiver not counted), for calls that need
    /// no binding: then there are exactly `slots` values, and the missing ones are `Unbound`.
    min: usize,
    max: usize,
    /// The number of parameters.
    slots: usize,
    /// `*args` or `**kwargs` or a required keyword is there: every call is bound with care.
    general: bool,
    /// `*args` follows the positional parameters, and nothing else is required or collected:
    /// without keywords a call is easy to bind.
    is_star: bool,
    /// Bit `n` is set if a call with `n` positional arguments needs at most `SMALL` values, no
    /// binding, and no coroutine.
    small: u8,
}

/// Calls that need no more values than this keep them in an array.
pub const SMALL: usize = 4;

const fn build(
    signature: &'static str,
    doc: &'static str,
    call: NativeFn,
    kind: NativeKind,
) -> Native {
    let s = signature.as_bytes();
    let mut name_len = 0;
    while name_len < s.len() && s[name_len] != b'(' {
        name_len += 1;
    }
    let (mut min, mut max, mut slots) = (0, 0, 0);
    let (mut general, mut keyword_only, mut default) = (false, false, false);
    let (mut star, mut careful) = (false, false);
    let mut depth = 0;
    let mut quote = 0u8;
    let mut start = name_len + 1;
    let mut i = start;
    while i < s.len() {
        let c = s[i];
        if quote != 0 {
            if c == quote {
                quote = 0;
            }
        } else if c == b'\'' || c == b'"' {
            quote = c;
        } else if c == b'=' && depth == 0 {
            default = true;
        } else if depth == 0 && (c == b',' || c == b')') {
            while start < i && s[start] == b' ' {
                start += 1;
            }
            if start < i {
                let first = s[start];
                if first == b'*' {
                    keyword_only = true;
                    if start + 1 < i {
                        general = true;
                        slots += 1;
                        if s[start + 1] == b'*' {
                            careful = true;
                        } else {
                            star = true;
                        }
                    }
                } else if first != b'/' {
                    slots += 1;
                    if !keyword_only {
                        max += 1;
                        if !default {
                            min = max;
                        }
                    } else if !default {
                        general = true;
                        careful = true;
                    }
                }
            }
            start = i + 1;
            default = false;
            if c == b')' {
                break;
            }
        } else if c == b'(' || c == b'[' {
            depth += 1;
        } else if c == b')' || c == b']' {
            depth -= 1;
        }
        i += 1;
    }
    let receiver = matches!(kind, NativeKind::Method | NativeKind::ClassMethod) as usize;
    let mut small = 0;
    let mut given = min;
    while !general && given <= max && slots + receiver <= SMALL {
        small |= 1 << given;
        given += 1;
    }
    Native {
        signature,
        doc,
        call,
        kind,
        start: None,
        name_len,
        min,
        max,
        slots,
        general,
        is_star: star && !careful,
        small,
    }
}

/// A row for a function of a module.
pub const fn native(signature: &'static str, doc: &'static str, call: NativeFn) -> Native {
    build(signature, doc, call, NativeKind::Function)
}

/// A row for a method: `self` comes first in the values, and is not in the signature.
pub const fn method(signature: &'static str, doc: &'static str, call: NativeFn) -> Native {
    build(signature, doc, call, NativeKind::Method)
}

/// A row for a class method: the class comes first in the values.
pub const fn class_method(signature: &'static str, doc: &'static str, call: NativeFn) -> Native {
    build(signature, doc, call, NativeKind::ClassMethod)
}

/// A row for a static method (`__new__`: its class parameter is in the signature).
pub const fn static_method(signature: &'static str, doc: &'static str, call: NativeFn) -> Native {
    build(signature, doc, call, NativeKind::StaticMethod)
}

/// A row for an async function of a module. A call makes a coroutine; an `await` of the call runs
/// it directly.
pub const fn async_native(signature: &'static str, doc: &'static str, start: AsyncFn) -> Native {
    Native {
        start: Some(start),
        small: 0,
        ..build(signature, doc, not_called, NativeKind::Function)
    }
}

/// A row for an async method.
pub const fn async_method(signature: &'static str, doc: &'static str, start: AsyncFn) -> Native {
    Native {
        start: Some(start),
        small: 0,
        ..build(signature, doc, not_called, NativeKind::Method)
    }
}

/// Async rows are called through `start` (see `Vm::call_row`).
fn not_called(vm: &Vm, _: &[Value]) -> R {
    Err(vm.system_error("an async function was called as a plain one"))
}

impl Native {
    /// The name.
    pub fn name(&self) -> &'static str {
        &self.signature[..self.name_len]
    }

    /// True if a receiver or class comes before the parameters.
    #[inline(always)]
    pub fn has_receiver(&self) -> bool {
        matches!(self.kind, NativeKind::Method | NativeKind::ClassMethod)
    }

    /// How many values the function wants, receiver included.
    #[inline(always)]
    pub fn total_slots(&self) -> usize {
        self.slots + usize::from(self.has_receiver())
    }

    /// True if a call with `given` positional arguments (receiver not counted) and no keywords
    /// needs no binding but `Unbound` for the missing ones.
    #[inline(always)]
    pub fn takes_plain(&self, given: usize) -> bool {
        !self.general && given >= self.min && given <= self.max
    }

    /// True if a call with `given` positional arguments (receiver not counted) needs no binding
    /// and at most `SMALL` values.
    #[inline(always)]
    pub fn is_small(&self, given: usize) -> bool {
        given < 8 && self.small >> given & 1 == 1
    }

    /// If a call with `given` positional arguments and no keywords needs no more binding than to
    /// collect those for `*args`: how many come before it.
    #[inline]
    pub fn before_star(&self, given: usize) -> Option<usize> {
        (self.is_star && given >= self.min).then_some(self.max)
    }

    /// True if the parameters are `*args, **kwargs` and no others.
    pub fn takes_anything(&self) -> bool {
        self.signature[self.name_len..].starts_with("(*args, **kwargs)")
    }

    /// Parses the signature.
    pub fn parse_signature(&self) -> Signature {
        let inside = self.signature[self.name_len..].trim();
        let inside = inside.strip_prefix('(').unwrap_or(inside);
        let end = inside.rfind(')').unwrap_or(inside.len());
        let mut params = Vec::new();
        let mut keyword_only = false;
        for part in split_top(&inside[..end]) {
            let part = part.trim();
            match part {
                "" => {}
                "*" => keyword_only = true,
                "/" => {
                    for p in &mut params {
                        let p: &mut Param = p;
                        p.kind = ParamKind::PositionalOnly;
                    }
                }
                _ => {
                    let (name, default) = match part.split_once('=') {
                        Some((n, d)) => (n.trim(), Some(d.trim())),
                        None => (part, None),
                    };
                    let kind = if name.starts_with("**") {
                        ParamKind::VarKeyword
                    } else if name.starts_with('*') {
                        keyword_only = true;
                        ParamKind::VarPositional
                    } else if keyword_only {
                        ParamKind::KeywordOnly
                    } else {
                        ParamKind::Positional
                    };
                    params.push(Param {
                        name: name.trim_start_matches('*'),
                        default,
                        kind,
                    });
                }
            }
        }
        Signature { params }
    }
}

/// Splits at commas outside of brackets and quotes.
fn split_top(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0, None);
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// A parsed signature.
pub struct Signature {
    /// The parameters in order.
    pub params: Vec<Param>,
}

/// One parameter.
pub struct Param {
    /// Its name, without stars.
    pub name: &'static str,
    /// The text of its default.
    pub default: Option<&'static str>,
    /// How it is given.
    pub kind: ParamKind,
}

/// How a parameter is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ParamKind {
    PositionalOnly,
    Positional,
    KeywordOnly,
    VarPositional,
    VarKeyword,
}
