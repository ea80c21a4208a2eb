//! `translate` and `maketrans` of strings.

use super::{expect_argument, maybe_same, this};
use crate::object::Ref;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::str::StrObj;
use crate::ops::convert::int_ref;
use crate::text::surrogate::{code_point, from_code_point};
use crate::text::translate::{Action, translate};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// A string that a table holds.
struct Text(Ref<StrObj>);

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.0.as_str()
    }
}

pub(super) fn translate_row(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "translate")?;
    let table = &a[1];
    let made = translate(s.as_str(), |c| look_up(vm, table, c))?;
    Ok(maybe_same(vm, s, &made))
}

/// What the table says of a character; a `LookupError` means that it stays.
fn look_up(vm: &Vm, table: &Value, c: char) -> R<Action<Text>> {
    let key = Value::Int(i64::from(code_point(c)));
    let found = match table.downcast::<DictObj>() {
        Some(dict) => dict.get(vm, &key)?,
        None => {
            let found = vm.get_item(table, &key);
            vm.unless_raised(&vm.exceptions.LookupError, found)?
        }
    };
    match found {
        None => Ok(Action::Keep),
        Some(Value::None) => Ok(Action::Delete),
        Some(v) => action(vm, &vm.native(&v)),
    }
}

fn action(vm: &Vm, v: &Value) -> R<Action<Text>> {
    if let Some(n) = int_ref(v) {
        let code = n.to_i64().and_then(|n| u32::try_from(n).ok());
        return match code.and_then(from_code_point) {
            Some(c) => Ok(Action::Char(c)),
            None => Err(vm.value_error("character mapping must be in range(0x110000)")),
        };
    }
    match v.downcast::<StrObj>() {
        Some(s) => {
            let mut chars = s.as_str().chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => Ok(Action::Char(c)),
                _ => Ok(Action::Text(Text(s.clone()))),
            }
        }
        None => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

/// `str.maketrans(x, y, z)`
pub(super) fn maketrans(vm: &Vm, a: &[Value]) -> R {
    let table = new_dict();
    let (x, y, z) = (&a[0], &a[1], &a[2]);
    if y.is_unbound() {
        from_dict(vm, &table, x)?;
        return Ok(table.into());
    }
    let to = expect_argument(vm, y, "maketrans", "argument 2")?;
    if !z.is_unbound() {
        expect_argument(vm, z, "maketrans", "argument 3")?;
    }
    let Some(from) = vm.native(x).downcast::<StrObj>().cloned() else {
        let text = "first maketrans argument must be a string if there is a second argument";
        return Err(vm.type_error(text));
    };
    let gone = match z.bound() {
        Some(z) => Some(expect_argument(vm, z, "maketrans", "argument 3")?),
        None => None,
    };
    if from.char_len() != to.char_len() {
        let text = "the first two maketrans arguments must have equal length";
        return Err(vm.value_error(text));
    }
    let code = |c: char| Value::Int(i64::from(code_point(c)));
    for (from, to) in from.as_str().chars().zip(to.as_str().chars()) {
        table.set(vm, code(from), code(to))?;
    }
    for c in gone.iter().flat_map(|gone| gone.as_str().chars()) {
        table.set(vm, code(c), Value::None)?;
    }
    Ok(table.into())
}

fn from_dict(vm: &Vm, table: &Ref<DictObj>, x: &Value) -> R<()> {
    let Some(given) = x.downcast::<DictObj>() else {
        let text = "if you give only one argument to maketrans it must be a dict";
        return Err(vm.type_error(text));
    };
    for (key, value) in given.entries() {
        let key = table_key(vm, key)?;
        table.set(vm, key, value)?;
    }
    Ok(())
}

/// A key as the number of a character.
fn table_key(vm: &Vm, key: Value) -> R {
    let native = vm.native(&key);
    if int_ref(&native).is_some() {
        return Ok(key);
    }
    let Some(text) = native.as_str() else {
        return Err(wrong_key(vm));
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(Value::Int(i64::from(code_point(c)))),
        _ => Err(vm.value_error("string keys in translate table must be of length 1")),
    }
}

#[cold]
fn wrong_key(vm: &Vm) -> Raised {
    vm.type_error("keys in translate table must be strings or integers")
}
