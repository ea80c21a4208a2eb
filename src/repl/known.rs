//! What an unfinished line is about: the value, or at least the class, of the expression that some
//! tokens end with, found without running anything.
//!
//! Names, attributes and items are looked up where they simply lie: no property is asked, no
//! `__getattr__`, no function called. Of a call the class of its result is known if it is a call of
//! a class, of a function with an annotation, or of a builtin that always gives the same type.

use aio_interp::code::CodeKind;
use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::function::{
    BoundMethodObj, ClassMethodObj, FunctionObj, NativeObj, StaticMethodObj,
};
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::list::ListObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::str::StrObj;
use aio_interp::objects::tuple::TupleObj;
use aio_interp::{Value, Vm};
use aio_lexer::Token;

/// What is known of an expression.
#[derive(Clone)]
pub enum Known {
    /// Its value.
    Value(Value),
    /// It is an instance of this class.
    Instance(Ref<ClassObj>),
    /// It is something that, awaited, gives such an instance.
    Awaitable(Ref<ClassObj>),
}

/// Where names are looked up.
pub struct Scope<'a> {
    /// The interpreter.
    pub vm: &'a Vm,
    /// The names of the prompt.
    pub globals: &'a Ref<DictObj>,
}

/// Methods and functions of builtin types, with the type of what they give.
const RESULTS: &[(&str, &str, &str)] = &[
    (
        "str bytes bytearray",
        "capitalize center expandtabs join ljust lower lstrip removeprefix removesuffix replace \
         rjust rstrip strip swapcase title translate upper zfill casefold format format_map",
        "=",
    ),
    (
        "str bytes bytearray",
        "isalnum isalpha isascii isdigit islower isspace istitle isupper isdecimal isidentifier \
         isnumeric isprintable startswith endswith",
        "bool",
    ),
    ("str bytes bytearray", "split rsplit splitlines", "list"),
    ("str bytes bytearray", "partition rpartition", "tuple"),
    (
        "str bytes bytearray list tuple range",
        "count find index rfind rindex",
        "int",
    ),
    ("str", "encode", "bytes"),
    ("bytes bytearray float", "hex", "str"),
    ("bytes bytearray", "decode", "str"),
    (
        "set frozenset",
        "union intersection difference symmetric_difference",
        "=",
    ),
    ("list dict set frozenset", "copy", "="),
    ("set frozenset", "isdisjoint issubset issuperset", "bool"),
    ("int", "bit_length bit_count", "int"),
    ("int", "to_bytes", "bytes"),
    ("int float", "as_integer_ratio", "tuple"),
    ("int float", "is_integer", "bool"),
    ("", "ascii bin chr format hex input oct repr", "str"),
    ("", "hash id len ord", "int"),
    ("", "dir sorted", "list"),
    ("", "globals locals vars", "dict"),
    ("", "divmod", "tuple"),
    ("", "all any callable hasattr isinstance issubclass", "bool"),
];

impl Scope<'_> {
    /// What is known of the expression that these tokens end with.
    pub fn known(&self, tokens: &[Token]) -> Option<Known> {
        self.chain(tokens).map(|found| found.0)
    }

    /// The same, and where the expression begins.
    fn chain(&self, tokens: &[Token]) -> Option<(Known, usize)> {
        let last = tokens.len().checked_sub(1)?;
        let alone = |class: &str| Some((Known::Instance(self.builtin(class)?), last));
        match &tokens[last] {
            Token::Name(name) if last > 0 && tokens[last - 1] == Token::Dot => {
                let (base, start) = self.chain(&tokens[..last - 1])?;
                Some((self.attribute(&base, name)?, start))
            }
            Token::Name(name) => Some((Known::Value(self.variable(name)?), last)),
            Token::Underscore => Some((Known::Value(self.variable("_")?), last)),
            Token::Str(text) => Some((Known::Value(self.vm.text(text)), last)),
            Token::Int(n) => Some((Known::Value(Value::Int(*n)), last)),
            Token::Float(_) => alone("float"),
            Token::Bytes(_) => alone("bytes"),
            Token::FStringEnd => {
                let start = tokens.iter().rposition(|t| *t == Token::FStringStart)?;
                Some((Known::Instance(self.builtin("str")?), start))
            }
            Token::RParen => self.parenthesised(tokens),
            Token::RBracket => self.bracketed(tokens),
            Token::RBrace => {
                let open = opening(tokens)?;
                let inner = &tokens[open + 1..last];
                let is_dict = inner.is_empty() || inner.contains(&Token::Colon);
                let class = if is_dict { "dict" } else { "set" };
                Some((Known::Instance(self.builtin(class)?), open))
            }
            _ => None,
        }
    }

    fn variable(&self, name: &str) -> Option<Value> {
        let name = self.vm.name(name);
        let found = self.globals.get_name(&name);
        found.or_else(|| self.vm.builtins.get_name(&name))
    }

    /// A builtin class.
    fn builtin(&self, name: &str) -> Option<Ref<ClassObj>> {
        let found = self.vm.builtins.get_name(&self.vm.name(name))?;
        found.downcast::<ClassObj>().cloned()
    }

    /// A call, or an expression in parentheses.
    fn parenthesised(&self, tokens: &[Token]) -> Option<(Known, usize)> {
        let open = opening(tokens)?;
        let (before, inner) = (&tokens[..open], &tokens[open + 1..tokens.len() - 1]);
        let is_call = matches!(
            before.last(),
            Some(Token::Name(_) | Token::RParen | Token::RBracket)
        );
        if is_call {
            let (callee, start) = self.chain(before)?;
            return Some((self.result(&callee)?, start));
        }
        if let [Token::Await, awaited @ ..] = inner {
            let (Known::Awaitable(class), 0) = self.chain(awaited)? else {
                return None;
            };
            return Some((Known::Instance(class), open));
        }
        match self.chain(inner)? {
            (known, 0) => Some((known, open)),
            _ => None,
        }
    }

    /// An item, or a list.
    fn bracketed(&self, tokens: &[Token]) -> Option<(Known, usize)> {
        let open = opening(tokens)?;
        let (before, inner) = (&tokens[..open], &tokens[open + 1..tokens.len() - 1]);
        let is_item = matches!(
            before.last(),
            Some(
                Token::Name(_)
                    | Token::RParen
                    | Token::RBracket
                    | Token::Str(_)
                    | Token::Underscore
            )
        );
        if !is_item {
            return Some((Known::Instance(self.builtin("list")?), open));
        }
        let (container, start) = self.chain(before)?;
        let Known::Value(container) = container else {
            return None;
        };
        Some((Known::Value(self.item(&container, inner)?), start))
    }

    /// `container[key]` of a plain list, tuple, dict or string.
    fn item(&self, container: &Value, key: &[Token]) -> Option<Value> {
        if let Some(dict) = container.downcast::<DictObj>() {
            return match key {
                [Token::Str(key)] => dict.get_name(&self.vm.name(key)),
                [Token::Int(key)] => dict.get_int(*key),
                _ => None,
            };
        }
        let position = |len: usize| match key {
            [Token::Int(at)] => usize::try_from(*at).ok(),
            [Token::Minus, Token::Int(back)] => len.checked_sub(usize::try_from(*back).ok()?),
            _ => None,
        };
        if let Some(list) = container.downcast::<ListObj>() {
            let items = list.to_vec();
            return items.get(position(items.len())?).cloned();
        }
        if let Some(tuple) = container.downcast::<TupleObj>() {
            let items = tuple.items();
            return items.get(position(items.len())?).cloned();
        }
        container
            .downcast::<StrObj>()
            .map(|_| self.vm.text("a character"))
    }

    /// What a call gives.
    fn result(&self, callee: &Known) -> Option<Known> {
        let Known::Value(callee) = callee else {
            return None;
        };
        if let Some(class) = callee.downcast::<ClassObj>() {
            // The class of something, or what a class stands for, is another matter.
            let is_other = ["type", "super"]
                .into_iter()
                .any(|name| self.builtin(name).is_some_and(|other| class.is(&other)));
            return (!is_other).then(|| Known::Instance(class.clone()));
        }
        if let Some(method) = callee.downcast::<BoundMethodObj>() {
            let class = self.vm.class_of(&method.receiver);
            return self.function_result(&method.function, Some(&class));
        }
        self.function_result(callee, None)
    }

    fn function_result(&self, callee: &Value, of: Option<&Ref<ClassObj>>) -> Option<Known> {
        if let Some(function) = callee.downcast::<FunctionObj>() {
            let special = function.special.borrow().clone()?;
            let annotations = special.get_name(&self.vm.names.annotations_)?;
            let annotations = annotations.downcast::<DictObj>()?;
            let class = self.annotated(&annotations.get_name(&self.vm.name("return"))?)?;
            return match function.code.kind {
                CodeKind::Plain => Some(Known::Instance(class)),
                CodeKind::Coroutine => Some(Known::Awaitable(class)),
                _ => None,
            };
        }
        let native = callee.downcast::<NativeObj>()?;
        let name = native.row.signature.split('(').next()?;
        let class = of.or(native.class.as_ref());
        let class_name = class.map_or(String::new(), |c| c.name.borrow().as_str().to_owned());
        let is_in = |words: &str, word: &str| words.split_whitespace().any(|w| w == word);
        let found = RESULTS.iter().find(|(classes, names, _)| {
            let of_class = match class {
                Some(_) => is_in(classes, &class_name),
                None => classes.is_empty(),
            };
            of_class && is_in(names, name)
        })?;
        match found.2 {
            "=" => Some(Known::Instance(class?.clone())),
            result => Some(Known::Instance(self.builtin(result)?)),
        }
    }

    /// The class that an annotation names.
    fn annotated(&self, annotation: &Value) -> Option<Ref<ClassObj>> {
        let named = match annotation.as_str() {
            Some(name) => self.variable(name)?,
            None => annotation.clone(),
        };
        named.downcast::<ClassObj>().cloned()
    }

    /// An attribute that is simply there.
    fn attribute(&self, base: &Known, name: &str) -> Option<Known> {
        let vm = self.vm;
        let interned = vm.name(name);
        let class = match base {
            Known::Awaitable(_) => return None,
            Known::Instance(class) => class.clone(),
            Known::Value(value) => {
                if let Some(module) = value.downcast::<ModuleObj>() {
                    return module.dict.get_name(&interned).map(Known::Value);
                }
                if let Some(class) = value.downcast::<ClassObj>() {
                    let found = class.lookup(vm, &interned);
                    return found.map(|found| Known::Value(bare(found)));
                }
                let own = value.downcast::<InstanceObj>();
                if let Some(own) = own.and_then(|i| i.own(&interned)) {
                    return Some(Known::Value(own));
                }
                vm.class_of(value)
            }
        };
        let Some(found) = class.lookup(vm, &interned) else {
            return self.annotated_attribute(&class, name);
        };
        let found = bare(found);
        let is_function = found.downcast::<FunctionObj>().is_some();
        if is_function || found.downcast::<NativeObj>().is_some() {
            return Some(Known::Value(found));
        }
        // A descriptor would have to be asked.
        let get = vm.class_of(&found).lookup(vm, &vm.name("__get__"));
        get.is_none().then_some(Known::Value(found))
    }

    /// `name: Class` in the body of a class.
    fn annotated_attribute(&self, class: &Ref<ClassObj>, name: &str) -> Option<Known> {
        class.mro().into_iter().find_map(|class| {
            let annotations = class.own(self.vm, &self.vm.names.annotations_)?;
            let annotations = annotations.downcast::<DictObj>()?;
            let annotation = annotations.get_name(&self.vm.name(name))?;
            Some(Known::Instance(self.annotated(&annotation)?))
        })
    }

    /// The names of the attributes.
    pub fn attributes(&self, base: &Known) -> Vec<String> {
        let (mut names, classes) = match base {
            Known::Awaitable(_) => return Vec::new(),
            Known::Instance(class) => (Vec::new(), vec![class.clone()]),
            Known::Value(value) => {
                if let Some(module) = value.downcast::<ModuleObj>() {
                    return texts(&module.dict);
                }
                let own = value.downcast::<InstanceObj>();
                let entries = own.map(|i| i.own_entries()).into_iter().flatten();
                let names = entries.filter_map(|(key, _)| key.as_str().map(str::to_owned));
                let class = value.downcast::<ClassObj>().cloned();
                let classes = class.into_iter().chain([self.vm.class_of(value)]);
                (names.collect(), classes.collect())
            }
        };
        let is_instance = matches!(base, Known::Instance(_));
        for class in classes.iter().flat_map(|class| class.mro()) {
            // Fills the class, if nobody looked at it before.
            drop(class.own(self.vm, &self.vm.names.doc_));
            let namespace = class.namespace.read();
            names.extend(namespace.keys().map(|name| name.as_str().to_owned()));
            drop(namespace);
            if is_instance {
                names.extend(self.declared(&class));
            }
        }
        names
    }

    /// The attributes that instances of a class have: annotated in its body, or set by its methods.
    fn declared(&self, class: &Ref<ClassObj>) -> Vec<String> {
        let annotations = class.own(self.vm, &self.vm.names.annotations_);
        let mut found = match annotations.as_ref().and_then(|a| a.downcast::<DictObj>()) {
            Some(annotations) => texts(annotations),
            None => Vec::new(),
        };
        let set = class.own(self.vm, &self.vm.names.static_attributes_);
        if let Some(set) = set.as_ref().and_then(|set| set.downcast::<TupleObj>()) {
            let set = set.items().iter();
            found.extend(set.filter_map(|name| name.as_str().map(str::to_owned)));
        }
        found
    }
}

/// The function in a `classmethod` or a `staticmethod`.
fn bare(value: Value) -> Value {
    if let Some(method) = value.downcast::<ClassMethodObj>() {
        return method.function.clone();
    }
    match value.downcast::<StaticMethodObj>() {
        Some(method) => method.function.clone(),
        None => value,
    }
}

/// The keys of a dict that are texts.
pub fn texts(dict: &Ref<DictObj>) -> Vec<String> {
    let keys = dict.entries().into_iter();
    keys.filter_map(|(key, _)| key.as_str().map(str::to_owned))
        .collect()
}

/// Where the bracket opens that the last token closes.
fn opening(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::RParen | Token::RBracket | Token::RBrace => depth += 1,
            Token::LParen | Token::LBracket | Token::LBrace => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
