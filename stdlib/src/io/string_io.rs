//! `StringIO`: a text file in memory.

use std::cell::RefCell;
use std::collections::TryReserveError;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, static_method};
use aio_interp::object::{Kind, Obj};
use aio_interp::objects::class::Layout;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HOST_DICT, HostAttrs, HostData, HostObj};
use aio_interp::objects::list::list;
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Value, Vm};

use super::text::Newline;
use super::{classes, size, unsupported};

/// The data of a `StringIO`, and its attributes.
struct Memory(RefCell<Option<Text>>, HostAttrs);

impl HostData for Memory {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(dict) = &*self.1.borrow() {
            visit(dict.obj());
        }
    }
    fn clear(&self) {
        drop(self.1.take());
    }
    fn attrs(&self) -> Option<&HostAttrs> {
        Some(&self.1)
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// An open text.
struct Text {
    text: String,
    /// The position: in bytes, at most the length.
    at: usize,
    /// The position in characters; it may be behind the end, when `at` is the length.
    chars: usize,
    /// How many characters the text has.
    length: usize,
    newline: Newline,
    /// Which line ends were seen: `\r`, `\n`, `\r\n`.
    seen: [bool; 3],
}

impl Text {
    fn new(newline: Newline) -> Text {
        Text {
            text: String::new(),
            at: 0,
            chars: 0,
            length: 0,
            newline,
            seen: [false; 3],
        }
    }

    /// The text as it is kept.
    fn translated(&mut self, text: &str) -> Option<String> {
        if matches!(self.newline, Newline::Universal | Newline::Kept) {
            let both = text.matches("\r\n").count();
            self.seen[2] |= both > 0;
            self.seen[1] |= text.matches('\n').count() > both;
            self.seen[0] |= text.matches('\r').count() > both;
        }
        match self.newline {
            Newline::Universal if text.contains('\r') => {
                Some(text.replace("\r\n", "\n").replace('\r', "\n"))
            }
            Newline::Cr => Some(text.replace('\n', "\r")),
            Newline::CrLf => Some(text.replace('\n', "\r\n")),
            _ => None,
        }
    }

    /// Fails if there is no memory for so much.
    fn write(&mut self, text: &str) -> Result<(), TryReserveError> {
        let translated = self.translated(text);
        let text = translated.as_deref().unwrap_or(text);
        if text.is_empty() {
            return Ok(());
        }
        let count = match text.is_ascii() {
            true => text.len(),
            false => text.chars().count(),
        };
        let gap = self.chars.saturating_sub(self.length);
        self.text.try_reserve(gap.saturating_add(text.len()))?;
        if gap > 0 {
            self.text.extend(std::iter::repeat_n('\0', gap));
            self.length = self.chars;
            self.at = self.text.len();
        }
        if self.at == self.text.len() {
            self.text.push_str(text);
            self.length += count;
        } else {
            let end = self.after(count);
            let replaced = self.text[self.at..end].chars().count();
            self.text.replace_range(self.at..end, text);
            self.length = self.length + count - replaced;
        }
        self.at += text.len();
        self.chars += count;
        Ok(())
    }

    /// The byte `count` characters after the position, at most the end.
    fn after(&self, count: usize) -> usize {
        let rest = &self.text[self.at..];
        match rest.char_indices().nth(count) {
            Some((end, _)) => self.at + end,
            None => self.text.len(),
        }
    }

    fn take(&mut self, end: usize) -> String {
        let taken = self.text[self.at..end].to_owned();
        self.at = end;
        self.chars += match taken.is_ascii() {
            true => taken.len(),
            false => taken.chars().count(),
        };
        taken
    }

    fn read(&mut self, wanted: Option<usize>) -> String {
        let end = match wanted {
            Some(wanted) if wanted < self.length.saturating_sub(self.chars) => self.after(wanted),
            _ => self.text.len(),
        };
        self.take(end)
    }

    fn read_line(&mut self, most: Option<usize>) -> String {
        let rest = &self.text[self.at..];
        let end = match self.newline {
            Newline::Cr => rest.find('\r').map(|i| i + 1),
            Newline::CrLf => rest.find("\r\n").map(|i| i + 2),
            Newline::Kept => rest
                .find(['\n', '\r'])
                .map(|i| i + 1 + usize::from(rest[i..].starts_with("\r\n"))),
            _ => rest.find('\n').map(|i| i + 1),
        };
        let mut end = end.map_or(self.text.len(), |end| self.at + end);
        if let Some(most) = most {
            end = end.min(self.after(most));
        }
        self.take(end)
    }

    fn go_to(&mut self, chars: usize) {
        self.at = 0;
        self.at = self.after(chars);
        self.chars = chars;
    }
}

pub(super) static SPEC: ClassSpec = ClassSpec {
    name: "StringIO",
    module: "_io",
    doc: "Text I/O implementation using an in-memory buffer.",
    layout: Layout::Native(Kind::Host),
    methods: METHODS,
    attributes: ATTRIBUTES,
    subclassable: true,
};

const METHODS: &[Native] = &[
    static_method(
        "__new__(cls, *args, **kwargs)",
        "Create a file.",
        |vm, a| {
            let memory = Memory(
                RefCell::new(Some(Text::new(Newline::Lf))),
                HostAttrs::default(),
            );
            super::open::made(vm, &a[0], &classes(vm).string_io, memory)
        },
    ),
    method(
        "__init__(initial_value='', newline='\\n')",
        "Initialize self.",
        init,
    ),
    method("__reduce__()", "Helper for pickle.", super::reduce),
    method("__getstate__()", "Helper for pickle.", |vm, a| {
        let parts = with(vm, &a[0], |t| {
            let newline = match t.newline {
                Newline::Universal => Value::None,
                Newline::Kept => vm.text(""),
                Newline::Lf => vm.text("\n"),
                Newline::Cr => vm.text("\r"),
                Newline::CrLf => vm.text("\r\n"),
            };
            tuple(vec![vm.text(&t.text), newline, t.chars.into()])
        })?;
        super::with_attributes(parts, &this(vm, &a[0])?.1)
    }),
    method(
        "__setstate__(state, /)",
        "Helper for pickle.",
        super::set_state,
    ),
    method("getvalue()", "The whole text.", |vm, a| {
        with(vm, &a[0], |t| vm.text(&t.text))
    }),
    method("read(size=-1, /)", "Read characters.", |vm, a| {
        let wanted = size(vm, &a[1])?;
        with(vm, &a[0], |t| vm.text(&t.read(wanted)))
    }),
    method("readline(size=-1, /)", "Read a line.", |vm, a| {
        let most = size(vm, &a[1])?;
        with(vm, &a[0], |t| vm.text(&t.read_line(most)))
    }),
    method("readlines(hint=-1, /)", "Read all lines.", readlines),
    method("write(s, /)", "Write text; return its length.", write),
    method("writelines(lines, /)", "Write several texts.", |vm, a| {
        let lines = vm.iter(&a[1])?;
        while let Some(line) = vm.next(&lines)? {
            vm.poll()?;
            write(vm, &[a[0].clone(), line])?;
        }
        Ok(Value::None)
    }),
    method("seek(pos, whence=0, /)", "Go to a position.", seek),
    method("tell()", "The position.", |vm, a| {
        with(vm, &a[0], |t| t.chars.into())
    }),
    method("truncate(pos=None, /)", "Cut the text.", truncate),
    method("flush()", "Does nothing.", |vm, a| {
        with(vm, &a[0], |_| Value::None)
    }),
    method("close()", "Close the file.", close),
    method("isatty()", "False.", |vm, a| {
        with(vm, &a[0], |_| Value::False)
    }),
    method("fileno()", "There is none.", |vm, a| {
        this(vm, &a[0])?;
        Err(unsupported(vm, "fileno"))
    }),
    method("detach()", "There is nothing below.", |vm, a| {
        this(vm, &a[0])?;
        Err(unsupported(vm, "detach"))
    }),
    method("readable()", "True.", |vm, a| {
        with(vm, &a[0], |_| Value::True)
    }),
    method("writable()", "True.", |vm, a| {
        with(vm, &a[0], |_| Value::True)
    }),
    method("seekable()", "True.", |vm, a| {
        with(vm, &a[0], |_| Value::True)
    }),
    method("__enter__()", "The file itself.", enter),
    method("__exit__(*args)", "Close the file.", close),
    method("__iter__()", "The file itself.", itself),
    method("__next__()", "The next line.", |vm, a| {
        let line = with_open(vm, &a[0], |t| t.read_line(None))?;
        match line.is_empty() {
            true => Err(vm.stop_iteration(Value::None)),
            false => Ok(vm.text(&line)),
        }
    }),
];

const ATTRIBUTES: &[Attribute] = &[
    HOST_DICT,
    Attribute {
        name: "closed",
        get: |vm, v| Ok(Value::bool(this(vm, v)?.0.borrow().is_none())),
        set: None,
    },
    Attribute {
        name: "line_buffering",
        get: |vm, v| with(vm, v, |_| Value::False),
        set: None,
    },
    Attribute {
        name: "encoding",
        get: |_, _| Ok(Value::None),
        set: None,
    },
    Attribute {
        name: "errors",
        get: |_, _| Ok(Value::None),
        set: None,
    },
    Attribute {
        name: "newlines",
        get: newlines,
        set: None,
    },
];

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Memory> {
    match v.downcast::<HostObj>().and_then(|h| h.get::<Memory>()) {
        Some(memory) => Ok(memory),
        None => Err(vm.type_error("a StringIO is wanted")),
    }
}

/// Acts on the text; fails if the file is closed. Nothing in `act` may run script code.
fn with_open<T>(vm: &Vm, v: &Value, act: impl FnOnce(&mut Text) -> T) -> R<T> {
    match this(vm, v)?.0.borrow_mut().as_mut() {
        Some(text) => Ok(act(text)),
        None => Err(vm.value_error("I/O operation on closed file")),
    }
}

fn with(vm: &Vm, v: &Value, act: impl FnOnce(&mut Text) -> Value) -> R {
    with_open(vm, v, act)
}

fn init(vm: &Vm, args: &[Value]) -> R {
    let newline = newline(vm, &args[2])?;
    let mut text = Text::new(newline);
    if let Some(v) = args[1].bound().filter(|v| !v.is_none()) {
        let native = vm.native(v);
        let Some(initial) = native.as_str() else {
            return Err(vm.type_error(format!(
                "initial_value must be str or None, not {}",
                vm.type_name(v)
            )));
        };
        if text.write(initial).is_err() {
            return Err(vm.out_of_memory());
        }
        text.go_to(0);
    }
    *this(vm, &args[0])?.0.borrow_mut() = Some(text);
    Ok(Value::None)
}

/// The argument `newline`.
fn newline(vm: &Vm, v: &Value) -> R<Newline> {
    let Some(given) = v.bound() else {
        return Ok(Newline::Lf);
    };
    if !given.is_none() && vm.native(given).as_str().is_none() {
        let given = vm.type_name(given);
        return Err(vm.type_error(format!("newline must be str or None, not {given}")));
    }
    match Newline::from_value(vm, given) {
        Ok(newline) => Ok(newline),
        Err(raised) => match vm.catch(&vm.exceptions.ValueError) {
            Some(_) => {
                let shown = vm.repr(given)?;
                Err(vm.value_error(format!("illegal newline value: {}", shown.as_str())))
            }
            None => Err(raised),
        },
    }
}

fn itself(vm: &Vm, args: &[Value]) -> R {
    with(vm, &args[0], |_| args[0].clone())
}

fn enter(vm: &Vm, args: &[Value]) -> R {
    match this(vm, &args[0])?.0.borrow().is_some() {
        true => Ok(args[0].clone()),
        false => Err(vm.value_error("I/O operation on closed file.")),
    }
}

fn close(vm: &Vm, args: &[Value]) -> R {
    this(vm, &args[0])?.0.borrow_mut().take();
    Ok(Value::None)
}

fn readlines(vm: &Vm, args: &[Value]) -> R {
    let hint = size(vm, &args[1])?.filter(|h| *h > 0).unwrap_or(usize::MAX);
    let (mut lines, mut total) = (Vec::new(), 0);
    while total < hint {
        let line = with_open(vm, &args[0], |t| t.read_line(None))?;
        if line.is_empty() {
            break;
        }
        total += line.chars().count();
        lines.push(vm.text(&line));
    }
    Ok(list(lines))
}

fn write(vm: &Vm, args: &[Value]) -> R {
    let native = vm.native(&args[1]);
    let Some(text) = native.as_str() else {
        return Err(vm.type_error(format!(
            "string argument expected, got '{}'",
            vm.type_name(&args[1])
        )));
    };
    if with_open(vm, &args[0], |t| t.write(text))?.is_err() {
        return Err(vm.out_of_memory());
    }
    Ok(text.chars().count().into())
}

fn seek(vm: &Vm, args: &[Value]) -> R {
    let offset = vm.to_index(&args[1])?;
    let whence = match args[2].bound() {
        Some(v) => vm.to_index(v)?,
        None => 0,
    };
    with_open(vm, &args[0], |_| ())?;
    let to = match (whence, offset) {
        (0, 0..) => usize::try_from(offset).unwrap_or(usize::MAX),
        (0, _) => return Err(vm.value_error(format!("Negative seek position {offset}"))),
        (1 | 2, 0) => {
            return with(vm, &args[0], |t| {
                if whence == 2 {
                    t.at = t.text.len();
                    t.chars = t.length;
                }
                t.chars.into()
            });
        }
        (1 | 2, _) => {
            let text = "Can't do nonzero cur-relative seeks";
            return Err(vm.raise_text(&vm.exceptions.OSError, text));
        }
        _ => {
            return Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
        }
    };
    with(vm, &args[0], |t| {
        t.go_to(to);
        to.into()
    })
}

fn truncate(vm: &Vm, args: &[Value]) -> R {
    let here = with_open(vm, &args[0], |t| t.chars)?;
    let size = match args[1].is_missing() {
        true => here,
        false => {
            let size = vm.to_index(&args[1])?;
            match usize::try_from(size) {
                Ok(size) => size,
                Err(_) => {
                    return Err(vm.value_error(format!("Negative size value {size}")));
                }
            }
        }
    };
    with(vm, &args[0], |t| {
        if size < t.length {
            t.go_to(size);
            let end = t.at;
            t.text.truncate(end);
            t.length = size;
            t.go_to(here);
        }
        size.into()
    })
}

fn newlines(vm: &Vm, v: &Value) -> R {
    let seen = with_open(vm, v, |t| t.seen)?;
    let ends = ["\r", "\n", "\r\n"].iter().zip(seen);
    let mut found: Vec<Value> = ends
        .filter(|(_, seen)| *seen)
        .map(|(end, _)| vm.text(end))
        .collect();
    Ok(match found.len() {
        0 => Value::None,
        1 => found.remove(0),
        _ => tuple(found),
    })
}
