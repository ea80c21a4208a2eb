//! Attributes: reading, setting, deleting, with inline caches.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::BinaryOp;

use super::call_cache::WAYS;
use super::operand::Operand;
use super::operator::{Arithmetic, quick};
use super::{at, fail_at};
use crate::node::{Expr, ExprBox};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, flags};
use crate::objects::function::GetSetObj;
use crate::objects::instance::InstanceObj;
use crate::objects::module::ModuleObj;
use crate::objects::shape::Shape;
use crate::objects::str::Name;
use crate::shared::Shared;
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Remembers in which slot instances of a few shapes have an attribute.
#[derive(Default)]
pub struct SlotCache {
    /// The shapes' ids, 0 for none.
    shapes: [Cell<u64>; WAYS],
    slots: [Cell<u32>; WAYS],
    /// The way that is overwritten next.
    next: Cell<u8>,
}

impl SlotCache {
    /// The slot, for an instance of a remembered shape.
    #[inline(always)]
    pub fn slot(&self, instance: &Ref<InstanceObj>) -> Option<usize> {
        let id = instance.shape_id();
        let way = self.shapes.iter().position(|shape| shape.get() == id)?;
        Some(self.slots[way].get() as usize)
    }

    /// The value, for an instance of a remembered shape that has it inline.
    #[inline(always)]
    fn near_value(&self, instance: &Ref<InstanceObj>) -> Option<Value> {
        let value = instance.near_slot(self.slot(instance)?)?;
        value.bound().cloned()
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
            let way = self.next.get() as usize;
            self.next.set(((way + 1) % WAYS) as u8);
            self.shapes[way].set(shape.id());
            self.slots[way].set(slot as u32);
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

/// `__class__`, where that is the class.
fn plain_class(vm: &Vm, instance: &Ref<InstanceObj>) -> Option<Ref<ClassObj>> {
    let class = instance.class();
    let found = class.lookup(vm, &vm.names.class_)?;
    let getset = found.downcast::<GetSetObj>()?;
    let is_plain = getset.class.is(&vm.classes.object) && !class.has(flags::GETATTRIBUTE);
    is_plain.then_some(class)
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
            if let Some(value) = self.cache.near_value(instance) {
                return Ok(value);
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
        if let Some(instance) = object.downcast::<InstanceObj>() {
            if let Some(slot) = self.cache.slot(instance) {
                let value = instance.slot(slot);
                if !value.is_unbound() {
                    return Ok(value);
                }
            }
        }
        // Properties and `__getattr__` run script code: the traceback must know where.
        f.set_span(self.span);
        if let Some(instance) = object.downcast::<InstanceObj>() {
            if self.name == vm.names.class_ {
                if let Some(class) = plain_class(vm, instance) {
                    return Ok(class.into());
                }
            }
            self.cache
                .learn(vm, instance, &self.name, flags::GETATTRIBUTE);
        } else if let Some(value) = module_variable(object, &self.name) {
            return Ok(value);
        }
        at(f, self.span, vm.get_attr(object, &self.name))
    }
}

/// Sets attributes, with a cache for slots that are there and for those that are added next.
pub struct AttributeStore {
    name: Name,
    cache: SlotCache,
    /// Instances of the shape `from` get the shape `to` by this assignment.
    growth: [Growth; WAYS],
    /// The growth that is overwritten next.
    next: Cell<u8>,
    span: Span,
}

#[derive(Default)]
struct Growth {
    from: Cell<u64>,
    to: Shared<Option<Rc<Shape>>>,
}

impl AttributeStore {
    /// For this attribute.
    pub fn new(name: Name, span: Span) -> AttributeStore {
        AttributeStore {
            name,
            cache: SlotCache::default(),
            growth: Default::default(),
            next: Cell::new(0),
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
            if let Some(growth) = self.growth.iter().find(|g| g.from.get() == shape) {
                if let Some(grown) = &*growth.to.read() {
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
            let way = self.next.get() as usize;
            self.next.set(((way + 1) % WAYS) as u8);
            self.growth[way].from.set(before.id());
            drop(self.growth[way].to.replace(Some(after)));
        }
        Ok(())
    }
}

/// `obj.name += b`: the object is evaluated once.
pub struct AugmentedAttribute<O, A> {
    object: A,
    name: Name,
    value: ExprBox,
    /// Writes.
    store: AttributeStore,
    /// For reading.
    cache: SlotCache,
    span: Span,
    /// The target's place.
    target: Span,
    op: PhantomData<O>,
}

impl<O: Arithmetic, A: Operand> AugmentedAttribute<O, A> {
    /// The node.
    pub fn new(object: A, name: Name, value: ExprBox, (target, span): (Span, Span)) -> Self {
        AugmentedAttribute {
            object,
            value,
            store: AttributeStore::new(name.clone(), target),
            name,
            cache: SlotCache::default(),
            span,
            target,
            op: PhantomData,
        }
    }

    #[inline(always)]
    fn read(&self, vm: &Vm, f: Frame, object: &Value) -> R {
        if let Some(instance) = object.downcast::<InstanceObj>() {
            if let Some(slot) = self.cache.slot(instance) {
                let value = instance.slot(slot);
                if !value.is_unbound() {
                    return Ok(value);
                }
            }
        }
        self.read_slowly(vm, f, object)
    }

    #[inline(never)]
    fn read_slowly(&self, vm: &Vm, f: Frame, object: &Value) -> R {
        if let Some(instance) = object.downcast::<InstanceObj>() {
            self.cache
                .learn(vm, instance, &self.name, flags::GETATTRIBUTE);
        }
        f.set_span(self.target);
        at(f, self.target, vm.get_attr(object, &self.name))
    }

    #[inline(always)]
    fn run(&self, vm: &Vm, f: Frame) -> R<()> {
        let object = self.object.load(vm, &f)?;
        let old = self.read(vm, f, &object)?;
        let value = self.value.eval(vm, f)?;
        let new = match quick::<O>(&old, &value) {
            Some(v) => v,
            None => inplace_slowly(vm, f, O::OP, old, value, self.span)?,
        };
        self.store.store(vm, f, &object, new)
    }
}

#[inline(never)]
fn inplace_slowly(vm: &Vm, f: Frame, op: BinaryOp, old: Value, value: Value, span: Span) -> R {
    at(f, span, vm.inplace(op, &old, &value))
}

impl<O: Arithmetic, A: Operand> crate::node::Stmt for AugmentedAttribute<O, A> {
    fn exec(&self, vm: &Vm, f: Frame) -> crate::node::Flow {
        self.run(vm, f).into()
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
