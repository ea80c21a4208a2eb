//! `BaseExceptionGroup` and `ExceptionGroup`.

use super::base::{new_arguments, refuse_keywords};
use super::{own_field, this};
use crate::builtins::read_only;
use crate::native::{Native, class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::Attribute;
use crate::objects::list::{ListObj, list};
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const METHODS: &[Native] = &[
    static_method(
        "__new__(*args, **kwargs)",
        "Create and return a new object.",
        new,
    ),
    method("__init__(*args, **kwargs)", "Initialize self.", init),
    method("__str__()", "Return str(self).", to_str),
    method(
        "derive(excs, /)",
        "Return a group with other exceptions.",
        derive,
    ),
    method(
        "split(condition, /)",
        "Return what matches and what does not.",
        split_method,
    ),
    method(
        "subgroup(condition, /)",
        "Return the part that matches.",
        subgroup,
    ),
    class_method(
        "__class_getitem__(item, /)",
        "See PEP 585",
        crate::builtins::alias::class_getitem,
    ),
];

pub(super) const FIELDS: &[Attribute] = &[
    Attribute {
        name: "message",
        get: |vm, v| Ok(own_field(this(vm, v, "message")?, &vm.names.message)),
        set: Some(read_only),
    },
    Attribute {
        name: "exceptions",
        get: |vm, v| Ok(own_field(this(vm, v, "exceptions")?, &vm.names.exceptions)),
        set: Some(read_only),
    },
];

fn new(vm: &Vm, args: &[Value]) -> R {
    let (class, given) = new_arguments(vm, args)?;
    let [message, exceptions] = given else {
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            given.len()
        )));
    };
    if !vm.native(message).is_kind(Kind::Str) {
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            vm.type_name(message)
        )));
    }
    let members = members(vm, exceptions)?;
    let class = class_for(vm, class, &members)?;
    let group = Ref::<ExceptionObj>::of_class(&class, given.to_vec());
    group.attrs().set_name(&vm.names.message, message.clone());
    group.attrs().set_name(&vm.names.exceptions, tuple(members));
    Ok(group.into())
}

fn members(vm: &Vm, exceptions: &Value) -> R<Vec<Value>> {
    let is_sequence = matches!(vm.native(exceptions).kind(), Some(Kind::List | Kind::Tuple))
        || vm.special(exceptions, &vm.names.getitem_).is_some_and(|_| {
            !matches!(vm.native(exceptions).kind(), Some(Kind::Dict | Kind::Class))
        });
    if !is_sequence {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let members = vm.collect(exceptions)?;
    if members.is_empty() {
        let text = "second argument (exceptions) must be a non-empty sequence";
        return Err(vm.value_error(text));
    }
    if let Some(at) = members
        .iter()
        .position(|m| m.downcast::<ExceptionObj>().is_none())
    {
        return Err(vm.value_error(format!(
            "Item {at} of second argument (exceptions) is not an exception"
        )));
    }
    Ok(members)
}

/// The class of the group: a `BaseExceptionGroup` of nothing but `Exception`s is an
/// `ExceptionGroup`.
fn class_for(vm: &Vm, class: &Ref<ClassObj>, members: &[Value]) -> R<Ref<ClassObj>> {
    let e = &vm.exceptions;
    let plain = members
        .iter()
        .all(|m| vm.class_of(m).is_subclass(&e.Exception));
    if plain && class.is(&e.BaseExceptionGroup) {
        return Ok(e.ExceptionGroup.clone());
    }
    if plain || !class.is_subclass(&e.Exception) {
        return Ok(class.clone());
    }
    let what = if class.is(&e.ExceptionGroup) {
        "an ExceptionGroup".to_owned()
    } else {
        format!("'{}'", class.name_text())
    };
    Err(vm.type_error(format!("Cannot nest BaseExceptions in {what}")))
}

fn init(vm: &Vm, args: &[Value]) -> R {
    let group = this(vm, &args[0], "__init__")?;
    refuse_keywords(vm, group, &args[2])?;
    super::base::init_args(group, &args[1]);
    Ok(Value::None)
}

fn exceptions_of(vm: &Vm, group: &ExceptionObj) -> Vec<Value> {
    let members = own_field(group, &vm.names.exceptions);
    members
        .downcast::<TupleObj>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default()
}

fn to_str(vm: &Vm, args: &[Value]) -> R {
    let group = this(vm, &args[0], "__str__")?;
    let message = vm.str(&own_field(group, &vm.names.message))?;
    let count = exceptions_of(vm, group).len();
    let plural = if count == 1 { "" } else { "s" };
    Ok(vm.text(&format!(
        "{} ({count} sub-exception{plural})",
        message.as_str()
    )))
}

fn derive(vm: &Vm, args: &[Value]) -> R {
    let group = this(vm, &args[0], "derive")?;
    let message = own_field(group, &vm.names.message);
    vm.call(
        &(&vm.exceptions.BaseExceptionGroup).into(),
        &[message, args[1].clone()],
    )
}

/// What `split` and `subgroup` look for.
enum Condition<'a> {
    Classes(&'a Value),
    Predicate(&'a Value),
    /// These exceptions, by address.
    Members(&'a [usize]),
}

fn condition<'a>(vm: &Vm, v: &'a Value) -> R<Condition<'a>> {
    let is_class = |v: &Value| {
        v.downcast::<ClassObj>()
            .is_some_and(|c| c.is_subclass(&vm.exceptions.BaseException))
    };
    if is_class(v)
        || v.downcast::<TupleObj>()
            .is_some_and(|t| t.items().iter().all(is_class))
    {
        return Ok(Condition::Classes(v));
    }
    if vm.is_callable(v) && !v.is_kind(Kind::Class) {
        return Ok(Condition::Predicate(v));
    }
    Err(vm.type_error(
        "expected an exception type, a tuple of exception types, or a callable (other than a \
         class)",
    ))
}

fn matches(vm: &Vm, exception: &Value, condition: &Condition<'_>) -> R<bool> {
    match condition {
        Condition::Classes(classes) => vm.is_instance(exception, classes),
        Condition::Predicate(predicate) => {
            let answer = vm.call(predicate, std::slice::from_ref(exception))?;
            vm.truth(&answer)
        }
        Condition::Members(addresses) => Ok(exception
            .as_obj()
            .is_some_and(|o| addresses.contains(&o.address()))),
    }
}

/// The part of a group (or exception) that matches, and the rest; `None` for nothing.
pub fn split(vm: &Vm, exception: &Value, condition_value: &Value) -> R<(Value, Value)> {
    let condition = condition(vm, condition_value)?;
    split_by(vm, exception, &condition)
}

/// The part of `group` with those of its leaves that stand in one of `parts`; `None` for nothing.
pub fn project(vm: &Vm, group: &Value, parts: &[Value]) -> R {
    let mut addresses = Vec::new();
    for part in parts {
        leaves(vm, part, &mut addresses);
    }
    split_by(vm, group, &Condition::Members(&addresses)).map(|parts| parts.0)
}

fn leaves(vm: &Vm, exception: &Value, addresses: &mut Vec<usize>) {
    let Some(e) = exception.downcast::<ExceptionObj>() else {
        return;
    };
    if e.class().is_subclass(&vm.exceptions.BaseExceptionGroup) {
        for member in exceptions_of(vm, e) {
            leaves(vm, &member, addresses);
        }
    } else {
        addresses.push(e.obj().address());
    }
}

fn split_by(vm: &Vm, exception: &Value, condition: &Condition<'_>) -> R<(Value, Value)> {
    let _guard = vm.enter_native()?;
    if matches(vm, exception, condition)? {
        return Ok((exception.clone(), Value::None));
    }
    let group = exception
        .downcast::<ExceptionObj>()
        .filter(|e| e.class().is_subclass(&vm.exceptions.BaseExceptionGroup));
    let Some(group) = group else {
        return Ok((Value::None, exception.clone()));
    };
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    for member in exceptions_of(vm, group) {
        let (yes, no) = split_by(vm, &member, condition)?;
        matching.extend(Some(yes).filter(|v| !v.is_none()));
        rest.extend(Some(no).filter(|v| !v.is_none()));
    }
    Ok((subset(vm, group, matching)?, subset(vm, group, rest)?))
}

/// A group like `group` with fewer members; `None` for none.
fn subset(vm: &Vm, group: &Ref<ExceptionObj>, members: Vec<Value>) -> R {
    if members.is_empty() {
        return Ok(Value::None);
    }
    let derived = vm.call_method(&group.into(), &vm.name("derive"), &[list(members)])?;
    let made = derived
        .downcast::<ExceptionObj>()
        .filter(|e| e.class().is_subclass(&vm.exceptions.BaseExceptionGroup));
    let Some(made) = made else {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    // The very traceback objects are shared.
    vm.traceback_of(group);
    drop(made.trace.replace(group.trace.borrow().clone()));
    drop(made.seen_trace.replace(group.seen_trace.borrow().clone()));
    drop(made.context.replace(group.context.borrow().clone()));
    drop(made.cause.replace(group.cause.borrow().clone()));
    made.suppress_context.set(group.suppress_context.get());
    let notes = own_field(group, &vm.names.notes_);
    if let Some(notes) = notes.downcast::<ListObj>() {
        made.attrs()
            .set_name(&vm.names.notes_, list(notes.to_vec()));
    }
    Ok(derived)
}

fn split_method(vm: &Vm, args: &[Value]) -> R {
    this(vm, &args[0], "split")?;
    let (matching, rest) = split(vm, &args[0], &args[1])?;
    Ok(tuple(vec![matching, rest]))
}

fn subgroup(vm: &Vm, args: &[Value]) -> R {
    this(vm, &args[0], "subgroup")?;
    split(vm, &args[0], &args[1]).map(|parts| parts.0)
}
