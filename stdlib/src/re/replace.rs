//! `sub`, `subn` and `expand`.

use std::rc::Rc;

use aio_interp::object::Kind;
use aio_interp::objects::tuple::tuple_of;
use aio_interp::{R, Raised, Value, Vm};

use super::pattern::{self, Pattern};
use super::scan::Next;
use super::subject::Subject;
use super::template::Template;
use super::{found, raise};

/// What matches are replaced with.
enum By {
    Text(Vec<u8>),
    Template(Rc<Template>),
    Function,
    /// Something of another type, which shows when it is needed.
    Other,
}

/// The new text and how often something was replaced.
pub fn sub(vm: &Vm, pattern: &Value, by: &Value, string: &Value, count: &Value) -> R<(Value, i64)> {
    let this = pattern::this(vm, pattern)?;
    let what = replacement(vm, this, by)?;
    let subject = Subject::new(vm, string, this.is_text)?;
    let limit = pattern::bound(vm, count, 0)?;
    let len = subject.bytes().len();
    let mut out = Vec::new();
    let (mut count, mut last, mut pieces) = (0, 0, 0);
    this.with_matcher(vm, &subject, len, |m| {
        let mut next = Next::at(0);
        while (limit == 0 || count < limit) && next.search(m)? {
            let (start, end) = m.span();
            if last < start {
                out.extend_from_slice(&subject.bytes()[last..start]);
                pieces += 1;
            }
            match &what {
                By::Text(text) => out.extend_from_slice(text),
                By::Template(template) => template.expand(&mut out, &subject, m.slots()),
                By::Function => {
                    let slots = found::slots_of(m.slots(), this);
                    let found = found::new(vm, pattern, subject.clone(), slots, (0, len));
                    let made = vm.call(by, &[found])?;
                    if !made.is_none() {
                        add(vm, &mut out, &subject, &made, pieces)?;
                    }
                }
                By::Other => add(vm, &mut out, &subject, by, pieces)?,
            }
            pieces += 1;
            last = end;
            count += 1;
            if count & 0xfff == 0 {
                vm.poll()?;
            }
        }
        Ok(())
    })?;
    if count == 0 {
        return Ok((subject.slice(vm, 0, len), 0));
    }
    out.extend_from_slice(&subject.bytes()[last..]);
    Ok((subject.value_of(vm, out), count))
}

/// As `sub`, in a tuple.
pub fn subn(vm: &Vm, pattern: &Value, by: &Value, string: &Value, count: &Value) -> R {
    let (text, count) = sub(vm, pattern, by, string, count)?;
    Ok(tuple_of([text, Value::Int(count)]))
}

fn add(vm: &Vm, out: &mut Vec<u8>, subject: &Subject, part: &Value, index: usize) -> R<()> {
    let native = vm.native(part);
    match subject.part(&native) {
        Some(text) => {
            out.extend_from_slice(&text);
            Ok(())
        }
        None => Err(wrong_part(vm, subject, part, index)),
    }
}

#[cold]
fn wrong_part(vm: &Vm, subject: &Subject, part: &Value, index: usize) -> Raised {
    let is_text = vm.native(&subject.original).is_kind(Kind::Str);
    let wanted = match is_text {
        true => "str instance",
        false => "a bytes-like object",
    };
    let found = vm.type_name(part);
    vm.type_error(format!(
        "sequence item {index}: expected {wanted}, {found} found"
    ))
}

fn replacement(vm: &Vm, this: &Pattern, by: &Value) -> R<By> {
    if vm.is_callable(by) {
        return Ok(By::Function);
    }
    let native = vm.native(by);
    let text = match native.as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => match aio_interp::builtins::bytes::bytes_of(&native) {
            Some(data) => data,
            None => {
                // As CPython, which first of all takes it for a template.
                return Err(vm.type_error(format!(
                    "decoding to str: need a bytes-like object, {} found",
                    vm.type_name(by)
                )));
            }
        },
    };
    if text.contains(&b'\\') {
        return template(vm, this, by).map(By::Template);
    }
    match native.as_str().is_some() == this.is_text {
        true => Ok(By::Text(text)),
        false => Ok(By::Other),
    }
}

/// The template in a value; the last one is remembered.
fn template(vm: &Vm, this: &Pattern, by: &Value) -> R<Rc<Template>> {
    if let Some((text, template)) = &*this.template.borrow() {
        if text.is(by) {
            return Ok(template.clone());
        }
    }
    let native = vm.native(by);
    let text = match native.as_str() {
        Some(text) => text.to_owned(),
        None => super::latin1(&aio_interp::builtins::bytes::bytes_of(&native).unwrap_or_default()),
    };
    let template = match Template::parse(&text, this) {
        Ok(template) => Rc::new(template),
        Err(fault) => return Err(raise(vm, fault, by)),
    };
    drop(this.template.replace(Some((by.clone(), template.clone()))));
    Ok(template)
}

/// The text of a template for a match.
pub fn expand(vm: &Vm, pattern: &Value, subject: &Subject, slots: &[usize], by: &Value) -> R {
    let this = pattern::this(vm, pattern)?;
    let template = template(vm, this, by)?;
    let mut out = Vec::new();
    template.expand(&mut out, subject, slots);
    Ok(subject.value_of(vm, out))
}
