//! What instances of a new class are made of: the builtin base that decides, and conflicts.

use crate::object::Ref;
use crate::objects::class::{ClassObj, Layout};
use crate::value::{R, Value};
use crate::vm::Vm;

/// The layout of a class with these bases.
pub(super) fn layout(vm: &Vm, bases: &[Ref<ClassObj>]) -> R<Layout> {
    let mut winner: Option<Ref<ClassObj>> = None;
    for base in bases {
        if !base.can_subclass.get() {
            let text = format!(
                "type '{}' is not an acceptable base type",
                base.full_name(vm)
            );
            return Err(vm.type_error(text));
        }
        let Some(candidate) = solid(base) else {
            continue;
        };
        winner = match winner {
            None => Some(candidate),
            Some(w) if w.is_subclass(&candidate) => Some(w),
            Some(w) if candidate.is_subclass(&w) => Some(candidate),
            Some(_) => {
                return Err(vm.type_error("multiple bases have instance lay-out conflict"));
            }
        };
    }
    Ok(winner.map_or(Layout::Instance, |w| w.layout))
}

/// The class that decides the layout of `class`: it or the ancestor that adds to what an instance
/// is made of; `None` for plain instances.
fn solid(class: &Ref<ClassObj>) -> Option<Ref<ClassObj>> {
    if class.is_builtin {
        return match class.layout {
            Layout::Instance => None,
            // All exceptions are made of the same parts.
            Layout::Exception => {
                let mro = class.mro();
                mro.into_iter().rfind(|c| c.layout == Layout::Exception)
            }
            Layout::Class | Layout::Native(_) => Some(class.clone()),
        };
    }
    if declares_slots(class) {
        return Some(class.clone());
    }
    let solids: Vec<_> = class.bases.borrow().iter().filter_map(solid).collect();
    let mut solids = solids.into_iter();
    let first = solids.next()?;
    Some(solids.fold(first, |w, s| if s.is_subclass(&w) { s } else { w }))
}

/// True if the class itself declares slots (of its own, not inherited ones).
fn declares_slots(class: &Ref<ClassObj>) -> bool {
    class.namespace.read().values().any(|v| {
        let member = v.downcast::<crate::objects::function::MemberObj>();
        member.is_some_and(|m| m.class.borrow().as_ref().is_some_and(|c| c.is(class)))
    })
}

/// The base that decides the layout (`__base__`); `None` only for `object`.
pub(super) fn best_base(_: &Vm, bases: &[Ref<ClassObj>]) -> Option<Ref<ClassObj>> {
    let mut best: Option<(Ref<ClassObj>, Option<Ref<ClassObj>>)> = None;
    for base in bases {
        let of = solid(base);
        let better = match (&best, &of) {
            (None, _) => true,
            (Some((_, None)), Some(_)) => true,
            (Some((_, Some(w))), Some(s)) => !s.is(w) && s.is_subclass(w),
            _ => false,
        };
        if better {
            best = Some((base.clone(), of));
        }
    }
    best.map(|b| b.0)
}

/// True if instances of this class have attributes besides declared slots.
pub(super) fn has_dict(class: &Ref<ClassObj>) -> bool {
    match class.layout {
        Layout::Exception | Layout::Class => true,
        Layout::Native(_) if class.is_builtin => false,
        // Builtin classes that keep their data in attributes need not show them.
        Layout::Instance if class.is_builtin => {
            let mut line = class.ancestors.read().clone();
            line.push(class.clone());
            let shows =
                |c: &Ref<ClassObj>| c.namespace.read().keys().any(|n| n.as_str() == "__dict__");
            line.iter().any(shows)
        }
        _ => class.slots.borrow().is_none(),
    }
}

/// The metaclass of a class: the most derived of `meta` and the classes of the bases.
pub(super) fn metaclass(vm: &Vm, meta: &Ref<ClassObj>, bases: &[Value]) -> R<Ref<ClassObj>> {
    let mut winner = meta.clone();
    for base in bases {
        let of = vm.class_of(base);
        if winner.is_subclass(&of) {
            continue;
        }
        if !of.is_subclass(&winner) {
            return Err(vm.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) \
                 subclass of the metaclasses of all its bases",
            ));
        }
        winner = of;
    }
    Ok(winner)
}
