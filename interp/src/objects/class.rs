//! `type`: classes, builtin and written in the language.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;

use indexmap::IndexMap;

use super::shape::Shape;
use super::str::Name;
use crate::object::{Header, Kind, Obj, Object, Ref, trace_value};
use crate::objects::function::NativeObj;
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// What instances of a class are made of: the most derived builtin type among its bases decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// A plain instance with attributes.
    Instance,
    /// An exception: `ExceptionObj`, which keeps its class itself.
    Exception,
    /// A class: metaclasses.
    Class,
    /// A builtin object. A script subclass's instances carry one as payload.
    Native(Kind),
}

/// A class.
pub struct ClassObj {
    /// `__name__`.
    pub name: RefCell<Name>,
    /// `__qualname__`.
    pub qualname: RefCell<Name>,
    /// The class of the class; none only for `type` itself while it is being made.
    pub metaclass: RefCell<Option<Ref<ClassObj>>>,
    /// `__bases__`.
    pub bases: RefCell<Vec<Ref<ClassObj>>>,
    /// The method resolution order without the class itself.
    pub ancestors: Shared<Vec<Ref<ClassObj>>>,
    /// The attributes.
    pub namespace: Shared<IndexMap<Name, Value, rustc_hash::FxBuildHasher>>,
    /// What instances are.
    pub layout: Layout,
    /// The first builtin class in the order (itself for a builtin class).
    pub native_base: RefCell<Option<Ref<ClassObj>>>,
    /// Made by the runtime: attributes cannot be set.
    pub is_builtin: bool,
    /// May be a base.
    pub can_subclass: Cell<bool>,
    /// Root of the instances' shapes, and the shape of instances that keep a dict.
    pub shape: Rc<Shape>,
    /// See `shape`.
    pub dict_shape: Rc<Shape>,
    /// How many slots a new instance gets inline: the most that earlier ones had.
    pub expected_slots: Cell<u16>,
    /// The names that `__slots__` allows; `None` if instances may have any attribute.
    pub slots: RefCell<Option<Rc<[Name]>>>,
    /// Changes with every attribute of this class or of an ancestor; unique among all classes.
    version: Cell<u64>,
    /// Live direct subclasses (each removes itself when freed).
    subclasses: RefCell<Vec<NonNull<Header>>>,
    /// Which special methods that change how attributes work are there: `flags::*`.
    pub flags: Cell<u32>,
    /// What patterns of `match` take instances for (`collection::*`), set by whoever knows.
    pub collection: Cell<u8>,
    /// Messages name the module too: what CPython has in C outside of the builtins.
    pub shows_module: Cell<bool>,
    /// Fills the namespace of a builtin class at the first look.
    pub(crate) fill: Cell<Option<fn(&Vm, &Ref<ClassObj>)>>,
}

/// Bits of `ClassObj::flags`, computed from the whole order.
pub mod flags {
    /// `__getattribute__` written in the language.
    pub const GETATTRIBUTE: u32 = 1;
    /// `__getattr__`.
    pub const GETATTR: u32 = 2;
    /// `__setattr__` or `__delattr__` written in the language.
    pub const SETATTR: u32 = 4;
    /// `__del__`.
    pub const DEL: u32 = 8;
    /// `__eq__` or `__hash__` written in the language.
    pub const EQ_OR_HASH: u32 = 16;
    /// `__new__` written in the language.
    pub const NEW: u32 = 32;
    /// Abstract methods are left: instances cannot be made.
    pub const ABSTRACT: u32 = 64;
}

/// Bits of `ClassObj::collection`: the sorts of collections that patterns of `match` know.
pub mod collection {
    /// A sequence.
    pub const SEQUENCE: u8 = 1;
    /// A mapping.
    pub const MAPPING: u8 = 2;
}

impl Object for ClassObj {
    const KIND: Kind = Kind::Class;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(m) = &*self.metaclass.borrow() {
            visit(m.obj());
        }
        if let Some(m) = &*self.native_base.borrow() {
            visit(m.obj());
        }
        for c in self
            .bases
            .borrow()
            .iter()
            .chain(self.ancestors.read().iter())
        {
            visit(c.obj());
        }
        for v in self.namespace.read().values() {
            trace_value(v, visit);
        }
    }
    fn clear(&self) {
        drop(self.namespace.take());
    }
}

impl Drop for ClassObj {
    fn drop(&mut self) {
        // The class is gone from the lists of its bases, which it holds counts on.
        for base in self.bases.borrow().iter() {
            base.subclasses.borrow_mut().retain(|s| {
                // SAFETY: entries are live; this one is the class being freed.
                let sub = unsafe { Ref::<ClassObj>::borrow_raw(s) };
                !std::ptr::eq::<ClassObj>(&**sub, self)
            });
        }
    }
}

thread_local! {
    static NEXT_VERSION: Cell<u64> = const { Cell::new(1) };
}

fn fresh_version() -> u64 {
    NEXT_VERSION.with(|n| {
        let v = n.get();
        n.set(v + 1);
        v
    })
}

impl ClassObj {
    /// A class with an empty order; `Ref::<ClassObj>::link` completes it.
    pub fn unlinked(name: &Name, layout: Layout, is_builtin: bool) -> ClassObj {
        ClassObj {
            name: RefCell::new(name.clone()),
            qualname: RefCell::new(name.clone()),
            metaclass: RefCell::new(None),
            bases: RefCell::default(),
            ancestors: Shared::default(),
            namespace: Shared::default(),
            layout,
            native_base: RefCell::new(None),
            is_builtin,
            can_subclass: Cell::new(true),
            shape: if is_builtin && layout != Layout::Instance {
                // Its instances are no `InstanceObj`.
                Shape::of_none()
            } else {
                Shape::root()
            },
            dict_shape: Shape::dict(),
            expected_slots: Cell::new(0),
            slots: RefCell::new(None),
            version: Cell::new(fresh_version()),
            subclasses: RefCell::default(),
            flags: Cell::new(0),
            collection: Cell::new(0),
            shows_module: Cell::new(false),
            fill: Cell::new(None),
        }
    }

    /// Changes with every attribute of this class or of an ancestor; unique among all classes.
    #[inline(always)]
    pub fn version(&self) -> u64 {
        self.version.get()
    }

    /// True if `flags` (of `flags::*`) is set.
    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    /// True if this class or an ancestor names the attribute in its `__slots__`.
    pub fn declares_slot(&self, name: &Name) -> bool {
        let is_member = |c: &ClassObj| matches!(c.namespace.read().get(name), Some(v) if v.is_kind(Kind::Member));
        is_member(self) || self.ancestors.read().iter().any(|c| is_member(c))
    }

    /// `__name__` as text.
    pub fn name_text(&self) -> String {
        self.name.borrow().as_str().to_owned()
    }
}

impl Ref<ClassObj> {
    /// Sets bases and order, and enters the class as a subclass of its bases.
    pub fn link(&self, bases: Vec<Ref<ClassObj>>, ancestors: Vec<Ref<ClassObj>>) {
        for base in &bases {
            base.subclasses.borrow_mut().push(self.as_ptr());
        }
        *self.bases.borrow_mut() = bases;
        *self.ancestors.write() = ancestors;
    }

    /// Replaces the bases, and computes the order of the class and of its subclasses anew.
    pub fn rebase(&self, vm: &Vm, bases: Vec<Ref<ClassObj>>) -> R<()> {
        let Some(ancestors) = linearize(&bases) else {
            let names: Vec<String> = bases.iter().map(|b| b.name_text()).collect();
            return Err(vm.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        let old = self.bases.borrow().clone();
        let own = self.as_ptr();
        for base in &old {
            base.subclasses.borrow_mut().retain(|s| *s != own);
        }
        let before = self.ancestors.get();
        self.link(bases, ancestors);
        for (i, sub) in self.subclasses().iter().enumerate() {
            let sub_bases = sub.bases.borrow().clone();
            if let Some(order) = linearize(&sub_bases) {
                *sub.ancestors.write() = order;
                continue;
            }
            // Nothing has changed, then.
            for base in &*self.bases.borrow() {
                base.subclasses.borrow_mut().retain(|s| *s != own);
            }
            self.link(old, before);
            for sub in self.subclasses().iter().take(i) {
                if let Some(order) = linearize(&sub.bases.borrow()) {
                    *sub.ancestors.write() = order;
                }
            }
            return Err(vm.type_error(
                "Cannot create a consistent method resolution order (MRO) for a subclass",
            ));
        }
        self.changed(vm, true);
        drop((old, before));
        Ok(())
    }

    /// The order: the class itself and its ancestors.
    pub fn mro(&self) -> Vec<Ref<ClassObj>> {
        std::iter::once(self.clone())
            .chain(self.ancestors.read().iter().cloned())
            .collect()
    }

    /// True if `other` is this class or an ancestor of it.
    #[inline]
    pub fn is_subclass(&self, other: &Ref<ClassObj>) -> bool {
        self.is(other) || self.ancestors.read().iter().any(|c| c.is(other))
    }

    /// The live direct subclasses.
    pub fn subclasses(&self) -> Vec<Ref<ClassObj>> {
        let subclasses = self.subclasses.borrow();
        // SAFETY: entries are live (a class removes itself when it is freed).
        subclasses
            .iter()
            .map(|s| unsafe { Ref::<ClassObj>::borrow_raw(s) }.clone())
            .collect()
    }

    fn fill_if_needed(&self, vm: &Vm) {
        if let Some(fill) = self.fill.take() {
            fill(vm, self);
        }
    }

    /// An attribute of this very class.
    pub fn own(&self, vm: &Vm, name: &Name) -> Option<Value> {
        self.fill_if_needed(vm);
        self.namespace.read().get(name).cloned()
    }

    /// An attribute of this class or of the first ancestor that has it, without binding.
    #[inline]
    pub fn lookup(&self, vm: &Vm, name: &Name) -> Option<Value> {
        vm.method_cache
            .get(self, name, || self.lookup_uncached(vm, name))
    }

    /// As `lookup`, with the class that has it.
    pub fn lookup_where(&self, vm: &Vm, name: &Name) -> Option<(Ref<ClassObj>, Value)> {
        if let Some(v) = self.own(vm, name) {
            return Some((self.clone(), v));
        }
        let ancestors = self.ancestors.get();
        ancestors
            .into_iter()
            .find_map(|c| c.own(vm, name).map(|v| (c, v)))
    }

    fn lookup_uncached(&self, vm: &Vm, name: &Name) -> Option<Value> {
        self.lookup_where(vm, name).map(|found| found.1)
    }

    /// Sets an attribute of the class, emptying whatever caches depend on it.
    pub fn set_own(&self, vm: &Vm, name: &Name, value: Value) {
        self.fill_if_needed(vm);
        let plain = is_plain(&value);
        let old = self.namespace.write().insert(name.clone(), value);
        let only_data = plain && old.as_ref().is_some_and(is_plain);
        self.changed(vm, !only_data);
        drop(old);
    }

    /// Removes an attribute of the class; returns it.
    pub fn remove_own(&self, vm: &Vm, name: &Name) -> Option<Value> {
        self.fill_if_needed(vm);
        let old = self.namespace.write().shift_remove(name);
        self.changed(vm, true);
        old
    }

    /// Empties the caches of this class and its subclasses. `meaning` is false if only a plain
    /// value was replaced by another, which no cache of an instance attribute depends on.
    pub fn changed(&self, vm: &Vm, meaning: bool) {
        self.version.set(fresh_version());
        if meaning {
            self.shape.renew_ids();
            self.compute_flags(vm);
        }
        for sub in self.subclasses() {
            sub.changed(vm, meaning);
        }
    }

    /// Computes `flags` from the order.
    pub fn compute_flags(&self, vm: &Vm) {
        let names = &vm.names;
        // Also another builtin function under this name, as in `__setattr__ = dict.__setitem__`.
        let is_other = |v: &Value, name: &Name| {
            v.downcast::<NativeObj>()
                .is_none_or(|native| native.row.name() != name.as_str())
        };
        let written = |name: &Name| {
            self.lookup_where(vm, name)
                .is_some_and(|(c, v)| !c.is_builtin && is_other(&v, name))
        };
        let mut set = self.flags.get() & flags::ABSTRACT;
        let mut flag = |bit: u32, on: bool| set |= if on { bit } else { 0 };
        let of_super = || {
            let found = self.lookup_where(vm, &names.getattribute_);
            found.is_some_and(|(c, _)| c.name_text() == "super")
        };
        let looks_itself = written(&names.getattribute_) || !self.is_builtin && of_super();
        flag(flags::GETATTRIBUTE, looks_itself);
        flag(flags::GETATTR, self.lookup(vm, &names.getattr_).is_some());
        flag(
            flags::SETATTR,
            written(&names.setattr_) || written(&names.delattr_),
        );
        flag(flags::DEL, self.lookup(vm, &names.del_).is_some());
        flag(
            flags::EQ_OR_HASH,
            written(&names.eq_) || written(&names.hash_),
        );
        flag(flags::NEW, written(&names.new_));
        self.flags.set(set);
    }

    /// `__module__`, if it is known.
    pub fn module(&self, vm: &Vm) -> Option<Value> {
        self.own(vm, &vm.names.module_)
    }

    /// The name as shown in `<class '…'>` and in tracebacks: with its module unless builtin.
    pub fn full_name(&self, vm: &Vm) -> String {
        let qualname = self.qualname.borrow().as_str().to_owned();
        match self.module(vm).as_ref().and_then(|m| m.as_str()) {
            Some("builtins") | None => qualname,
            Some(module) => format!("{module}.{qualname}"),
        }
    }
}

/// True for values that mean nothing special as class attributes (neither methods nor
/// descriptors).
fn is_plain(value: &Value) -> bool {
    !matches!(
        value.kind(),
        Some(
            Kind::Function
                | Kind::Native
                | Kind::Property
                | Kind::ClassMethod
                | Kind::StaticMethod
                | Kind::GetSet
                | Kind::Member
                | Kind::Instance
                | Kind::Class
                | Kind::Host
                | Kind::BoundMethod
        )
    )
}

/// A small cache of attribute look-ups in classes, shared by all nodes: {class version, name} to
/// what was found. Versions are unique, so an entry can be stale but never wrong.
pub struct MethodCache {
    entries: Box<[RefCell<CacheEntry>]>,
}

#[derive(Default)]
struct CacheEntry {
    version: u64,
    /// The name: held, so that its address is not used again.
    name: Option<Name>,
    found: Option<Value>,
}

const CACHE_SIZE: usize = 1024;

impl MethodCache {
    pub(crate) fn new() -> MethodCache {
        MethodCache {
            entries: (0..CACHE_SIZE).map(|_| RefCell::default()).collect(),
        }
    }

    #[inline]
    fn get(
        &self,
        class: &Ref<ClassObj>,
        name: &Name,
        search: impl FnOnce() -> Option<Value>,
    ) -> Option<Value> {
        let version = class.version();
        let at = (version as usize)
            .wrapping_mul(0x9e37)
            .wrapping_add(name.address() >> 4)
            % CACHE_SIZE;
        {
            let entry = self.entries[at].borrow();
            if entry.version == version && entry.name.as_ref() == Some(name) {
                return entry.found.clone();
            }
        }
        let found = search();
        // The search may have filled a builtin class, which is no change of meaning.
        let entry = CacheEntry {
            version,
            name: Some(name.clone()),
            found: found.clone(),
        };
        let old = self.entries[at].replace(entry);
        drop(old);
        found
    }

    /// Forgets everything, so that nothing is kept alive by it.
    pub fn clear(&self) {
        for entry in &self.entries {
            if entry.borrow().version != 0 {
                drop(entry.take());
            }
        }
    }
}

/// The linearisation of a class with these bases (C3, PEP 253), without the class itself; `None`
/// if there is no consistent order.
pub fn linearize(bases: &[Ref<ClassObj>]) -> Option<Vec<Ref<ClassObj>>> {
    if let [base] = bases {
        return Some(base.mro());
    }
    let mut lists: Vec<Vec<Ref<ClassObj>>> = bases.iter().map(|b| b.mro()).collect();
    lists.push(bases.to_vec());
    let mut order = Vec::new();
    loop {
        lists.retain(|l| !l.is_empty());
        if lists.is_empty() {
            return Some(order);
        }
        let candidate = lists
            .iter()
            .map(|l| &l[0])
            .find(|c| !lists.iter().any(|l| l[1..].iter().any(|other| other.is(c))))?;
        let candidate = candidate.clone();
        for l in &mut lists {
            if l[0].is(&candidate) {
                l.remove(0);
            }
        }
        order.push(candidate);
    }
}

/// The first argument of a native `__new__`, or a class check.
pub fn expect_class<'a>(vm: &Vm, value: &'a Value, what: &str) -> R<&'a Ref<ClassObj>> {
    match value.downcast::<ClassObj>() {
        Some(class) => Ok(class),
        None => Err(vm.type_error(format!(
            "{what}(X): X is not a type object ({})",
            vm.type_name(value)
        ))),
    }
}
