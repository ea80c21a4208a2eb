//! Other orders than asyncio's, each of which it allows: tasks and timers that are ready in the same
//! turn change places. What `call_soon` and done callbacks promise stays: they run in the order in
//! which they were registered.

use super::callbacks::Callback;
use super::future::AnyFuture;
use super::handle::Ready;
use super::{LoopObj, Move, ReadyOrder};
use crate::object::Ref;
use crate::vm::Vm;

/// So many names describe a turn.
const SHOWN: usize = 8;

impl Ref<LoopObj> {
    /// Permutes what is ready, if that is the policy.
    #[inline]
    pub(super) fn shuffle(&self, vm: &Vm, count: usize) {
        if count > 1 && !matches!(self.order.get(), ReadyOrder::Fifo) {
            self.permute(vm, count);
        }
    }

    #[cold]
    fn permute(&self, vm: &Vm, count: usize) {
        let fixed: Vec<bool> = {
            let ready = self.ready.read();
            ready.iter().take(count).map(is_fixed).collect()
        };
        if fixed.iter().all(|fixed| *fixed) {
            return;
        }
        let turn = vm.loops.choices.get();
        vm.loops.choices.set(turn + 1);
        let order = match self.order.get() {
            ReadyOrder::Fifo => return,
            ReadyOrder::Seeded(shuffle) if turn < shuffle.first || turn >= shuffle.end => return,
            ReadyOrder::Seeded(shuffle) => permutation(&fixed, shuffle.seed, turn),
            ReadyOrder::Moved => moved(&fixed, &vm.loops.moves.borrow(), turn),
        };
        if order.iter().enumerate().all(|(place, was)| place == *was) {
            return;
        }
        let mut entries: Vec<Option<Ready>> = {
            let mut ready = self.ready.write();
            ready.drain(..count).map(Some).collect()
        };
        // From the first that changes places to the last.
        let changes = |place: &usize| order[*place] != *place;
        let first = (0..count).find(changes).unwrap_or(0);
        let end = (0..count).rfind(changes).map_or(count, |last| last + 1);
        let names = |places: &mut dyn Iterator<Item = usize>| {
            let shown = places
                .take(SHOWN)
                .map(|place| describe(vm, &entries[place]));
            let more = if end - first > SHOWN { ", …" } else { "" };
            format!("{}{more}", shown.collect::<Vec<_>>().join(", "))
        };
        let usual = names(&mut (first..end));
        let now = names(&mut order[first..end].iter().copied());
        vm.loops.findings.note_turn(
            format!("turn {turn}: {now} instead of {usual}"),
            &moves(&order, turn),
        );
        let mut ready = self.ready.write();
        for place in order.into_iter().rev() {
            if let Some(entry) = entries[place].take() {
                ready.push_front(entry);
            }
        }
    }
}

/// True for what is promised to run in the order of registration.
fn is_fixed(entry: &Ready) -> bool {
    match entry {
        Ready::Step(_) | Ready::Wakeup(_) | Ready::Sleeper(_) => false,
        Ready::Handle(handle) => handle.when.is_unbound(),
        Ready::Listed(..) | Ready::Late(_) | Ready::Close(_) => true,
    }
}

/// For each place in the turn, which entry comes there. The fixed ones stay in order among
/// themselves.
fn permutation(fixed: &[bool], seed: u64, turn: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fixed.len()).collect();
    let mut state = mix(mix(seed) ^ turn);
    for i in (1..order.len()).rev() {
        state = mix(state);
        order.swap(i, (state % (i as u64 + 1)) as usize);
    }
    let mut in_order = (0..fixed.len()).filter(|i| fixed[*i]);
    for place in &mut order {
        if fixed[*place] {
            *place = in_order.next().unwrap_or(*place);
        }
    }
    order
}

/// The order that these changes make of the turn. A change that would let what is fixed pass
/// something else that is fixed is left out.
fn moved(fixed: &[bool], moves: &[Move], turn: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fixed.len()).collect();
    for change in moves.iter().filter(|change| change.turn == turn) {
        let (from, to) = (change.from, change.to);
        if from.max(to) >= order.len() {
            continue;
        }
        let passed = match from < to {
            true => &order[from + 1..=to],
            false => &order[to..from],
        };
        if fixed[order[from]] && passed.iter().any(|place| fixed[*place]) {
            continue;
        }
        let entry = order.remove(from);
        order.insert(to, entry);
    }
    order
}

/// The changes that make this order, one after another.
fn moves(order: &[usize], turn: u64) -> Vec<Move> {
    let mut left: Vec<usize> = (0..order.len()).collect();
    let mut moves = Vec::new();
    for (to, wanted) in order.iter().enumerate() {
        let found = left[to..].iter().position(|place| place == wanted);
        let from = to + found.unwrap_or(0);
        if from != to {
            let entry = left.remove(from);
            left.insert(to, entry);
            moves.push(Move { turn, from, to });
        }
    }
    moves
}

/// SplitMix64.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A few words for an entry.
fn describe(vm: &Vm, entry: &Option<Ready>) -> String {
    let task = match entry {
        Some(Ready::Step(task) | Ready::Wakeup(task)) => Some(task.clone()),
        Some(Ready::Sleeper(future)) => {
            let callbacks = AnyFuture::Plain(future.clone()).callbacks();
            callbacks.into_iter().find_map(|callback| match callback {
                Callback::Wake(task) => Some(task),
                _ => None,
            })
        }
        _ => None,
    };
    match task {
        Some(task) => match vm.str(&task.name(vm)) {
            Ok(name) => name.as_str().to_owned(),
            Err(_) => {
                drop(vm.take_raised());
                "a task".to_owned()
            }
        },
        None => "a callback".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{moved, moves, permutation};

    #[test]
    fn what_is_fixed_stays_in_order() {
        let fixed = [true, false, true, false, true];
        let mut seen = std::collections::HashSet::new();
        for seed in 0..100 {
            let order = permutation(&fixed, seed, 0);
            let kept: Vec<_> = order.iter().filter(|i| fixed[**i]).collect();
            assert_eq!(kept, [&0, &2, &4]);
            let mut all = order.clone();
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2, 3, 4]);
            assert_eq!(moved(&fixed, &moves(&order, 3), 3), order);
            seen.insert(order);
        }
        let swap = |from, to| vec![super::Move { turn: 0, from, to }];
        assert_eq!(moved(&fixed, &swap(2, 0), 0), [0, 1, 2, 3, 4]);
        assert_eq!(moved(&fixed, &swap(2, 1), 0), [0, 2, 1, 3, 4]);
        assert_eq!(moved(&fixed, &swap(3, 9), 0), [0, 1, 2, 3, 4]);
        assert!(seen.len() > 15);
    }
}
