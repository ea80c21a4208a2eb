//! Tests of the modules that contain `unsafe`: objects, the collector, shared insides, the value
//! stack, coroutine frames. Small, so that Miri or valgrind can watch them (CONTRIBUTING.md).

use std::io;

use crate::gc;
use crate::module::Registry;
use crate::object::{Obj, Ref, grow_text};
use crate::objects::dict::new_dict;
use crate::objects::list::{ListObj, list};
use crate::objects::str::StrObj;
use crate::objects::tuple::{TupleObj, tuple};
use crate::output::Streams;
use crate::shared::Shared;
use crate::value::Value;
use crate::vm::{Options, Vm};

fn vm() -> Box<Vm> {
    let registry = Registry::new(|_| Err(io::ErrorKind::NotFound.into()), &[]);
    let streams = Streams::new(
        Box::new(io::sink()),
        false,
        Box::new(io::sink()),
        Box::new(io::empty()),
    );
    Vm::new(Options::default(), registry, streams, 512 << 10)
}

/// Runs a script and gives what its variable `result` is.
fn run(text: &str) -> i64 {
    let vm = vm();
    let globals = new_dict();
    let source = crate::code::Source::new("test", text, false);
    let ran = vm.run_source(&source, &globals);
    assert!(ran.is_ok(), "{}", vm.repr_or_name(&vm.take_raised().into()));
    let result = globals.get_name(&vm.name("result"));
    result.and_then(|v| v.as_int()).expect("an int")
}

fn count_of(value: &Value) -> u32 {
    value.as_obj().map_or(0, Obj::count)
}

#[test]
fn tails_are_dropped_with_their_object() {
    let item = list(vec![]);
    for len in [0, 1, 7, 100] {
        let whole = tuple(vec![item.clone(); len]);
        assert_eq!(count_of(&item), 1 + len as u32);
        let items = whole.downcast::<TupleObj>().map(|t| t.items().len());
        assert_eq!(items, Some(len));
    }
    assert_eq!(count_of(&item), 1);
}

#[test]
fn texts_grow() {
    let mut text = Ref::<StrObj>::from_text("");
    let mut expected = String::new();
    for i in 0..900 {
        let more = if i % 7 == 0 { "é" } else { "ab" };
        expected.push_str(more);
        text = match grow_text(text, more) {
            Ok(grown) => grown,
            Err(kept) => Ref::from_pieces(&[kept.as_str(), more]),
        };
    }
    assert_eq!(text.as_str(), expected);
    assert_eq!(text.char_len(), expected.chars().count());
    let held = text.clone();
    assert!(grow_text(text, "x").is_err(), "somebody else holds it");
    assert_eq!(held.as_str(), expected);
}

#[test]
fn deep_data_is_freed_without_recursion() {
    let before = gc::tracked();
    let mut at = Value::None;
    for i in 0..5000 {
        at = if i % 2 == 0 {
            list(vec![at])
        } else {
            tuple(vec![at, Value::None])
        };
    }
    drop(at);
    assert_eq!(gc::tracked(), before);
}

#[test]
fn cycles_are_collected_and_what_is_held_is_not() {
    gc::collect();
    let before = gc::tracked();
    let held = list(vec![]);
    for _ in 0..50 {
        let (a, b) = (list(vec![held.clone()]), list(vec![]));
        for (from, to) in [(&a, &b), (&b, &a), (&a, &a)] {
            from.downcast::<ListObj>().unwrap().push(to.clone());
        }
    }
    assert_eq!(gc::tracked(), before + 101);
    assert_eq!(gc::collect(), 100);
    assert_eq!((gc::tracked(), count_of(&held)), (before + 1, 1));
}

#[test]
#[cfg(debug_assertions)]
fn borrows_are_checked_in_debug_builds() {
    let shared = Shared::new(vec![1]);
    {
        let (first, second) = (shared.read(), shared.read());
        assert_eq!(first.len() + second.len(), 2);
    }
    shared.write().push(2);
    assert_eq!(shared.take(), [1, 2]);
    let writes = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _reading = shared.read();
        shared.write().push(3);
    }));
    assert!(writes.is_err());
}

#[test]
fn frames_give_back_what_they_held() {
    let text = "
class Counted:
    alive = 0
    def __init__(self): Counted.alive += 1
    def __del__(self): Counted.alive -= 1

def deep(n, *rest, key=None, **more):
    held = Counted()
    if n == 0:
        raise ValueError(held)
    return deep(n - 1, held, key=held, other=held)

def generator(n):
    held = Counted()
    yield held
    if n:
        yield from generator(n - 1)

try:
    deep(50)
except ValueError:
    pass
for stop in range(1, 20):
    for at, held in enumerate(generator(10)):
        if at == stop:
            break
at = held = None
result = Counted.alive
";
    assert_eq!(run(text), 0);
}

#[test]
fn coroutines_give_back_what_they_held() {
    let text = "
class Counted:
    alive = 0
    def __init__(self): Counted.alive += 1
    def __del__(self): Counted.alive -= 1

class Pause:
    def __await__(self):
        yield self

async def inner(n):
    held = Counted()
    if n:
        await inner(n - 1)
    await Pause()
    return held

async def outer():
    return [await inner(3), await inner(2)]

coroutine = outer()
coroutine.send(None)
coroutine.close()
coroutine = outer()
coroutine.send(None)
try:
    coroutine.throw(KeyError)
except KeyError:
    pass
coroutine = outer()
for _ in range(3):
    coroutine.send(None)
del coroutine
result = Counted.alive
";
    assert_eq!(run(text), 0);
}

#[test]
fn a_collection_inside_a_release_leaves_what_waits() {
    let text = "
class Busy:
    done = 0
    def __del__(self):
        Busy.done += 1
        if Busy.done == 100:
            many = [[] for _ in range(12000)]
            for one in many: pass

chain = None
for _ in range(300):
    chain = [chain, Busy(), [chain]]
    chain[2].append(chain)
    chain[2] = None
chain = None
result = Busy.done
";
    assert_eq!(run(text), 300);
}

#[test]
fn instances_grow_and_lose_attributes() {
    let text = "
class Thing: pass
result = 0
for count in (0, 1, 3, 20, 70):
    thing = Thing()
    for i in range(count):
        setattr(thing, 'a%d' % i, [i])
    for i in range(0, count, 2):
        delattr(thing, 'a%d' % i)
    thing.__dict__['more'] = [count]
    thing.__class__ = type('Other', (Thing,), {})
    thing.last = 1
    result += len(vars(thing))
";
    assert_eq!(run(text), 10 + (1 + 10 + 35));
}
