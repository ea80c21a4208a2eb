//! Tasks that wait for each other in a circle: a deadlock even while others go on.
//!
//! Looked for when the loop is about to sleep, at most so often that it costs a small part of the
//! time. A circle is told of once it has been seen twice, some time apart, and only if no timer is
//! set that reaches one of its tasks.

use std::cell::{Cell, RefCell};

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::LoopObj;
use super::future::{AnyFuture, FutureObj};
use super::handle::Action;
use super::task::TaskObj;
use super::waits::{self, Needs};
use crate::object::Ref;
use crate::objects::function::BoundMethodObj;
use crate::objects::host::HostObj;
use crate::vm::Vm;

/// A circle must have lasted for so many seconds.
pub(super) const LASTING: f64 = 0.05;

/// What a loop keeps for the search.
#[derive(Default)]
pub(super) struct Search {
    /// When the loop looked last.
    last: Cell<f64>,
    /// How often it was about to sleep since.
    rests: Cell<u32>,
    /// The tasks of the circles seen last time, by number.
    seen: RefCell<HashSet<u64>>,
    /// The tasks whose circles were told of.
    told: RefCell<HashSet<u64>>,
}

impl Ref<LoopObj> {
    /// The loop is about to sleep until `when`: looks for circles if it is time to. Returns until
    /// when it should sleep at most.
    #[inline]
    pub(super) fn look_for_circles(&self, vm: &Vm, now: f64, when: f64) -> f64 {
        let search = &self.search;
        let rests = search.rests.get().saturating_add(1);
        search.rests.set(rests);
        let tasks = self.tasks.read().len();
        if tasks < 2 || tasks > rests as usize * 16 + 64 {
            return when;
        }
        let next = search.last.get() + LASTING;
        if now >= next || (vm.clock.is_virtual() && when >= next) {
            search.last.set(now);
            search.rests.set(0);
            return self.find_circles(vm, when, now + LASTING);
        }
        // It looks when it is time to, even if nothing else happens until then.
        next.min(when)
    }

    #[cold]
    fn find_circles(&self, vm: &Vm, when: f64, again: f64) -> f64 {
        let circles = circles(&self.tasks());
        let search = &self.search;
        let mut now_seen = HashSet::default();
        let mut is_new = false;
        for circle in circles {
            let is_told = |task: &Ref<TaskObj>| search.told.borrow().contains(&task.order());
            if circle.iter().any(is_told) || self.is_reached(&circle) {
                continue;
            }
            let lasts = |task: &Ref<TaskObj>| search.seen.borrow().contains(&task.order());
            if circle.iter().all(lasts) {
                let numbers = circle.iter().map(|task| task.order());
                search.told.borrow_mut().extend(numbers);
                vm.loops.findings.add_held(circle.clone());
                if let Some(observer) = vm.loops.observer.get() {
                    (observer.circle)(vm, self, &circle);
                }
            } else {
                is_new = true;
                now_seen.extend(circle.iter().map(|task| task.order()));
            }
        }
        drop(search.seen.replace(now_seen));
        if is_new { again.min(when) } else { when }
    }

    /// True if a timer is set that reaches one of these tasks.
    fn is_reached(&self, circle: &[Ref<TaskObj>]) -> bool {
        let handles = self.timers.read().live_handles();
        let is_member = |task: &Ref<TaskObj>| circle.iter().any(|member| member.is(task));
        handles.iter().any(|handle| match &*handle.action.read() {
            Action::Native(_, owner) => owner
                .downcast::<HostObj>()
                .and_then(|host| host.data.reaches())
                .is_none_or(|task| is_member(&task)),
            Action::Call(f, _) => match f.downcast::<BoundMethodObj>() {
                Some(method) => match FutureObj::of(&method.receiver) {
                    Some(AnyFuture::Task(task)) => is_member(&task),
                    _ => true,
                },
                None => true,
            },
            Action::Nothing => false,
        })
    }
}

/// The tasks that keep a task from going on, if they are known: all of them must go on first.
pub fn blockers(task: &Ref<TaskObj>, by_number: &HashMap<u64, Ref<TaskObj>>) -> Vec<Ref<TaskObj>> {
    let Some(wait) = waits::of_task(task) else {
        return vec![];
    };
    let mut found = Vec::new();
    if let Some(holder) = wait.holder {
        found.extend(by_number.get(&holder.task).cloned());
    }
    let is_known = wait.needs == Needs::All || (wait.needs == Needs::Any && wait.others.len() == 1);
    if !is_known {
        return found;
    }
    let (mut rest, mut seen) = (wait.others, HashSet::default());
    while let Some(next) = rest.pop() {
        if next.is_done() || !seen.insert(next.obj().address()) {
            continue;
        }
        match &next {
            AnyFuture::Task(task) => found.push(task.clone()),
            AnyFuture::Plain(_) => {
                let inner = waits::of_future(&next);
                if inner.needs == Needs::All {
                    rest.extend(inner.others);
                }
            }
        }
    }
    found
}

/// The circles among these tasks: each task waits for the next one, the last for the first.
pub fn circles(tasks: &[Ref<TaskObj>]) -> Vec<Vec<Ref<TaskObj>>> {
    let by_number: HashMap<u64, Ref<TaskObj>> =
        tasks.iter().map(|t| (t.order(), t.clone())).collect();
    let mut finished: HashSet<u64> = HashSet::default();
    let mut circles = Vec::new();
    for start in tasks {
        if finished.contains(&start.order()) {
            continue;
        }
        // The path from `start`, with those each task still has to be followed to.
        let mut path = vec![(start.clone(), blockers(start, &by_number))];
        while let Some((task, rest)) = path.last_mut() {
            let Some(next) = rest.pop() else {
                finished.insert(task.order());
                path.pop();
                continue;
            };
            if let Some(at) = path.iter().position(|(on_path, _)| on_path.is(&next)) {
                circles.push(path[at..].iter().map(|(task, _)| task.clone()).collect());
            } else if !finished.contains(&next.order()) {
                let further = blockers(&next, &by_number);
                path.push((next, further));
            }
        }
    }
    circles
}
