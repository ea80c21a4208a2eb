//! What call nodes remember: methods by shape or kind, and how to make instances of a class.

use std::cell::Cell;

use aio_lexer::Span;

use super::at;
use super::attribute::module_variable;
use super::call::{Target, classify};
use crate::code::CodeKind;
use crate::native::NativeKind;
use crate::object::{Kind, Obj, Ref};
use crate::objects::class::{ClassObj, Layout, flags};
use crate::objects::function::{FunctionObj, NativeObj, StaticMethodObj};
use crate::objects::host::HostObj;
use crate::objects::instance::InstanceObj;
use crate::objects::module::ModuleObj;
use crate::objects::str::Name;
use crate::shared::Shared;
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// How many shapes a node remembers: instances of several subclasses take turns at one.
pub(crate) const WAYS: usize = 4;

/// Remembers the methods of instances by their shape, and the method of a builtin kind.
#[derive(Default)]
pub struct MethodCache {
    shapes: [Cell<u64>; WAYS],
    functions: [Shared<Option<Ref<FunctionObj>>>; WAYS],
    /// The way that is overwritten next.
    next: Cell<u8>,
    /// For objects of builtin classes: the `class_key`, and the method.
    class: Cell<u64>,
    native: Shared<Option<Ref<NativeObj>>>,
    /// For modules: where the variable is.
    position: Cell<u32>,
}

/// Tells the builtin classes apart that a node remembers a method of; 0 for instances of script
/// classes.
#[inline(always)]
fn class_key(object: &Obj) -> u64 {
    match object.kind() {
        Kind::Instance => 0,
        Kind::Host => object
            .downcast::<HostObj>()
            .map_or(0, |h| h.class.version()),
        kind => KIND_KEY | kind as u64,
    }
}

/// Set in the key of a kind, which is no version.
const KIND_KEY: u64 = 1 << 63;

impl MethodCache {
    /// The remembered method, for an instance of a remembered shape.
    #[inline(always)]
    pub(super) fn script_method(&self, object: &Value) -> Option<Ref<FunctionObj>> {
        let id = object.downcast::<InstanceObj>()?.shape_id();
        let way = self.shapes.iter().position(|shape| shape.get() == id)?;
        self.functions[way].read().clone()
    }

    /// A special method, looked up in the class, that is an async function of a script.
    #[inline(always)]
    pub(super) fn special_coroutine(
        &self,
        vm: &Vm,
        object: &Value,
        name: &Name,
    ) -> Option<Ref<FunctionObj>> {
        self.script_method(object)
            .or_else(|| self.search_special(vm, object, name))
    }

    #[inline(never)]
    fn search_special(&self, vm: &Vm, object: &Value, name: &Name) -> Option<Ref<FunctionObj>> {
        let instance = object.downcast::<InstanceObj>()?;
        let found = vm.special(object, name)?;
        let function = found.downcast::<FunctionObj>()?;
        if function.code.kind != CodeKind::Coroutine {
            return None;
        }
        if !instance.shape().is_dict {
            self.learn(instance.shape_id(), function);
        }
        Some(function.clone())
    }

    /// The remembered method of a builtin kind.
    #[inline(always)]
    pub(super) fn native_method(&self, object: &Value) -> Option<Ref<NativeObj>> {
        if class_key(object.as_obj()?) == self.class.get() {
            self.native.read().clone()
        } else {
            None
        }
    }

    /// The function `name` of a module.
    #[inline(always)]
    pub(super) fn module_function(&self, object: &Value, name: &Name) -> Option<Value> {
        let module = object.downcast::<ModuleObj>()?;
        module.dict.at_position(self.position.get() as usize, name)
    }

    fn learn(&self, shape: u64, function: &Ref<FunctionObj>) {
        let way = self.next.get() as usize;
        self.next.set(((way + 1) % WAYS) as u8);
        self.shapes[way].set(shape);
        drop(self.functions[way].replace(Some(function.clone())));
    }

    /// The method `name` of an object.
    #[inline(always)]
    pub(super) fn find(
        &self,
        vm: &Vm,
        f: Frame,
        object: Value,
        name: &Name,
        span: Span,
    ) -> R<Target> {
        if let Some(function) = self.script_method(&object) {
            return Ok(Target::Method(function, object));
        }
        if let Some(native) = self.native_method(&object) {
            return Ok(Target::NativeMethod(native, object));
        }
        if let Some(function) = self.module_function(&object, name) {
            return Ok(classify(function));
        }
        self.search(vm, f, object, name, span)
    }

    /// As `find`, for what is not remembered.
    #[inline(never)]
    pub(super) fn search(
        &self,
        vm: &Vm,
        f: Frame,
        object: Value,
        name: &Name,
        span: Span,
    ) -> R<Target> {
        f.set_span(span);
        if let Some(value) = module_variable(&object, name) {
            if let Some(module) = object.downcast::<ModuleObj>() {
                let position = module.dict.position_of_name(name);
                self.position.set(position.unwrap_or(usize::MAX) as u32);
            }
            return Ok(classify(value));
        }
        match object.downcast::<InstanceObj>() {
            Some(instance) => {
                let class = instance.class();
                if !class.has(flags::GETATTRIBUTE) && instance.own(name).is_none() {
                    match class.lookup(vm, name) {
                        Some(found) if found.is_kind(Kind::Function) => {
                            if let Some(function) = found.downcast::<FunctionObj>() {
                                if !instance.shape().is_dict {
                                    self.learn(instance.shape_id(), function);
                                }
                                return Ok(Target::Method(function.clone(), object.clone()));
                            }
                        }
                        Some(found) if found.is_kind(Kind::Native) => {
                            // A function of a module in a class is no method.
                            if let Some(native) = found.downcast::<NativeObj>()
                                && native.row.kind == NativeKind::Method
                            {
                                return Ok(Target::NativeMethod(native.clone(), object.clone()));
                            }
                        }
                        _ => {}
                    }
                }
            }
            None => {
                // Kinds with one class each, whose attributes never change.
                let class = vm.class_of(&object);
                let fixed = matches!(
                    object.kind(),
                    Some(
                        Kind::Str
                            | Kind::List
                            | Kind::Dict
                            | Kind::Tuple
                            | Kind::Bytes
                            | Kind::ByteArray
                            | Kind::Host
                            | Kind::Future
                            | Kind::Task
                            | Kind::Loop
                    )
                );
                if class.is_builtin
                    && (fixed
                        || matches!(
                            object.kind(),
                            Some(Kind::Set | Kind::Coroutine | Kind::Iterator)
                        ))
                {
                    if let Some(found) = class.lookup(vm, name) {
                        if let Some(native) = found.downcast::<NativeObj>() {
                            if let (true, Some(obj)) = (fixed, object.as_obj()) {
                                self.class.set(class_key(obj));
                                drop(self.native.replace(Some(native.clone())));
                            }
                            return Ok(Target::NativeMethod(native.clone(), object.clone()));
                        }
                    }
                }
            }
        }
        let method = at(f, span, vm.get_attr(&object, name))?;
        drop(object);
        Ok(classify(method))
    }
}

/// What calling a class comes to.
#[derive(Clone, Default)]
pub(super) enum Construct {
    /// The general way.
    #[default]
    General,
    /// An empty instance, then this `__init__`.
    Init(Ref<FunctionObj>),
    /// This `__new__` of a builtin class, and nothing else.
    New(Ref<NativeObj>),
    /// An exception with the arguments, then this `__init__` if there is one.
    Exception(Option<Ref<FunctionObj>>),
}

/// Remembers how instances of a class are made.
#[derive(Default)]
pub struct ClassCache {
    version: Cell<u64>,
    construct: Shared<Construct>,
}

impl ClassCache {
    /// How instances of the class are made.
    #[inline(always)]
    pub(super) fn construct(&self, vm: &Vm, class: &Ref<ClassObj>) -> Construct {
        if self.version.get() != class.version() {
            self.learn(vm, class);
        }
        self.construct.get()
    }

    #[inline(never)]
    fn learn(&self, vm: &Vm, class: &Ref<ClassObj>) {
        let construct = vm.how_to_make(class);
        drop(self.construct.replace(construct));
        self.version.set(class.version());
    }
}

impl Vm {
    fn how_to_make(&self, class: &Ref<ClassObj>) -> Construct {
        let is_type = class
            .metaclass
            .borrow()
            .as_ref()
            .is_some_and(|m| m.is(&self.classes.type_));
        if !is_type || class.is(&self.classes.type_) || class.has(flags::ABSTRACT) {
            return Construct::General;
        }
        let init = class.lookup(self, &self.names.init_);
        let script_init = init
            .as_ref()
            .and_then(|i| i.downcast::<FunctionObj>())
            .cloned();
        if self.makes_plain_instances(class) {
            return script_init.map_or(Construct::General, Construct::Init);
        }
        if class.layout == Layout::Instance {
            return Construct::General;
        }
        let Some(new) = class.lookup(self, &self.names.new_) else {
            return Construct::General;
        };
        let new = match new.downcast::<StaticMethodObj>() {
            Some(wrapper) => wrapper.function.clone(),
            None => new,
        };
        let Some(native) = new.downcast::<NativeObj>().cloned() else {
            return Construct::General;
        };
        let is_of_exceptions = |m: &NativeObj| {
            m.class
                .as_ref()
                .is_some_and(|c| c.is(&self.exceptions.BaseException))
        };
        if is_of_exceptions(&native) {
            let native_init = init.as_ref().and_then(|i| i.downcast::<NativeObj>());
            return match script_init {
                Some(init) => Construct::Exception(Some(init)),
                None if native_init.is_some_and(|i| is_of_exceptions(i)) => {
                    Construct::Exception(None)
                }
                None => Construct::General,
            };
        }
        let makes_only = init.is_none_or(|i| self.is_objects_own(&i));
        if class.is_builtin && makes_only && !self.is_objects_own(&new) {
            Construct::New(native)
        } else {
            // What the `__new__` of a script gives may be anything.
            Construct::General
        }
    }
}
