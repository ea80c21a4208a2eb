//! The items of a `PriorityQueue` as a heap, as `heapq` keeps one.

use aio_interp::{R, Value, Vm};

use super::queue::Queue;

impl Queue {
    fn item(&self, at: usize) -> Value {
        self.items.read().get(at).cloned().unwrap_or_default()
    }

    fn put_at(&self, at: usize, item: Value) {
        let old = self
            .items
            .write()
            .get_mut(at)
            .map(|place| std::mem::replace(place, item));
        drop(old);
    }

    /// `heapq._siftdown`: the item at `at` moves towards the root until its parent is less.
    /// Comparisons run script code; the heap is not borrowed meanwhile.
    pub(super) fn sift_up(&self, vm: &Vm, root: usize, at: usize) -> R<()> {
        let mut at = at;
        let item = self.item(at);
        while at > root {
            let parent_at = (at - 1) / 2;
            let parent = self.item(parent_at);
            if !vm.less(&item, &parent)? {
                break;
            }
            self.put_at(at, parent);
            self.put_at(parent_at, item.clone());
            at = parent_at;
        }
        Ok(())
    }

    /// `heapq.heappop`.
    pub(super) fn pop_least(&self, vm: &Vm) -> R {
        let Some(last) = self.items.write().pop_back() else {
            return Err(vm.index_error("index out of range"));
        };
        if self.items.read().is_empty() {
            return Ok(last);
        }
        let least = self.item(0);
        self.put_at(0, last.clone());
        // Moves the smaller child up until a leaf is hit, then the last item into its place.
        let end = self.items.read().len();
        let mut at = 0;
        let mut child = 1;
        while child < end {
            let right = child + 1;
            if right < end && !vm.less(&self.item(child), &self.item(right))? {
                child = right;
            }
            self.put_at(at, self.item(child));
            at = child;
            child = 2 * at + 1;
        }
        self.put_at(at, last);
        self.sift_up(vm, 0, at)?;
        Ok(least)
    }
}
