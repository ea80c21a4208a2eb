//! `product`, `permutations`, `combinations`, `combinations_with_replacement`: all ways to choose
//! items, in the order of their places.

use aio_interp::classes::ClassSpec;
use aio_interp::native::static_method;
use aio_interp::object::{Obj, Ref, trace_values};
use aio_interp::objects::host::HostIterator;
use aio_interp::objects::tuple::TupleObj;
use aio_interp::ops::convert::int_ref;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use crate::host::{Held, ITER, NEXT, args_of, host_class, iterator_data, new_host};

/// A choice: places in a pool.
struct Choice {
    places: Vec<usize>,
    stage: Stage,
}

/// How far the choices have come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Later,
    Over,
}

impl Choice {
    fn new(places: Vec<usize>, is_possible: bool) -> Shared<Choice> {
        let stage = if is_possible {
            Stage::First
        } else {
            Stage::Over
        };
        Shared::new(Choice { places, stage })
    }

    /// Goes on to the first choice, or by `step` to the next; false after the last.
    fn advance(&mut self, step: impl FnOnce(&mut [usize]) -> bool) -> bool {
        self.stage = match self.stage {
            Stage::First => Stage::Later,
            Stage::Later if step(&mut self.places) => Stage::Later,
            _ => Stage::Over,
        };
        self.stage == Stage::Later
    }
}

fn chosen(pool: &[Value], places: &[usize]) -> Value {
    Ref::<TupleObj>::from_fn(places.len(), |i| pool[places[i]].clone()).into()
}

/// The size of a choice that was given as a number.
fn size(vm: &Vm, v: &Value) -> R<usize> {
    usize::try_from(vm.to_index(v)?).map_err(|_| vm.value_error("r must be non-negative"))
}

/// `product`.
pub(super) static PRODUCT: ClassSpec = host_class(
    "product",
    "itertools",
    "product(*iterables, repeat=1) --> product object\n\nCartesian product of input iterables.  Equivalent to nested for-loops.",
    &[
        static_method(
            "__new__(cls, /, *iterables, repeat=1)",
            "Create it.",
            product,
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct Product {
    pools: Vec<Box<[Value]>>,
    choice: Shared<Choice>,
}

iterator_data!(Product: pools);

impl Held for Vec<Box<[Value]>> {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.iter().for_each(|pool| trace_values(pool, visit));
    }
}

fn product(vm: &Vm, a: &[Value]) -> R {
    let times = match a[2].bound() {
        Some(times) => usize::try_from(vm.to_index(times)?)
            .map_err(|_| vm.value_error("repeat argument cannot be negative"))?,
        None => 1,
    };
    let given = args_of(&a[1]);
    let count = given
        .len()
        .checked_mul(times)
        .filter(|count| *count < 1 << 24);
    let Some(count) = count else {
        return Err(vm.overflow_error("repeat argument too large"));
    };
    let mut pools: Vec<Box<[Value]>> = Vec::with_capacity(count);
    if times > 0 {
        for iterable in given {
            pools.push(vm.collect(iterable)?.into());
        }
    }
    let all: Vec<_> = pools.iter().cycle().take(count).cloned().collect();
    let is_possible = all.iter().all(|pool| !pool.is_empty());
    let data = Product {
        choice: Choice::new(vec![0; all.len()], is_possible),
        pools: all,
    };
    new_host(vm, &a[0], data)
}

impl HostIterator for Product {
    fn next(&self, _: &Vm) -> R<Option<Value>> {
        let mut choice = self.choice.write();
        let goes_on = choice.advance(|places| {
            for (place, pool) in places.iter_mut().zip(&self.pools).rev() {
                *place += 1;
                if *place < pool.len() {
                    return true;
                }
                *place = 0;
            }
            false
        });
        Ok(goes_on.then(|| {
            let item = |i: usize| self.pools[i][choice.places[i]].clone();
            Ref::<TupleObj>::from_fn(self.pools.len(), item).into()
        }))
    }
}

/// `permutations`.
pub(super) static PERMUTATIONS: ClassSpec = host_class(
    "permutations",
    "itertools",
    "Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
    &[
        static_method(
            "__new__(cls, /, iterable, r=None)",
            "Create it.",
            |vm, a| {
                let pool: Box<[Value]> = vm.collect(&a[1])?.into();
                let count = if a[2].is_missing() {
                    pool.len()
                } else if int_ref(&vm.native(&a[2])).is_none() {
                    return Err(vm.type_error("Expected int as r"));
                } else {
                    size(vm, &a[2])?
                };
                let is_possible = count <= pool.len();
                let choice = Choice::new((0..pool.len()).collect(), is_possible);
                new_host(
                    vm,
                    &a[0],
                    Permutations {
                        pool,
                        count,
                        choice,
                    },
                )
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct Permutations {
    pool: Box<[Value]>,
    count: usize,
    /// All places; the first `count` are chosen, the others ascend.
    choice: Shared<Choice>,
}

iterator_data!(Permutations: pool);

/// The next permutation of the first `count` places, where the others ascend.
fn permute(places: &mut [usize], count: usize) -> bool {
    let n = places.len();
    for i in (0..count).rev() {
        let after = (i + 1..n).filter(|j| places[*j] > places[i]);
        // The least of the greater ones that follow takes the place.
        let Some(least) = after.min_by_key(|j| places[*j]) else {
            continue;
        };
        places.swap(i, least);
        places[i + 1..].sort_unstable();
        return true;
    }
    false
}

impl HostIterator for Permutations {
    fn next(&self, _: &Vm) -> R<Option<Value>> {
        let mut choice = self.choice.write();
        let goes_on = choice.advance(|places| permute(places, self.count));
        Ok(goes_on.then(|| chosen(&self.pool, &choice.places[..self.count])))
    }
}

/// `combinations`.
pub(super) static COMBINATIONS: ClassSpec = host_class(
    "combinations",
    "itertools",
    "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
    &[
        static_method("__new__(cls, /, iterable, r)", "Create it.", |vm, a| {
            let pool: Box<[Value]> = vm.collect(&a[1])?.into();
            let count = size(vm, &a[2])?;
            let is_possible = count <= pool.len();
            let places = if is_possible {
                (0..count).collect()
            } else {
                vec![]
            };
            let choice = Choice::new(places, is_possible);
            new_host(vm, &a[0], Combinations { pool, choice })
        }),
        ITER,
        NEXT,
    ],
    &[],
);

struct Combinations {
    pool: Box<[Value]>,
    choice: Shared<Choice>,
}

iterator_data!(Combinations: pool);

impl HostIterator for Combinations {
    fn next(&self, _: &Vm) -> R<Option<Value>> {
        let mut choice = self.choice.write();
        let n = self.pool.len();
        let goes_on = choice.advance(|places| {
            let count = places.len();
            let Some(i) = (0..count).rev().find(|i| places[*i] < n - count + i) else {
                return false;
            };
            let first = places[i] + 1;
            for (place, next) in places[i..].iter_mut().zip(first..) {
                *place = next;
            }
            true
        });
        Ok(goes_on.then(|| chosen(&self.pool, &choice.places)))
    }
}

/// `combinations_with_replacement`.
pub(super) static WITH_REPLACEMENT: ClassSpec = host_class(
    "combinations_with_replacement",
    "itertools",
    "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')",
    &[
        static_method("__new__(cls, /, iterable, r)", "Create it.", |vm, a| {
            let pool: Box<[Value]> = vm.collect(&a[1])?.into();
            let count = size(vm, &a[2])?;
            if count >= 1 << 24 {
                return Err(vm.out_of_memory());
            }
            let is_possible = count == 0 || !pool.is_empty();
            let choice = Choice::new(vec![0; count], is_possible);
            new_host(vm, &a[0], WithReplacement { pool, choice })
        }),
        ITER,
        NEXT,
    ],
    &[],
);

struct WithReplacement {
    pool: Box<[Value]>,
    choice: Shared<Choice>,
}

iterator_data!(WithReplacement: pool);

impl HostIterator for WithReplacement {
    fn next(&self, _: &Vm) -> R<Option<Value>> {
        let mut choice = self.choice.write();
        let last = self.pool.len().wrapping_sub(1);
        let goes_on = choice.advance(|places| {
            let Some(i) = places.iter().rposition(|place| *place != last) else {
                return false;
            };
            let next = places[i] + 1;
            places[i..].fill(next);
            true
        });
        Ok(goes_on.then(|| chosen(&self.pool, &choice.places)))
    }
}
