//! `str`: its methods. What they do with the text itself is in `crate::text`.

mod arith;
pub mod codec;
mod construct;
mod pad;
mod search;
mod split;
mod template;
mod translate;

pub(crate) use arith::check_size;
pub use arith::{append, binary, compare, equal};
pub(crate) use construct::codec_name;
pub use construct::construct;
pub(crate) use pad::tab_size;
pub(crate) use search::empty_separator;
pub(crate) use split::not_joinable;

use aio_parser::ast::CmpOp;

use crate::classes::ClassSpec;
use crate::native::{Native, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::str::StrObj;
use crate::objects::tuple::tuple_of;
use crate::ops::subscript::index::has_index;
use crate::text::{case, classify, search as find, split as cut};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `str`.
pub static STR: ClassSpec = ClassSpec {
    name: "str",
    module: "builtins",
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to 'utf-8'.\nerrors defaults to 'strict'.",
    layout: Layout::Native(Kind::Str),
    methods: METHODS,
    attributes: &[],
    subclassable: true,
};

const METHODS: &[Native] = &[
    static_method(
        "__new__(cls, object='', encoding='utf-8', errors='strict')",
        "Create a string.",
        construct::new,
    ),
    method(
        "capitalize()",
        "Return a capitalized version of the string.\n\nMore specifically, make the first character have upper case and the rest lower case.",
        |vm, a| mapped(vm, a, "capitalize", case::capitalize),
    ),
    method(
        "casefold()",
        "Return a version of the string suitable for caseless comparisons.",
        |vm, a| mapped(vm, a, "casefold", case::casefold),
    ),
    method(
        "lower()",
        "Return a copy of the string converted to lowercase.",
        |vm, a| cased(vm, a, "lower", case::lower, u8::is_ascii_uppercase),
    ),
    method(
        "upper()",
        "Return a copy of the string converted to uppercase.",
        |vm, a| cased(vm, a, "upper", case::upper, u8::is_ascii_lowercase),
    ),
    method(
        "title()",
        "Return a version of the string where each word is titlecased.\n\nMore specifically, words start with uppercased characters and all remaining cased characters have lower case.",
        |vm, a| mapped(vm, a, "title", case::title),
    ),
    method(
        "swapcase()",
        "Convert uppercase characters to lowercase and lowercase characters to uppercase.",
        |vm, a| mapped(vm, a, "swapcase", case::swapcase),
    ),
    method(
        "center(width, fillchar=' ', /)",
        "Return a centered string of length width.\n\nPadding is done using the specified fill character (default is a space).",
        |vm, a| pad::padded(vm, a, "center", crate::text::pad::center),
    ),
    method(
        "ljust(width, fillchar=' ', /)",
        "Return a left-justified string of length width.\n\nPadding is done using the specified fill character (default is a space).",
        |vm, a| pad::padded(vm, a, "ljust", crate::text::pad::ljust),
    ),
    method(
        "rjust(width, fillchar=' ', /)",
        "Return a right-justified string of length width.\n\nPadding is done using the specified fill character (default is a space).",
        |vm, a| pad::padded(vm, a, "rjust", crate::text::pad::rjust),
    ),
    method(
        "zfill(width, /)",
        "Pad a numeric string with zeros on the left, to fill a field of the given width.\n\nThe string is never truncated.",
        pad::zfill,
    ),
    method(
        "expandtabs(tabsize=8)",
        "Return a copy where all tab characters are expanded using spaces.\n\nIf tabsize is not given, a tab size of 8 characters is assumed.",
        pad::expandtabs,
    ),
    method(
        "count(sub, start=None, end=None, /)",
        "Return the number of non-overlapping occurrences of substring sub in string S[start:end].",
        search::count,
    ),
    method(
        "find(sub, start=None, end=None, /)",
        "Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nReturn -1 on failure.",
        |vm, a| search::find(vm, a, "find", find::find),
    ),
    method(
        "rfind(sub, start=None, end=None, /)",
        "Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nReturn -1 on failure.",
        |vm, a| search::find(vm, a, "rfind", find::rfind),
    ),
    method(
        "index(sub, start=None, end=None, /)",
        "Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nRaises ValueError when the substring is not found.",
        |vm, a| search::index(vm, a, "index", find::find),
    ),
    method(
        "rindex(sub, start=None, end=None, /)",
        "Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nRaises ValueError when the substring is not found.",
        |vm, a| search::index(vm, a, "rindex", find::rfind),
    ),
    method(
        "startswith(prefix, start=None, end=None, /)",
        "Return True if the string starts with the specified prefix, False otherwise.",
        |vm, a| search::at_edge(vm, a, "startswith", find::starts_with),
    ),
    method(
        "endswith(suffix, start=None, end=None, /)",
        "Return True if the string ends with the specified suffix, False otherwise.",
        |vm, a| search::at_edge(vm, a, "endswith", find::ends_with),
    ),
    method(
        "replace(old, new, /, count=-1)",
        "Return a copy with all occurrences of substring old replaced by new.\n\nIf count is given, only the first count occurrences are replaced.",
        search::replace,
    ),
    method(
        "partition(sep, /)",
        "Partition the string into three parts using the given separator.",
        search::partition,
    ),
    method(
        "rpartition(sep, /)",
        "Partition the string into three parts using the given separator, beginning at the end.",
        search::rpartition,
    ),
    method(
        "removeprefix(prefix, /)",
        "Return a str with the given prefix string removed if present.",
        |vm, a| search::remove_edge(vm, a, "removeprefix", find::remove_prefix),
    ),
    method(
        "removesuffix(suffix, /)",
        "Return a str with the given suffix string removed if present.",
        |vm, a| search::remove_edge(vm, a, "removesuffix", find::remove_suffix),
    ),
    method(
        "split(sep=None, maxsplit=-1)",
        "Return a list of the substrings in the string, using sep as the separator string.\n\nWhen sep is None, any whitespace separates, and empty strings are left out. maxsplit is the maximum number of splits.",
        split::split_row,
    ),
    method(
        "rsplit(sep=None, maxsplit=-1)",
        "Return a list of the substrings in the string, using sep as the separator string.\n\nSplitting starts at the end of the string and works to the front.",
        split::rsplit_row,
    ),
    method(
        "splitlines(keepends=False)",
        "Return a list of the lines in the string, breaking at line boundaries.\n\nLine breaks are not included in the resulting list unless keepends is given and true.",
        split::splitlines,
    ),
    method(
        "strip(chars=None, /)",
        "Return a copy of the string with leading and trailing whitespace removed.\n\nIf chars is given and not None, remove characters in chars instead.",
        |vm, a| split::strip(vm, a, "strip", cut::strip, cut::strip_set),
    ),
    method(
        "lstrip(chars=None, /)",
        "Return a copy of the string with leading whitespace removed.\n\nIf chars is given and not None, remove characters in chars instead.",
        |vm, a| split::strip(vm, a, "lstrip", cut::lstrip, cut::lstrip_set),
    ),
    method(
        "rstrip(chars=None, /)",
        "Return a copy of the string with trailing whitespace removed.\n\nIf chars is given and not None, remove characters in chars instead.",
        |vm, a| split::strip(vm, a, "rstrip", cut::rstrip, cut::rstrip_set),
    ),
    method(
        "join(iterable, /)",
        "Concatenate any number of strings.\n\nThe string whose method is called is inserted in between each given string.",
        split::join_row,
    ),
    method(
        "encode(encoding='utf-8', errors='strict')",
        "Encode the string using the codec registered for encoding.",
        construct::encode,
    ),
    method(
        "translate(table, /)",
        "Replace each character in the string using the given translation table.",
        translate::translate_row,
    ),
    static_method(
        "maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)",
        "Return a translation table usable for str.translate().",
        translate::maketrans,
    ),
    method(
        "format(*args, **kwargs)",
        "Return a formatted version of the string, using substitutions from args and kwargs.\nThe substitutions are identified by braces ('{' and '}').",
        template::format_row,
    ),
    method(
        "format_map(mapping, /)",
        "Return a formatted version of the string, using substitutions from mapping.\nThe substitutions are identified by braces ('{' and '}').",
        template::format_map_row,
    ),
    method(
        "isalnum()",
        "Return True if the string is an alpha-numeric string, False otherwise.",
        |vm, a| test(vm, a, "isalnum", classify::is_alnum),
    ),
    method(
        "isalpha()",
        "Return True if the string is an alphabetic string, False otherwise.",
        |vm, a| test(vm, a, "isalpha", classify::is_alpha),
    ),
    method(
        "isascii()",
        "Return True if all characters in the string are ASCII, False otherwise.",
        |vm, a| test(vm, a, "isascii", classify::is_ascii),
    ),
    method(
        "isdecimal()",
        "Return True if the string is a decimal string, False otherwise.",
        |vm, a| test(vm, a, "isdecimal", classify::is_decimal),
    ),
    method(
        "isdigit()",
        "Return True if the string is a digit string, False otherwise.",
        |vm, a| test(vm, a, "isdigit", classify::is_digit),
    ),
    method(
        "isidentifier()",
        "Return True if the string is a valid Python identifier, False otherwise.",
        |vm, a| test(vm, a, "isidentifier", classify::is_identifier),
    ),
    method(
        "islower()",
        "Return True if the string is a lowercase string, False otherwise.",
        |vm, a| test(vm, a, "islower", classify::is_lower),
    ),
    method(
        "isnumeric()",
        "Return True if the string is a numeric string, False otherwise.",
        |vm, a| test(vm, a, "isnumeric", classify::is_numeric),
    ),
    method(
        "isprintable()",
        "Return True if all characters in the string are printable, False otherwise.",
        |vm, a| test(vm, a, "isprintable", classify::is_printable),
    ),
    method(
        "isspace()",
        "Return True if the string is a whitespace string, False otherwise.",
        |vm, a| test(vm, a, "isspace", classify::is_space),
    ),
    method(
        "istitle()",
        "Return True if the string is a title-cased string, False otherwise.",
        |vm, a| test(vm, a, "istitle", classify::is_title),
    ),
    method(
        "isupper()",
        "Return True if the string is an uppercase string, False otherwise.",
        |vm, a| test(vm, a, "isupper", classify::is_upper),
    ),
    method("__len__()", "Return len(self).", |vm, a| {
        Ok(this(vm, a, "__len__")?.char_len().into())
    }),
    method("__getitem__(key, /)", "Return self[key].", |vm, a| {
        this(vm, a, "__getitem__")?;
        vm.get_item(&a[0], &a[1])
    }),
    method(
        "__contains__(key, /)",
        "Return bool(key in self).",
        |vm, a| {
            this(vm, a, "__contains__")?;
            vm.contains(&a[0], &a[1]).map(Value::bool)
        },
    ),
    method("__iter__()", "Implement iter(self).", |vm, a| {
        this(vm, a, "__iter__")?;
        vm.iter(&a[0])
    }),
    method("__add__(value, /)", "Return self+value.", |vm, a| {
        arith::concat(vm, this(vm, a, "__add__")?, &a[1])
    }),
    method("__mul__(value, /)", "Return self*value.", |vm, a| {
        arith::repeat_row(vm, this(vm, a, "__mul__")?, &a[1])
    }),
    method("__rmul__(value, /)", "Return value*self.", |vm, a| {
        arith::repeat_row(vm, this(vm, a, "__rmul__")?, &a[1])
    }),
    method("__mod__(value, /)", "Return self%value.", |vm, a| {
        vm.percent_format(this(vm, a, "__mod__")?, &a[1])
    }),
    method("__rmod__(value, /)", "Return value%self.", |vm, a| {
        this(vm, a, "__rmod__")?;
        arith::reflected_mod(vm, a)
    }),
    method("__eq__(value, /)", "Return self==value.", |vm, a| {
        compared(vm, a, CmpOp::Eq, "__eq__")
    }),
    method("__ne__(value, /)", "Return self!=value.", |vm, a| {
        compared(vm, a, CmpOp::NotEq, "__ne__")
    }),
    method("__lt__(value, /)", "Return self<value.", |vm, a| {
        compared(vm, a, CmpOp::Lt, "__lt__")
    }),
    method("__le__(value, /)", "Return self<=value.", |vm, a| {
        compared(vm, a, CmpOp::LtE, "__le__")
    }),
    method("__gt__(value, /)", "Return self>value.", |vm, a| {
        compared(vm, a, CmpOp::Gt, "__gt__")
    }),
    method("__ge__(value, /)", "Return self>=value.", |vm, a| {
        compared(vm, a, CmpOp::GtE, "__ge__")
    }),
    method("__hash__()", "Return hash(self).", |vm, a| {
        Ok(Value::Int(this(vm, a, "__hash__")?.hash_value()))
    }),
    method("__repr__()", "Return repr(self).", |vm, a| {
        this(vm, a, "__repr__")?;
        vm.repr(&a[0]).map(Value::from)
    }),
    method("__str__()", "Return str(self).", |vm, a| {
        Ok(this(vm, a, "__str__")?.into())
    }),
    method(
        "__format__(format_spec, /)",
        "Return a formatted version of the string as described by format_spec.",
        |vm, a| {
            this(vm, a, "__format__")?;
            let spec = vm.expect_str(&a[1], "__format__() argument")?;
            vm.format(&a[0], spec.as_str()).map(Value::from)
        },
    ),
    method(
        "__sizeof__()",
        "Return the size of the string in memory, in bytes.",
        |vm, a| {
            let s = this(vm, a, "__sizeof__")?;
            Ok(
                (s.as_str().len() + size_of::<StrObj>() + size_of::<crate::object::Header>())
                    .into(),
            )
        },
    ),
    method(
        "__getnewargs__()",
        "Return the arguments of `__new__`.",
        |vm, a| Ok(tuple_of([this(vm, a, "__getnewargs__")?.into()])),
    ),
];

/// The receiver of a method.
fn this<'a>(vm: &Vm, a: &'a [Value], method: &str) -> R<&'a Ref<StrObj>> {
    a[0].downcast::<StrObj>()
        .ok_or_else(|| wrong_receiver(vm, method, "str", &a[0]))
}

/// What a method says of a receiver of another type; special methods have another text.
#[cold]
pub(crate) fn wrong_receiver(vm: &Vm, method: &str, class: &str, receiver: &Value) -> Raised {
    if method.starts_with("__") {
        return vm.wrong_receiver(method, class, receiver);
    }
    vm.type_error(format!(
        "descriptor '{method}' for '{class}' objects doesn't apply to a '{}' object",
        vm.type_name(receiver)
    ))
}

/// The string that part of `s` is: `s` itself if it is all of it.
fn maybe_same(vm: &Vm, s: &Ref<StrObj>, part: &str) -> Value {
    if std::ptr::eq(s.as_str(), part) {
        s.into()
    } else {
        vm.text(part)
    }
}

fn mapped(vm: &Vm, a: &[Value], method: &str, map: fn(&str) -> String) -> R {
    Ok(vm.text(&map(this(vm, a, method)?.as_str())))
}

/// `mapped`, for texts that are often of that case already: all ASCII, without a byte `other`.
fn cased(
    vm: &Vm,
    a: &[Value],
    method: &str,
    map: fn(&str) -> String,
    other: impl Fn(&u8) -> bool,
) -> R {
    let s = this(vm, a, method)?;
    // All of them, without a branch for each: most texts are short.
    let is_done = |done: bool, b: &u8| done & b.is_ascii() & !other(b);
    if s.as_str().as_bytes().iter().fold(true, is_done) {
        return Ok(s.into());
    }
    mapped(vm, a, method, map)
}

fn test(vm: &Vm, a: &[Value], method: &str, holds: fn(&str) -> bool) -> R {
    Ok(holds(this(vm, a, method)?.as_str()).into())
}

fn compared(vm: &Vm, a: &[Value], op: CmpOp, method: &str) -> R {
    this(vm, a, method)?;
    compare(vm, op, &a[0], &a[1])
}

/// A string argument; the message calls it `method() which`.
fn expect_argument(vm: &Vm, v: &Value, method: &str, which: &str) -> R<Ref<StrObj>> {
    if let Some(s) = v.downcast::<StrObj>() {
        return Ok(s.clone());
    }
    vm.expect_str(v, &format!("{method}() {which}"))
}

/// An argument that is a length or count.
pub(crate) fn ssize(vm: &Vm, v: &Value) -> R<i64> {
    match vm.to_integer(v)? {
        Value::Int(n) => Ok(n),
        _ => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

/// A limit on how often something is done; none if it is missing or negative.
pub(crate) fn optional_limit(vm: &Vm, v: &Value) -> R<Option<usize>> {
    match v {
        Value::Unbound => Ok(None),
        v => Ok(usize::try_from(ssize(vm, v)?).ok()),
    }
}

/// A bound of `find(sub, start, end)` and the like.
pub(crate) fn slice_bound(vm: &Vm, v: &Value, missing: i64) -> R<i64> {
    match v {
        Value::Unbound | Value::None => Ok(missing),
        Value::Int(n) => Ok(*n),
        v if has_index(vm, v) => vm.to_index_clamped(v),
        _ => {
            Err(vm.type_error("slice indices must be integers or None or have an __index__ method"))
        }
    }
}
