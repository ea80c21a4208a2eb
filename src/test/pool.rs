//! Doing something with every test on several threads, and hearing of it in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

/// How many run at the same time if nobody says.
pub fn usual_jobs() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// Calls `work` for each item on `jobs` threads, and `done` with each result, in the order of the
/// items, as early as that allows.
pub fn each<T: Sync, V: Send>(
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> V + Sync,
    mut done: impl FnMut(usize, V),
) {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, items.len().max(1)) {
            let sender = sender.clone();
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                while let at = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(item) = items.get(at)
                {
                    if sender.send((at, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut expected = 0;
        for (at, value) in receiver {
            early.insert(at, value);
            while let Some(value) = early.remove(&expected) {
                done(expected, value);
                expected += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn results_come_in_order() {
        let items: Vec<usize> = (0..100).collect();
        let mut seen = Vec::new();
        each(&items, 8, |n| n * 2, |at, n| seen.push((at, n)));
        assert!(
            seen.iter()
                .enumerate()
                .all(|(i, (at, n))| i == *at && *n == 2 * i)
        );
        assert_eq!(seen.len(), 100);
    }
}
