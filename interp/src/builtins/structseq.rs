//! Named tuples of the runtime: `sys.version_info`, `time.struct_time` and the like.
//!
//! Each is a subclass of `tuple` whose fields have names, made when it is first needed.

use std::cell::RefCell;

use super::class::keyword_pairs;
use super::this;
use crate::native::{Native, method, static_method};
use crate::object::Ref;
use crate::objects::class::ClassObj;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::function::{Attribute, GetSetObj, NativeObj, StaticMethodObj};
use crate::objects::instance::InstanceObj;
use crate::objects::str::Name;
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// What such a class is made from.
pub struct StructSpec {
    /// `__module__`.
    pub module: &'static str,
    /// `__name__`.
    pub name: &'static str,
    /// `__doc__`.
    pub doc: &'static str,
    /// The fields in order. Those from `visible` on have a name only.
    pub fields: &'static [Attribute],
    /// How many fields are items of the tuple.
    pub visible: usize,
    /// Scripts may make instances.
    pub can_make: bool,
}

/// A field: its name and position.
pub const fn field<const AT: usize>(name: &'static str) -> Attribute {
    Attribute {
        name,
        get: get_field::<AT>,
        set: Some(super::read_only),
    }
}

fn get_field<const AT: usize>(vm: &Vm, v: &Value) -> R {
    let payload = vm.native(v);
    if let Some(value) = payload
        .downcast::<TupleObj>()
        .and_then(|items| items.items().get(AT))
    {
        return Ok(value.clone());
    }
    let hidden = v
        .downcast::<InstanceObj>()
        .and_then(|i| i.own(&vm.name(HIDDEN)));
    let hidden = hidden.as_ref().and_then(|h| h.downcast::<TupleObj>());
    Ok(hidden
        .and_then(|h| h.items().get(AT).cloned())
        .unwrap_or(Value::None))
}

/// The attribute that keeps all fields of an instance some of whose fields are not items.
const HIDDEN: &str = "_fields";

static REPR: Native = method("__repr__()", "Return repr(self).", repr);
static REDUCE: Native = method("__reduce__()", "Helper for pickle.", reduce);
static REPLACE: Native = method(
    "__replace__(**changes)",
    "Return a copy of the structure with new values for the specified fields.",
    replace,
);
static NEW: Native = static_method(
    "__new__(cls, sequence, dict=<unrepresentable>)",
    "Create and return a new object.",
    new,
);
static NOT_NEW: Native = static_method(
    "__new__(cls, *args, **kwargs)",
    "Instances cannot be created.",
    |vm, args| {
        let name = match args[0].downcast::<ClassObj>() {
            Some(class) => class.full_name(vm),
            None => String::new(),
        };
        Err(vm.type_error(format!("cannot create '{name}' instances")))
    },
);

/// The class of this description.
///
/// # Errors
/// What making a class can raise.
pub fn struct_class(vm: &Vm, spec: &'static StructSpec) -> R<Ref<ClassObj>> {
    let namespace = new_dict();
    let set = |name: &str, value: Value| namespace.set_name(&vm.name(name), value);
    set("__module__", vm.text(spec.module));
    set("__doc__", vm.text(spec.doc));
    set("n_fields", spec.fields.len().into());
    set("n_sequence_fields", spec.visible.into());
    set("n_unnamed_fields", Value::Int(0));
    let names = spec.fields[..spec.visible].iter();
    set(
        "__match_args__",
        tuple(names.map(|f| vm.text(f.name)).collect()),
    );
    let bases = tuple(vec![(&vm.classes.tuple).into()]);
    let class = vm.call(
        &(&vm.classes.type_).into(),
        &[vm.text(spec.name), bases, namespace.into()],
    )?;
    let Some(class) = class.downcast::<ClassObj>() else {
        return Err(vm.system_error("type() made no class"));
    };
    for row in spec.fields {
        let descriptor = GetSetObj {
            row,
            class: class.clone(),
        };
        class.set_own(vm, &vm.name(row.name), Ref::new(descriptor).into());
    }
    let native = |row: &'static Native| -> Value {
        Ref::new(NativeObj {
            row,
            signature: Default::default(),
            class: Some(class.clone()),
            module: None,
        })
        .into()
    };
    class.set_own(vm, &vm.names.repr_, native(&REPR));
    class.set_own(vm, &vm.names.reduce_, native(&REDUCE));
    class.set_own(vm, &vm.name("__replace__"), native(&REPLACE));
    let made = StaticMethodObj {
        function: native(if spec.can_make { &NEW } else { &NOT_NEW }),
        attrs: RefCell::default(),
    };
    class.set_own(vm, &vm.names.new_, Ref::new(made).into());
    class.can_subclass.set(false);
    Ok(class.clone())
}

/// An instance with these fields, all of them.
pub fn struct_value(vm: &Vm, class: &Ref<ClassObj>, fields: Vec<Value>) -> Value {
    let count = class.own(vm, &vm.name("n_sequence_fields"));
    let visible = count.and_then(|n| n.as_int()).unwrap_or(0) as usize;
    let items = fields[..visible.min(fields.len())].to_vec();
    let instance = Ref::<InstanceObj>::with_payload(class, tuple(items));
    if fields.len() > visible {
        instance.set_own(&vm.name(HIDDEN), tuple(fields));
    }
    instance.into()
}

fn new(vm: &Vm, args: &[Value]) -> R {
    let Some(class) = args[0].downcast::<ClassObj>() else {
        return Err(vm.type_error("__new__(X): X is not a type object"));
    };
    let number = |name: &str| -> usize {
        let value = class.own(vm, &vm.name(name));
        value.and_then(|n| n.as_int()).unwrap_or(0) as usize
    };
    let (visible, all) = (number("n_sequence_fields"), number("n_fields"));
    let is_sequence = vm.special(&args[1], &vm.names.iter_).is_some()
        || vm.special(&args[1], &vm.names.getitem_).is_some();
    if !is_sequence {
        return Err(vm.type_error("constructor requires a sequence"));
    }
    let mut fields = vm.collect(&args[1])?;
    let wrong = |how: &str, wanted: usize| {
        let name = class.full_name(vm);
        vm.type_error(format!(
            "{name}() takes {how} {wanted}-sequence ({}-sequence given)",
            fields.len()
        ))
    };
    if fields.len() < visible {
        return Err(wrong(
            if visible == all { "a" } else { "an at least" },
            visible,
        ));
    }
    if fields.len() > all {
        return Err(wrong(if visible == all { "a" } else { "an at most" }, all));
    }
    let hidden = match args[2].bound() {
        Some(given) => vm.native(given),
        None => new_dict().into(),
    };
    let Some(hidden) = hidden.downcast::<DictObj>() else {
        let name = class.full_name(vm);
        return Err(vm.type_error(format!("{name}() takes a dict as second arg, if any")));
    };
    let given = fields.len() - visible;
    let mut used = 0;
    for name in hidden_names(vm, class).iter().skip(given) {
        let value = hidden.get_name(name);
        used += usize::from(value.is_some());
        fields.push(value.unwrap_or(Value::None));
    }
    if used < hidden.len() {
        let name = class.full_name(vm);
        return Err(vm.type_error(format!(
            "{name}() got duplicate or unexpected field name(s)"
        )));
    }
    Ok(struct_value(vm, class, fields))
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let class = vm.class_of(&args[0]);
    let payload = vm.native(&args[0]);
    let items = this::<TupleObj>(vm, &payload, "tuple", "__repr__")?;
    let names = class.own(vm, &vm.names.match_args_).unwrap_or(Value::None);
    let names = names.downcast::<TupleObj>();
    let mut shown = Vec::new();
    for (i, item) in items.items().iter().enumerate() {
        let name = names.and_then(|n| n.items().get(i)?.as_str());
        let value = vm.repr(item)?;
        shown.push(format!("{}={}", name.unwrap_or("?"), value.as_str()));
    }
    Ok(vm.text(&format!("{}({})", class.full_name(vm), shown.join(", "))))
}

/// `(class, (items, hidden))`: the fields that are no items by their names.
fn reduce(vm: &Vm, args: &[Value]) -> R {
    let class = vm.class_of(&args[0]);
    let payload = vm.native(&args[0]);
    let hidden = new_dict();
    for name in hidden_names(vm, &class) {
        hidden.set_name(&name, vm.get_attr(&args[0], &name)?);
    }
    Ok(tuple(vec![
        class.into(),
        tuple(vec![payload, hidden.into()]),
    ]))
}

/// `copy.replace`: the same with other values for some fields.
fn replace(vm: &Vm, args: &[Value]) -> R {
    let class = vm.class_of(&args[0]);
    let payload = vm.native(&args[0]);
    let mut fields = vm.collect(&payload)?;
    let names = class.own(vm, &vm.names.match_args_).unwrap_or(Value::None);
    let mut names: Vec<Name> = vm
        .collect(&names)?
        .iter()
        .filter_map(|n| n.downcast().map(|n| vm.interned.name_of(n)))
        .collect();
    for name in hidden_names(vm, &class) {
        fields.push(vm.get_attr(&args[0], &name)?);
        names.push(name);
    }
    let mut unknown = Vec::new();
    for (name, value) in keyword_pairs(vm, &args[1]) {
        match names.iter().position(|n| *n == name) {
            Some(at) => fields[at] = value,
            None => unknown.push(vm.text(name.as_str())),
        }
    }
    if !unknown.is_empty() {
        let shown = vm.repr(&crate::objects::list::list(unknown))?;
        return Err(vm.type_error(format!("Got unexpected field name(s): {}", shown.as_str())));
    }
    Ok(struct_value(vm, &class, fields))
}

/// The names of the fields that are no items of the tuple.
fn hidden_names(vm: &Vm, class: &Ref<ClassObj>) -> Vec<Name> {
    let visible = class.own(vm, &vm.names.match_args_).unwrap_or(Value::None);
    let visible = visible
        .downcast::<TupleObj>()
        .map_or(&[][..], |t| t.items());
    let namespace = class.namespace.read();
    namespace
        .iter()
        .filter(|(_, v)| v.downcast::<GetSetObj>().is_some())
        .map(|(name, _)| name.clone())
        .filter(|name| !name.as_str().starts_with("__"))
        .filter(|name| !visible.iter().any(|v| v.as_str() == Some(name.as_str())))
        .collect()
}
