//! A stable merge sort whose comparison may raise and may lie.
//!
//! Natural runs are found as in CPython's `listobject.c`, short ones extended by binary
//! insertion to its minimal length, and merged in pairs of neighbours; there is no galloping. So
//! lists below 64 items are compared in just CPython's sequence, which shows in error messages
//! and in the order that an inconsistent `__lt__` gives.

use crate::value::{R, Value};
use crate::vm::Vm;

struct Sorter<'a> {
    vm: &'a Vm,
    keys: &'a [Value],
}

impl Sorter<'_> {
    fn less(&self, i: u32, j: u32) -> R<bool> {
        self.vm.less(&self.keys[i as usize], &self.keys[j as usize])
    }

    /// The end of the ascending run that `order[..n]` begins.
    fn ascending(&self, order: &[u32], mut n: usize) -> R<usize> {
        while n < order.len() && !self.less(order[n], order[n - 1])? {
            n += 1;
        }
        Ok(n)
    }

    /// The length of the run at the start of `order`, which ascends; a run that descends is
    /// turned round, but equal neighbours in it keep their order.
    fn run(&self, order: &mut [u32]) -> R<usize> {
        let mut n = self.ascending(order, 1.min(order.len()))?;
        if n == order.len() {
            return Ok(n);
        }
        // `order[n]` is smaller than the one before it. The run may still descend if it is all
        // equal so far.
        if n > 1 {
            if self.less(order[0], order[n - 1])? {
                return Ok(n);
            }
            order[..n].reverse();
        }
        n += 1;
        // The length of the equal neighbours at the end of the run, less one.
        let mut equal = 0;
        while n < order.len() {
            if self.less(order[n], order[n - 1])? {
                order[n - equal - 1..n].reverse();
                equal = 0;
            } else if self.less(order[n - 1], order[n])? {
                break;
            } else {
                equal += 1;
            }
            n += 1;
        }
        order[n - equal - 1..n].reverse();
        order[..n].reverse();
        self.ascending(order, n)
    }

    /// Sorts `order`, whose first `sorted` members are sorted, by binary insertion.
    fn insert(&self, order: &mut [u32], sorted: usize) -> R<()> {
        for at in sorted..order.len() {
            let pivot = order[at];
            let (mut low, mut high) = (0, at);
            while low < high {
                let middle = (low + high) / 2;
                if self.less(pivot, order[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            order[low..=at].rotate_right(1);
        }
        Ok(())
    }

    /// Merges the sorted halves of `order` that meet at `middle`. Until it is complete the result
    /// is kept apart: an error leaves `order` as it was.
    fn merge(&self, order: &mut [u32], middle: usize, merged: &mut Vec<u32>) -> R<()> {
        // Nothing to do if the halves are in order as they are.
        if !self.less(order[middle], order[middle - 1])? {
            return Ok(());
        }
        merged.clear();
        let (mut left, mut right) = (0, middle);
        while left < middle && right < order.len() {
            if self.less(order[right], order[left])? {
                merged.push(order[right]);
                right += 1;
            } else {
                merged.push(order[left]);
                left += 1;
            }
        }
        merged.extend_from_slice(&order[left..middle]);
        order[..merged.len()].copy_from_slice(merged);
        self.vm.poll()
    }
}

/// CPython's minimal length of a run.
fn minimal_run(mut len: usize) -> usize {
    let mut odd = 0;
    while len >= 64 {
        odd |= len & 1;
        len >>= 1;
    }
    len + odd
}

/// Sorts positions by the keys there.
pub(super) fn sort(vm: &Vm, keys: &[Value], order: &mut [u32]) -> R<()> {
    let sorter = Sorter { vm, keys };
    let minimal = minimal_run(order.len());
    // The lengths of runs not yet merged; each more than the sum of the two that follow.
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut merged = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let mut len = sorter.run(&mut order[start..])?;
        if len < minimal {
            let end = (start + minimal).min(order.len());
            sorter.insert(&mut order[start..end], len)?;
            len = end - start;
        }
        runs.push((start, len));
        start += len;
        while let Some(at) = due(&runs, start == order.len()) {
            let (first, second) = (runs[at], runs[at + 1]);
            let both = &mut order[first.0..second.0 + second.1];
            sorter.merge(both, first.1, &mut merged)?;
            runs[at].1 += second.1;
            runs.remove(at + 1);
        }
    }
    Ok(())
}

/// The run that is to be merged with the next one, so that the lengths stay balanced (all of them
/// at the end).
fn due(runs: &[(usize, usize)], at_end: bool) -> Option<usize> {
    let n = runs.len();
    if n < 2 {
        return None;
    }
    let len = |i: usize| runs[i].1;
    let (last, before) = (len(n - 1), len(n - 2));
    let unbalanced = |i: usize| len(i - 2) <= len(i - 1) + len(i);
    if n >= 3 && (at_end || unbalanced(n - 1) || (n >= 4 && unbalanced(n - 2))) {
        return Some(if len(n - 3) < last { n - 3 } else { n - 2 });
    }
    (at_end || before <= last).then_some(n - 2)
}
