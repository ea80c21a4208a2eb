//! Sorting of keys whose comparison runs no script code: all ints, all floats (no NaN), all
//! strings, or all tuples whose places hold such.

use std::cmp::Ordering;

use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;
use crate::value::Value;

/// Tuples nested deeper than this are compared the general way.
const MAX_DEPTH: usize = 3;

/// What all keys (or all items at one place of tuples) are.
enum Sort {
    Int,
    Float,
    Str,
    /// Tuples, with what stands at each place.
    Tuple(Vec<Sort>),
}

fn sort_of(v: &Value) -> Option<Sort> {
    match v {
        Value::Int(_) => Some(Sort::Int),
        Value::Float(_) => Some(Sort::Float),
        Value::Obj(o) if o.downcast::<StrObj>().is_some() => Some(Sort::Str),
        Value::Obj(o) if o.downcast::<TupleObj>().is_some() => Some(Sort::Tuple(vec![])),
        _ => None,
    }
}

/// What the keys are, if they are all alike.
fn common_sort<'a>(keys: impl Iterator<Item = &'a Value> + Clone, depth: usize) -> Option<Sort> {
    let mut all = keys.clone();
    match sort_of(all.next()?)? {
        Sort::Int => all.all(|k| matches!(k, Value::Int(_))).then_some(Sort::Int),
        Sort::Float => {
            let mut all = keys;
            all.all(|k| k.as_float().is_some_and(|x| !x.is_nan()))
                .then_some(Sort::Float)
        }
        Sort::Str => all
            .all(|k| k.downcast::<StrObj>().is_some())
            .then_some(Sort::Str),
        Sort::Tuple(_) => {
            let tuples: Option<Vec<&[Value]>> = keys
                .map(|k| k.downcast::<TupleObj>().map(|t| t.items()))
                .collect();
            common_places(&tuples?, depth)
        }
    }
}

/// What stands at each place of tuples, if it is the same in all of them.
fn common_places(tuples: &[&[Value]], depth: usize) -> Option<Sort> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let width = tuples.iter().map(|t| t.len()).max()?;
    let places =
        (0..width).map(|at| common_sort(tuples.iter().filter_map(move |t| t.get(at)), depth + 1));
    places.collect::<Option<Vec<Sort>>>().map(Sort::Tuple)
}

fn compare(sort: &Sort, a: &Value, b: &Value) -> Ordering {
    match sort {
        Sort::Int => a.as_int().cmp(&b.as_int()),
        Sort::Float => a
            .as_float()
            .partial_cmp(&b.as_float())
            .unwrap_or(Ordering::Equal),
        Sort::Str => a.as_str().cmp(&b.as_str()),
        Sort::Tuple(places) => {
            let (Some(a), Some(b)) = (a.downcast::<TupleObj>(), b.downcast::<TupleObj>()) else {
                return Ordering::Equal;
            };
            let (a, b) = (a.items(), b.items());
            for ((place, x), y) in places.iter().zip(a).zip(b) {
                let order = compare(place, x, y);
                if order.is_ne() {
                    return order;
                }
            }
            a.len().cmp(&b.len())
        }
    }
}

/// Sorts values that are their own keys; false if that needs the general way.
pub(super) fn sort_in_place(items: &mut [Value], reverse: bool) -> bool {
    let Some(sort) = common_sort(items.iter(), 0) else {
        return false;
    };
    // Reversed before and after, so that equal items keep their order.
    if reverse {
        items.reverse();
    }
    match sort {
        // Equal small ints cannot be told apart.
        Sort::Int => items.sort_unstable_by_key(Value::as_int),
        sort => items.sort_by(|a, b| compare(&sort, a, b)),
    }
    if reverse {
        items.reverse();
    }
    true
}

/// Sorts positions by the keys there; false if that needs the general way.
pub(super) fn sort_order(keys: &[Value], order: &mut [u32]) -> bool {
    let Some(sort) = common_sort(keys.iter(), 0) else {
        return false;
    };
    match sort {
        Sort::Int => sort_beside(keys, order, Value::as_int),
        Sort::Str => sort_beside(keys, order, Value::as_str),
        sort => order.sort_by(|i, j| compare(&sort, &keys[*i as usize], &keys[*j as usize])),
    }
    true
}

/// Sorts positions with their keys beside them, which spares a look into memory per comparison.
fn sort_beside<'a, K: Ord>(keys: &'a [Value], order: &mut [u32], key: impl Fn(&'a Value) -> K) {
    let mut pairs: Vec<(K, u32)> = order
        .iter()
        .map(|i| (key(&keys[*i as usize]), *i))
        .collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    for (place, (_, i)) in order.iter_mut().zip(pairs) {
        *place = i;
    }
}
