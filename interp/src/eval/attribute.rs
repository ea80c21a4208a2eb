//! Attributes: reading, setting, deleting, with inline caches.

use std::cell::Cell;

use aio_lexer::Span;

use super::operand::Operand;
use super::{at, fail_at};
use crate::node::{Expr, ExprBox};
use crate::object::{Kind, Ref};
use crate::objects::class::flags;
use crate::objects::instance::InstanceObj;
use crate::objects::module::ModuleObj;
use crate::objects::str::Name;
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Remembers in which slot instances of two shapes have an attribute: the last one met, and the
/// one before it (instances of two subclasses often take turns at a node).
#[derive(Default)]
pub struct SlotCache {
    /// The shape's id, 0 for none.
    shape: Cell<u64>,
    slot: Cell<u32>,
    before: Cell<u64>,
    slot_before: Cell<u32>,
}

impl SlotCache {
    /// The slot, for an instance of the remembered shape.
    #[inline(always)]
    pub fn slot(&self, instance: &Ref<InstanceObj>) -> Option<usize> {
        let id = instance.shape_id();
        if id == self.shape.get() {
            Some(self.slot.get() as usize)
        } else if id == self.before.get() {
            Some(self.slot_before.get() as usize)
        } else {
            None
        }
    }

    /// Remembers the slot of `name` if reading it means reading the slot: no data descriptor
    /// and no `__getattribute__` of the class stands before it.
    fn learn(&self, vm: &Vm, instance: &Ref<InstanceObj>, name: &Name, block: u32) {
        let shape = instance.shape();
        let Some(slot) = shape.slot(name) else { return };
        let class = instance.class();
        if class.has(block) {
            return;
        }
        let hidden = match class.lookup(vm, name) {
            Some(v) => !v.is_kind(Kind::Member) && may_be_data_descriptor(&v),
            None => false,
        };
        if !hidden {
            self.before.set(self.shape.get());
            self.slot_before.set(self.slot.get());
            self.shape.set(shape.id());
            self.slot.set(slot as u32);
        }
    }
}

/// A variable of a module, where nothing else can be meant: special names go the general way.
pub(crate) fn module_variable(object: &Value, name: &Name) -> Option<Value> {
    let module = object.downcast::<ModuleObj>()?;
    if name.as_str().starts_with("__") {
        None
    } else {
        module.dict.get_name(name)
    }
}

fn may_be_data_descriptor(v: &Value) -> bool {
    matches!(
        v.kind(),
        Some(Kind::Property | Kind::GetSet | Kind::Instance | Kind::Host | Kind::Member)
    )
}

/// `a.name`.
pub struct Attribute<A> {
    a: A,
    name: Name,
    cache: SlotCache,
    span: Span,
}

impl<A: Operand> Attribute<A> {
    /// The node.
    pub fn new(a: A, name: Name, span: Span) -> Self {
        Attribute {
            a,
            name,
            cache: SlotCache::default(),
            span,
        }
    }
}

impl<A: Operand> Expr for Attribute<A> {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let object = self.a.load(vm, &f)?;
        if let Some(instance) = object.downcast::<InstanceObj>() {
            if let Some(slot) = self.cache.slot(instance) {
                let value = instance.slot(slot);
                if !value.is_unbound() {
                    return Ok(value);
                }
            }
        }
        self.slowly(vm, f, A::own(object))
    }
    fn span(&self) -> Span {
        self.span
    }
}

impl<A: Operand> Attribute<A> {
    #[inline(never)]
    fn slowly(&self, vm: &Vm, f: Frame, object: Value) -> R {
        let object = &object;
        // Properties and `__getattr__` run script code: the traceback must know where.
        f.set_span(self.span);
        if let Some(instance) = object.downcast::<InstanceObj>() {
            self.cache
                .learn(vm, instance, &self.name, flags::GETATTRIBUTE);
        } else if let Some(value) = module_variable(object, &self.name) {
            return Ok(value);
        }
        at(f, self.span, vm.get_attr(object, &self.name))
    }
}

/// Sets attributes, with a cache for slots that are there and for the one that is added next.
pub struct AttributeStore {
    name: Name,
    cache: SlotCache,
    /// The shape that instances of the shape `grow_from` get by this assignment.
    grow_from: Cell<u64>,
    grown: std::cell::RefCell<Option<std::rc::Rc<crate::objects::shape::Shape>>>,
    span: Span,
}

impl AttributeStore {
    /// For this attribute.
    pub fn new(name: Name, span: Span) -> AttributeStore {
        AttributeStore {
            name,
            cache: SlotCache::default(),
            grow_from: Cell::new(0),
            grown: Default::default(),
            span,
        }
    }

    /// Sets the attribute of `object`.
    #[inline(always)]
    pub fn store(&self, vm: &Vm, f: Frame, object: &Value, value: Value) -> R<()> {
        if let Some(instance) = object.downcast::<InstanceObj>() {
            if let Some(slot) = self.cache.slot(instance) {
                drop(instance.set_slot(slot, value));
                return Ok(());
            }
            let shape = instance.shape_id();
            if shape == self.grow_from.get() {
                if let Some(grown) = &*self.grown.borrow() {
                    instance.grow(grown, value);
                    return Ok(());
                }
            }
        }
        self.slowly(vm, f, object, value)
    }

    #[inline(never)]
    fn slowly(&self, vm: &Vm, f: Frame, object: &Value, value: Value) -> R<()> {
        f.set_span(self.span);
        let before = object.downcast::<InstanceObj>().map(|i| i.shape());
        at(f, self.span, vm.set_attr(object, &self.name, value))?;
        let (Some(instance), Some(before)) = (object.downcast::<InstanceObj>(), before) else {
            return Ok(());
        };
        let after = instance.shape();
        if after.id() == before.id() {
            self.cache.learn(vm, instance, &self.name, flags::SETATTR);
        } else if !after.is_dict
            && after.len() == before.len() + 1
            && after.names().last() == Some(&self.name)
            && !instance.with_class(|c| c.has(flags::SETATTR))
        {
            self.grow_from.set(before.id());
            let old = self.grown.replace(Some(after));
            drop(old);
        }
        Ok(())
    }
}

/// `obj.name += b`: the object is evaluated once.
pub struct AugmentedAttribute {
    /// The object.
    pub object: ExprBox,
    /// The attribute.
    pub name: Name,
    /// Reads and writes.
    pub store: AttributeStore,
    /// The operator.
    pub op: aio_parser::ast::BinaryOp,
    /// The right-hand side.
    pub value: ExprBox,
    /// Caches the slot for reading.
    pub cache: SlotCache,
    /// Its place.
    pub span: Span,
    /// The target's place.
    pub target: Span,
}

impl AugmentedAttribute {
    #[inline(always)]
    fn read(&self, vm: &Vm, f: Frame, object: &Value) -> R {
        if let Some(instance) = object.downcast::<InstanceObj>() {
            if let Some(slot) = self.cache.slot(instance) {
                let value = instance.slot(slot);
                if !value.is_unbound() {
                    return Ok(value);
                }
            }
            self.cache
                .learn(vm, instance, &self.name, flags::GETATTRIBUTE);
        }
        f.set_span(self.target);
        at(f, self.target, vm.get_attr(object, &self.name))
    }
}

impl crate::node::Stmt for AugmentedAttribute {
    fn exec(&self, vm: &Vm, f: Frame) -> crate::node::Flow {
        let run = || {
            let object = self.object.eval(vm, f)?;
            let old = self.read(vm, f, &object)?;
            let value = self.value.eval(vm, f)?;
            let new = match super::assign::quick_augment(self.op, &old, &value) {
                Some(v) => v,
                None => at(f, self.span, vm.inplace(self.op, &old, &value))?,
            };
            drop(old);
            self.store.store(vm, f, &object, new)
        };
        run().into()
    }
}

/// `del a.name`.
pub struct DeleteAttribute {
    /// The object.
    pub object: ExprBox,
    /// The attribute.
    pub name: Name,
    /// Its place.
    pub span: Span,
}

impl crate::node::Stmt for DeleteAttribute {
    fn exec(&self, vm: &Vm, f: Frame) -> crate::node::Flow {
        let run = || {
            let object = self.object.eval(vm, f)?;
            f.set_span(self.span);
            vm.del_attr(&object, &self.name)
                .map_err(|r| fail_at(f, self.span, r))
        };
        run().into()
    }
}
