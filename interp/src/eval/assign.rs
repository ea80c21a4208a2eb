//! Assignment: targets, and the statements that store.

use std::cell::Cell;
use std::marker::PhantomData;

use aio_lexer::Span;
use aio_parser::ast::BinaryOp;

use super::attribute::AttributeStore;
use super::operand::{Operand, Part};
use super::operator::{Add, Arithmetic, Mult, Sub};
use super::{at, fail_at, subscript};
use crate::node::{ExprBox, Flow, Stmt};
use crate::object::Ref;
use crate::objects::cell::CellObj;
use crate::objects::dict::DictObj;
use crate::objects::list::ListObj;
use crate::objects::str::Name;
use crate::objects::tuple::TupleObj;
use crate::stack::{Frame, Slot};
use crate::value::{R, Value};
use crate::vm::Vm;

/// Something that can be assigned to.
pub trait Target {
    /// Stores a value.
    fn assign(&self, vm: &Vm, f: Frame, value: Value) -> R<()>;

    /// Deletes it (`del`), where that is not a statement of its own.
    fn delete(&self, vm: &Vm, f: Frame) -> R<()>;
}

/// A local variable.
pub struct LocalTarget {
    /// Its slot.
    pub slot: Slot,
    /// Its place.
    pub span: Span,
}

impl Target for LocalTarget {
    fn assign(&self, _vm: &Vm, f: Frame, value: Value) -> R<()> {
        f.set(self.slot, value);
        Ok(())
    }
    fn delete(&self, vm: &Vm, f: Frame) -> R<()> {
        if f.take(self.slot).is_unbound() {
            return Err(super::name::unbound_local(vm, f, self.slot, self.span));
        }
        Ok(())
    }
}

/// A variable of this function that lives in a cell.
pub struct CellTarget {
    /// The slot with the cell.
    pub slot: Slot,
    /// Its name.
    pub name: Name,
    /// Its place.
    pub span: Span,
}

impl Target for CellTarget {
    fn assign(&self, _vm: &Vm, f: Frame, value: Value) -> R<()> {
        match f.get(self.slot).downcast::<CellObj>() {
            Some(cell) => drop(cell.value.replace(value)),
            None => {
                let cell = CellObj {
                    value: crate::shared::Shared::new(value),
                };
                f.set(self.slot, Ref::new(cell).into());
            }
        }
        Ok(())
    }
    fn delete(&self, vm: &Vm, f: Frame) -> R<()> {
        let old = super::name::cell_in(f, self.slot).map(|c| c.value.take());
        match old {
            Some(v) if !v.is_unbound() => Ok(()),
            _ => {
                f.set_span(self.span);
                let text = format!(
                    "cannot access local variable '{}' where it is not associated with a value",
                    self.name.as_str()
                );
                Err(vm.name_error(
                    &vm.exceptions.UnboundLocalError,
                    &text,
                    &(&self.name).into(),
                ))
            }
        }
    }
}

/// A variable of an enclosing function (`nonlocal`).
pub struct FreeTarget {
    /// Its position in the closure.
    pub index: usize,
    /// Its name.
    pub name: Name,
    /// Its place.
    pub span: Span,
}

impl Target for FreeTarget {
    fn assign(&self, _vm: &Vm, f: Frame, value: Value) -> R<()> {
        drop(f.function().closure[self.index].value.replace(value));
        Ok(())
    }
    fn delete(&self, vm: &Vm, f: Frame) -> R<()> {
        let old = f.function().closure[self.index].value.take();
        if old.is_unbound() {
            f.set_span(self.span);
            let text = format!(
                "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
                self.name.as_str()
            );
            return Err(vm.name_error(&vm.exceptions.NameError, &text, &(&self.name).into()));
        }
        Ok(())
    }
}

/// A global variable.
pub struct GlobalTarget {
    name: Name,
    position: Cell<u32>,
    span: Span,
}

impl GlobalTarget {
    /// The target.
    pub fn new(name: Name, span: Span) -> GlobalTarget {
        GlobalTarget {
            name,
            position: Cell::new(u32::MAX),
            span,
        }
    }
}

impl Target for GlobalTarget {
    fn assign(&self, _vm: &Vm, f: Frame, value: Value) -> R<()> {
        let globals = &f.function().globals;
        match globals.set_position(self.position.get() as usize, &self.name, value) {
            Ok(old) => drop(old),
            Err(value) => {
                let globals = globals.clone();
                globals.set_name(&self.name, value);
                let position = globals.position_of_name(&self.name).unwrap_or(usize::MAX);
                self.position.set(position as u32);
            }
        }
        Ok(())
    }
    fn delete(&self, vm: &Vm, f: Frame) -> R<()> {
        let globals = f.function().globals.clone();
        match globals.remove_name(&self.name) {
            Some(_) => Ok(()),
            None => Err(fail_at(
                f,
                self.span,
                super::name::undefined(vm, &self.name),
            )),
        }
    }
}

/// A name in a class body, or in code run by `exec` with separate locals.
pub struct NameTarget {
    /// The slot with the namespace.
    pub namespace: Slot,
    /// The name.
    pub name: Name,
    /// Its place.
    pub span: Span,
}

impl Target for NameTarget {
    fn assign(&self, vm: &Vm, f: Frame, value: Value) -> R<()> {
        let namespace = f.get(self.namespace).clone();
        match namespace.downcast::<DictObj>() {
            Some(dict) => {
                dict.set_name(&self.name, value);
                Ok(())
            }
            None => at(
                f,
                self.span,
                vm.set_item(&namespace, &(&self.name).into(), value),
            ),
        }
    }
    fn delete(&self, vm: &Vm, f: Frame) -> R<()> {
        let namespace = f.get(self.namespace).clone();
        let removed = match namespace.downcast::<DictObj>() {
            Some(dict) => dict.remove_name(&self.name).is_some(),
            None => {
                let result = vm.del_item(&namespace, &(&self.name).into());
                vm.unless_raised(&vm.exceptions.KeyError, result)?.is_some()
            }
        };
        if removed {
            return Ok(());
        }
        Err(fail_at(
            f,
            self.span,
            super::name::undefined(vm, &self.name),
        ))
    }
}

/// `obj.name`.
pub struct AttributeTarget {
    /// The object.
    pub object: Part,
    /// Its attribute.
    pub store: AttributeStore,
    /// Deletes it.
    pub name: Name,
    /// Its place.
    pub span: Span,
}

impl Target for AttributeTarget {
    fn assign(&self, vm: &Vm, f: Frame, value: Value) -> R<()> {
        let object = self.object.eval(vm, f)?;
        self.store.store(vm, f, &object, value)
    }
    fn delete(&self, vm: &Vm, f: Frame) -> R<()> {
        let object = self.object.eval(vm, f)?;
        f.set_span(self.span);
        at(f, self.span, vm.del_attr(&object, &self.name))
    }
}

/// `obj[key]`.
pub struct SubscriptTarget<A, B> {
    /// The object.
    pub object: A,
    /// The key.
    pub key: B,
    /// Its place.
    pub span: Span,
}

impl<A: Operand, B: Operand> Target for SubscriptTarget<A, B> {
    fn assign(&self, vm: &Vm, f: Frame, value: Value) -> R<()> {
        let object = self.object.load(vm, &f)?;
        let key = self.key.load(vm, &f)?;
        subscript::store(vm, f, &object, &key, value, self.span)
    }
    fn delete(&self, vm: &Vm, f: Frame) -> R<()> {
        let object = A::own(self.object.load(vm, &f)?);
        let key = B::own(self.key.load(vm, &f)?);
        f.set_span(self.span);
        at(f, self.span, vm.del_item(&object, &key))
    }
}

/// `a, b` or `[a, *b]`.
pub struct UnpackTarget {
    /// The targets.
    pub targets: Vec<Box<dyn Target>>,
    /// Which of them is starred.
    pub star: Option<usize>,
    /// Its place.
    pub span: Span,
}

impl Target for UnpackTarget {
    fn assign(&self, vm: &Vm, f: Frame, value: Value) -> R<()> {
        let n = self.targets.len();
        if self.star.is_none() {
            if let Some(tuple) = value.downcast::<TupleObj>() {
                if tuple.items().len() == n {
                    for (t, v) in self.targets.iter().zip(tuple.items()) {
                        t.assign(vm, f, v.clone())?;
                    }
                    return Ok(());
                }
            }
        }
        f.set_span(self.span);
        let items = match self.star {
            None => match value.downcast::<ListObj>() {
                Some(list) if list.len() == n => list.to_vec(),
                _ => at(f, self.span, vm.unpack(&value, n))?,
            },
            Some(star) => at(f, self.span, vm.unpack_star(&value, star, n - star - 1))?,
        };
        drop(value);
        for (t, v) in self.targets.iter().zip(items) {
            t.assign(vm, f, v)?;
        }
        Ok(())
    }
    fn delete(&self, vm: &Vm, f: Frame) -> R<()> {
        for t in &self.targets {
            t.delete(vm, f)?;
        }
        Ok(())
    }
}

/// `local = value`.
pub struct AssignLocal {
    /// Its slot.
    pub slot: Slot,
    /// The value.
    pub value: ExprBox,
}

impl Stmt for AssignLocal {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        self.value.store(vm, f, self.slot).into()
    }
}

/// `target = value`.
pub struct Assign {
    /// The target.
    pub target: Box<dyn Target>,
    /// The value.
    pub value: ExprBox,
}

impl Stmt for Assign {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            let value = self.value.eval(vm, f)?;
            self.target.assign(vm, f, value)
        };
        run().into()
    }
}

/// `obj.name = value`.
pub struct AssignAttribute<A> {
    /// The object.
    pub object: A,
    /// Its attribute.
    pub store: AttributeStore,
    /// The value.
    pub value: ExprBox,
}

impl<A: super::operand::Operand> Stmt for AssignAttribute<A> {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            let value = self.value.eval(vm, f)?;
            let object = self.object.load(vm, &f)?;
            self.store.store(vm, f, &object, value)
        };
        run().into()
    }
}

/// `obj[key] = value`.
pub struct AssignSubscript<A, B> {
    /// The object.
    pub object: A,
    /// The key.
    pub key: B,
    /// The value.
    pub value: ExprBox,
    /// The target's place.
    pub span: Span,
}

impl<A: super::operand::Operand, B: super::operand::Operand> Stmt for AssignSubscript<A, B> {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            let value = self.value.eval(vm, f)?;
            let object = self.object.load(vm, &f)?;
            let key = self.key.load(vm, &f)?;
            subscript::store(vm, f, &object, &key, value, self.span)
        };
        run().into()
    }
}

/// `a = b = value`.
pub struct AssignMany {
    /// The targets.
    pub targets: Vec<Box<dyn Target>>,
    /// The value.
    pub value: ExprBox,
}

impl Stmt for AssignMany {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            let value = self.value.eval(vm, f)?;
            for t in &self.targets {
                t.assign(vm, f, value.clone())?;
            }
            Ok(())
        };
        run().into()
    }
}

/// `a, b = b, a`: a tuple display straight into a tuple of targets, without making the tuple.
pub struct AssignPairwise {
    /// The targets.
    pub targets: Vec<Box<dyn Target>>,
    /// The values, as many.
    pub values: Vec<ExprBox>,
}

impl Stmt for AssignPairwise {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            if let ([a, b], [x, y]) = (&self.targets[..], &self.values[..]) {
                let x = x.eval(vm, f)?;
                let y = y.eval(vm, f)?;
                a.assign(vm, f, x)?;
                return b.assign(vm, f, y);
            }
            let values: R<Vec<Value>> = self.values.iter().map(|v| v.eval(vm, f)).collect();
            for (t, v) in self.targets.iter().zip(values?) {
                t.assign(vm, f, v)?;
            }
            Ok(())
        };
        run().into()
    }
}

/// `name += value` for a variable that is not a plain local.
pub struct AugmentedName {
    /// Reads it.
    pub load: ExprBox,
    /// Stores it.
    pub target: Box<dyn Target>,
    /// The operator.
    pub op: BinaryOp,
    /// The right-hand side.
    pub value: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Stmt for AugmentedName {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            let old = self.load.eval(vm, f)?;
            let value = self.value.eval(vm, f)?;
            let new = match quick_augment(self.op, &old, &value) {
                Some(v) => v,
                None => at(f, self.span, vm.inplace(self.op, &old, &value))?,
            };
            drop(old);
            self.target.assign(vm, f, new)
        };
        run().into()
    }
}

/// Where a cell is.
pub enum CellPlace {
    /// In a slot of this frame.
    Slot(Slot),
    /// In the closure.
    Free(usize),
}

/// `name += value` for a variable in a cell.
pub struct AugmentedCell<O> {
    /// Where the cell is.
    pub place: CellPlace,
    /// The right-hand side.
    pub value: Part,
    /// The general way: for values that are no numbers, and for errors.
    pub slow: AugmentedName,
    /// The operator.
    pub op: PhantomData<O>,
}

impl<O: Arithmetic> AugmentedCell<O> {
    /// Works on two numbers of one type.
    #[inline(always)]
    fn quick(&self, f: Frame, b: &Value) -> bool {
        let cell = match self.place {
            CellPlace::Slot(slot) => match f.get(slot).downcast::<CellObj>() {
                Some(cell) => cell,
                None => return false,
            },
            CellPlace::Free(index) => &f.function().closure[index],
        };
        let new = super::operator::quick::<O>(&cell.value.read(), b);
        match new {
            Some(new) => {
                drop(cell.value.replace(new));
                true
            }
            None => false,
        }
    }
}

impl<O: Arithmetic> Stmt for AugmentedCell<O> {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        // A literal or a local: evaluating it cannot change the variable.
        let b = match &self.value {
            Part::Literal(value) => value,
            Part::Local(local) => f.get(local.slot),
            Part::Any(_) => return self.slow.exec(vm, f),
        };
        if self.quick(f, b) {
            return Flow::Next;
        }
        self.slow.exec(vm, f)
    }
}

/// The commonest augmented assignments of numbers.
#[inline(always)]
pub(crate) fn quick_augment(op: BinaryOp, a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => match op {
            BinaryOp::Add => Add::ints(*x, *y),
            BinaryOp::Sub => Sub::ints(*x, *y),
            BinaryOp::Mult => Mult::ints(*x, *y),
            _ => None,
        },
        (Value::Float(x), Value::Float(y)) => match op {
            BinaryOp::Add => Add::floats(x.get(), y.get()),
            BinaryOp::Sub => Sub::floats(x.get(), y.get()),
            BinaryOp::Mult => Mult::floats(x.get(), y.get()),
            _ => None,
        },
        _ => None,
    }
}

/// `del name` and other targets that are not attributes or items.
pub struct Delete {
    /// The target.
    pub target: Box<dyn Target>,
}

impl Stmt for Delete {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        self.target.delete(vm, f).into()
    }
}

/// `name: annotation` in a class or module: records it in `__annotations__`.
pub struct Annotate {
    /// Reads `__annotations__` of the namespace, making it if need be.
    pub namespace: Option<Slot>,
    /// The name annotated.
    pub name: Name,
    /// The annotation.
    pub annotation: ExprBox,
}

impl Stmt for Annotate {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            let annotation = self.annotation.eval(vm, f)?;
            let annotations = annotations_of(vm, f, self.namespace)?;
            vm.set_item(&annotations, &(&self.name).into(), annotation)
        };
        run().into()
    }
}

/// `__annotations__` of the namespace of a class or module, made if need be.
fn annotations_of(vm: &Vm, f: Frame, namespace: Option<Slot>) -> R {
    let name = &vm.names.annotations_;
    let namespace = match namespace {
        Some(slot) => f.get(slot).clone(),
        None => Value::from(&f.function().globals),
    };
    if let Some(found) = super::name::lookup_in(vm, &namespace, name)? {
        return Ok(found);
    }
    let fresh = Value::from(crate::objects::dict::new_dict());
    vm.set_item(&namespace, &name.into(), fresh.clone())?;
    Ok(fresh)
}

/// The beginning of a class or module in which names are annotated: `__annotations__` is there.
pub struct SetUpAnnotations {
    /// The slot with the namespace; the globals if there is none.
    pub namespace: Option<Slot>,
}

impl Stmt for SetUpAnnotations {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        annotations_of(vm, f, self.namespace).map(drop).into()
    }
}
