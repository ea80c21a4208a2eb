//! Assignments, annotations and deletions.

use std::marker::PhantomData;
use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::{BinaryOp, Expr as Ast, ExprKind};

use super::frame::Place;
use super::scope::ScopeKind;
use super::specialise::{Sorted, each_operand, each_variable};
use super::{Lowerer, Out};
use crate::eval::assign::{
    Annotate, Assign, AssignAttribute, AssignLocal, AssignMany, AssignPairwise, AssignSubscript,
    AugmentedCell, AugmentedName, CellPlace, Delete, SetUpAnnotations,
};
use crate::eval::attribute::{AttributeStore, AugmentedAttribute, DeleteAttribute};
use crate::eval::block::Discard;
use crate::eval::operand::{Any, Part};
use crate::eval::operator as op;
use crate::eval::subscript::{AugmentedSubscript, DeleteSubscript};
use crate::node::ExprBox;
use crate::objects::str::Name;
use crate::stack::Slot;

impl Lowerer<'_> {
    pub(crate) fn assign_variable(
        &mut self,
        name: &Rc<str>,
        value: crate::node::ExprBox,
        span: Span,
        out: &mut Out,
    ) {
        let name = self.mangled(name);
        let target = self.variable_target(&name, span);
        self.emit(out, Assign { target, value }, span);
    }

    pub(crate) fn assign(&mut self, targets: &[Ast], value: &Ast, span: Span, out: &mut Out) {
        let [target] = targets else {
            let value = self.expr(value, out);
            let mut lowered = Vec::new();
            if targets.iter().any(|t| self.target_suspends(t)) {
                let temp = self.frame().temp();
                self.emit(out, AssignLocal { slot: temp, value }, span);
                for t in targets {
                    let target = self.target(t, out);
                    let value = Box::new(crate::eval::name::LoadLocal { slot: temp, span });
                    self.emit(out, Assign { target, value }, span);
                }
                return;
            }
            for t in targets {
                lowered.push(self.target(t, out));
            }
            return self.emit(
                out,
                AssignMany {
                    targets: lowered,
                    value,
                },
                span,
            );
        };
        if let Some(slot) = self.local_slot(target) {
            return self.assign_local(slot, value, span, out);
        }
        if let (ExprKind::Tuple(ts), ExprKind::Tuple(vs)) = (&target.kind, &value.kind) {
            let starred = ts
                .iter()
                .chain(vs)
                .any(|e| matches!(e.kind, ExprKind::Starred(_)));
            let suspends = self.scopes.suspends(value) || self.target_suspends(target);
            if ts.len() == vs.len() && !ts.is_empty() && !starred && !suspends {
                let values = vs.iter().map(|v| self.expr(v, out)).collect();
                let targets = ts.iter().map(|t| self.target(t, out)).collect();
                return self.emit(out, AssignPairwise { targets, values }, span);
            }
        }
        self.assign_other(target, value, span, out);
    }

    fn assign_local(&mut self, slot: Slot, value: &Ast, span: Span, out: &mut Out) {
        if self.scopes.suspends(value) {
            self.suspend_into(value, Some(slot), out);
        } else {
            let value = self.expr(value, out);
            self.emit(out, AssignLocal { slot, value }, span);
        }
    }

    fn assign_other(&mut self, target: &Ast, value: &Ast, span: Span, out: &mut Out) {
        let mut value_node = self.expr(value, out);
        if self.target_suspends(target) {
            // The value is evaluated before the parts of the target.
            let temp = self.frame().temp();
            self.emit(
                out,
                AssignLocal {
                    slot: temp,
                    value: value_node,
                },
                span,
            );
            value_node = self.take(temp, span);
        }
        match &target.kind {
            ExprKind::Attribute {
                value: object,
                attr,
                ..
            } => {
                self.note_attribute(object, attr);
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                let store = AttributeStore::new(name.clone(), target.span);
                let value = value_node;
                let object = self.operand(object, false, out);
                if let Sorted::Local(local) = &object {
                    self.frame().sets_attribute(local.slot, &name);
                }
                each_variable!(object, object => {
                    let node = AssignAttribute { object, store, value };
                    self.emit(out, node, span)
                });
            }
            ExprKind::Subscript {
                value: object,
                index,
            } if !self.target_suspends(target) => {
                let kept = self.scopes.rebinds(index);
                let object = self.operand(object, kept, out);
                let key = self.operand(index, false, out);
                let (value, place) = (value_node, target.span);
                match (object, key) {
                    (Sorted::Local(object), Sorted::Local(key)) => {
                        self.emit(
                            out,
                            AssignSubscript {
                                object,
                                key,
                                value,
                                span: place,
                            },
                            span,
                        );
                    }
                    (Sorted::Local(object), key) => {
                        let key = super::specialise::any(key);
                        self.emit(
                            out,
                            AssignSubscript {
                                object,
                                key,
                                value,
                                span: place,
                            },
                            span,
                        );
                    }
                    (object, key) => {
                        let (object, key) =
                            (super::specialise::any(object), super::specialise::any(key));
                        self.emit(
                            out,
                            AssignSubscript {
                                object,
                                key,
                                value,
                                span: place,
                            },
                            span,
                        );
                    }
                }
            }
            _ => {
                let target = self.target(target, out);
                self.emit(
                    out,
                    Assign {
                        target,
                        value: value_node,
                    },
                    span,
                );
            }
        }
    }

    /// True if evaluating the parts of a target can suspend.
    pub(crate) fn target_suspends(&self, e: &Ast) -> bool {
        match &e.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().any(|i| self.target_suspends(i))
            }
            ExprKind::Starred(inner) => self.target_suspends(inner),
            _ => self.scopes.suspends(e),
        }
    }

    pub(crate) fn aug_assign(
        &mut self,
        target: &Ast,
        op: BinaryOp,
        value: &Ast,
        span: Span,
        out: &mut Out,
    ) {
        match &target.kind {
            ExprKind::Attribute {
                value: object,
                attr,
                ..
            } => {
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                let spans = (target.span, span);
                if self.scopes.suspends(object) || self.scopes.suspends(value) {
                    let mut parts = self.all_in_order(&[&**object, value], out).into_iter();
                    if let (Some(object), Some(value)) = (parts.next(), parts.next()) {
                        self.aug_attribute(op, Sorted::Any(Any(object)), name, value, spans, out);
                    }
                } else {
                    let kept = self.scopes.rebinds(value);
                    let object = self.operand(object, kept, out);
                    let value = self.expr(value, out);
                    self.aug_attribute(op, object, name, value, spans, out);
                }
            }
            ExprKind::Subscript {
                value: object,
                index,
            } => {
                let mut parts = self
                    .all_in_order(&[&**object, &**index, value], out)
                    .into_iter();
                if let (Some(a), Some(b), Some(value)) = (parts.next(), parts.next(), parts.next())
                {
                    let node = AugmentedSubscript {
                        a,
                        b,
                        op,
                        value,
                        span,
                        target: target.span,
                    };
                    self.emit(out, node, span);
                }
            }
            ExprKind::Name(name) => self.aug_name(target, name, op, value, span, out),
            _ => self.unsupported("this augmented assignment is", span),
        }
    }

    fn aug_attribute(
        &mut self,
        operator: BinaryOp,
        object: Sorted,
        name: Name,
        value: ExprBox,
        spans: (Span, Span),
        out: &mut Out,
    ) {
        macro_rules! of {
            ($op:ty) => {
                match object {
                    Sorted::Local(a) => {
                        let node = AugmentedAttribute::<$op, _>::new(a, name, value, spans);
                        self.emit(out, node, spans.1)
                    }
                    other => {
                        let a = super::specialise::any(other);
                        let node = AugmentedAttribute::<$op, _>::new(a, name, value, spans);
                        self.emit(out, node, spans.1)
                    }
                }
            };
        }
        match operator {
            BinaryOp::Add => of!(op::Add),
            BinaryOp::Sub => of!(op::Sub),
            BinaryOp::Mult => of!(op::Mult),
            BinaryOp::FloorDiv => of!(op::FloorDiv),
            BinaryOp::Mod => of!(op::Mod),
            BinaryOp::Div => of!(op::Div),
            BinaryOp::BitAnd => of!(op::BitAnd),
            BinaryOp::BitOr => of!(op::BitOr),
            BinaryOp::BitXor => of!(op::BitXor),
            BinaryOp::LShift => of!(op::LShift),
            BinaryOp::RShift => of!(op::RShift),
            BinaryOp::Pow => of!(op::Pow),
            BinaryOp::MatMult => of!(op::MatMult),
        }
    }

    fn aug_name(
        &mut self,
        target: &Ast,
        name: &Rc<str>,
        operator: BinaryOp,
        value: &Ast,
        span: Span,
        out: &mut Out,
    ) {
        let name = self.mangled(name);
        let suspends = self.scopes.suspends(value);
        if let (Place::Local(slot), false, true) = (
            self.place(&name),
            suspends || self.scopes.rebinds(value),
            self.specialise,
        ) {
            let value = self.operand(value, false, out);
            return self.augmented(operator, slot, value, (target.span, span), out);
        }
        let mut load = self.load(&name, target.span);
        if suspends {
            // The old value is read before the right-hand side.
            let temp = self.frame().temp();
            self.emit(
                out,
                AssignLocal {
                    slot: temp,
                    value: load,
                },
                span,
            );
            load = self.take(temp, target.span);
        }
        let is_simple = matches!(value.kind, ExprKind::Constant(_) | ExprKind::Name(_));
        let quick = if suspends || !self.specialise || !is_simple {
            None
        } else {
            match self.place(&name) {
                Place::Cell(slot) => Some(CellPlace::Slot(slot)),
                Place::Free(index) => Some(CellPlace::Free(index)),
                _ => None,
            }
        };
        let part = quick.map(|place| (place, self.part(value, out)));
        let value = self.expr(value, out);
        let target = self.variable_target(&name, target.span);
        let slow = AugmentedName {
            load,
            target,
            op: operator,
            value,
            span,
        };
        match (part, operator) {
            (Some((place, value @ (Part::Literal(_) | Part::Local(_)))), BinaryOp::Add) => {
                let op = PhantomData::<op::Add>;
                self.emit(
                    out,
                    AugmentedCell {
                        place,
                        value,
                        slow,
                        op,
                    },
                    span,
                );
            }
            (Some((place, value @ (Part::Literal(_) | Part::Local(_)))), BinaryOp::Sub) => {
                let op = PhantomData::<op::Sub>;
                self.emit(
                    out,
                    AugmentedCell {
                        place,
                        value,
                        slow,
                        op,
                    },
                    span,
                );
            }
            _ => self.emit(out, slow, span),
        }
    }

    fn augmented(
        &mut self,
        operator: BinaryOp,
        slot: Slot,
        value: Sorted,
        (target, span): (Span, Span),
        out: &mut Out,
    ) {
        macro_rules! of {
            ($op:ty) => {
                each_operand!(value, b => {
                    let node = op::Augmented::<$op, _>::new(slot, b, target, span);
                    self.emit(out, node, span)
                })
            };
        }
        match operator {
            BinaryOp::Add => of!(op::Add),
            BinaryOp::Sub => of!(op::Sub),
            BinaryOp::Mult => of!(op::Mult),
            BinaryOp::FloorDiv => of!(op::FloorDiv),
            BinaryOp::Mod => of!(op::Mod),
            BinaryOp::Div => of!(op::Div),
            BinaryOp::BitAnd => of!(op::BitAnd),
            BinaryOp::BitOr => of!(op::BitOr),
            BinaryOp::BitXor => of!(op::BitXor),
            BinaryOp::LShift => of!(op::LShift),
            BinaryOp::RShift => of!(op::RShift),
            BinaryOp::Pow => of!(op::Pow),
            BinaryOp::MatMult => of!(op::MatMult),
        }
    }

    pub(crate) fn ann_assign(
        &mut self,
        target: &Ast,
        annotation: &Ast,
        value: Option<&Ast>,
        simple: bool,
        span: Span,
        out: &mut Out,
    ) {
        if let Some(value) = value {
            self.assign(std::slice::from_ref(target), value, span, out);
        }
        let scope = self.scope();
        let kind = self.scopes.list[scope].kind;
        if !matches!(kind, ScopeKind::Module | ScopeKind::Class) {
            return;
        }
        let annotation = self.annotation(annotation, out);
        match &target.kind {
            ExprKind::Name(name) if simple => {
                let name = self.mangled(name);
                let name = self.name(&name);
                let namespace = self.frame().class_namespace;
                self.emit(
                    out,
                    Annotate {
                        namespace,
                        name,
                        annotation,
                    },
                    span,
                );
            }
            _ => self.emit(out, Discard(annotation), span),
        }
    }

    /// `__annotations__` of a module or class that has any is there from the start.
    pub(crate) fn set_annotations_up(&mut self, span: Span, out: &mut Out) {
        let scope = self.scope();
        if self.scopes.list[scope].has_annotation {
            let namespace = self.frame().class_namespace;
            self.emit(out, SetUpAnnotations { namespace }, span);
        }
    }

    pub(crate) fn delete(&mut self, target: &Ast, span: Span, out: &mut Out) {
        match &target.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().for_each(|i| self.delete(i, span, out));
            }
            ExprKind::Attribute { value, attr, .. } => {
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                let object = self.expr(value, out);
                self.emit(
                    out,
                    DeleteAttribute {
                        object,
                        name,
                        span: target.span,
                    },
                    span,
                );
            }
            ExprKind::Subscript { value, index } => {
                let mut parts = self.all_in_order(&[&**value, &**index], out).into_iter();
                if let (Some(a), Some(b)) = (parts.next(), parts.next()) {
                    self.emit(
                        out,
                        DeleteSubscript {
                            a,
                            b,
                            span: target.span,
                        },
                        span,
                    );
                }
            }
            _ => {
                let target = self.target(target, out);
                self.emit(out, Delete { target }, span);
            }
        }
    }
}
