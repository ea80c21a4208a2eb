//! `lru_cache`: the results of calls, kept by their arguments.

use std::cell::{Cell, RefCell};

use aio_interp::classes::ClassSpec;
use aio_interp::native::{method, static_method};
use aio_interp::object::Kind;
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::dict::{DictObj, new_dict};
use aio_interp::objects::function::BoundMethodObj;
use aio_interp::objects::host::{HOST_DICT, HostAttrs, HostCallable, HostData};
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::str::Name;
use aio_interp::objects::tuple::tuple;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use crate::host::{Held, args_of, host_class, new_host, receiver};
use crate::operator::with_keywords;

/// What the decorator makes.
pub(super) static CACHE: ClassSpec = host_class(
    "_lru_cache_wrapper",
    "functools",
    "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n",
    &[
        static_method(
            "__new__(cls, /, user_function, maxsize, typed, cache_info_type)",
            "Create it.",
            new,
        ),
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            |vm, a| {
                let (values, names) = with_keywords(vm, args_of(&a[1]), &a[2]);
                this(vm, &a[0])?.call(vm, &values, &names)
            },
        ),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance, which is of type owner.",
            |_, a| {
                if a[1].is_none() {
                    return Ok(a[0].clone());
                }
                let (function, receiver) = (a[0].clone(), a[1].clone());
                Ok(Ref::new(BoundMethodObj { function, receiver }).into())
            },
        ),
        method("cache_info()", "Report cache statistics", |vm, a| {
            let cache = this(vm, &a[0])?;
            let maxsize = cache.maxsize.map_or(Value::None, Value::from);
            let counts = [
                Value::Int(cache.hits.get()),
                Value::Int(cache.misses.get()),
                maxsize,
                cache.results.len().into(),
            ];
            vm.call(&cache.info, &counts)
        }),
        method(
            "cache_clear()",
            "Clear the cache and cache statistics",
            |vm, a| {
                let cache = this(vm, &a[0])?;
                cache.hits.set(0);
                cache.misses.set(0);
                cache.forget();
                Ok(Value::None)
            },
        ),
        method("__copy__()", "Return self.", |_, a| Ok(a[0].clone())),
        method("__deepcopy__(memo, /)", "Return self.", |_, a| {
            Ok(a[0].clone())
        }),
        method(
            "__reduce__()",
            "Return state information for pickling",
            |vm, a| vm.get_attr(&a[0], &vm.name("__qualname__")),
        ),
    ],
    &[HOST_DICT],
);

struct Cache {
    function: Value,
    is_typed: bool,
    /// `None` for no bound.
    maxsize: Option<usize>,
    /// The class of `cache_info()`.
    info: Value,
    hits: Cell<i64>,
    misses: Cell<i64>,
    /// The result by key; with a bound, the number of its entry in `order`.
    results: Ref<DictObj>,
    order: Shared<Order>,
    attrs: HostAttrs,
}

/// Entries in the order of their last use: a ring, linked by numbers.
#[derive(Default)]
struct Order {
    /// Entry 0 is where the ring begins and ends: the least recent one follows it, the most recent
    /// one comes before.
    entries: Vec<Entry>,
}

#[derive(Default)]
struct Entry {
    before: usize,
    after: usize,
    hash: i64,
    key: Value,
    result: Value,
}

impl Order {
    fn unlink(&mut self, at: usize) {
        let (before, after) = (self.entries[at].before, self.entries[at].after);
        self.entries[before].after = after;
        self.entries[after].before = before;
    }

    /// Puts an entry at the most recent end.
    fn link(&mut self, at: usize) {
        let last = self.entries[0].before;
        self.entries[last].after = at;
        self.entries[at].before = last;
        self.entries[at].after = 0;
        self.entries[0].before = at;
    }

    /// The result of an entry, which is the most recent one now; `None` if all were forgotten.
    fn touch(&mut self, at: usize) -> Option<Value> {
        let result = self.entries.get(at)?.result.clone();
        if self.entries[0].before != at {
            self.unlink(at);
            self.link(at);
        }
        Some(result)
    }

    fn add(&mut self, hash: i64, key: Value, result: Value) -> usize {
        if self.entries.is_empty() {
            self.entries.push(Entry::default());
        }
        let at = self.entries.len();
        self.entries.push(Entry {
            before: 0,
            after: 0,
            hash,
            key,
            result,
        });
        self.link(at);
        at
    }

    /// Puts a new result in the place of the least recent one: its number and what was there.
    fn reuse(&mut self, hash: i64, key: Value, result: Value) -> (usize, Entry) {
        let at = self.entries.first().map_or(0, |ends| ends.after);
        if at == 0 {
            return (self.add(hash, key, result), Entry::default());
        }
        self.unlink(at);
        let entry = Entry {
            before: 0,
            after: 0,
            hash,
            key,
            result,
        };
        let old = std::mem::replace(&mut self.entries[at], entry);
        self.link(at);
        (at, old)
    }
}

impl HostData for Cache {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.function.trace(visit);
        self.info.trace(visit);
        visit(self.results.obj());
        for entry in &self.order.read().entries {
            trace_value(&entry.key, visit);
            trace_value(&entry.result, visit);
        }
        if let Some(dict) = &*self.attrs.borrow() {
            visit(dict.obj());
        }
    }
    fn clear(&self) {
        self.forget();
        drop(self.attrs.take());
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn as_callable(&self) -> Option<&dyn HostCallable> {
        Some(self)
    }
    fn attrs(&self) -> Option<&HostAttrs> {
        Some(&self.attrs)
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Cache> {
    receiver(vm, v, "functools._lru_cache_wrapper")
}

fn new(vm: &Vm, a: &[Value]) -> R {
    if !vm.is_callable(&a[1]) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let maxsize = if a[2].is_none() {
        None
    } else if vm.try_integer(&a[2])?.is_some() {
        Some(usize::try_from(vm.to_index_clamped(&a[2])?).unwrap_or(0))
    } else {
        return Err(vm.type_error("maxsize should be integer or None"));
    };
    let data = Cache {
        function: a[1].clone(),
        is_typed: vm.truth(&a[3])?,
        maxsize,
        info: a[4].clone(),
        hits: Cell::new(0),
        misses: Cell::new(0),
        results: new_dict(),
        order: Shared::default(),
        attrs: RefCell::default(),
    };
    new_host(vm, &a[0], data)
}

/// A mark in keys between positional arguments and keywords.
struct KeywordMark(Value);

impl Cache {
    fn forget(&self) {
        self.results.clear_entries();
        drop(self.order.take());
    }

    fn key(&self, vm: &Vm, args: &[Value], kwnames: &[Name]) -> Value {
        if let ([only], [], false) = (args, kwnames, self.is_typed) {
            if matches!(only, Value::Int(_))
                || matches!(only.kind(), Some(Kind::Str | Kind::BigInt))
            {
                return only.clone();
            }
        }
        if kwnames.is_empty() && !self.is_typed {
            return tuple(args.to_vec());
        }
        let (positional, given) = args.split_at(args.len() - kwnames.len());
        let mut parts = positional.to_vec();
        if !kwnames.is_empty() {
            let mark = vm.state("functools.keyword mark", || {
                KeywordMark(Ref::<InstanceObj>::of_class(&vm.classes.object).into())
            });
            parts.push(mark.0.clone());
            for (name, value) in kwnames.iter().zip(given) {
                parts.push(name.into());
                parts.push(value.clone());
            }
        }
        if self.is_typed {
            parts.extend(args.iter().map(|v| Value::from(vm.class_of(v))));
        }
        tuple(parts)
    }

    /// Keeps a result where there is a bound.
    fn keep(&self, vm: &Vm, maxsize: usize, hash: i64, key: Value, result: &Value) -> R<()> {
        // The call may have come here with the same key.
        if self.results.get_hashed(vm, hash, &key)?.is_some() {
            return Ok(());
        }
        if self.results.len() < maxsize {
            let at = self.order.write().add(hash, key.clone(), result.clone());
            drop(self.results.set_hashed(vm, hash, key, at.into())?);
            return Ok(());
        }
        let (at, old) = self.order.write().reuse(hash, key.clone(), result.clone());
        drop(self.results.remove_hashed(vm, old.hash, &old.key)?);
        drop(self.results.set_hashed(vm, hash, key, at.into())?);
        Ok(())
    }
}

impl HostCallable for Cache {
    fn call(&self, vm: &Vm, args: &[Value], kwnames: &[Name]) -> R {
        if self.maxsize == Some(0) {
            self.misses.set(self.misses.get() + 1);
            return vm.call_kw(&self.function, args, kwnames);
        }
        let key = self.key(vm, args, kwnames);
        let hash = vm.hash(&key)?;
        if let Some(found) = self.results.get_hashed(vm, hash, &key)? {
            let result = match (self.maxsize, &found) {
                (Some(_), Value::Int(at)) => self.order.write().touch(*at as usize),
                _ => Some(found),
            };
            if let Some(result) = result {
                self.hits.set(self.hits.get() + 1);
                return Ok(result);
            }
        }
        self.misses.set(self.misses.get() + 1);
        let result = vm.call_kw(&self.function, args, kwnames)?;
        match self.maxsize {
            None => drop(self.results.set_hashed(vm, hash, key, result.clone())?),
            Some(maxsize) => self.keep(vm, maxsize, hash, key, &result)?,
        }
        Ok(result)
    }
}
