//! `_heapq`: lists as heaps. What merges and selects is written in the language.
//!
//! Items are compared where they stand while that needs no script code. Where it does, the list is
//! not borrowed meanwhile, and must have kept its length.

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::list::ListObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Value, Vm};

use crate::order::quick_less;

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_heapq", "Heap queue algorithm (a.k.a. priority queue).");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "heappush(heap, item, /)",
        "Push item onto heap, maintaining the heap invariant.",
        |vm, a| {
            let heap = list_of(vm, &a[0], "heappush() argument 1")?;
            heap.items.push(a[1].clone());
            heap.sift_down(vm, 0, heap.items.len() - 1)?;
            Ok(Value::None)
        },
    ),
    native(
        "heappop(heap, /)",
        "Pop the smallest item off the heap, maintaining the heap invariant.",
        |vm, a| list_of(vm, &a[0], "heappop() argument")?.pop(vm),
    ),
    native(
        "heappushpop(heap, item, /)",
        "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().",
        |vm, a| {
            let heap = list_of(vm, &a[0], "heappushpop() argument 1")?;
            match heap.items.get(0) {
                Some(least) if heap.precedes(vm, &least, &a[1])? => heap.replace(vm, &a[1]),
                _ => Ok(a[1].clone()),
            }
        },
    ),
    native(
        "heapreplace(heap, item, /)",
        "Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)",
        |vm, a| list_of(vm, &a[0], "heapreplace() argument 1")?.replace(vm, &a[1]),
    ),
    native(
        "heapify(heap, /)",
        "Transform list into a heap, in-place, in O(len(heap)) time.",
        |vm, a| list_of(vm, &a[0], "heapify() argument")?.heapify(vm),
    ),
    native(
        "_heappop_max(heap, /)",
        "Maxheap variant of heappop.",
        |vm, a| {
            list_of(vm, &a[0], "_heappop_max() argument")?
                .greatest_first()
                .pop(vm)
        },
    ),
    native(
        "_heapreplace_max(heap, item, /)",
        "Maxheap variant of heapreplace.",
        |vm, a| {
            list_of(vm, &a[0], "_heapreplace_max() argument 1")?
                .greatest_first()
                .replace(vm, &a[1])
        },
    ),
    native(
        "_heapify_max(heap, /)",
        "Maxheap variant of heapify.",
        |vm, a| {
            list_of(vm, &a[0], "_heapify_max() argument")?
                .greatest_first()
                .heapify(vm)
        },
    ),
];

/// A list that is a heap.
struct Heap {
    items: Ref<ListObj>,
    /// The greatest item comes first.
    is_max: bool,
}

fn list_of(vm: &Vm, v: &Value, what: &str) -> R<Heap> {
    match vm.native(v).downcast::<ListObj>() {
        Some(items) => Ok(Heap {
            items: items.clone(),
            is_max: false,
        }),
        None => Err(vm.type_error(format!("{what} must be list, not {}", vm.type_name(v)))),
    }
}

impl Heap {
    fn greatest_first(self) -> Heap {
        Heap {
            is_max: true,
            ..self
        }
    }

    /// Whether `a` must come before `b`.
    fn precedes(&self, vm: &Vm, a: &Value, b: &Value) -> R<bool> {
        if self.is_max {
            vm.less(b, a)
        } else {
            vm.less(a, b)
        }
    }

    /// Whether the item at `i` must come before the one at `j`.
    #[inline]
    fn comes_first(&self, vm: &Vm, i: usize, j: usize) -> R<bool> {
        let (a, b) = {
            let items = self.items.items.read();
            let (Some(a), Some(b)) = (items.get(i), items.get(j)) else {
                return Err(self.changed(vm));
            };
            let quick = if self.is_max {
                quick_less(b, a)
            } else {
                quick_less(a, b)
            };
            if let Some(result) = quick {
                return Ok(result);
            }
            (a.clone(), b.clone())
        };
        let len = self.items.len();
        let result = self.precedes(vm, &a, &b)?;
        if self.items.len() != len {
            return Err(self.changed(vm));
        }
        Ok(result)
    }

    #[cold]
    fn changed(&self, vm: &Vm) -> aio_interp::Raised {
        vm.runtime_error("list changed size during iteration")
    }

    /// The item at `at` moves towards `root` until its parent precedes it.
    fn sift_down(&self, vm: &Vm, root: usize, mut at: usize) -> R<()> {
        while at > root {
            let parent = (at - 1) / 2;
            if !self.comes_first(vm, at, parent)? {
                break;
            }
            self.items.items.write().swap(at, parent);
            at = parent;
        }
        Ok(())
    }

    /// The item at `at` gives way to the first of its children down to a leaf, and moves up again
    /// from there: it mostly belongs far down.
    fn sift_up(&self, vm: &Vm, root: usize) -> R<()> {
        let len = self.items.len();
        let mut at = root;
        while 2 * at + 1 < len {
            let mut child = 2 * at + 1;
            if child + 1 < len && !self.comes_first(vm, child, child + 1)? {
                child += 1;
            }
            self.items.items.write().swap(at, child);
            at = child;
        }
        self.sift_down(vm, root, at)
    }

    fn pop(&self, vm: &Vm) -> R {
        let Some(last) = self.items.items.write().pop() else {
            return Err(vm.index_error("index out of range"));
        };
        match self.items.set(0, last) {
            Ok(first) => {
                self.sift_up(vm, 0)?;
                Ok(first)
            }
            Err(only) => Ok(only),
        }
    }

    fn replace(&self, vm: &Vm, item: &Value) -> R {
        match self.items.set(0, item.clone()) {
            Ok(first) => {
                self.sift_up(vm, 0)?;
                Ok(first)
            }
            Err(_) => Err(vm.index_error("index out of range")),
        }
    }

    fn heapify(&self, vm: &Vm) -> R {
        for at in (0..self.items.len() / 2).rev() {
            self.sift_up(vm, at)?;
            vm.poll()?;
        }
        Ok(Value::None)
    }
}
