//! The builtin classes: made in one go, their method tables filled in at the first look.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::builtins as b;
use crate::event_loop;
use crate::names::Interned;
use crate::native::{Native, NativeKind};
use crate::object::{Kind, Ref};
use crate::objects::alias::Flavour;
use crate::objects::class::{ClassObj, Layout};
use crate::objects::function::{Attribute, ClassMethodObj, GetSetObj, NativeObj, StaticMethodObj};
use crate::objects::iterator::{DictPart, IterState, IteratorObj};
use crate::value::Value;
use crate::vm::Vm;

/// What a builtin class is made from.
pub struct ClassSpec {
    /// `__name__`.
    pub name: &'static str,
    /// `__module__`.
    pub module: &'static str,
    /// `__doc__`.
    pub doc: &'static str,
    /// What its instances are.
    pub layout: Layout,
    /// Methods, the special ones included.
    pub methods: &'static [Native],
    /// Attributes.
    pub attributes: &'static [Attribute],
    /// May be a base of script classes.
    pub subclassable: bool,
}

macro_rules! classes {
    ($($field:ident ( $base:ident ) = $spec:expr),* $(,)?) => {
        /// The builtin classes.
        #[allow(missing_docs)]
        pub struct Classes {
            $(pub $field: Ref<ClassObj>,)*
            /// The class of each kind of object that has just one.
            by_kind: Vec<Option<Ref<ClassObj>>>,
            /// The classes of builtin iterators by name, made when first asked for.
            iterators: RefCell<HashMap<&'static str, Ref<ClassObj>>>,
        }

        impl Classes {
            pub(crate) fn new(interned: &Interned) -> Classes {
                let mut by_kind = vec![None; crate::object::KINDS];
                $(let $field = make(interned, &$spec, &mut by_kind);)*
                let classes = Classes { $($field,)* by_kind, iterators: RefCell::default() };
                classes.link();
                classes
            }

            fn link(&self) {
                $(link(&self.type_, &self.object, &self.$field, &self.$base);)*
            }
        }

        fn set_fillers(classes: &Classes) {
            $(classes.$field.fill.set(Some(fillers::$field));)*
        }

        mod fillers {
            use super::*;
            $(
                pub(super) fn $field(vm: &Vm, class: &Ref<ClassObj>) {
                    fill_class(vm, class, &$spec);
                }
            )*
        }
    };
}

classes! {
    object(object) = b::object::OBJECT,
    type_(object) = b::class::TYPE,
    int(object) = b::int::INT,
    bool_(int) = b::bool::BOOL,
    float(object) = b::float::FLOAT,
    complex(object) = b::complex::COMPLEX,
    str(object) = b::str::STR,
    bytes(object) = b::bytes::BYTES,
    bytearray(object) = b::bytearray::BYTEARRAY,
    memoryview(object) = b::memoryview::MEMORYVIEW,
    tuple(object) = b::tuple::TUPLE,
    list(object) = b::list::LIST,
    dict(object) = b::dict::DICT,
    set(object) = b::set::SET,
    frozenset(object) = b::set::FROZENSET,
    range(object) = b::range::RANGE,
    slice(object) = b::range::SLICE,
    dict_keys(object) = b::dict_view::DICT_KEYS,
    dict_values(object) = b::dict_view::DICT_VALUES,
    dict_items(object) = b::dict_view::DICT_ITEMS,
    enumerate(object) = b::iterator::ENUMERATE,
    zip(object) = b::iterator::ZIP,
    map(object) = b::iterator::MAP,
    filter(object) = b::iterator::FILTER,
    reversed(object) = b::iterator::REVERSED,
    function(object) = b::function::FUNCTION,
    builtin_function(object) = b::function::BUILTIN_FUNCTION,
    method_descriptor(object) = b::function::METHOD_DESCRIPTOR,
    wrapper_descriptor(object) = b::function::WRAPPER_DESCRIPTOR,
    method_wrapper(object) = b::function::METHOD_WRAPPER,
    classmethod_descriptor(object) = b::function::CLASSMETHOD_DESCRIPTOR,
    method(object) = b::function::METHOD,
    property(object) = b::property::PROPERTY,
    classmethod(object) = b::function::CLASSMETHOD,
    staticmethod(object) = b::function::STATICMETHOD,
    super_(object) = b::super_object::SUPER,
    getset_descriptor(object) = b::function::GETSET_DESCRIPTOR,
    member_descriptor(object) = b::function::MEMBER_DESCRIPTOR,
    module(object) = b::module::MODULE,
    none_type(object) = b::singleton::NONE_TYPE,
    not_implemented_type(object) = b::singleton::NOT_IMPLEMENTED_TYPE,
    ellipsis_type(object) = b::singleton::ELLIPSIS_TYPE,
    cell(object) = b::function::CELL,
    code(object) = b::code::CODE,
    traceback(object) = b::code::TRACEBACK,
    frame(object) = b::code::FRAME,
    mappingproxy(object) = b::mappingproxy::MAPPINGPROXY,
    generator(object) = b::coroutine::GENERATOR,
    coroutine(object) = b::coroutine::COROUTINE,
    async_generator(object) = b::coroutine::ASYNC_GENERATOR,
    async_generator_step(object) = b::coroutine::ASYNC_GENERATOR_STEP,
    generic_alias(object) = b::alias::GENERIC_ALIAS,
    typing_alias(object) = b::alias::TYPING_ALIAS,
    union_type(object) = b::alias::UNION_TYPE,
    weakref(object) = b::weakref::WEAKREF,
    future(object) = event_loop::classes::FUTURE,
    task(future) = event_loop::classes::TASK,
    handle(object) = event_loop::classes::HANDLE,
    timer_handle(handle) = event_loop::classes::TIMER_HANDLE,
    event_loop(object) = event_loop::classes::EVENT_LOOP,
}

fn make(
    interned: &Interned,
    spec: &'static ClassSpec,
    by_kind: &mut [Option<Ref<ClassObj>>],
) -> Ref<ClassObj> {
    let class = Ref::new(ClassObj::unlinked(
        &interned.name(spec.name),
        spec.layout,
        true,
    ));
    class.can_subclass.set(spec.subclassable);
    if let Layout::Native(kind) = spec.layout {
        by_kind[kind as usize].get_or_insert_with(|| class.clone());
    }
    class
}

fn link(
    type_: &Ref<ClassObj>,
    object: &Ref<ClassObj>,
    class: &Ref<ClassObj>,
    base: &Ref<ClassObj>,
) {
    *class.metaclass.borrow_mut() = Some(type_.clone());
    if class.is(object) {
        return;
    }
    class.link(vec![base.clone()], base.mro());
    *class.native_base.borrow_mut() = Some(class.clone());
}

/// Puts methods, attributes, `__doc__` and `__module__` into a builtin class.
pub(crate) fn fill_class(vm: &Vm, class: &Ref<ClassObj>, spec: &'static ClassSpec) {
    let mut namespace = class.namespace.write();
    namespace.reserve(spec.methods.len() + spec.attributes.len() + 3);
    for row in spec.methods {
        namespace.insert(vm.name(row.name()), method_value(class, row));
    }
    let descriptor = |row: &'static Attribute| -> Value {
        let class = class.clone();
        Ref::new(GetSetObj { row, class }).into()
    };
    for row in spec.attributes {
        namespace.insert(vm.name(row.name), descriptor(row));
    }
    namespace
        .entry(vm.names.doc_.clone())
        .or_insert_with(|| vm.text(spec.doc));
    if spec.module != "builtins" {
        namespace.insert(vm.names.module_.clone(), vm.text(spec.module));
    }
    for row in b::per_instance_attributes(vm, class) {
        namespace.insert(vm.name(row.name), descriptor(row));
    }
    let defines_eq = namespace.contains_key(&vm.names.eq_);
    if defines_eq && !namespace.contains_key(&vm.names.hash_) {
        namespace.insert(vm.names.hash_.clone(), Value::None);
    }
}

fn method_value(class: &Ref<ClassObj>, row: &'static Native) -> Value {
    let native = Ref::new(NativeObj {
        row,
        signature: Default::default(),
        class: Some(class.clone()),
        module: None,
    });
    match row.kind {
        NativeKind::ClassMethod => Ref::new(ClassMethodObj {
            function: native.into(),
            attrs: RefCell::default(),
        })
        .into(),
        NativeKind::StaticMethod => Ref::new(StaticMethodObj {
            function: native.into(),
            attrs: RefCell::default(),
        })
        .into(),
        _ => native.into(),
    }
}

/// Completes the classes once the interpreter exists.
pub(crate) fn complete(vm: &Vm) {
    set_fillers(&vm.classes);
}

impl Classes {
    fn of_kind(&self, kind: Kind) -> &Ref<ClassObj> {
        self.by_kind[kind as usize].as_ref().unwrap_or(&self.object)
    }
}

impl Vm {
    /// `type(value)`.
    pub fn class_of(&self, value: &Value) -> Ref<ClassObj> {
        let c = &self.classes;
        match value {
            Value::Int(_) => c.int.clone(),
            Value::Float(_) => c.float.clone(),
            Value::True | Value::False => c.bool_.clone(),
            Value::None | Value::Unbound => c.none_type.clone(),
            Value::NotImplemented => c.not_implemented_type.clone(),
            Value::Ellipsis => c.ellipsis_type.clone(),
            Value::Obj(o) => match o.kind() {
                Kind::Instance => value
                    .downcast::<crate::objects::instance::InstanceObj>()
                    .map(|i| i.class()),
                Kind::Exception => value
                    .downcast::<crate::objects::exception::ExceptionObj>()
                    .map(|e| e.class()),
                Kind::Host => value
                    .downcast::<crate::objects::host::HostObj>()
                    .map(|h| h.class.clone()),
                Kind::Class => value
                    .downcast::<ClassObj>()
                    .and_then(|m| m.metaclass.borrow().clone()),
                Kind::Module => value
                    .downcast::<crate::objects::module::ModuleObj>()
                    .and_then(|m| m.class.borrow().clone()),
                _ => None,
            }
            .unwrap_or_else(|| self.class_of_builtin(value, o.kind())),
        }
    }

    /// The class of an object whose kind decides it, together with its state.
    fn class_of_builtin(&self, value: &Value, kind: Kind) -> Ref<ClassObj> {
        let c = &self.classes;
        match kind {
            Kind::Set => {
                let frozen = value
                    .downcast::<crate::objects::set::SetObj>()
                    .is_some_and(|s| s.frozen);
                if frozen {
                    c.frozenset.clone()
                } else {
                    c.set.clone()
                }
            }
            Kind::DictView => {
                let view = value.downcast::<crate::objects::iterator::DictViewObj>();
                if let Some(view) = view.filter(|v| v.ordered) {
                    return b::dict_view::ordered_class(self, view.part);
                }
                match view.map(|v| v.part) {
                    Some(DictPart::Values) => c.dict_values.clone(),
                    Some(DictPart::Items) => c.dict_items.clone(),
                    _ => c.dict_keys.clone(),
                }
            }
            Kind::Iterator => match value.downcast::<IteratorObj>() {
                Some(i) => self.iterator_class(i),
                None => c.object.clone(),
            },
            Kind::Coroutine => match value.downcast::<crate::coroutine::CoroutineObj>() {
                Some(co) => co.class(self),
                None => c.object.clone(),
            },
            Kind::Native => match value.downcast::<NativeObj>() {
                Some(n) if n.class.is_some() && n.row.kind != NativeKind::StaticMethod => {
                    if crate::call::is_wrapped(n) {
                        c.wrapper_descriptor.clone()
                    } else {
                        c.method_descriptor.clone()
                    }
                }
                _ => c.builtin_function.clone(),
            },
            Kind::BoundMethod => {
                let bound = value.downcast::<crate::objects::function::BoundMethodObj>();
                match bound.and_then(|b| b.function.downcast::<NativeObj>()) {
                    None => c.method.clone(),
                    Some(n) if n.class.is_some() && crate::call::is_wrapped(n) => {
                        c.method_wrapper.clone()
                    }
                    Some(_) => c.builtin_function.clone(),
                }
            }
            Kind::ClassMethod => match value.downcast::<ClassMethodObj>() {
                Some(m) if m.function.is_kind(Kind::Native) => c.classmethod_descriptor.clone(),
                _ => c.classmethod.clone(),
            },
            Kind::GenericAlias => {
                match value.downcast::<crate::objects::alias::GenericAliasObj>() {
                    Some(alias) if matches!(alias.flavour, Flavour::Typing | Flavour::Unpack) => {
                        c.typing_alias.clone()
                    }
                    _ => c.generic_alias.clone(),
                }
            }
            Kind::Future => match value.downcast::<event_loop::future::PlainFutureObj>() {
                Some(future) => self.future_class(future),
                None => c.future.clone(),
            },
            Kind::Handle => match value.downcast::<event_loop::handle::HandleObj>() {
                Some(h) if h.is_timer() => c.timer_handle.clone(),
                _ => c.handle.clone(),
            },
            _ => c.of_kind(kind).clone(),
        }
    }

    fn iterator_class(&self, iterator: &Ref<IteratorObj>) -> Ref<ClassObj> {
        let c = &self.classes;
        let name = match &*iterator.state.read() {
            IterState::Enumerate { .. } => return c.enumerate.clone(),
            IterState::Zip { .. } => return c.zip.clone(),
            IterState::Map { .. } => return c.map.clone(),
            IterState::Filter { .. } => return c.filter.clone(),
            IterState::Sequence { step, .. } if *step < 0 => return c.reversed.clone(),
            state => state.type_name(),
        };
        match name {
            "enumerate" => return c.enumerate.clone(),
            "zip" => return c.zip.clone(),
            "map" => return c.map.clone(),
            "filter" => return c.filter.clone(),
            "reversed" => return c.reversed.clone(),
            _ => {}
        }
        if let Some(found) = c.iterators.borrow().get(name) {
            return found.clone();
        }
        let class = Ref::new(ClassObj::unlinked(
            &self.name(name),
            Layout::Native(Kind::Iterator),
            true,
        ));
        class.can_subclass.set(false);
        link(&c.type_, &c.object, &class, &c.object);
        class.fill.set(Some(|vm, class| {
            fill_class(vm, class, &b::iterator::ITERATOR)
        }));
        c.iterators.borrow_mut().insert(name, class.clone());
        class
    }

    /// A class that the library defines in Rust. Its objects are `Kind::Host`, or plain
    /// instances.
    pub fn make_class(&self, spec: &'static ClassSpec, bases: &[&Ref<ClassObj>]) -> Ref<ClassObj> {
        let class = Ref::new(ClassObj::unlinked(&self.name(spec.name), spec.layout, true));
        class.can_subclass.set(spec.subclassable);
        *class.metaclass.borrow_mut() = Some(self.classes.type_.clone());
        let bases: Vec<Ref<ClassObj>> = if bases.is_empty() {
            vec![self.classes.object.clone()]
        } else {
            bases.iter().map(|b| (*b).clone()).collect()
        };
        let ancestors = crate::objects::class::linearize(&bases).unwrap_or_default();
        class.link(bases, ancestors);
        *class.native_base.borrow_mut() = Some(class.clone());
        // CPython's types in C have their module in the name, those in Python have not.
        let is_python_elsewhere = spec.layout == Layout::Exception
            || spec.module.trim_start_matches('_').starts_with("asyncio");
        class
            .shows_module
            .set(spec.module != "builtins" && !is_python_elsewhere);
        fill_class(self, &class, spec);
        class.compute_flags(self);
        class
    }

    /// The name of a value's class, for messages: with its module, if the library defines the
    /// class in Rust as CPython does in C.
    pub fn type_name(&self, value: &Value) -> String {
        self.class_name(&self.class_of(value))
    }

    /// As `type_name`, of the class itself.
    pub(crate) fn class_name(&self, class: &Ref<ClassObj>) -> String {
        if class.shows_module.get() {
            class.full_name(self)
        } else {
            class.name_text()
        }
    }
}
