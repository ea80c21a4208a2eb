//! Builtin functions about order: `min`, `max`, `sorted`.

use aio_parser::ast::CmpOp;

use crate::builtins::sort;
use crate::native::{Native, native};
use crate::objects::tuple::TupleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const FUNCTIONS: &[Native] = &[
    native(
        "max(*args, key=None, default=None)",
        "The biggest item of an iterable, or the largest of several arguments.",
        max,
    ),
    native(
        "min(*args, key=None, default=None)",
        "The smallest item of an iterable, or the smallest of several arguments.",
        min,
    ),
    native(
        "sorted(*args, key=None, reverse=False)",
        "A new list of all items from the iterable in ascending order.",
        sorted,
    ),
];

fn max(vm: &Vm, args: &[Value]) -> R {
    extreme(vm, args, "max", CmpOp::Gt)
}

fn min(vm: &Vm, args: &[Value]) -> R {
    extreme(vm, args, "min", CmpOp::Lt)
}

/// The first item than which no other is better, by `better`.
fn extreme(vm: &Vm, args: &[Value], name: &str, better: CmpOp) -> R {
    let given = args[0]
        .downcast::<TupleObj>()
        .map(|t| t.items())
        .unwrap_or_default();
    let key = (!args[1].is_missing()).then_some(&args[1]);
    let [only] = given else {
        if given.is_empty() {
            return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
        }
        if !args[2].is_unbound() {
            return Err(vm.type_error(format!(
                "Cannot specify a default for {name}() with multiple positional arguments"
            )));
        }
        let mut best = None;
        for item in given {
            choose(vm, &mut best, item.clone(), key, better)?;
        }
        return Ok(best.map_or(Value::None, |b| b.item));
    };
    let items = vm.iter(only)?;
    let mut best = None;
    while let Some(item) = vm.next(&items)? {
        choose(vm, &mut best, item, key, better)?;
        vm.poll()?;
    }
    match best {
        Some(best) => Ok(best.item),
        None if args[2].is_unbound() => {
            Err(vm.value_error(format!("{name}() iterable argument is empty")))
        }
        None => Ok(args[2].clone()),
    }
}

/// An item and what it is compared by.
struct Ranked {
    item: Value,
    rank: Value,
}

fn choose(
    vm: &Vm,
    best: &mut Option<Ranked>,
    item: Value,
    key: Option<&Value>,
    better: CmpOp,
) -> R<()> {
    let rank = match key {
        Some(key) => vm.call(key, std::slice::from_ref(&item))?,
        None => item.clone(),
    };
    let wins = match &*best {
        None => true,
        Some(b) => is_better(vm, &rank, &b.rank, better)?,
    };
    if wins {
        *best = Some(Ranked { item, rank });
    }
    Ok(())
}

fn is_better(vm: &Vm, a: &Value, b: &Value, better: CmpOp) -> R<bool> {
    let greater = matches!(better, CmpOp::Gt);
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(if greater { a > b } else { a < b }),
        (Value::Float(a), Value::Float(b)) => {
            let (a, b) = (a.get(), b.get());
            Ok(if greater { a > b } else { a < b })
        }
        _ => {
            let answer = vm.compare(better, a, b)?;
            vm.truth(&answer)
        }
    }
}

fn sorted(vm: &Vm, args: &[Value]) -> R {
    let given = args[0]
        .downcast::<TupleObj>()
        .map(|t| t.items())
        .unwrap_or_default();
    let [iterable] = given else {
        let count = given.len();
        return Err(vm.type_error(format!("sorted expected 1 argument, got {count}")));
    };
    let reverse = !args[2].is_unbound() && vm.truth(&args[2])?;
    sort::sorted(vm, iterable, &args[1], reverse)
}
