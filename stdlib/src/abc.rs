//! `_abc`: `ABCMeta`, the metaclass of abstract classes. The rest of `abc` is in `abc.aio`.
//!
//! Answers are remembered by the version of the class asked about. Versions are unique and change
//! with the class, so an answer can go unused but never be wrong; what was denied is forgotten
//! when anything is registered anywhere.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use aio_interp::builtins::class::spread;
use aio_interp::builtins::weakref;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, native, static_method};
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::WeakrefObj;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::set::SetObj;
use aio_interp::objects::str::Name;
use aio_interp::{R, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_abc", "The metaclass of abstract classes.");
    vm.add_natives(&module, ROWS);
    let class = abc(vm).meta.clone();
    module.dict.set_name(&vm.name("ABCMeta"), class.into());
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "get_cache_token()",
        "Returns the current ABC cache token.",
        |vm, _| Ok(Value::Int(abc(vm).token.get())),
    ),
    native(
        "abstract_names(cls, /)",
        "The names of the abstract methods of a class, as they are now.",
        |vm, a| match a[0].downcast::<ClassObj>() {
            Some(class) => abstract_names(vm, class).map(Value::from),
            None => Ok(Value::None),
        },
    ),
];

static ABC_META: ClassSpec = ClassSpec {
    name: "ABCMeta",
    module: "abc",
    doc: "Metaclass for defining Abstract Base Classes (ABCs).",
    layout: Layout::Class,
    methods: &[
        static_method(
            "__new__(*args, **kwargs)",
            "Create and return a new object.",
            new,
        ),
        method(
            "register(subclass)",
            "Register a virtual subclass of an ABC.\n\nReturns the subclass, to allow usage as a class decorator.",
            register,
        ),
        method(
            "__instancecheck__(instance)",
            "Override for isinstance(instance, cls).",
            instancecheck,
        ),
        method(
            "__subclasscheck__(subclass)",
            "Override for issubclass(subclass, cls).",
            subclasscheck,
        ),
        method(
            "_abc_registry_clear()",
            "Clear the registry (for debugging or testing).",
            |vm, a| clear(vm, &a[0], true),
        ),
        method(
            "_abc_caches_clear()",
            "Clear the caches (for debugging or testing).",
            |vm, a| clear(vm, &a[0], false),
        ),
    ],
    attributes: &[],
    subclassable: true,
};

static ABC_DATA: ClassSpec = ClassSpec {
    name: "_abc_data",
    module: "_abc",
    doc: "Internal state held by ABC machinery.",
    layout: Layout::Native(aio_interp::object::Kind::Host),
    methods: &[],
    attributes: &[],
    subclassable: false,
};

/// What all abstract classes share.
struct Abc {
    meta: Ref<ClassObj>,
    data: Ref<ClassObj>,
    /// Counts registrations.
    token: Cell<i64>,
    /// `_abc_impl`.
    impl_: Name,
    abstract_methods: Name,
    is_abstract: Name,
    subclass_check: Name,
    subclass_hook: Name,
    flags: Name,
}

fn abc(vm: &Vm) -> Rc<Abc> {
    vm.state("abc", || Abc {
        meta: vm.make_class(&ABC_META, &[&vm.classes.type_]),
        data: vm.make_class(&ABC_DATA, &[]),
        token: Cell::new(0),
        impl_: vm.name("_abc_impl"),
        abstract_methods: vm.name("__abstractmethods__"),
        is_abstract: vm.name("__isabstractmethod__"),
        subclass_check: vm.name("__subclasscheck__"),
        subclass_hook: vm.name("__subclasshook__"),
        flags: vm.name("__abc_tpflags__"),
    })
}

/// The state of one abstract class.
#[derive(Default)]
struct Data {
    /// Weak references to the classes registered.
    registry: RefCell<Vec<Value>>,
    /// Versions of classes that are subclasses.
    accepted: RefCell<HashSet<u64>>,
    /// Versions of classes that are not, as of `denied_at`.
    denied: RefCell<HashSet<u64>>,
    denied_at: Cell<i64>,
}

/// More answers than this are not remembered.
const MOST_ANSWERS: usize = 4096;

impl HostData for Data {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.registry
            .borrow()
            .iter()
            .for_each(|r| trace_value(r, visit));
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Data {
    fn accept(&self, class: &Ref<ClassObj>) -> Value {
        remember(&self.accepted, class);
        Value::True
    }

    fn deny(&self, class: &Ref<ClassObj>) -> Value {
        remember(&self.denied, class);
        Value::False
    }

    /// What is known about a class.
    fn known(&self, token: i64, class: &Ref<ClassObj>) -> Option<bool> {
        if self.accepted.borrow().contains(&class.version()) {
            return Some(true);
        }
        if self.denied_at.replace(token) != token {
            self.denied.borrow_mut().clear();
            return None;
        }
        let is_denied = self.denied.borrow().contains(&class.version());
        is_denied.then_some(false)
    }
}

fn remember(answers: &RefCell<HashSet<u64>>, class: &Ref<ClassObj>) {
    let mut answers = answers.borrow_mut();
    if answers.len() >= MOST_ANSWERS {
        answers.clear();
    }
    answers.insert(class.version());
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let (args, names) = spread(vm, &a[0], &a[1]);
    let make = vm.get_attr(&(&vm.classes.type_).into(), &vm.name("__new__"))?;
    let made = vm.call_kw(&make, &args, &names)?;
    let Some(class) = made.downcast::<ClassObj>() else {
        return Ok(made);
    };
    let abc = abc(vm);
    let names = abstract_names(vm, class)?;
    vm.set_attr(&made, &abc.abstract_methods, names.into())?;
    let data: Value = Ref::new(HostObj {
        class: abc.data.clone(),
        data: Box::new(Data::default()),
    })
    .into();
    class.set_own(vm, &abc.impl_, data);
    Ok(made)
}

/// The abstract methods among the class's own attributes, and those of the bases that it leaves
/// abstract.
fn abstract_names(vm: &Vm, class: &Ref<ClassObj>) -> R<Ref<SetObj>> {
    let abc = abc(vm);
    let found = SetObj::empty(true);
    let own = class.namespace.read().clone();
    for (name, value) in &own {
        if is_abstract(vm, value, &abc)? {
            found.add(vm, name.into())?;
        }
    }
    let bases = class.bases.borrow().clone();
    for base in &bases {
        let Some(names) = vm.find_attr(&base.into(), &abc.abstract_methods)? else {
            continue;
        };
        for name in vm.collect(&names)? {
            let Some(text) = name.as_str() else {
                continue;
            };
            if let Some(value) = vm.find_attr(&class.into(), &vm.name(text))? {
                if is_abstract(vm, &value, &abc)? {
                    found.add(vm, name)?;
                }
            }
        }
    }
    Ok(found)
}

fn is_abstract(vm: &Vm, value: &Value, abc: &Abc) -> R<bool> {
    if value.as_obj().is_none() || value.as_str().is_some() {
        return Ok(false);
    }
    match vm.find_attr(value, &abc.is_abstract)? {
        Some(answer) => vm.truth(&answer),
        None => Ok(false),
    }
}

/// The state of an abstract class, which its own namespace holds.
fn data_of(vm: &Vm, abc: &Abc, class: &Ref<ClassObj>) -> R<Ref<HostObj>> {
    let own = class.own(vm, &abc.impl_);
    match own.as_ref().and_then(|v| v.downcast::<HostObj>()) {
        Some(host) if host.get::<Data>().is_some() => Ok(host.clone()),
        _ => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

fn this_class<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<ClassObj>> {
    match v.downcast::<ClassObj>() {
        Some(class) => Ok(class),
        None => Err(vm.type_error("an abstract class is wanted")),
    }
}

fn clear(vm: &Vm, class: &Value, registry: bool) -> R {
    let host = data_of(vm, &abc(vm), this_class(vm, class)?)?;
    if let Some(data) = host.get::<Data>() {
        if registry {
            drop(data.registry.take());
        } else {
            data.accepted.borrow_mut().clear();
            data.denied.borrow_mut().clear();
        }
    }
    Ok(Value::None)
}

fn register(vm: &Vm, a: &[Value]) -> R {
    let Some(subclass) = a[1].downcast::<ClassObj>() else {
        return Err(vm.type_error("Can only register classes"));
    };
    if vm.is_subclass(&a[1], &a[0])? {
        return Ok(a[1].clone());
    }
    if vm.is_subclass(&a[0], &a[1])? {
        return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
    }
    let (abc, class) = (abc(vm), this_class(vm, &a[0])?);
    let host = data_of(vm, &abc, class)?;
    if let Some(data) = host.get::<Data>() {
        let reference = weakref::make(vm, &a[1], &Value::None)?;
        data.registry.borrow_mut().push(reference);
    }
    abc.token.set(abc.token.get() + 1);
    if let Some(Value::Int(flags)) = class.lookup(vm, &abc.flags) {
        subclass
            .collection
            .set(subclass.collection.get() | (flags >> 5) as u8 & 3);
    }
    Ok(a[1].clone())
}

fn instancecheck(vm: &Vm, a: &[Value]) -> R {
    let (abc, class) = (abc(vm), this_class(vm, &a[0])?);
    let of = vm.class_of(&a[1]);
    // What the object says its class is differs only if it says so by itself.
    let said = match a[1].as_obj() {
        Some(_) => vm.find_attr(&a[1], &vm.name("__class__"))?,
        None => None,
    };
    let said = said.and_then(|c| c.downcast::<ClassObj>().cloned());
    let said = said.unwrap_or_else(|| of.clone());
    let host = data_of(vm, &abc, class)?;
    let known = host.get::<Data>().and_then(|d| {
        d.known(abc.token.get(), &said)
            .filter(|k| *k || of.is(&said))
    });
    if let Some(known) = known {
        return Ok(Value::bool(known));
    }
    if ask(vm, &abc, &a[0], &said)? {
        return Ok(Value::True);
    }
    Ok(Value::bool(!of.is(&said) && ask(vm, &abc, &a[0], &of)?))
}

/// `cls.__subclasscheck__(of)`.
fn ask(vm: &Vm, abc: &Abc, class: &Value, of: &Ref<ClassObj>) -> R<bool> {
    let _guard = vm.enter_native()?;
    let answer = vm.call_special(class, &abc.subclass_check, &[of.into()])?;
    vm.truth(&answer.unwrap_or(Value::False))
}

fn subclasscheck(vm: &Vm, a: &[Value]) -> R {
    let Some(subclass) = a[1].downcast::<ClassObj>() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let (abc, class) = (abc(vm), this_class(vm, &a[0])?);
    let host = data_of(vm, &abc, class)?;
    let Some(data) = host.get::<Data>() else {
        return Ok(Value::False);
    };
    if let Some(known) = data.known(abc.token.get(), subclass) {
        return Ok(Value::bool(known));
    }
    let hook = vm.get_attr(&a[0], &abc.subclass_hook)?;
    match vm.call(&hook, &a[1..2])? {
        Value::True => return Ok(data.accept(subclass)),
        Value::False => return Ok(data.deny(subclass)),
        Value::NotImplemented => {}
        _ => {
            let text = "__subclasshook__ must return either False, True, or NotImplemented";
            return Err(vm.assertion_error(text));
        }
    }
    if subclass.is_subclass(class) {
        return Ok(data.accept(subclass));
    }
    let registered: Vec<Value> = data.registry.borrow().clone();
    for reference in &registered {
        let target = reference
            .downcast::<WeakrefObj>()
            .map(|r| weakref::target(r));
        let target = target.unwrap_or(Value::None);
        if !target.is_none() && vm.is_subclass(&a[1], &target)? {
            return Ok(data.accept(subclass));
        }
    }
    for below in subclasses(vm, &a[0])? {
        if vm.is_subclass(&a[1], &below)? {
            return Ok(data.accept(subclass));
        }
    }
    Ok(data.deny(subclass))
}

/// `cls.__subclasses__()`, which a class may define otherwise.
fn subclasses(vm: &Vm, class: &Value) -> R<Vec<Value>> {
    let listed = vm.get_attr(class, &vm.name("__subclasses__"))?;
    let listed = vm.call(&listed, &[])?;
    vm.collect(&listed)
}
