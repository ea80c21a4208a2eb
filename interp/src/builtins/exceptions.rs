//! The builtin exceptions: the hierarchy, and one file per family that has fields or texts of its
//! own.
//!
//! Their data is in `objects::exception`, raising them in `errors`, how they are shown to the user
//! in the command.

mod base;
pub mod group;
mod named;
mod os;
mod syntax;
mod unicode;

pub(crate) use base::add_note_text;
pub use group::split;
pub use os::{os_error, strerror};

use crate::classes::{ClassSpec, Classes, fill_class};
use crate::names::Interned;
use crate::object::Ref;
use crate::objects::class::{ClassObj, Layout, linearize};
use crate::objects::exception::ExceptionObj;
use crate::objects::str::Name;
use crate::value::{R, Value};
use crate::vm::Vm;

macro_rules! exceptions {
    ($root:ident; $($name:ident ($($base:ident),+) $doc:literal [$methods:expr, $fields:expr];)*) => {
        /// The builtin exception classes.
        #[allow(missing_docs, non_snake_case)]
        pub struct Exceptions { $(pub $name: Ref<ClassObj>,)* }

        impl Exceptions {
            #[allow(non_snake_case)]
            pub(crate) fn new(interned: &Interned, classes: &Classes) -> Exceptions {
                let $root = classes.object.clone();
                $(let $name = make(interned, classes, stringify!($name), &[$(&$base),+]);)*
                Exceptions { $($name,)* }
            }

            /// All of them.
            fn all(&self) -> Vec<&Ref<ClassObj>> {
                vec![$(&self.$name),*]
            }
        }

        static SPECS: &[ClassSpec] = &[$(ClassSpec {
            name: stringify!($name),
            module: "builtins",
            doc: $doc,
            layout: Layout::Exception,
            methods: $methods,
            attributes: $fields,
            subclassable: true,
        }),*];
    };
}

exceptions! {
    object;
    BaseException(object) "Common base class for all exceptions" [base::METHODS, base::ATTRIBUTES];
    BaseExceptionGroup(BaseException) "A combination of multiple unrelated exceptions." [group::METHODS, group::FIELDS];
    Exception(BaseException) "Common base class for all non-exit exceptions." [&[], &[]];
    GeneratorExit(BaseException) "Request that a generator exit." [&[], &[]];
    KeyboardInterrupt(BaseException) "Program interrupted by user." [&[], &[]];
    SystemExit(BaseException) "Request to exit from the interpreter." [&[], named::SYSTEM_EXIT_FIELDS];
    ArithmeticError(Exception) "Base class for arithmetic errors." [&[], &[]];
    AssertionError(Exception) "Assertion failed." [&[], &[]];
    AttributeError(Exception) "Attribute not found." [named::ATTRIBUTE_ERROR, named::ATTRIBUTE_FIELDS];
    BufferError(Exception) "Buffer error." [&[], &[]];
    EOFError(Exception) "Read beyond end of file." [&[], &[]];
    ImportError(Exception) "Import can't find module, or can't find name in module." [named::IMPORT_ERROR, named::IMPORT_FIELDS];
    LookupError(Exception) "Base class for lookup errors." [&[], &[]];
    MemoryError(Exception) "Out of memory." [&[], &[]];
    NameError(Exception) "Name not found globally." [named::NAME_ERROR, named::NAME_FIELDS];
    OSError(Exception) "Base class for I/O related errors." [os::METHODS, os::FIELDS];
    ReferenceError(Exception) "Weak ref proxy used after referent went away." [&[], &[]];
    RuntimeError(Exception) "Unspecified run-time error." [&[], &[]];
    StopAsyncIteration(Exception) "Signal the end from iterator.__anext__()." [&[], &[]];
    StopIteration(Exception) "Signal the end from iterator.__next__()." [&[], named::STOP_ITERATION_FIELDS];
    SyntaxError(Exception) "Invalid syntax." [syntax::METHODS, syntax::FIELDS];
    SystemError(Exception) "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version." [&[], &[]];
    TypeError(Exception) "Inappropriate argument type." [&[], &[]];
    ValueError(Exception) "Inappropriate argument value (of correct type)." [&[], &[]];
    Warning(Exception) "Base class for warning categories." [&[], &[]];
    FloatingPointError(ArithmeticError) "Floating point operation failed." [&[], &[]];
    OverflowError(ArithmeticError) "Result too large to be represented." [&[], &[]];
    ZeroDivisionError(ArithmeticError) "Second argument to a division or modulo operation was zero." [&[], &[]];
    BytesWarning(Warning) "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str." [&[], &[]];
    DeprecationWarning(Warning) "Base class for warnings about deprecated features." [&[], &[]];
    EncodingWarning(Warning) "Base class for warnings about encodings." [&[], &[]];
    FutureWarning(Warning) "Base class for warnings about constructs that will change semantically\nin the future." [&[], &[]];
    ImportWarning(Warning) "Base class for warnings about probable mistakes in module imports" [&[], &[]];
    PendingDeprecationWarning(Warning) "Base class for warnings about features which will be deprecated\nin the future." [&[], &[]];
    ResourceWarning(Warning) "Base class for warnings about resource usage." [&[], &[]];
    RuntimeWarning(Warning) "Base class for warnings about dubious runtime behavior." [&[], &[]];
    SyntaxWarning(Warning) "Base class for warnings about dubious syntax." [&[], &[]];
    UnicodeWarning(Warning) "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems." [&[], &[]];
    UserWarning(Warning) "Base class for warnings generated by user code." [&[], &[]];
    BlockingIOError(OSError) "I/O operation would block." [&[], os::BLOCKING_FIELDS];
    ChildProcessError(OSError) "Child process error." [&[], &[]];
    ConnectionError(OSError) "Connection error." [&[], &[]];
    FileExistsError(OSError) "File already exists." [&[], &[]];
    FileNotFoundError(OSError) "File not found." [&[], &[]];
    InterruptedError(OSError) "Interrupted by signal." [&[], &[]];
    IsADirectoryError(OSError) "Operation doesn't work on directories." [&[], &[]];
    NotADirectoryError(OSError) "Operation only works on directories." [&[], &[]];
    PermissionError(OSError) "Not enough permissions." [&[], &[]];
    ProcessLookupError(OSError) "Process not found." [&[], &[]];
    TimeoutError(OSError) "Timeout expired." [&[], &[]];
    IndentationError(SyntaxError) "Improper indentation." [&[], &[]];
    IndexError(LookupError) "Sequence index out of range." [&[], &[]];
    KeyError(LookupError) "Mapping key not found." [named::KEY_ERROR, &[]];
    ModuleNotFoundError(ImportError) "Module not found." [&[], &[]];
    NotImplementedError(RuntimeError) "Method or function hasn't been implemented yet." [&[], &[]];
    PythonFinalizationError(RuntimeError) "Operation blocked during Python finalization." [&[], &[]];
    RecursionError(RuntimeError) "Recursion limit exceeded." [&[], &[]];
    UnboundLocalError(NameError) "Local name referenced but not bound to a value." [&[], &[]];
    UnicodeError(ValueError) "Unicode related error." [&[], &[]];
    BrokenPipeError(ConnectionError) "Broken pipe." [&[], &[]];
    ConnectionAbortedError(ConnectionError) "Connection aborted." [&[], &[]];
    ConnectionRefusedError(ConnectionError) "Connection refused." [&[], &[]];
    ConnectionResetError(ConnectionError) "Connection reset." [&[], &[]];
    TabError(IndentationError) "Improper mixture of spaces and tabs." [&[], &[]];
    UnicodeDecodeError(UnicodeError) "Unicode decoding error." [unicode::DECODE, unicode::FIELDS];
    UnicodeEncodeError(UnicodeError) "Unicode encoding error." [unicode::ENCODE, unicode::FIELDS];
    UnicodeTranslateError(UnicodeError) "Unicode translation error." [unicode::TRANSLATE, unicode::TRANSLATE_FIELDS];
    ExceptionGroup(BaseExceptionGroup, Exception) "" [&[], &[]];
}

fn make(
    interned: &Interned,
    classes: &Classes,
    name: &str,
    bases: &[&Ref<ClassObj>],
) -> Ref<ClassObj> {
    let class = Ref::new(ClassObj::unlinked(
        &interned.name(name),
        Layout::Exception,
        true,
    ));
    *class.metaclass.borrow_mut() = Some(classes.type_.clone());
    let bases: Vec<Ref<ClassObj>> = bases.iter().map(|b| (*b).clone()).collect();
    let ancestors = linearize(&bases).unwrap_or_default();
    class.link(bases, ancestors);
    *class.native_base.borrow_mut() = Some(class.clone());
    class.fill.set(Some(fill));
    class
}

/// Fills the namespace of one of the classes at the first look.
fn fill(vm: &Vm, class: &Ref<ClassObj>) {
    let name = class.name_text();
    if let Some(spec) = SPECS.iter().find(|s| s.name == name) {
        fill_class(vm, class, spec);
    }
}

/// Enters the exceptions into the builtin name space.
pub(crate) fn install(vm: &Vm) {
    for class in vm.exceptions.all() {
        let name = class.name.borrow().clone();
        vm.builtins.set_name(&name, class.into());
    }
    for alias in ["IOError", "EnvironmentError"] {
        vm.builtins
            .set_name(&vm.name(alias), (&vm.exceptions.OSError).into());
    }
}

impl Vm {
    /// The exception that `raise v` raises: `v` itself, or an instance of the class `v`.
    pub fn exception_from(&self, v: &Value) -> R<Ref<ExceptionObj>> {
        if let Some(exception) = v.downcast::<ExceptionObj>() {
            return Ok(exception.clone());
        }
        match v.downcast::<ClassObj>() {
            Some(class) if class.is_subclass(&self.exceptions.BaseException) => {
                self.make_exception(class, &[])
            }
            _ => Err(self.type_error("exceptions must derive from BaseException")),
        }
    }
}

/// The receiver of a method of an exception.
fn this<'a>(vm: &Vm, v: &'a Value, method: &str) -> R<&'a Ref<ExceptionObj>> {
    super::this(vm, v, "BaseException", method)
}

/// A field: what was set by name, else the argument at `position`, else `None`.
fn field(exception: &ExceptionObj, name: &Name, position: usize) -> Value {
    let own = exception.attrs_if_any().and_then(|d| d.get_name(name));
    own.or_else(|| exception.args().items().get(position).cloned())
        .unwrap_or(Value::None)
}

/// A field that no argument gives: what was set by name, else `None`.
fn own_field(exception: &ExceptionObj, name: &Name) -> Value {
    field(exception, name, usize::MAX)
}

/// Sets a field; `Unbound` makes it `None`.
fn set_field(vm: &Vm, v: &Value, name: &Name, value: &Value) -> R<()> {
    this(vm, v, name.as_str())?
        .attrs()
        .set_name(name, value.or(Value::None));
    Ok(())
}
