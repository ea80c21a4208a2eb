//! Raising: one short function per exception that the runtime raises itself.

use std::cell::Cell;

use aio_lexer::Span;

use crate::object::Ref;
use crate::objects::class::ClassObj;
use crate::objects::exception::{ExceptionObj, TraceEntry};
use crate::stack::Frame;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Issues a warning: its category, message, file and line.
pub type WarnHook = fn(&Vm, &Ref<ClassObj>, &str, Option<(&str, usize)>) -> R<()>;

const WARN_HOOK: &str = "warn hook";

/// Leaves a warning (category, message, file and line) to the program, if it has its own way with
/// warnings; false if it has not.
pub type LeaveHook = fn(&Vm, &Ref<ClassObj>, &str, &str, usize) -> R<bool>;

const LEAVE_HOOK: &str = "leave hook";

macro_rules! raisers {
    ($($method:ident => $class:ident),* $(,)?) => {
        impl Vm {
            $(
                #[doc = concat!("Raises `", stringify!($class), "` with this message.")]
                #[cold]
                pub fn $method(&self, message: impl AsRef<str>) -> Raised {
                    self.raise_text(&self.exceptions.$class, message.as_ref())
                }
            )*
        }
    };
}

raisers! {
    type_error => TypeError,
    value_error => ValueError,
    index_error => IndexError,
    overflow_error => OverflowError,
    zero_division => ZeroDivisionError,
    runtime_error => RuntimeError,
    import_error => ImportError,
    lookup_error => LookupError,
    memory_error => MemoryError,
    not_implemented => NotImplementedError,
    assertion_error => AssertionError,
    eof_error => EOFError,
    buffer_error => BufferError,
    system_error => SystemError,
}

impl Vm {
    /// Raises an exception of this class with this message.
    #[cold]
    pub fn raise_text(&self, class: &Ref<ClassObj>, message: &str) -> Raised {
        self.raise_args(class, vec![self.text(message)])
    }

    /// Raises an exception of this class with these `args`. The class's `__init__` does not run:
    /// for builtin classes only.
    #[cold]
    pub fn raise_args(&self, class: &Ref<ClassObj>, args: Vec<Value>) -> Raised {
        self.raise_exception(Ref::<ExceptionObj>::of_class(class, args))
    }

    /// Raises this exception; the one being handled becomes its `__context__`.
    #[cold]
    pub fn raise_exception(&self, exception: Ref<ExceptionObj>) -> Raised {
        self.set_context(&exception);
        self.raise_again(exception)
    }

    /// Raises this exception as it is.
    pub fn raise_again(&self, exception: Ref<ExceptionObj>) -> Raised {
        let old = self.pending.replace(Some(exception));
        drop(old);
        Raised
    }

    /// Makes the exception being handled the context of `exception`, without making a cycle.
    pub(crate) fn set_context(&self, exception: &Ref<ExceptionObj>) {
        let Some(handled) = self.handled_exception() else {
            return;
        };
        if handled.is(exception) {
            return;
        }
        let mut at = handled.clone();
        // Half as fast, so that a cycle that the program made is noticed.
        let mut slow = handled.clone();
        for step in 1.. {
            let next = at.context.borrow().clone();
            if step % 2 == 0 {
                let behind = slow.context.borrow().clone();
                match behind {
                    Some(behind) if next.as_ref().is_none_or(|next| !next.is(&behind)) => {
                        slow = behind;
                    }
                    _ => break,
                }
            }
            match next {
                Some(next) if next.is(exception) => {
                    drop(at.context.take());
                    break;
                }
                Some(next) => at = next,
                None => break,
            }
        }
        let old = exception.context.replace(Some(handled));
        drop(old);
    }

    /// Runs something as a handler of `e` would: what it raises has that as its context.
    pub fn while_handling<T>(&self, e: &Ref<ExceptionObj>, run: impl FnOnce() -> T) -> T {
        let outer = self.handled.replace(Some(e.clone()));
        let result = run();
        drop(self.handled.replace(outer));
        result
    }

    /// The exception being handled.
    #[inline]
    pub fn handled_exception(&self) -> Option<Ref<ExceptionObj>> {
        self.handled.get()
    }

    /// Takes the exception on its way: it is caught. To be called after a `Raised` only.
    pub fn take_raised(&self) -> Ref<ExceptionObj> {
        match self.pending.take() {
            Some(e) => e,
            None => {
                let text = vec![self.text("an error was reported without an exception")];
                Ref::<ExceptionObj>::of_class(&self.exceptions.SystemError, text)
            }
        }
    }

    /// True if the exception on its way is of this class (or a subclass).
    pub fn is_raised(&self, class: &Ref<ClassObj>) -> bool {
        self.pending
            .borrow()
            .as_ref()
            .is_some_and(|e| e.class.borrow().is_subclass(class))
    }

    /// Catches the exception on its way if it is of this class.
    pub fn catch(&self, class: &Ref<ClassObj>) -> Option<Ref<ExceptionObj>> {
        if self.is_raised(class) {
            Some(self.take_raised())
        } else {
            None
        }
    }

    /// `Ok(None)` for a result that raised an exception of this class, else the result.
    pub fn unless_raised<T>(&self, class: &Ref<ClassObj>, result: R<T>) -> R<Option<T>> {
        match result {
            Ok(v) => Ok(Some(v)),
            Err(Raised) => match self.catch(class) {
                Some(_) => Ok(None),
                None => Err(Raised),
            },
        }
    }

    /// Raises `KeyError(key)`.
    #[cold]
    pub fn key_error(&self, key: &Value) -> Raised {
        self.raise_args(&self.exceptions.KeyError, vec![key.clone()])
    }

    /// Raises `StopIteration(value)`; `None` gives no argument.
    #[cold]
    pub fn stop_iteration(&self, value: Value) -> Raised {
        let args = if value.is_missing() {
            vec![]
        } else {
            vec![value]
        };
        self.raise_args(&self.exceptions.StopIteration, args)
    }

    /// Raises `AttributeError` with its `name` and `obj`.
    #[cold]
    pub fn attribute_error(&self, message: impl AsRef<str>, name: &Value, obj: &Value) -> Raised {
        let args = vec![self.text(message.as_ref())];
        let e = Ref::<ExceptionObj>::of_class(&self.exceptions.AttributeError, args);
        e.attrs().set_name(&self.names.name, name.clone());
        e.attrs().set_name(&self.names.obj, obj.clone());
        self.raise_exception(e)
    }

    /// Raises `NameError` (or a subclass) with its `name`.
    #[cold]
    pub fn name_error(&self, class: &Ref<ClassObj>, message: &str, name: &Value) -> Raised {
        let e = Ref::<ExceptionObj>::of_class(class, vec![self.text(message)]);
        e.attrs().set_name(&self.names.name, name.clone());
        self.raise_exception(e)
    }

    /// Raises `RecursionError`.
    #[cold]
    pub fn recursion_error(&self) -> Raised {
        self.raise_text(
            &self.exceptions.RecursionError,
            "maximum recursion depth exceeded",
        )
    }

    /// Raises an `OSError` of the right subclass for a Rust I/O error, with a file name if given.
    #[cold]
    pub fn os_error(&self, error: &std::io::Error, filename: Option<&Value>) -> Raised {
        crate::builtins::exceptions::os_error(self, error, filename)
    }

    /// Notes in the pending exception that it passed through `frame`, which ends.
    #[cold]
    pub(crate) fn trace_frame(&self, frame: Frame) {
        self.trace_at(frame, frame.span());
    }

    /// As `trace_frame`, at this place.
    #[cold]
    pub(crate) fn trace_at(&self, frame: Frame, span: Span) {
        if let Some(e) = &*self.pending.borrow() {
            let function = frame.function();
            e.trace.borrow_mut().push(TraceEntry {
                code: function.code.clone(),
                span,
                globals: function.globals.clone(),
            });
        }
    }

    /// Issues a warning about a place in a source. An error means that a filter made it one.
    pub fn warn_at(
        &self,
        category: &Ref<ClassObj>,
        message: &str,
        filename: &str,
        line: usize,
    ) -> R<()> {
        match self.state(WARN_HOOK, || Cell::new(None::<WarnHook>)).get() {
            Some(hook) => hook(self, category, message, Some((filename, line))),
            None => Ok(()),
        }
    }

    /// Issues a warning about what the script is doing. An error means that a filter made it one.
    #[cold]
    pub fn warn(&self, category: &Ref<ClassObj>, message: &str) -> R<()> {
        match self.state(WARN_HOOK, || Cell::new(None::<WarnHook>)).get() {
            Some(hook) => hook(self, category, message, None),
            None => Ok(()),
        }
    }

    /// Says how warnings are issued: the library knows the filters.
    pub fn set_warn_hook(&self, hook: WarnHook) {
        self.state(WARN_HOOK, || Cell::new(None::<WarnHook>))
            .set(Some(hook));
    }

    /// Says how warnings that we show in our own way are left to the program.
    pub fn set_leave_hook(&self, hook: LeaveHook) {
        self.state(LEAVE_HOOK, || Cell::new(None::<LeaveHook>))
            .set(Some(hook));
    }

    /// Leaves a warning about an object that goes to the program, if that records, hides, raises
    /// or shows warnings itself.
    pub(crate) fn leaves_warning(&self, of: &Value, message: &str, at: (&str, usize)) -> bool {
        let hook = self
            .state(LEAVE_HOOK, || Cell::new(None::<LeaveHook>))
            .get();
        let Some(hook) = hook else {
            return false;
        };
        match hook(self, &self.exceptions.RuntimeWarning, message, at.0, at.1) {
            Ok(left) => left,
            Err(Raised) => {
                let e = self.take_raised();
                self.report_ignored(&e, of);
                true
            }
        }
    }

    /// Reports an exception that something raised which cannot raise, as a finalizer cannot.
    pub fn report_ignored(&self, exception: &Ref<ExceptionObj>, by: &Value) {
        let place = format!("in: {}", self.repr_or_name(by));
        self.report_unraisable(exception, &place, by);
    }

    /// Reports an exception that cannot be raised anywhere: where it came from, and the object
    /// (or `None`) that this text is about.
    pub fn report_unraisable(&self, exception: &Ref<ExceptionObj>, place: &str, object: &Value) {
        let hook = self.unraisable.take();
        if let Some(hook) = &hook {
            hook(self, exception, place, object);
        }
        let mut slot = self.unraisable.borrow_mut();
        if slot.is_none() {
            *slot = hook;
        }
    }
}
