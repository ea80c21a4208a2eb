//! Names the runtime itself uses, interned once, and the table of interned strings.

use std::cell::RefCell;

use hashbrown::HashTable;

use crate::object::Ref;
use crate::objects::str::{Name, StrObj, hash_text};

/// The interned strings. Strong: names of a program are few; `purge` drops those nobody else
/// holds.
pub struct Interned {
    table: RefCell<HashTable<Ref<StrObj>>>,
}

impl Default for Interned {
    fn default() -> Interned {
        // Room for the names of the runtime, its classes and functions.
        Interned {
            table: RefCell::new(HashTable::with_capacity(896)),
        }
    }
}

impl Interned {
    /// The interned string of this text.
    pub fn name(&self, text: &str) -> Name {
        let hash = hash_text(text);
        if let Some(found) = self
            .table
            .borrow()
            .find(hash as u64, |s| s.as_str() == text)
        {
            return Name::from_interned(found.clone());
        }
        self.enter(hash, Ref::<StrObj>::from_hashed(text, hash))
    }

    /// The interned string equal to `text`, which becomes it if there is none yet.
    #[inline]
    pub fn name_of(&self, text: &Ref<StrObj>) -> Name {
        if text.is_interned() {
            return Name::from_interned(text.clone());
        }
        self.name_of_new(text)
    }

    fn name_of_new(&self, text: &Ref<StrObj>) -> Name {
        let hash = text.hash_value();
        if let Some(found) = self
            .table
            .borrow()
            .find(hash as u64, |s| s.as_str() == text.as_str())
        {
            return Name::from_interned(found.clone());
        }
        self.enter(hash, text.clone())
    }

    fn enter(&self, hash: i64, text: Ref<StrObj>) -> Name {
        text.mark_interned();
        let mut table = self.table.borrow_mut();
        table.insert_unique(hash as u64, text.clone(), |s| s.hash_value() as u64);
        Name::from_interned(text)
    }

    /// Drops the strings that only the table holds.
    pub fn purge(&self) {
        self.table.borrow_mut().retain(|s| s.obj().count() > 1);
    }
}

macro_rules! names {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// The names the runtime itself uses: `init_` is `__init__`.
        #[allow(missing_docs)]
        pub struct Names { $(pub $field: Name),* }

        impl Names {
            pub(crate) fn new(interned: &Interned) -> Names {
                Names { $($field: interned.name($text)),* }
            }
        }
    };
}

names! {
    abc_tpflags_ = "__abc_tpflags__", abs_ = "__abs__", add_ = "__add__", aenter_ = "__aenter__", aexit_ = "__aexit__",
    aiter_ = "__aiter__", all_ = "__all__", and_ = "__and__", anext_ = "__anext__",
    annotations_ = "__annotations__", await_ = "__await__", bool_ = "__bool__",
    builtins_ = "__builtins__", build_class_ = "__build_class__", bytes_ = "__bytes__", call_ = "__call__", cause_ = "__cause__",
    ceil_ = "__ceil__", class_ = "__class__", class_getitem_ = "__class_getitem__",
    classcell_ = "__classcell__", complex_ = "__complex__", contains_ = "__contains__",
    context_ = "__context__", copy_ = "__copy__", deepcopy_ = "__deepcopy__",
    defaults_ = "__defaults__", del_ = "__del__", delattr_ = "__delattr__", delete_ = "__delete__",
    delitem_ = "__delitem__", dict_ = "__dict__", dir_ = "__dir__", divmod_ = "__divmod__",
    doc_ = "__doc__", enter_ = "__enter__", eq_ = "__eq__", exit_ = "__exit__", file_ = "__file__",
    float_ = "__float__", floor_ = "__floor__", floordiv_ = "__floordiv__", format_ = "__format__",
    ge_ = "__ge__", get_ = "__get__", getattr_ = "__getattr__",
    getattribute_ = "__getattribute__", getitem_ = "__getitem__", gt_ = "__gt__",
    hash_ = "__hash__", iadd_ = "__iadd__", iand_ = "__iand__", ifloordiv_ = "__ifloordiv__",
    ilshift_ = "__ilshift__", imatmul_ = "__imatmul__", imod_ = "__imod__", import_ = "__import__",
    imul_ = "__imul__", index_ = "__index__", init_ = "__init__",
    init_subclass_ = "__init_subclass__", instancecheck_ = "__instancecheck__", int_ = "__int__",
    invert_ = "__invert__", ior_ = "__ior__", ipow_ = "__ipow__", irshift_ = "__irshift__",
    isub_ = "__isub__", iter_ = "__iter__", itruediv_ = "__itruediv__", ixor_ = "__ixor__",
    kwdefaults_ = "__kwdefaults__", le_ = "__le__", len_ = "__len__",
    length_hint_ = "__length_hint__", loader_ = "__loader__", lshift_ = "__lshift__",
    lt_ = "__lt__", main_ = "__main__", match_args_ = "__match_args__", matmul_ = "__matmul__",
    missing_ = "__missing__", mod_ = "__mod__", module_ = "__module__", mro_ = "__mro__",
    mro_entries_ = "__mro_entries__", mul_ = "__mul__", name_ = "__name__", ne_ = "__ne__",
    neg_ = "__neg__", new_ = "__new__", next_ = "__next__", notes_ = "__notes__", or_ = "__or__",
    orig_bases_ = "__orig_bases__", package_ = "__package__", path_ = "__path__", pos_ = "__pos__",
    pow_ = "__pow__", prepare_ = "__prepare__", qualname_ = "__qualname__", radd_ = "__radd__",
    rand_ = "__rand__", rdivmod_ = "__rdivmod__", reduce_ = "__reduce__",
    reduce_ex_ = "__reduce_ex__", repr_ = "__repr__", reversed_ = "__reversed__",
    rfloordiv_ = "__rfloordiv__", rlshift_ = "__rlshift__", rmatmul_ = "__rmatmul__",
    rmod_ = "__rmod__", rmul_ = "__rmul__", ror_ = "__ror__", round_ = "__round__",
    rpow_ = "__rpow__", rrshift_ = "__rrshift__", rshift_ = "__rshift__", rsub_ = "__rsub__",
    rtruediv_ = "__rtruediv__", rxor_ = "__rxor__", set_ = "__set__", set_name_ = "__set_name__",
    setattr_ = "__setattr__", setitem_ = "__setitem__", sizeof_ = "__sizeof__",
    slots_ = "__slots__", spec_ = "__spec__", static_attributes_ = "__static_attributes__",
    firstlineno_ = "__firstlineno__", str_ = "__str__", sub_ = "__sub__",
    subclasscheck_ = "__subclasscheck__", subclasshook_ = "__subclasshook__",
    truediv_ = "__truediv__", trunc_ = "__trunc__", type_params_ = "__type_params__",
    weakref_ = "__weakref__", wrapped_ = "__wrapped__", xor_ = "__xor__",
    abstractmethods_ = "__abstractmethods__", isabstractmethod_ = "__isabstractmethod__",
    lambda = "<lambda>", module_code = "<module>", listcomp = "<listcomp>", genexpr = "<genexpr>",
    setcomp = "<setcomp>", dictcomp = "<dictcomp>",
    metaclass = "metaclass", args = "args", close = "close", errno = "errno", fileno = "fileno",
    filename = "filename", filename2 = "filename2", flush = "flush", keys = "keys", mro = "mro", msg = "msg", name = "name",
    object = "object", obj = "obj", path = "path", print_file_and_line = "print_file_and_line",
    read = "read", send = "send", start = "start", stderr = "stderr", stdout = "stdout",
    stdin = "stdin", stop = "stop", strerror = "strerror", throw = "throw", value = "value",
    write = "write", readline = "readline", text = "text", lineno = "lineno", offset = "offset",
    end_lineno = "end_lineno", end_offset = "end_offset", encoding = "encoding", reason = "reason",
    message = "message", exceptions = "exceptions", end = "end", code = "code", self_ = "self", key = "key",
    default = "default", reverse = "reverse", items = "items", get = "get", join = "join",
    append = "append", extend = "extend", update = "update", empty = "", super_ = "super",
}
