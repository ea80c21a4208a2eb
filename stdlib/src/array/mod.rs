//! `array`: sequences of numbers of one kind, packed.

mod items;
mod iterator;
mod make;
mod subscript;

use std::cell::Cell;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, static_method};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::class::collection;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostBuffer, HostData};
use aio_interp::objects::list::{ListObj, list};
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::tuple;
use aio_interp::ops::CmpOp;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use crate::binascii::buffer;
use crate::host::{CLASS_GETITEM, data_of, host, host_class, receiver};
use items::{item_of, raw_of};
use iterator::{ITERATOR, Steps};
use make::{add_bytes, copy, new};
use subscript::{compare, del_item, get_item, set_item};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let doc = "This module defines an object type which can efficiently represent an array of basic values.";
    let module = vm.new_module("array", doc);
    let classes = classes(vm);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    classes.array.collection.set(collection::SEQUENCE);
    set("array", (&classes.array).into());
    set("ArrayType", (&classes.array).into());
    set("typecodes", vm.text("bBuwhHiIlLqQfd"));
    // If `_collections_abc` is imported later, it does this itself.
    if let Some(known) = vm.modules.get_name(&vm.name("_collections_abc")) {
        if let Some(base) = vm.find_attr(&known, &vm.name("MutableSequence"))? {
            vm.call_method(&base, &vm.name("register"), &[(&classes.array).into()])?;
        }
    }
    Ok(module)
}

struct Classes {
    array: Ref<aio_interp::objects::class::ClassObj>,
    iterator: Ref<aio_interp::objects::class::ClassObj>,
}

fn classes(vm: &Vm) -> std::rc::Rc<Classes> {
    vm.state("array", || Classes {
        array: vm.make_class(&ARRAY, &[]),
        iterator: vm.make_class(&ITERATOR, &[]),
    })
}

/// The data of an array: its items as the machine keeps them.
struct Array {
    code: u8,
    data: Shared<Vec<u8>>,
    /// The number of views of the bytes.
    exports: Cell<u32>,
}

impl HostData for Array {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn bytes(&self) -> Option<Vec<u8>> {
        Some(self.data.get())
    }
    fn buffer(&self) -> Option<HostBuffer<'_>> {
        (!self.is_text()).then_some(HostBuffer {
            data: &self.data,
            format: self.code,
            exports: &self.exports,
        })
    }
}

fn size_of_code(code: u8) -> usize {
    match code {
        b'b' | b'B' => 1,
        b'h' | b'H' => 2,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        _ => 4,
    }
}

impl Array {
    fn size(&self) -> usize {
        size_of_code(self.code)
    }

    fn len(&self) -> usize {
        self.data.read().len() / self.size()
    }

    fn is_text(&self) -> bool {
        matches!(self.code, b'u' | b'w')
    }

    fn get(&self, vm: &Vm, at: usize) -> Option<Value> {
        let size = self.size();
        let data = self.data.read();
        let item = data.get(at * size..(at + 1) * size)?;
        Some(item_of(vm, self.code, item))
    }

    fn items(&self, vm: &Vm) -> Vec<Value> {
        let data = self.data.read();
        data.chunks_exact(self.size())
            .map(|item| item_of(vm, self.code, item))
            .collect()
    }

    fn text(&self) -> String {
        let data = self.data.read();
        data.chunks_exact(4)
            .map(|c| u32::from_ne_bytes([c[0], c[1], c[2], c[3]]))
            .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }

    /// Adds the items of an iterable.
    fn extend(&self, vm: &Vm, iterable: &Value) -> R<()> {
        let items = vm.iter(iterable)?;
        while let Some(item) = vm.next(&items)? {
            let raw = raw_of(vm, self.code, &item)?;
            self.data.write().extend_from_slice(&raw[..self.size()]);
            vm.poll()?;
        }
        Ok(())
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Array> {
    receiver(vm, v, "array.array")
}

/// The array, unless a view keeps it from being resized.
fn resizable<'a>(vm: &Vm, v: &'a Value) -> R<&'a Array> {
    let array = this(vm, v)?;
    if array.exports.get() > 0 {
        return Err(vm.buffer_error("cannot resize an array that is exporting buffers"));
    }
    Ok(array)
}

fn made(vm: &Vm, code: u8, data: Vec<u8>) -> Value {
    let data = Shared::new(data);
    let exports = Cell::new(0);
    host(
        &classes(vm).array,
        Array {
            code,
            data,
            exports,
        },
    )
}

static ARRAY: ClassSpec = host_class(
    "array",
    "array",
    "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.",
    METHODS,
    &[
        Attribute {
            name: "typecode",
            get: |vm, v| Ok(vm.char(char::from(this(vm, v)?.code))),
            set: None,
        },
        Attribute {
            name: "itemsize",
            get: |vm, v| Ok(this(vm, v)?.size().into()),
            set: None,
        },
    ],
);

macro_rules! comparison {
    ($signature:literal, $doc:literal, $op:ident) => {
        method($signature, $doc, |vm, a| compare(vm, a, CmpOp::$op))
    };
}

const METHODS: &[Native] = &[
    static_method("__new__(cls, /, *args, **kwargs)", "Create an array.", new),
    method(
        "append(v, /)",
        "Append new value v to the end of the array.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            let raw = raw_of(vm, array.code, &a[1])?;
            array.data.write().extend_from_slice(&raw[..array.size()]);
            Ok(Value::None)
        },
    ),
    method(
        "buffer_info()",
        "Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.",
        |vm, a| {
            let array = this(vm, &a[0])?;
            let address = a[0].as_obj().map_or(0, Obj::address);
            Ok(tuple(vec![address.into(), array.len().into()]))
        },
    ),
    method("byteswap()", "Byteswap all items of the array.", |vm, a| {
        let array = this(vm, &a[0])?;
        array
            .data
            .write()
            .chunks_exact_mut(array.size())
            .for_each(<[u8]>::reverse);
        Ok(Value::None)
    }),
    method("clear()", "Remove all items from the array.", |vm, a| {
        resizable(vm, &a[0])?.data.write().clear();
        Ok(Value::None)
    }),
    method(
        "count(v, /)",
        "Return number of occurrences of v in the array.",
        |vm, a| {
            let mut count = 0;
            for item in this(vm, &a[0])?.items(vm) {
                count += i64::from(vm.equal(&item, &a[1])?);
            }
            Ok(Value::Int(count))
        },
    ),
    method(
        "extend(bb, /)",
        "Append items to the end of the array.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            match data_of::<Array>(&vm.native(&a[1])) {
                Some(other) if other.code != array.code => {
                    return Err(vm.type_error("can only extend with array of same kind"));
                }
                Some(other) => {
                    let more = other.data.get();
                    array.data.write().extend(more);
                }
                None => array.extend(vm, &a[1])?,
            }
            Ok(Value::None)
        },
    ),
    method(
        "frombytes(buffer, /)",
        "Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            let data = buffer(vm, &a[1])?;
            add_bytes(vm, array, &data)
        },
    ),
    method(
        "fromfile(f, n, /)",
        "Read n objects from the file object f and append them to the end of the array.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            let Some(wanted) = usize::try_from(vm.to_index(&a[2])?)
                .ok()
                .and_then(|n| n.checked_mul(array.size()))
            else {
                return Err(vm.value_error("negative count"));
            };
            let data = vm.call_method(&a[1], &vm.name("read"), &[wanted.into()])?;
            let Some(data) = bytes_of(&data) else {
                return Err(vm.type_error("read() didn't return bytes"));
            };
            add_bytes(vm, array, &data)?;
            match data.len() < wanted {
                true => Err(vm.eof_error("read() didn't return enough bytes")),
                false => Ok(Value::None),
            }
        },
    ),
    method(
        "fromlist(list, /)",
        "Append items to array from list.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            if vm.native(&a[1]).downcast::<ListObj>().is_none() {
                return Err(vm.type_error("arg must be list"));
            }
            let before = array.data.read().len();
            array
                .extend(vm, &a[1])
                .inspect_err(|_| array.data.write().truncate(before))?;
            Ok(Value::None)
        },
    ),
    method(
        "fromunicode(ustr, /)",
        "Extends this array with data from the unicode string ustr.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            if !array.is_text() {
                return Err(vm.value_error(
                    "fromunicode() may only be called on unicode type arrays ('u' or 'w')",
                ));
            }
            let text = vm.expect_str(&a[1], "fromunicode() argument")?;
            array.extend(vm, &text.into())?;
            Ok(Value::None)
        },
    ),
    method(
        "index(v, start=0, stop=9223372036854775807, /)",
        "Return index of first occurrence of v in the array.",
        |vm, a| {
            let array = this(vm, &a[0])?;
            let len = array.len() as i64;
            let limit = |v: &Value, default: i64| -> R<i64> {
                let at = v.bound().map_or(Ok(default), |v| vm.to_index_clamped(v))?;
                Ok(if at < 0 {
                    (at + len).max(0)
                } else {
                    at.min(len)
                })
            };
            let (start, stop) = (limit(&a[2], 0)?, limit(&a[3], i64::MAX)?);
            for (at, item) in array.items(vm).into_iter().enumerate() {
                if (start..stop).contains(&(at as i64)) && vm.equal(&item, &a[1])? {
                    return Ok(at.into());
                }
            }
            Err(vm.value_error("array.index(x): x not in array"))
        },
    ),
    method(
        "insert(i, v, /)",
        "Insert a new item v into the array before position i.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            let at = vm.to_index(&a[1])?;
            let raw = raw_of(vm, array.code, &a[2])?;
            let len = array.len() as i64;
            let at = (if at < 0 {
                (at + len).max(0)
            } else {
                at.min(len)
            }) as usize
                * array.size();
            array
                .data
                .write()
                .splice(at..at, raw[..array.size()].iter().copied());
            Ok(Value::None)
        },
    ),
    method(
        "pop(i=-1, /)",
        "Return the i-th element and delete it from the array.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            let at = a[1].bound().map_or(Ok(-1), |v| vm.to_index(v))?;
            if array.len() == 0 {
                return Err(vm.index_error("pop from empty array"));
            }
            let Some(at) = place(at, array.len()) else {
                return Err(vm.index_error("pop index out of range"));
            };
            let item = array.get(vm, at).unwrap_or_default();
            remove(array, at);
            Ok(item)
        },
    ),
    method(
        "remove(v, /)",
        "Remove the first occurrence of v in the array.",
        |vm, a| {
            let array = resizable(vm, &a[0])?;
            for (at, item) in array.items(vm).into_iter().enumerate() {
                if vm.equal(&item, &a[1])? {
                    remove(array, at);
                    return Ok(Value::None);
                }
            }
            Err(vm.value_error("array.remove(x): x not in array"))
        },
    ),
    method(
        "reverse()",
        "Reverse the order of the items in the array.",
        |vm, a| {
            let array = this(vm, &a[0])?;
            let mut data = array.data.write();
            data.reverse();
            data.chunks_exact_mut(array.size())
                .for_each(<[u8]>::reverse);
            Ok(Value::None)
        },
    ),
    method(
        "tobytes()",
        "Convert the array to an array of machine values and return the bytes representation.",
        |vm, a| Ok(bytes(this(vm, &a[0])?.data.get())),
    ),
    method(
        "tofile(f, /)",
        "Write all items (as machine values) to the file object f.",
        |vm, a| {
            let data = bytes(this(vm, &a[0])?.data.get());
            vm.call_method(&a[1], &vm.name("write"), &[data])
                .map(|_| Value::None)
        },
    ),
    method(
        "tolist()",
        "Convert array to an ordinary list with the same items.",
        |vm, a| Ok(list(this(vm, &a[0])?.items(vm))),
    ),
    method(
        "tounicode()",
        "Convert the array to a unicode string.",
        |vm, a| {
            let array = this(vm, &a[0])?;
            match array.is_text() {
                true => Ok(vm.text(&array.text())),
                false => Err(vm.value_error(
                    "tounicode() may only be called on unicode type arrays ('u' or 'w')",
                )),
            }
        },
    ),
    method("__copy__()", "Return a copy of the array.", copy),
    method("__deepcopy__(memo, /)", "Return a copy of the array.", copy),
    method(
        "__reduce__()",
        "Return state information for pickling.",
        |vm, a| {
            let array = this(vm, &a[0])?;
            let code = vm.char(char::from(array.code));
            Ok(tuple(vec![
                vm.class_of(&a[0]).into(),
                tuple(vec![code, list(array.items(vm))]),
                Value::None,
            ]))
        },
    ),
    method("__len__()", "Return len(self).", |vm, a| {
        Ok(this(vm, &a[0])?.len().into())
    }),
    method("__getitem__(key, /)", "Return self[key].", get_item),
    method(
        "__setitem__(key, value, /)",
        "Set self[key] to value.",
        set_item,
    ),
    method("__delitem__(key, /)", "Delete self[key].", del_item),
    method("__iter__()", "Implement iter(self).", |vm, a| {
        this(vm, &a[0])?;
        let steps = Steps {
            array: a[0].clone(),
            at: 0.into(),
        };
        Ok(host(&classes(vm).iterator, steps))
    }),
    method(
        "__contains__(key, /)",
        "Return bool(key in self).",
        |vm, a| {
            for item in this(vm, &a[0])?.items(vm) {
                if vm.equal(&item, &a[1])? {
                    return Ok(Value::True);
                }
            }
            Ok(Value::False)
        },
    ),
    method("__add__(value, /)", "Return self+value.", |vm, a| {
        let array = this(vm, &a[0])?;
        let other = same_kind(
            vm,
            array,
            &a[1],
            "can only append array (not \"{}\") to array",
            "bad argument type for built-in operation",
        )?;
        Ok(made(vm, array.code, [array.data.get(), other].concat()))
    }),
    method("__iadd__(value, /)", "Implement self+=value.", |vm, a| {
        let array = resizable(vm, &a[0])?;
        let other = same_kind(
            vm,
            array,
            &a[1],
            "can only extend array with array (not \"{}\")",
            "can only extend with array of same kind",
        )?;
        array.data.write().extend(other);
        Ok(a[0].clone())
    }),
    method("__mul__(value, /)", "Return self*value.", |vm, a| {
        let array = this(vm, &a[0])?;
        Ok(made(vm, array.code, repeated(vm, array, &a[1])?))
    }),
    method("__rmul__(value, /)", "Return value*self.", |vm, a| {
        let array = this(vm, &a[0])?;
        Ok(made(vm, array.code, repeated(vm, array, &a[1])?))
    }),
    method("__imul__(value, /)", "Implement self*=value.", |vm, a| {
        let array = resizable(vm, &a[0])?;
        let data = repeated(vm, array, &a[1])?;
        *array.data.write() = data;
        Ok(a[0].clone())
    }),
    comparison!("__eq__(value, /)", "Return self==value.", Eq),
    comparison!("__ge__(value, /)", "Return self>=value.", GtE),
    comparison!("__gt__(value, /)", "Return self>value.", Gt),
    comparison!("__le__(value, /)", "Return self<=value.", LtE),
    comparison!("__lt__(value, /)", "Return self<value.", Lt),
    comparison!("__ne__(value, /)", "Return self!=value.", NotEq),
    method("__repr__()", "Return repr(self).", |vm, a| {
        let array = this(vm, &a[0])?;
        let code = char::from(array.code);
        if array.len() == 0 {
            return Ok(vm.text(&format!("array('{code}')")));
        }
        let shown = match array.is_text() {
            true => vm.repr(&vm.text(&array.text()))?,
            false => vm.repr(&list(array.items(vm)))?,
        };
        Ok(vm.text(&format!("array('{code}', {})", shown.as_str())))
    }),
    CLASS_GETITEM,
];

/// An index counted from either end.
fn place(at: i64, len: usize) -> Option<usize> {
    let at = if at < 0 { at + len as i64 } else { at };
    usize::try_from(at).ok().filter(|at| *at < len)
}

fn remove(array: &Array, at: usize) {
    let size = array.size();
    drop(array.data.write().drain(at * size..(at + 1) * size));
}

/// The data of another array of the same kind; else the text of the error, or of another kind.
fn same_kind(vm: &Vm, array: &Array, v: &Value, other_type: &str, other_kind: &str) -> R<Vec<u8>> {
    match data_of::<Array>(&vm.native(v)) {
        Some(other) if other.code == array.code => Ok(other.data.get()),
        Some(_) => Err(vm.type_error(other_kind)),
        None => Err(vm.type_error(other_type.replace("{}", &vm.type_name(v)))),
    }
}

fn repeated(vm: &Vm, array: &Array, times: &Value) -> R<Vec<u8>> {
    let times = usize::try_from(vm.to_index(times)?).unwrap_or(0);
    let data = array.data.read();
    let room = data.len().checked_mul(times);
    let mut all = Vec::new();
    if room.is_none_or(|room| all.try_reserve_exact(room).is_err()) {
        return Err(vm.out_of_memory());
    }
    if !data.is_empty() {
        (0..times).for_each(|_| all.extend_from_slice(&data));
    }
    Ok(all)
}
