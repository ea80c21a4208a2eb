//! Groups of exceptions, as trees in which each exception stands once.

use aio_interp::Vm;
use aio_interp::object::Ref;
use aio_interp::objects::exception::ExceptionObj;

use super::{chain, frames, handler};

/// More of a group are counted only.
const SHOWN: usize = 15;

/// The exceptions of a group; none if it is no group.
pub fn members(vm: &Vm, e: &Ref<ExceptionObj>) -> Vec<Ref<ExceptionObj>> {
    if !e.class().is_subclass(&vm.exceptions.BaseExceptionGroup) {
        return vec![];
    }
    let found = vm.get_attr(&e.into(), &vm.names.exceptions);
    match found.and_then(|found| vm.collect(&found)) {
        Ok(all) => all
            .iter()
            .filter_map(|v| v.downcast::<ExceptionObj>().cloned())
            .collect(),
        Err(_) => {
            drop(vm.take_raised());
            vec![]
        }
    }
}

/// Appends the members of a group, each as a branch.
pub fn push(vm: &Vm, members: &[Ref<ExceptionObj>], text: &mut String) {
    let Ok(_guard) = vm.enter_native() else {
        drop(vm.take_raised());
        return;
    };
    let mut seen: Vec<&Ref<ExceptionObj>> = Vec::new();
    let count = members.len();
    for (i, member) in members.iter().enumerate().take(SHOWN) {
        let mut inner = String::new();
        if seen.iter().any(|s| s.is(member)) {
            inner.push_str("(the same exception as above)\n");
        } else {
            chain(vm, member, &mut inner, 1);
        }
        seen.push(member);
        let is_last = i + 1 == count;
        text.push_str(&format!("  ├─ {} of {count}\n", i + 1));
        for line in inner.lines() {
            text.push_str(format!("  │ {line}").trim_end());
            text.push('\n');
        }
        if is_last {
            text.push_str("  ╰─\n");
        }
    }
    if count > SHOWN {
        text.push_str(&format!("  ╰─ … and {} more\n", count - SHOWN));
    }
}

/// Appends the frames that a group of one passed through.
pub fn push_frames_of_group(_: &Vm, e: &Ref<ExceptionObj>, text: &mut String) {
    let trace = e.trace.borrow().clone();
    if !trace.is_empty() {
        text.push_str("Traceback (most recent call last):\n");
        frames::push(&handler(), &trace, e.story().unwrap_or_default(), text);
    }
}
