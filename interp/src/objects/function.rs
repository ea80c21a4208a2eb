//! Functions, bound methods, natives, and the wrappers around them (`property`, `classmethod`,
//! `staticmethod`, `super`, attribute descriptors of builtin types).

use std::cell::{Cell, OnceCell, RefCell};
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::rc::Rc;

use super::cell::CellObj;
use super::class::ClassObj;
use super::dict::DictObj;
use super::str::Name;
use super::tuple::TupleObj;
use crate::code::Code;
use crate::native::{Native, Signature};
use crate::object::{Header, Kind, Obj, Object, Ref, trace_value, trace_values};
use crate::value::{R, Value};
use crate::vm::Vm;

/// A function written in the language (also a module's or class's body while it runs).
pub struct FunctionObj {
    /// What it does.
    pub code: Rc<Code>,
    /// The names of its module.
    pub globals: Ref<DictObj>,
    /// The cells of its free variables, in the order of `Code::free_names`.
    pub closure: Box<[Ref<CellObj>]>,
    /// Defaults of the last positional parameters.
    pub defaults: RefCell<Option<Ref<TupleObj>>>,
    /// Defaults of keyword-only parameters.
    pub kwdefaults: RefCell<Option<Ref<DictObj>>>,
    /// What its code and globals do not tell: `__annotations__`, `__type_params__`, and
    /// `__name__`, `__qualname__`, `__doc__` and `__module__` once they are set.
    pub special: RefCell<Option<Ref<DictObj>>>,
    /// `__dict__`.
    pub attrs: RefCell<Option<Ref<DictObj>>>,
    /// `types.coroutine` marked it: its generators can be awaited.
    pub makes_awaitables: Cell<bool>,
}

impl Object for FunctionObj {
    const KIND: Kind = Kind::Function;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.globals.obj());
        for cell in &self.closure {
            visit(cell.obj());
        }
        if let Some(d) = &*self.defaults.borrow() {
            visit(d.obj());
        }
        for d in [&self.kwdefaults, &self.attrs, &self.special] {
            if let Some(d) = &*d.borrow() {
                visit(d.obj());
            }
        }
    }
    fn clear(&self) {
        drop(self.defaults.take());
        drop(self.kwdefaults.take());
        drop(self.attrs.take());
        drop(self.special.take());
    }
}

impl FunctionObj {
    /// Where `__annotations__` and the like are, made at the first look.
    pub fn special(&self) -> Ref<DictObj> {
        self.special
            .borrow_mut()
            .get_or_insert_with(super::dict::new_dict)
            .clone()
    }

    /// What was set in the place of what the code says.
    fn changed(&self, name: &str) -> Option<Value> {
        let special = self.special.borrow();
        let special = special.as_ref()?;
        special.get_text(&Ref::<super::str::StrObj>::from_text(name))
    }

    /// `__dict__`, made at the first look.
    pub fn attrs(&self) -> Ref<DictObj> {
        self.attrs
            .borrow_mut()
            .get_or_insert_with(super::dict::new_dict)
            .clone()
    }

    /// `__name__`.
    pub fn name(&self) -> Value {
        self.changed("__name__")
            .unwrap_or_else(|| Value::from(&self.code.name))
    }

    /// `__qualname__`.
    pub fn qualname(&self) -> Value {
        self.changed("__qualname__")
            .unwrap_or_else(|| Value::from(&self.code.qualname))
    }

    /// `__qualname__` as text, for messages.
    pub fn qualname_text(&self) -> String {
        self.qualname().as_str().unwrap_or("?").to_owned()
    }
}

/// A function or method written in Rust.
pub struct NativeObj {
    /// Its row in a table.
    pub row: &'static Native,
    /// The parsed signature, once a call needs it.
    pub signature: OnceCell<Signature>,
    /// The builtin class whose method it is.
    pub class: Option<Ref<ClassObj>>,
    /// The module whose function it is, by name.
    pub module: Option<Name>,
}

impl Object for NativeObj {
    const KIND: Kind = Kind::Native;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(c) = &self.class {
            visit(c.obj());
        }
    }
}

/// A function bound to its first argument.
pub struct BoundMethodObj {
    /// `__func__`.
    pub function: Value,
    /// `__self__`.
    pub receiver: Value,
}

impl Object for BoundMethodObj {
    const KIND: Kind = Kind::BoundMethod;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.function, visit);
        trace_value(&self.receiver, visit);
    }
}

/// `property`.
#[derive(Default)]
pub struct PropertyObj {
    /// `[fget, fset, fdel, __doc__]`, `None` or `Unbound` where absent.
    pub parts: RefCell<[Value; 4]>,
    /// The name it was bound to in its class.
    pub name: RefCell<Value>,
}

impl Object for PropertyObj {
    const KIND: Kind = Kind::Property;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_values(&*self.parts.borrow(), visit);
        trace_value(&self.name.borrow(), visit);
    }
    fn clear(&self) {
        drop(self.parts.take());
    }
}

/// `classmethod`.
pub struct ClassMethodObj {
    /// What it wraps.
    pub function: Value,
    /// `__dict__`.
    pub attrs: RefCell<Option<Ref<DictObj>>>,
}

impl Object for ClassMethodObj {
    const KIND: Kind = Kind::ClassMethod;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.function, visit);
        if let Some(d) = &*self.attrs.borrow() {
            visit(d.obj());
        }
    }
}

/// `staticmethod`.
pub struct StaticMethodObj {
    /// What it wraps.
    pub function: Value,
    /// `__dict__`.
    pub attrs: RefCell<Option<Ref<DictObj>>>,
}

impl Object for StaticMethodObj {
    const KIND: Kind = Kind::StaticMethod;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.function, visit);
        if let Some(d) = &*self.attrs.borrow() {
            visit(d.obj());
        }
    }
}

/// `super`.
pub struct SuperObj {
    /// The class behind which the search begins.
    pub this_class: Ref<ClassObj>,
    /// The object, or class for class methods; `Unbound` for an unbound `super`.
    pub receiver: Value,
    /// The class whose order is searched.
    pub receiver_class: Ref<ClassObj>,
}

impl Object for SuperObj {
    const KIND: Kind = Kind::Super;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.this_class.obj());
        visit(self.receiver_class.obj());
        trace_value(&self.receiver, visit);
    }
}

/// A row of a builtin type's attributes.
#[derive(Clone, Copy)]
pub struct Attribute {
    /// The name.
    pub name: &'static str,
    /// Reads it.
    pub get: fn(&Vm, &Value) -> R,
    /// Sets it (`Unbound` deletes); `None` if it is read-only.
    pub set: Option<fn(&Vm, &Value, &Value) -> R<()>>,
}

/// The descriptor of a builtin type's attribute.
pub struct GetSetObj {
    /// Its row.
    pub row: &'static Attribute,
    /// Its class.
    pub class: Ref<ClassObj>,
}

impl Object for GetSetObj {
    const KIND: Kind = Kind::GetSet;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.class.obj());
    }
}

/// The descriptor of one name in `__slots__`.
pub struct MemberObj {
    /// The attribute's name.
    pub name: Name,
    /// The class that declares it.
    pub class: RefCell<Option<Ref<ClassObj>>>,
}

impl Object for MemberObj {
    const KIND: Kind = Kind::Member;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(c) = &*self.class.borrow() {
            visit(c.obj());
        }
    }
}

/// `mappingproxy`: the read-only view of a class's namespace.
pub struct MappingProxyObj {
    /// The class, or a mapping.
    pub of: Value,
}

impl Object for MappingProxyObj {
    const KIND: Kind = Kind::MappingProxy;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.of, visit);
    }
}

/// `code`: seen from scripts.
pub struct CodeObj {
    /// The code.
    pub code: Rc<Code>,
}

impl Object for CodeObj {
    const KIND: Kind = Kind::Code;
    const TRACKED: bool = false;
    type Tail = ();
}

/// A weak reference (`weakref.ref`).
pub struct WeakrefObj {
    /// The address of the object, 0 once it is gone.
    pub target: Cell<usize>,
    /// Called with the reference when the object goes.
    pub callback: RefCell<Value>,
    /// The hash of the object, kept after it is gone.
    pub hash: Cell<Option<i64>>,
}

impl Object for WeakrefObj {
    const KIND: Kind = Kind::Weakref;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.callback.borrow(), visit);
    }
}

impl WeakrefObj {
    /// The object, while it lives.
    pub fn upgrade(&self) -> Option<Obj> {
        let header = NonNull::new(self.target.get() as *mut Header)?;
        // SAFETY: the target is set to 0 before the object's memory is freed (`finalize`), so the
        // pointer is valid; `Obj` is a transparent pointer, and `ManuallyDrop` leaves the count.
        let held = unsafe { std::mem::transmute::<NonNull<Header>, ManuallyDrop<Obj>>(header) };
        // An object whose count is zero waits to be freed (`object::release`): it is gone.
        if held.count() == 0 {
            None
        } else {
            Some((*held).clone())
        }
    }
}
