//! Calls of functions written in Rust: binding arguments to the values of their signature.

use crate::builtins::function::is_slot;
use crate::coroutine::CoroutineObj;
use crate::coroutine::native::Deferred;
use crate::native::{NativeKind, ParamKind, Signature};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::dict::new_dict;
use crate::objects::function::{NativeObj, PropertyObj};
use crate::objects::instance::InstanceObj;
use crate::objects::str::Name;
use crate::objects::tuple::{TupleObj, tuple};
use crate::stack::Args;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// Calls a function written in Rust.
    pub(crate) fn call_native(&self, n: &Ref<NativeObj>, args: &[Value], kwnames: &[Name]) -> R {
        let row = n.row;
        if row.has_receiver() {
            // What is given by keyword is none.
            let Some(receiver) = args[..args.len() - kwnames.len()].first() else {
                return Err(self.no_receiver(n));
            };
            if row.kind == NativeKind::Method {
                if let Some(instance) = receiver.downcast::<InstanceObj>() {
                    if n.class.as_ref().is_some_and(Vm::carries_payload) {
                        return self.call_on_payload(n, instance, args, kwnames);
                    }
                }
            }
        }
        if let (NativeKind::Method, Some(class)) = (row.kind, &n.class) {
            self.check_receiver(row.name(), class, &args[0])?;
        }
        self.call_row(n, args, kwnames)
    }

    #[cold]
    fn no_receiver(&self, n: &NativeObj) -> Raised {
        let name = n.row.name();
        self.type_error(match &n.class {
            Some(class) if is_wrapped(n) => format!(
                "descriptor '{name}' of '{}' object needs an argument",
                class.name_text()
            ),
            _ => format!("unbound method {}() needs an argument", self.native_name(n)),
        })
    }

    /// A builtin type's method takes receivers of that type only.
    #[inline]
    fn check_receiver(&self, name: &str, class: &Ref<ClassObj>, receiver: &Value) -> R<()> {
        match class.layout {
            Layout::Native(Kind::BigInt) if class.is(&self.classes.float) => {}
            Layout::Native(Kind::Set) => {}
            Layout::Native(kind) if receiver.kind() == Some(kind) => return Ok(()),
            Layout::Native(_) => {}
            _ => return Ok(()),
        }
        if self.class_of(receiver).is_subclass(class) {
            return Ok(());
        }
        let (class, given) = (class.name_text(), self.type_name(receiver));
        Err(self.type_error(if is_wrapped_in(&class, name) {
            format!("descriptor '{name}' requires a '{class}' object but received a '{given}'")
        } else {
            format!("descriptor '{name}' for '{class}' objects doesn't apply to a '{given}' object")
        }))
    }

    /// Calls a builtin type's method on an instance of a script subclass: it sees the payload.
    fn call_on_payload(
        &self,
        n: &Ref<NativeObj>,
        instance: &Ref<InstanceObj>,
        args: &[Value],
        kwnames: &[Name],
    ) -> R {
        let payload = instance.payload();
        if payload.is_unbound() {
            if let Some(class) = &n.class {
                self.check_receiver(n.row.name(), class, &args[0])?;
            }
            return self.call_row(n, args, kwnames);
        }
        if let Some(class) = &n.class {
            if !matches!(class.layout, Layout::Native(kind) if payload.kind() == Some(kind)) {
                self.check_receiver(n.row.name(), class, &args[0])?;
            }
        }
        if payload.is_kind(Kind::Property)
            && matches!(n.row.name(), "__init__" | "getter" | "setter" | "deleter")
        {
            return self.call_on_property(n, instance, args, kwnames);
        }
        if let (Some(dict), [whole, key]) = (payload.downcast(), args)
            && n.row.name() == "__getitem__"
        {
            return self.item_or_missing(whole, dict, key);
        }
        let mut all = Args::reserve(self, args.len())?;
        all.push(payload.clone());
        for a in &args[1..] {
            all.push(a.clone());
        }
        let result = self.call_row(n, all.values(), kwnames)?;
        if matches!(n.row.name(), "__reduce__" | "__reduce_ex__") {
            return self.reduced(instance, &payload, result);
        }
        match (&result, &payload) {
            (Value::Obj(r), Value::Obj(p))
                if r.is(p) && (super::is_mutable(p) || p.kind() == Kind::Property) =>
            {
                Ok(instance.into())
            }
            _ => Ok(result),
        }
    }

    /// What `__reduce__` gave for the payload, said of the instance: with its class and its
    /// attributes. (A `defaultdict`, which gives five things, tells no attributes.)
    #[cold]
    fn reduced(&self, instance: &Ref<InstanceObj>, payload: &Value, result: Value) -> R {
        let Some(parts) = result.downcast::<TupleObj>() else {
            return Ok(result);
        };
        let mut parts = parts.items().to_vec();
        let of_payload = self.class_of(payload);
        if let Some(class) = parts.first_mut() {
            if class
                .downcast::<ClassObj>()
                .is_some_and(|c| c.is(&of_payload))
            {
                *class = self.class_of(&instance.into()).into();
            }
        }
        if parts.len() < 5 && parts.get(2).is_some_and(Value::is_none) {
            parts[2] = self.call_method(&instance.into(), &self.name("__getstate__"), &[])?;
        }
        Ok(tuple(parts))
    }

    /// Instances of subclasses of `property` have their docstrings themselves, and copies of
    /// them are of their class.
    #[cold]
    fn call_on_property(
        &self,
        n: &Ref<NativeObj>,
        instance: &Ref<InstanceObj>,
        args: &[Value],
        kwnames: &[Name],
    ) -> R {
        let mut all = args.to_vec();
        all[0] = instance.payload();
        let result = self.call_row(n, &all, kwnames)?;
        let made = |v: &Value| {
            let property = v.downcast::<PropertyObj>();
            property.map(|p| p.parts.borrow().clone().map(|part| part.or(Value::None)))
        };
        if n.row.name() != "__init__" {
            let parts = made(&result).unwrap_or_default();
            let class = self.class_of(&args[0]);
            return self.call(&(&class).into(), &parts);
        }
        let doc = made(&all[0]).map_or(Value::None, |[_, _, _, doc]| doc);
        let doc_of_getter = !doc.is_none();
        let given = args.get(4).is_some() || kwnames.iter().any(|n| n.as_str() == "doc");
        let instance = Value::from(instance);
        if let Err(raised) = self.set_attr(&instance, &self.names.doc_, doc) {
            if !given && doc_of_getter {
                return Err(raised);
            }
            if self.catch(&self.exceptions.AttributeError).is_none() {
                return Err(raised);
            }
        }
        Ok(result)
    }

    #[inline]
    fn call_row(&self, n: &Ref<NativeObj>, args: &[Value], kwnames: &[Name]) -> R {
        let row = n.row;
        let given = args.len() - usize::from(row.has_receiver());
        if kwnames.is_empty() && row.takes_plain(given) {
            let total = row.total_slots();
            if args.len() == total {
                return self.invoke(n, args);
            }
            let mut all = Args::reserve(self, total)?;
            for a in args {
                all.push(a.clone());
            }
            return self.invoke(n, all.values_padded(total));
        }
        if let (true, Some(before)) = (kwnames.is_empty(), row.before_star(given)) {
            let own = usize::from(row.has_receiver()) + before;
            let (plain, rest) = args.split_at(own.min(args.len()));
            let mut all = Args::reserve(self, row.total_slots())?;
            for a in plain {
                all.push(a.clone());
            }
            all.values_padded(own);
            all.push(tuple(rest.to_vec()));
            return self.invoke(n, all.values_padded(row.total_slots()));
        }
        if kwnames.is_empty() && row.takes_anything() {
            let (receiver, rest) = args.split_at(usize::from(row.has_receiver()));
            let mut all = Args::reserve(self, row.total_slots())?;
            for r in receiver {
                all.push(r.clone());
            }
            all.push(tuple(rest.to_vec()));
            // No keywords: what takes any of them finds an empty slot.
            return self.invoke(n, all.values_padded(row.total_slots()));
        }
        let values = self.bind_native(n, args, kwnames)?;
        self.invoke(n, &values)
    }

    /// Calls the Rust function; for an async one, makes the coroutine that will.
    #[inline]
    fn invoke(&self, n: &Ref<NativeObj>, values: &[Value]) -> R {
        match n.row.start {
            None => (n.row.call)(self, values),
            Some(start) => {
                let deferred = Deferred::new(start, values.to_vec());
                Ok(CoroutineObj::from_native(n, self, Box::new(deferred)).into())
            }
        }
    }

    /// `list.append` or `len`: the name in messages.
    pub(crate) fn native_name(&self, n: &NativeObj) -> String {
        match &n.class {
            Some(c) if n.row.name() != "__new__" => format!("{}.{}", c.name_text(), n.row.name()),
            Some(c) => c.name_text(),
            None => match n.module.as_ref().map(|m| m.as_str()) {
                Some(module) if module != "builtins" => format!("{module}.{}", n.row.name()),
                _ => n.row.name().to_owned(),
            },
        }
    }

    /// The name without its class, but the class for its constructor.
    fn bare_name(&self, n: &NativeObj) -> String {
        match &n.class {
            Some(c) if matches!(n.row.name(), "__new__" | "__init__") => c.name_text(),
            _ => n.row.name().to_owned(),
        }
    }

    /// The name in messages about keywords: the class for its constructor.
    fn keyword_name(&self, n: &NativeObj) -> String {
        match &n.class {
            Some(c) if matches!(n.row.name(), "__new__" | "__init__") => c.name_text(),
            _ => self.native_name(n),
        }
    }

    #[cold]
    fn bind_native(&self, n: &Ref<NativeObj>, args: &[Value], kwnames: &[Name]) -> R<Vec<Value>> {
        let signature = n.signature.get_or_init(|| n.row.parse_signature());
        let receivers = usize::from(n.row.has_receiver());
        let positional = &args[receivers..args.len() - kwnames.len()];
        let keywords = &args[args.len() - kwnames.len()..];
        let mut values = args[..receivers].to_vec();
        values.resize(receivers + signature.params.len(), Value::Unbound);
        let params = &signature.params;
        let places = params.iter().take_while(|p| is_positional(p.kind)).count();
        let takes_any = params.iter().any(|p| p.kind == ParamKind::VarPositional);
        if positional.len() > places && !takes_any {
            if self.is_python_elsewhere(n) {
                return Err(self.wrong_python_count(n, signature, &[], positional.len()));
            }
            return Err(self.wrong_native_count(n, signature, positional.len(), kwnames.len()));
        }
        for (i, a) in positional.iter().take(places).enumerate() {
            values[receivers + i] = a.clone();
        }
        let mut extra = None;
        for (i, p) in params.iter().enumerate() {
            match p.kind {
                ParamKind::VarPositional => {
                    let rest = positional.get(places..).unwrap_or_default().to_vec();
                    values[receivers + i] = tuple(rest);
                }
                ParamKind::VarKeyword => {
                    let dict = new_dict();
                    values[receivers + i] = (&dict).into();
                    extra = Some(dict);
                }
                _ => {}
            }
        }
        for (name, value) in kwnames.iter().zip(keywords) {
            let at = params.iter().position(|p| {
                p.name == name.as_str()
                    && matches!(p.kind, ParamKind::Positional | ParamKind::KeywordOnly)
            });
            match (at, &extra) {
                (Some(at), _) if values[receivers + at].is_unbound() => {
                    values[receivers + at] = value.clone();
                }
                (Some(_), _) if self.is_python_elsewhere(n) => {
                    return Err(self.type_error(format!(
                        "{}() got multiple values for argument '{}'",
                        self.python_name(n),
                        name.as_str()
                    )));
                }
                (Some(at), _) => {
                    let of_class = usize::from(n.row.name() == "__new__" && receivers == 0);
                    let text = format!(
                        "argument for {}() given by name ('{}') and position ({})",
                        self.bare_name(n),
                        name.as_str(),
                        at + 1 - of_class
                    );
                    return Err(self.type_error(text));
                }
                (None, Some(dict)) => dict.set_name(name, value.clone()),
                (None, None) => return Err(self.unexpected_keyword(n, signature, name)),
            }
        }
        self.check_required(
            n,
            signature,
            &values[receivers..],
            positional.len(),
            kwnames.len(),
        )?;
        Ok(values)
    }

    fn check_required(
        &self,
        n: &Ref<NativeObj>,
        signature: &Signature,
        values: &[Value],
        positional: usize,
        keywords: usize,
    ) -> R<()> {
        for (i, (p, v)) in signature.params.iter().zip(values).enumerate() {
            let required = p.default.is_none()
                && !matches!(p.kind, ParamKind::VarPositional | ParamKind::VarKeyword);
            if !required || !v.is_unbound() {
                continue;
            }
            if self.is_python_elsewhere(n) {
                return Err(self.wrong_python_count(n, signature, values, 0));
            }
            if p.kind == ParamKind::PositionalOnly {
                return Err(self.wrong_native_count(n, signature, positional, keywords));
            }
            if p.kind == ParamKind::KeywordOnly {
                let text = format!(
                    "{}() missing required keyword argument: '{}'",
                    n.row.name(),
                    p.name
                );
                return Err(self.type_error(text));
            }
            let name = self.bare_name(n);
            let text = if name == "enumerate" {
                format!("{name}() missing required argument '{}'", p.name)
            } else {
                // The class is the first parameter of `__new__`.
                let place = i + usize::from(n.row.name() != "__new__");
                format!(
                    "{name}() missing required argument '{}' (pos {place})",
                    p.name
                )
            };
            return Err(self.type_error(text));
        }
        Ok(())
    }

    #[cold]
    fn unexpected_keyword(&self, n: &Ref<NativeObj>, signature: &Signature, name: &Name) -> Raised {
        if self.is_python_elsewhere(n) {
            return self.unexpected_python_keyword(n, signature, name.as_str());
        }
        let takes_keywords = signature
            .params
            .iter()
            .any(|p| matches!(p.kind, ParamKind::Positional | ParamKind::KeywordOnly));
        if !takes_keywords {
            return self.type_error(format!(
                "{}() takes no keyword arguments",
                self.keyword_name(n)
            ));
        }
        let known = signature
            .params
            .iter()
            .filter(|p| matches!(p.kind, ParamKind::Positional | ParamKind::KeywordOnly))
            .map(|p| p.name);
        let hint = match crate::ops::suggest::closest(name.as_str(), known) {
            Some(close) => format!(". Did you mean '{close}'?"),
            None => String::new(),
        };
        self.type_error(format!(
            "{}() got an unexpected keyword argument '{}'{hint}",
            self.bare_name(n),
            name.as_str()
        ))
    }

    #[cold]
    fn wrong_slot_count(&self, n: &NativeObj, min: usize, max: usize, given: usize) -> Raised {
        let is_sequence = n.class.as_ref().is_some_and(|c| {
            let class = c.name_text();
            ["list", "tuple", "str", "bytes", "bytearray", "range"].contains(&class.as_str())
        });
        // A slip of the wrapper of the operations of sequences.
        let space = match n.row.name() {
            "__mul__" | "__rmul__" | "__imul__" | "__setitem__" if is_sequence => " ",
            "__setitem__" | "__setattr__" | "__set__" | "__get__" | "__pow__" | "__rpow__"
            | "__ipow__" => " ",
            _ => "",
        };
        let bound = match min == max {
            true => "",
            false if given < min => "at least ",
            false => "at most ",
        };
        let count = if given < min { min } else { max };
        self.type_error(format!(
            "{space}expected {bound}{count} argument{}, got {given}",
            plural(count)
        ))
    }

    /// The text depends on how CPython implements such a function; these are its forms.
    #[cold]
    fn wrong_native_count(
        &self,
        n: &Ref<NativeObj>,
        signature: &Signature,
        given: usize,
        keywords: usize,
    ) -> Raised {
        let params = &signature.params;
        let max = params.iter().filter(|p| is_positional(p.kind)).count();
        let min = params
            .iter()
            .filter(|p| is_positional(p.kind) && p.default.is_none())
            .count();
        let only_positional = params.iter().all(|p| p.kind == ParamKind::PositionalOnly);
        let name = n.row.name();
        if only_positional && is_counted_slot(n) {
            return self.wrong_slot_count(n, min, max, given);
        }
        // `__new__` and `__init__` are counted as the call of the class.
        let hidden = usize::from(name == "__new__");
        let (given, max, min) = (
            given.saturating_sub(hidden),
            max.saturating_sub(hidden),
            min.saturating_sub(hidden),
        );
        let class = n
            .class
            .as_ref()
            .filter(|_| matches!(name, "__new__" | "__init__"));
        let short = class.map_or_else(|| name.to_owned(), |c| c.name_text());
        let none = max == 0 && !only_positional;
        let all = params.len() - hidden.min(params.len());
        let total = given + keywords;
        let text = if !only_positional && total > all && !counts_alone(class) {
            let what = if given == 0 { "keyword " } else { "" };
            format!(
                "{short}() takes at most {all} {what}argument{} ({total} given)",
                plural(all)
            )
        } else if none {
            format!("{short}() takes no positional arguments")
        } else if only_positional && max == 0 {
            format!(
                "{}() takes no arguments ({given} given)",
                self.native_name(n)
            )
        } else if only_positional && min == 1 && max == 1 && class.is_none() {
            format!(
                "{}() takes exactly one argument ({given} given)",
                self.native_name(n)
            )
        } else if only_positional {
            let (bound, count) = if given < min {
                ("at least ", min)
            } else {
                ("at most ", max)
            };
            let bound = if min == max { "" } else { bound };
            format!(
                "{short} expected {bound}{count} argument{}, got {given}",
                plural(count)
            )
        } else if given > max && keywords == 0 && class.is_some() {
            format!(
                "{short} expected at most {max} argument{}, got {given}",
                plural(max)
            )
        } else if given > max {
            let total = given + keywords;
            let bound = if min == max { "exactly" } else { "at most" };
            let what = if params.iter().any(|p| p.kind == ParamKind::KeywordOnly) {
                "positional "
            } else {
                ""
            };
            format!(
                "{short}() takes {bound} {max} {what}argument{} ({total} given)",
                plural(max)
            )
        } else {
            format!(
                "{short}() takes at least {min} positional argument{} ({given} given)",
                plural(min)
            )
        };
        self.type_error(text)
    }
}

/// True for `int` and `str`, whose constructors count their arguments before they look at names.
fn counts_alone(class: Option<&Ref<ClassObj>>) -> bool {
    class.is_some_and(|c| c.is_builtin && matches!(c.name_text().as_str(), "int" | "str"))
}

/// True for the special methods that CPython wraps: their arguments are counted by the wrapper.
fn is_counted_slot(n: &NativeObj) -> bool {
    let name = n.row.name();
    n.row.kind == NativeKind::Method
        && is_slot(name)
        && !matches!(name, "__init__" | "__call__" | "__new__")
        && is_wrapped(n)
}

/// True for the special methods that are slots in CPython, but for those that a few types define
/// as plain methods besides.
pub(crate) fn is_wrapped(n: &NativeObj) -> bool {
    n.class
        .as_ref()
        .is_some_and(|class| is_wrapped_in(&class.name_text(), n.row.name()))
}

fn is_wrapped_in(class: &str, name: &str) -> bool {
    is_slot(name)
        && !matches!(
            (class, name),
            ("dict", "__contains__" | "__getitem__")
                | ("list", "__getitem__")
                | ("set" | "frozenset", "__contains__")
                | ("bytes", "__bytes__")
                | ("object", "__class__")
        )
}

pub(super) fn is_positional(kind: ParamKind) -> bool {
    matches!(kind, ParamKind::PositionalOnly | ParamKind::Positional)
}

/// The ending of a counted noun.
pub(crate) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
