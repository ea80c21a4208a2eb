//! The right side of the `%` operator, and the directive's parts that come from it: shared by
//! `str` and `bytes`.

use crate::builtins::int::int_of;
use crate::format::{Count, Directive, Flags, PercentSpec};
use crate::object::{Kind, Ref};
use crate::objects::tuple::TupleObj;
use crate::ops::convert::int_ref;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Where arguments are taken from.
enum Source {
    /// A tuple, and how many of its items were taken.
    Tuple(Ref<TupleObj>, usize),
    /// One value, and whether it was taken.
    One(Value, bool),
}

/// The arguments of a template.
pub(super) struct Arguments<'v> {
    vm: &'v Vm,
    source: Source,
    /// The right side, if keys may be looked up in it.
    mapping: Option<Value>,
    /// `string` or `bytes`: the word in messages.
    what: &'static str,
}

impl<'v> Arguments<'v> {
    /// The arguments given on the right side.
    pub(super) fn new(vm: &'v Vm, right: &Value, what: &'static str) -> Arguments<'v> {
        let (source, mapping) = match vm.native(right).downcast::<TupleObj>() {
            Some(t) => (Source::Tuple(t.clone(), 0), None),
            None => {
                let mapping = is_mapping(vm, right, what).then(|| right.clone());
                (Source::One(right.clone(), false), mapping)
            }
        };
        Arguments {
            vm,
            source,
            mapping,
            what,
        }
    }

    /// The next argument.
    pub(super) fn next(&mut self) -> R {
        match &mut self.source {
            Source::Tuple(t, at) => {
                if let Some(item) = t.items().get(*at) {
                    *at += 1;
                    return Ok(item.clone());
                }
            }
            Source::One(v, taken) => {
                if !*taken {
                    *taken = true;
                    return Ok(v.clone());
                }
            }
        }
        Err(self.vm.type_error("not enough arguments for format string"))
    }

    /// Raises unless keys may be looked up.
    pub(super) fn mapping(&self) -> R<&Value> {
        match &self.mapping {
            Some(mapping) => Ok(mapping),
            None => Err(self.vm.type_error("format requires a mapping")),
        }
    }

    /// From here on, arguments come from the value of this key.
    pub(super) fn look_up(&mut self, key: &Value) -> R<()> {
        let found = self.vm.get_item(self.mapping()?, key)?;
        self.source = Source::One(found, false);
        Ok(())
    }

    /// Raises if arguments are left over.
    pub(super) fn finish(&self) -> R<()> {
        let is_left = match &self.source {
            Source::Tuple(t, at) => *at < t.items().len(),
            Source::One(_, taken) => !taken && self.mapping.is_none(),
        };
        if is_left {
            let text = format!(
                "not all arguments converted during {} formatting",
                self.what
            );
            return Err(self.vm.type_error(text));
        }
        Ok(())
    }

    /// Width and precision, a `*` among them taken from the arguments.
    pub(super) fn counts<T>(&mut self, directive: &Directive<T>) -> R<PercentSpec> {
        let mut spec = PercentSpec {
            flags: directive.flags,
            width: None,
            precision: None,
            conversion: '\0',
        };
        spec.width = match directive.width {
            Some(Count::Star) => Some(self.star_width(&mut spec.flags)?),
            Some(Count::Number(n)) => Some(n),
            None => None,
        };
        spec.precision = match directive.precision {
            Some(Count::Star) => Some(self.star(i64::from(i32::MAX), "int")?.max(0) as usize),
            Some(Count::Number(n)) => Some(n),
            None => None,
        };
        Ok(spec)
    }

    fn star_width(&mut self, flags: &mut Flags) -> R<usize> {
        let width = self.star(i64::MAX, "ssize_t")?;
        flags.left |= width < 0;
        Ok(width.unsigned_abs() as usize)
    }

    fn star(&mut self, most: i64, c_type: &str) -> R<i64> {
        let v = self.vm.native(&self.next()?);
        let Some(n) = int_ref(&v) else {
            return Err(self.vm.type_error("* wants int"));
        };
        match n.to_i64().filter(|n| (-most - 1..=most).contains(n)) {
            Some(n) => Ok(n),
            None => {
                let text = format!("Python int too large to convert to C {c_type}");
                Err(self.vm.overflow_error(text))
            }
        }
    }
}

/// True for what has items, other than what the template itself may be.
fn is_mapping(vm: &Vm, v: &Value, what: &str) -> bool {
    if !matches!(v, Value::Obj(_)) {
        return false;
    }
    match vm.native(v).kind() {
        Some(Kind::Str) => return false,
        Some(Kind::Bytes | Kind::ByteArray) if what == "bytes" => return false,
        Some(Kind::Class | Kind::Function | Kind::Native) => return false,
        _ => {}
    }
    vm.special(v, &vm.names.getitem_).is_some()
}

/// The int for one of `d i u o x X`.
pub(super) fn integer(vm: &Vm, v: Value, conversion: char) -> R {
    if int_ref(&v).is_some() {
        return Ok(v);
    }
    let is_whole_only = matches!(conversion, 'o' | 'x' | 'X');
    let made = match &v {
        Value::Float(_) if !is_whole_only => int_of(vm, &v),
        Value::Obj(o) if matches!(o.kind(), Kind::Instance | Kind::Host) => {
            let native = vm.native(&v);
            if int_ref(&native).is_some() {
                return Ok(native);
            }
            if is_whole_only {
                vm.to_integer(&v)
            } else if matches!(
                native.kind(),
                Some(Kind::Str | Kind::Bytes | Kind::ByteArray)
            ) || !is_number(vm, &v)
            {
                return Err(no_number(vm, &v, conversion));
            } else {
                int_of(vm, &v)
            }
        }
        _ => return Err(no_number(vm, &v, conversion)),
    };
    match made {
        Ok(n) => Ok(n),
        Err(raised) => match vm.catch(&vm.exceptions.TypeError) {
            Some(_) => Err(no_number(vm, &v, conversion)),
            None => Err(raised),
        },
    }
}

/// A number in CPython's sense: `__trunc__` makes none.
fn is_number(vm: &Vm, v: &Value) -> bool {
    let names = &vm.names;
    [&names.int_, &names.index_, &names.float_]
        .iter()
        .any(|name| vm.special(v, name).is_some())
}

#[cold]
fn no_number(vm: &Vm, v: &Value, conversion: char) -> Raised {
    let wanted = match conversion {
        'o' | 'x' | 'X' => "an integer",
        _ => "a real number",
    };
    let name = vm.type_name(v);
    vm.type_error(format!(
        "%{conversion} format: {wanted} is required, not {name}"
    ))
}
