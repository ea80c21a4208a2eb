//! `Vm`: one interpreter: its classes, modules, stack, and the exception on its way.
//!
//! Everything is reached through `&Vm`; the fields that change are cells, because script code can
//! run at almost any point (`__eq__`, `__del__`) and would meet an exclusive borrow.

use rustc_hash::FxHashMap as HashMap;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use crate::builtins::exceptions::Exceptions;
use crate::classes::Classes;
use crate::clock::Clock;
use crate::event_loop::LoopState;
use crate::module::Registry;
use crate::names::{Interned, Names};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, MethodCache};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::exception::ExceptionObj;
use crate::objects::str::{Name, StrObj};
use crate::output::Streams;
use crate::shared::Shared;
use crate::stack::{Frame, Stack};
use crate::value::Value;

/// An interpreter.
pub struct Vm {
    /// The value stack.
    pub stack: Stack,
    /// The running frame.
    pub(crate) running: Cell<Option<Frame>>,
    /// How deep calls nest.
    pub(crate) depth: Cell<u32>,
    /// How deep recursion in Rust over the program's data nests, which is not Python's business.
    pub(crate) native_depth: Cell<u32>,
    /// `sys.getrecursionlimit()`.
    pub recursion_limit: Cell<u32>,
    /// The native stack must not grow below this address.
    pub(crate) native_limit: Cell<usize>,
    /// The exception on its way, while a `Raised` is.
    pub(crate) pending: RefCell<Option<Ref<ExceptionObj>>>,
    /// The exception being handled (`sys.exception()`).
    pub(crate) handled: Shared<Option<Ref<ExceptionObj>>>,
    /// The value given to a suspended frame that goes on (`send`), or got from one that
    /// suspends (`yield`).
    pub(crate) passed: Cell<Value>,
    /// The value of the last `StopIteration` that ended an iterator, for `next()`.
    pub(crate) stop_value: Cell<Value>,
    /// The number of NaNs made by `float()`.
    pub(crate) nan_count: Cell<u32>,
    /// State of coroutines that suspend or go on.
    pub(crate) suspension: crate::coroutine::Suspension,
    /// Interned strings.
    pub interned: Interned,
    /// Names the runtime uses.
    pub names: Names,
    /// Builtin classes.
    pub classes: Classes,
    /// Builtin exception classes.
    pub exceptions: Exceptions,
    /// Look-ups in classes.
    pub method_cache: MethodCache,
    /// The names every module sees.
    pub builtins: Ref<DictObj>,
    /// `sys.modules`.
    pub modules: Ref<DictObj>,
    /// What can be imported besides files.
    pub registry: Registry,
    /// Strings of one code point below 256, interned and made when first wanted.
    latin1: [OnceCell<Ref<StrObj>>; 256],
    /// Where f-strings are put together.
    pub(crate) text_buffer: Cell<String>,
    /// `sys.get_int_max_str_digits()`.
    pub(crate) int_digit_limit: Cell<usize>,
    /// Weak references by address of their object.
    pub(crate) weakrefs: RefCell<HashMap<usize, Vec<Value>>>,
    /// Time, real or virtual.
    pub clock: Clock,
    /// The event loops: the running one.
    pub loops: LoopState,
    /// Standard streams.
    pub streams: Streams,
    /// Slots by name for whatever the library keeps per interpreter.
    pub state: RefCell<HashMap<&'static str, Rc<dyn std::any::Any>>>,
    /// Told about exceptions nobody can catch (in `__del__`, in callbacks).
    pub unraisable: RefCell<Option<UnraisableHook>>,
    /// Constants of the command: `--compat` and the like.
    pub options: Options,
    /// What ran, if somebody wants to know.
    pub coverage: Option<crate::coverage::Coverage>,
}

/// Receives an exception that cannot be raised anywhere, with a text saying where it came from and
/// the object (or `None`) that the text is about.
pub type UnraisableHook = Box<dyn Fn(&Vm, &Ref<ExceptionObj>, &str, &Value)>;

/// How an interpreter is to behave.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Time is virtual: sleeping takes none.
    pub virtual_time: bool,
    /// Nodes are not specialised: every operation takes the general path (for tests that compare
    /// the two).
    pub unspecialised: bool,
    /// What runs is counted.
    pub coverage: bool,
    /// Findings, exit codes and tracebacks are CPython's.
    pub compat: bool,
    /// Steps of the event loop that take long are told of.
    pub debug: bool,
}

thread_local! {
    static CURRENT: Cell<*const Vm> = const { Cell::new(std::ptr::null()) };
}

impl Vm {
    /// A new interpreter. `modules` is what can be imported besides files.
    ///
    /// `native_stack` is how many bytes of native stack the caller leaves to it, counted down
    /// from here.
    pub fn new(
        options: Options,
        registry: Registry,
        streams: Streams,
        native_stack: usize,
    ) -> Box<Vm> {
        crate::gc::reserve(1000);
        let interned = Interned::default();
        let names = Names::new(&interned);
        let classes = Classes::new(&interned);
        let exceptions = Exceptions::new(&interned, &classes);
        let here = 0u8;
        let vm = Box::new(Vm {
            stack: Stack::new(),
            running: Cell::new(None),
            depth: Cell::new(0),
            native_depth: Cell::new(0),
            recursion_limit: Cell::new(1000),
            native_limit: Cell::new((&raw const here as usize).saturating_sub(native_stack)),
            pending: RefCell::new(None),
            handled: Shared::new(None),
            passed: Cell::new(Value::None),
            stop_value: Cell::new(Value::None),
            nan_count: Cell::new(0),
            suspension: Default::default(),
            interned,
            names,
            classes,
            exceptions,
            method_cache: MethodCache::new(),
            builtins: new_dict(),
            modules: new_dict(),
            registry,
            latin1: [const { OnceCell::new() }; 256],
            text_buffer: Cell::default(),
            int_digit_limit: Cell::new(crate::number::DEFAULT_DIGIT_LIMIT),
            weakrefs: RefCell::default(),
            clock: Clock::new(options.virtual_time),
            loops: LoopState::default(),
            streams,
            state: RefCell::default(),
            unraisable: RefCell::new(None),
            coverage: options.coverage.then(Default::default),
            options,
        });
        CURRENT.with(|c| c.set(&raw const *vm));
        crate::classes::complete(&vm);
        crate::builtins::install(&vm);
        vm
    }

    /// Runs `f` with the interpreter of this thread (for `Drop`, where none is at hand); `None`
    /// if there is none.
    pub(crate) fn with_current<T>(f: impl FnOnce(&Vm) -> T) -> Option<T> {
        let vm = CURRENT.with(Cell::get);
        if vm.is_null() {
            return None;
        }
        // SAFETY: set by `new`, unset by `Drop`; a `Vm` stays in its box on one thread.
        Some(f(unsafe { &*vm }))
    }

    /// The interned string of this text.
    pub fn name(&self, text: &str) -> Name {
        self.interned.name(text)
    }

    /// A string value.
    #[inline]
    pub fn text(&self, text: &str) -> Value {
        let mut bytes = text.bytes();
        match (bytes.next(), bytes.next()) {
            (Some(b), None) => Value::from(self.latin1(b)),
            (None, _) => Value::from(&self.names.empty),
            _ => Ref::<StrObj>::from_text(text).into(),
        }
    }

    /// A string value of one code point.
    #[inline]
    pub fn char(&self, c: char) -> Value {
        match u8::try_from(c) {
            Ok(b) => self.latin1(b).into(),
            Err(_) => Ref::<StrObj>::from_text(c.encode_utf8(&mut [0; 4])).into(),
        }
    }

    /// The string of one code point below 256.
    #[inline]
    pub(crate) fn letter_if_made(&self, b: u8) -> Option<&Ref<StrObj>> {
        self.latin1[usize::from(b)].get()
    }

    /// The string of this code point.
    #[inline]
    pub(crate) fn latin1(&self, b: u8) -> &Ref<StrObj> {
        self.latin1[usize::from(b)].get_or_init(|| {
            let name = self.name(char::from(b).encode_utf8(&mut [0; 4]));
            name.text().clone()
        })
    }

    /// What the library keeps per interpreter under `key`, made at the first look.
    pub fn state<T: 'static>(&self, key: &'static str, make: impl FnOnce() -> T) -> Rc<T> {
        if let Some(found) = self.state.borrow().get(key) {
            if let Ok(found) = found.clone().downcast::<T>() {
                return found;
            }
        }
        let made = Rc::new(make());
        self.state.borrow_mut().insert(key, made.clone());
        made
    }

    /// The running frame.
    pub fn frame(&self) -> Option<Frame> {
        self.running.get()
    }
}

impl Vm {
    /// Ends the program of an interpreter whose process ends as well: runs all finalizers, and
    /// leaves the memory to the system.
    pub fn end(self: Box<Vm>) {
        self.loops.clear();
        self.modules.clear_entries();
        // What the program put among the builtins.
        self.builtins
            .remove_names(|value| match value.downcast::<ClassObj>() {
                Some(class) => !class.is_builtin,
                None => !matches!(value.kind(), None | Some(Kind::Native)),
            });
        drop(self.state.take());
        self.method_cache.clear();
        if crate::gc::has_finalizers() {
            crate::gc::collect();
        }
        std::mem::forget(self);
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        self.loops.clear();
        self.modules.clear_entries();
        self.builtins.clear_entries();
        self.method_cache.clear();
        crate::gc::collect();
        CURRENT.with(|c| c.set(std::ptr::null()));
    }
}

impl Value {
    /// The text of a `str` (not of instances of its subclasses; see `Vm::native`).
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        self.downcast::<StrObj>().map(|s| s.as_str())
    }
}
