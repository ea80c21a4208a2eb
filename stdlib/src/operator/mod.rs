//! `operator`: the operators as functions.

mod getters;

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::str::Name;
use aio_interp::ops::{BinaryOp, CmpOp, UnaryOp};
use aio_interp::{R, Value, Vm};

use crate::host::args_of;

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("operator", "Operator interface.");
    vm.add_natives(&module, ROWS);
    for spec in [
        &getters::ATTRGETTER,
        &getters::ITEMGETTER,
        &getters::METHODCALLER,
    ] {
        let class = vm.make_class(spec, &[]);
        module.dict.set_name(&vm.name(spec.name), class.into());
    }
    let names: Vec<&str> = ROWS.iter().map(Native::name).collect();
    let public = names
        .iter()
        .chain(&["attrgetter", "itemgetter", "methodcaller"]);
    let mut public: Vec<&str> = public.copied().collect();
    public.sort_unstable();
    let public = public.into_iter().map(|name| vm.text(name)).collect();
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("__all__", aio_interp::objects::list::list(public));
    // The names of the special methods.
    for name in names {
        if !WITHOUT_METHOD.contains(&name) {
            let method = format!("__{}__", name.trim_end_matches('_'));
            if let Some(function) = module.dict.get_name(&vm.name(name)) {
                set(&method, function);
            }
        }
    }
    Ok(module)
}

const WITHOUT_METHOD: &[&str] = &[
    "countOf",
    "indexOf",
    "is_",
    "is_none",
    "is_not",
    "is_not_none",
    "length_hint",
    "truth",
];

macro_rules! binary {
    ($signature:literal, $doc:literal, $op:ident) => {
        native($signature, $doc, |vm, a| {
            vm.binary(BinaryOp::$op, &a[0], &a[1])
        })
    };
}

macro_rules! inplace {
    ($signature:literal, $doc:literal, $op:ident) => {
        native($signature, $doc, |vm, a| {
            vm.inplace(BinaryOp::$op, &a[0], &a[1])
        })
    };
}

macro_rules! compare {
    ($signature:literal, $doc:literal, $op:ident) => {
        native($signature, $doc, |vm, a| {
            vm.compare(CmpOp::$op, &a[0], &a[1])
        })
    };
}

macro_rules! unary {
    ($signature:literal, $doc:literal, $op:ident) => {
        native($signature, $doc, |vm, a| vm.unary(UnaryOp::$op, &a[0]))
    };
}

static ROWS: &[Native] = &[
    native("abs(a, /)", "Same as abs(a).", |vm, a| vm.abs(&a[0])),
    binary!("add(a, b, /)", "Same as a + b.", Add),
    binary!("and_(a, b, /)", "Same as a & b.", BitAnd),
    native(
        "call(obj, /, *args, **kwargs)",
        "Same as obj(*args, **kwargs).",
        call,
    ),
    native(
        "concat(a, b, /)",
        "Same as a + b, for a and b sequences.",
        |vm, a| concatenation(vm, a, BinaryOp::Add),
    ),
    native(
        "contains(a, b, /)",
        "Same as b in a (note reversed operands).",
        |vm, a| vm.contains(&a[0], &a[1]).map(Value::bool),
    ),
    native(
        "countOf(a, b, /)",
        "Return the number of items in a which are, or which equal, b.",
        count_of,
    ),
    native("delitem(a, b, /)", "Same as del a[b].", |vm, a| {
        vm.del_item(&a[0], &a[1]).map(|()| Value::None)
    }),
    compare!("eq(a, b, /)", "Same as a == b.", Eq),
    binary!("floordiv(a, b, /)", "Same as a // b.", FloorDiv),
    compare!("ge(a, b, /)", "Same as a >= b.", GtE),
    native("getitem(a, b, /)", "Same as a[b].", |vm, a| {
        vm.get_item(&a[0], &a[1])
    }),
    compare!("gt(a, b, /)", "Same as a > b.", Gt),
    inplace!("iadd(a, b, /)", "Same as a += b.", Add),
    inplace!("iand(a, b, /)", "Same as a &= b.", BitAnd),
    native(
        "iconcat(a, b, /)",
        "Same as a += b, for a and b sequences.",
        |vm, a| {
            check_sequence(vm, &a[0])?;
            vm.inplace(BinaryOp::Add, &a[0], &a[1])
        },
    ),
    inplace!("ifloordiv(a, b, /)", "Same as a //= b.", FloorDiv),
    inplace!("ilshift(a, b, /)", "Same as a <<= b.", LShift),
    inplace!("imatmul(a, b, /)", "Same as a @= b.", MatMult),
    inplace!("imod(a, b, /)", "Same as a %= b.", Mod),
    inplace!("imul(a, b, /)", "Same as a *= b.", Mult),
    native("index(a, /)", "Same as a.__index__()", |vm, a| {
        vm.to_integer(&a[0])
    }),
    native(
        "indexOf(a, b, /)",
        "Return the first index of b in a.",
        index_of,
    ),
    unary!("inv(a, /)", "Same as ~a.", Invert),
    unary!("invert(a, /)", "Same as ~a.", Invert),
    inplace!("ior(a, b, /)", "Same as a |= b.", BitOr),
    inplace!("ipow(a, b, /)", "Same as a **= b.", Pow),
    inplace!("irshift(a, b, /)", "Same as a >>= b.", RShift),
    compare!("is_(a, b, /)", "Same as a is b.", Is),
    compare!("is_not(a, b, /)", "Same as a is not b.", IsNot),
    inplace!("isub(a, b, /)", "Same as a -= b.", Sub),
    inplace!("itruediv(a, b, /)", "Same as a /= b.", Div),
    inplace!("ixor(a, b, /)", "Same as a ^= b.", BitXor),
    compare!("le(a, b, /)", "Same as a <= b.", LtE),
    native(
        "length_hint(obj, default=0, /)",
        "Return an estimate of the number of items in obj.",
        length_hint,
    ),
    binary!("lshift(a, b, /)", "Same as a << b.", LShift),
    compare!("lt(a, b, /)", "Same as a < b.", Lt),
    binary!("matmul(a, b, /)", "Same as a @ b.", MatMult),
    binary!("mod(a, b, /)", "Same as a % b.", Mod),
    binary!("mul(a, b, /)", "Same as a * b.", Mult),
    compare!("ne(a, b, /)", "Same as a != b.", NotEq),
    unary!("neg(a, /)", "Same as -a.", USub),
    unary!("not_(a, /)", "Same as not a.", Not),
    binary!("or_(a, b, /)", "Same as a | b.", BitOr),
    unary!("pos(a, /)", "Same as +a.", UAdd),
    binary!("pow(a, b, /)", "Same as a ** b.", Pow),
    binary!("rshift(a, b, /)", "Same as a >> b.", RShift),
    native("setitem(a, b, c, /)", "Same as a[b] = c.", |vm, a| {
        vm.set_item(&a[0], &a[1], a[2].clone())
            .map(|()| Value::None)
    }),
    binary!("sub(a, b, /)", "Same as a - b.", Sub),
    binary!("truediv(a, b, /)", "Same as a / b.", Div),
    native(
        "truth(a, /)",
        "Return True if a is true, False otherwise.",
        |vm, a| vm.truth(&a[0]).map(Value::bool),
    ),
    binary!("xor(a, b, /)", "Same as a ^ b.", BitXor),
];

/// Positional and keyword arguments as a call takes them.
pub(crate) fn with_keywords(vm: &Vm, args: &[Value], kwargs: &Value) -> (Vec<Value>, Vec<Name>) {
    let (mut values, mut names) = (args.to_vec(), vec![]);
    if let Some(dict) = kwargs.downcast::<DictObj>() {
        for (key, value) in dict.entries() {
            if let Some(key) = key.as_str() {
                names.push(vm.name(key));
                values.push(value);
            }
        }
    }
    (values, names)
}

fn call(vm: &Vm, a: &[Value]) -> R {
    let (values, names) = with_keywords(vm, args_of(&a[1]), &a[2]);
    vm.call_kw(&a[0], &values, &names)
}

/// `a + b` of two sequences.
fn concatenation(vm: &Vm, a: &[Value], op: BinaryOp) -> R {
    check_sequence(vm, &a[0])?;
    vm.binary(op, &a[0], &a[1])
}

fn check_sequence(vm: &Vm, v: &Value) -> R<()> {
    if vm.special(v, &vm.names.getitem_).is_some() {
        return Ok(());
    }
    let name = vm.type_name(v);
    Err(vm.type_error(format!("'{name}' object can't be concatenated")))
}

fn search(vm: &Vm, a: &[Value], mut found: impl FnMut(i64) -> bool) -> R<()> {
    let items = match vm.iter(&a[0]) {
        Ok(items) => items,
        Err(raised) => {
            if vm.catch(&vm.exceptions.TypeError).is_none() {
                return Err(raised);
            }
            let name = vm.type_name(&a[0]);
            return Err(vm.type_error(format!("'{name}' object is not iterable")));
        }
    };
    let mut at = 0;
    while let Some(item) = vm.next(&items)? {
        if vm.is_or_equal(&item, &a[1])? && found(at) {
            break;
        }
        at += 1;
        vm.poll()?;
    }
    Ok(())
}

fn count_of(vm: &Vm, a: &[Value]) -> R {
    let mut count = 0;
    search(vm, a, |_| {
        count += 1;
        false
    })?;
    Ok(Value::Int(count))
}

fn index_of(vm: &Vm, a: &[Value]) -> R {
    let mut place = None;
    search(vm, a, |at| {
        place = Some(at);
        true
    })?;
    match place {
        Some(at) => Ok(Value::Int(at)),
        None => Err(vm.value_error("sequence.index(x): x not in sequence")),
    }
}

fn length_hint(vm: &Vm, a: &[Value]) -> R {
    let default = match a[1].bound() {
        Some(v) if aio_interp::ops::convert::int_ref(&vm.native(v)).is_none() => {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!(
                "'{name}' object cannot be interpreted as an integer"
            )));
        }
        Some(v) => vm.to_index(v)?,
        None => 0,
    };
    if vm.special(&a[0], &vm.names.len_).is_some() {
        let len = vm.len(&a[0]);
        match len {
            Ok(len) => return Ok(len.into()),
            Err(raised) if vm.catch(&vm.exceptions.TypeError).is_none() => return Err(raised),
            Err(_) => {}
        }
    }
    let hint = vm.call_special(&a[0], &vm.name("__length_hint__"), &[]);
    let hint = match hint {
        Ok(Some(hint)) if !matches!(hint, Value::NotImplemented) => hint,
        Ok(_) => return Ok(Value::Int(default)),
        Err(raised) if vm.catch(&vm.exceptions.TypeError).is_none() => return Err(raised),
        Err(_) => return Ok(Value::Int(default)),
    };
    if aio_interp::ops::convert::int_ref(&vm.native(&hint)).is_none() {
        let name = vm.type_name(&hint);
        return Err(vm.type_error(format!("__length_hint__ must be an integer, not {name}")));
    }
    match vm.to_index(&hint)? {
        hint if hint < 0 => Err(vm.value_error("__length_hint__() should return >= 0")),
        hint => Ok(Value::Int(hint)),
    }
}
