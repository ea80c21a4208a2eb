//! Targets of assignments.

use aio_parser::ast::{Expr as Ast, ExprKind};

use super::frame::Place;
use super::specialise::{Sorted, each_variable};
use super::{Lowerer, Out};
use crate::eval::assign::{
    AttributeTarget, CellTarget, FreeTarget, GlobalTarget, LocalTarget, NameTarget,
    SubscriptTarget, Target, UnpackTarget,
};
use crate::eval::attribute::AttributeStore;
use crate::eval::operand::{Any, Part};
use crate::stack::Slot;

impl Lowerer<'_> {
    /// Lowers a target. Parts of it that can suspend go to `out`.
    pub(crate) fn target(&mut self, e: &Ast, out: &mut Out) -> Box<dyn Target> {
        let span = e.span;
        match &e.kind {
            ExprKind::Name(name) => {
                let name = self.mangled(name);
                self.variable_target(&name, span)
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.note_attribute(value, attr);
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                let object = self.part(value, out);
                if let Part::Local(local) = &object {
                    self.frame().sets_attribute(local.slot, &name);
                }
                let store = AttributeStore::new(name.clone(), span);
                Box::new(AttributeTarget {
                    object,
                    store,
                    name,
                    span,
                })
            }
            ExprKind::Subscript { value, index } => {
                if self.scopes.suspends(value) || self.scopes.suspends(index) {
                    let parts = self.all_in_order(&[&**value, &**index], out);
                    let mut parts = parts.into_iter().map(Any);
                    let (Some(object), Some(key)) = (parts.next(), parts.next()) else {
                        unreachable!("two parts")
                    };
                    return Box::new(SubscriptTarget { object, key, span });
                }
                let kept = self.scopes.rebinds(index);
                let object = self.operand(value, kept, out);
                let key = self.operand(index, false, out);
                each_variable!(object, object => each_variable!(key, key => {
                    Box::new(SubscriptTarget { object, key, span })
                }))
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let star = items
                    .iter()
                    .position(|i| matches!(i.kind, ExprKind::Starred(_)));
                let targets = items.iter().map(|i| self.target(i, out)).collect();
                Box::new(UnpackTarget {
                    targets,
                    star,
                    span,
                })
            }
            ExprKind::Starred(inner) => self.target(inner, out),
            _ => {
                self.unsupported("assigning to this expression is", span);
                Box::new(UnpackTarget {
                    targets: vec![],
                    star: None,
                    span,
                })
            }
        }
    }

    /// The target that a variable (its name already mangled) is.
    pub(crate) fn variable_target(
        &mut self,
        name: &std::rc::Rc<str>,
        span: aio_lexer::Span,
    ) -> Box<dyn Target> {
        let place = self.place(name);
        let name = self.name(name);
        match place {
            Place::Local(slot) => Box::new(LocalTarget { slot, span }),
            Place::Cell(slot) => Box::new(CellTarget { slot, name, span }),
            Place::Free(index) => Box::new(FreeTarget { index, name, span }),
            Place::Global => Box::new(GlobalTarget::new(name, span)),
            // Nothing is assigned in scopes of types but type parameters.
            Place::ClassNamespace(..) => Box::new(GlobalTarget::new(name, span)),
            Place::Namespace(namespace, _) => Box::new(NameTarget {
                namespace,
                name,
                span,
            }),
        }
    }

    /// The slot of a target that is a plain local variable.
    pub(crate) fn local_slot(&mut self, e: &Ast) -> Option<Slot> {
        let ExprKind::Name(name) = &e.kind else {
            return None;
        };
        let name = self.mangled(name);
        match self.place(&name) {
            Place::Local(slot) => Some(slot),
            _ => None,
        }
    }
}
