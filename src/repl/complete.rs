//! Completion from the live program: names, attributes, keyword arguments, keys of dicts,
//! modules, paths.
//!
//! It looks, it runs nothing: attributes are found in dicts and classes without calling a
//! property or `__getattr__`, and what a call would return is not known.

use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::function::FunctionObj;
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::list::ListObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{Value, Vm};
use aio_lexer::{Token, tokenize};

use super::commands::COMMANDS;

/// The keywords of the language.
pub const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return",
    "try", "type", "while", "with", "yield",
];

/// What could stand at the end of this text: so many bytes of its end are replaced, by one of
/// these.
pub fn candidates(vm: &Vm, globals: &Ref<DictObj>, text: &str) -> (usize, Vec<String>) {
    if let Some(command) = text.strip_prefix(':') {
        return commands(command);
    }
    if let Some((start, before)) = open_text(text) {
        return inside_text(vm, globals, &text[start..], before);
    }
    let word = last_word(text);
    let before = &text[..text.len() - word.len()];
    let tokens: Vec<Token> = significant(before);
    let mut found = match tokens.last() {
        Some(Token::Dot) if !in_import(&tokens) => {
            match known(vm, globals, &tokens[..tokens.len() - 1]) {
                Some(value) => attributes(vm, &value),
                None => Vec::new(),
            }
        }
        _ if in_import(&tokens) => importable(vm, &tokens),
        _ => {
            let mut names = keyword_arguments(vm, globals, &tokens);
            names.extend(texts(globals));
            names.extend(texts(&vm.builtins));
            names.extend(KEYWORDS.iter().map(|k| (*k).to_owned()));
            names
        }
    };
    let hides = !word.starts_with('_');
    found.retain(|name| name.starts_with(word) && !(hides && name.starts_with('_')));
    found.sort();
    found.dedup();
    (word.len(), found)
}

fn commands(typed: &str) -> (usize, Vec<String>) {
    if let Some((_, path)) = typed.split_once(' ') {
        return (path.len(), paths(path));
    }
    let names = COMMANDS.iter().map(|c| c.name.to_owned());
    (
        typed.len(),
        names.filter(|n| n.starts_with(typed)).collect(),
    )
}

/// The name that the text ends with, perhaps empty.
fn last_word(text: &str) -> &str {
    let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
    let len: usize = text
        .chars()
        .rev()
        .take_while(is_part)
        .map(char::len_utf8)
        .sum();
    &text[text.len() - len..]
}

fn significant(text: &str) -> Vec<Token> {
    let tokens = tokenize(text).tokens.into_iter().map(|(token, _)| token);
    tokens
        .filter(|t| {
            !matches!(
                t,
                Token::Newline | Token::Indent | Token::Dedent | Token::EndOfFile
            )
        })
        .collect()
}

/// If the text ends inside a string: where its content begins, and the text before its quote.
fn open_text(text: &str) -> Option<(usize, &str)> {
    let line_start = text.rfind('\n').map_or(0, |at| at + 1);
    let mut open: Option<(char, usize)> = None;
    let mut escaped = false;
    for (at, c) in text[line_start..].char_indices() {
        match open {
            _ if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some((quote, _)) if c == quote => open = None,
            None if c == '\'' || c == '"' => open = Some((c, line_start + at)),
            None if c == '#' => return None,
            _ => {}
        }
    }
    open.map(|(_, at)| (at + 1, &text[..at]))
}

/// Keys after `name[`, paths elsewhere.
fn inside_text(vm: &Vm, globals: &Ref<DictObj>, typed: &str, before: &str) -> (usize, Vec<String>) {
    let tokens = significant(before);
    if let Some((Token::LBracket, base)) = tokens.split_last() {
        if let Some(dict) = known(vm, globals, base).map(|v| vm.native(&v)) {
            if let Some(dict) = dict.downcast::<DictObj>() {
                let keys = texts(dict);
                return (
                    typed.len(),
                    keys.into_iter().filter(|k| k.starts_with(typed)).collect(),
                );
            }
        }
    }
    (typed.len(), paths(typed))
}

/// Files and folders whose path begins so.
fn paths(typed: &str) -> Vec<String> {
    let (folder, name) = match typed.rfind('/') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let shown = if folder.is_empty() { "." } else { folder };
    let Ok(entries) = std::fs::read_dir(shown) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.starts_with(name) && (name.starts_with('.') || !file.starts_with('.')) {
            let slash = if entry.path().is_dir() { "/" } else { "" };
            found.push(format!("{folder}{file}{slash}"));
        }
    }
    found.sort();
    found
}

/// The keys of a dict that are texts.
fn texts(dict: &Ref<DictObj>) -> Vec<String> {
    let keys = dict.entries().into_iter();
    keys.filter_map(|(key, _)| key.as_str().map(str::to_owned))
        .collect()
}

/// True inside an import statement.
fn in_import(tokens: &[Token]) -> bool {
    let start = tokens.iter().rposition(|t| *t == Token::Semicolon);
    let start = start.map_or(0, |at| at + 1);
    matches!(tokens.get(start), Some(Token::Import | Token::From))
}

/// Modules, or the members of the module after `from`.
fn importable(vm: &Vm, tokens: &[Token]) -> Vec<String> {
    if let [Token::From, Token::Name(module), rest @ ..] = tokens {
        if rest.contains(&Token::Import) {
            let module = vm.modules.get_name(&vm.name(module));
            return module.map_or_else(Vec::new, |m| attributes(vm, &m));
        }
        if rest.is_empty() {
            return vec!["import".to_owned()];
        }
    }
    let mut names: Vec<String> = vm.registry.names().into_iter().map(str::to_owned).collect();
    names.extend(texts(&vm.modules));
    for path in paths("") {
        if let Some(name) = path.strip_suffix(".aio").or(path.strip_suffix(".py")) {
            names.push(name.to_owned());
        }
    }
    names
}

/// `name=` for the parameters of the function whose arguments are being typed.
fn keyword_arguments(vm: &Vm, globals: &Ref<DictObj>, tokens: &[Token]) -> Vec<String> {
    if !matches!(tokens.last(), Some(Token::LParen | Token::Comma)) {
        return Vec::new();
    }
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::RParen | Token::RBracket | Token::RBrace => depth += 1,
            Token::LParen if depth == 0 => {
                let callee = known(vm, globals, &tokens[..at]);
                return callee.map_or_else(Vec::new, |f| parameters(vm, &f));
            }
            Token::LParen | Token::LBracket | Token::LBrace => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Vec::new(),
            },
            _ => {}
        }
    }
    Vec::new()
}

fn parameters(vm: &Vm, callee: &Value) -> Vec<String> {
    if let Some(class) = callee.downcast::<ClassObj>() {
        let init = class.lookup(vm, &vm.name("__init__"));
        return match init.filter(|init| init.downcast::<FunctionObj>().is_some()) {
            Some(init) => parameters(vm, &init),
            None => Vec::new(),
        };
    }
    let Some(function) = callee.downcast::<FunctionObj>() else {
        return Vec::new();
    };
    let params = &function.code.params;
    let named = params.positional_only..params.positional + params.keyword_only;
    let names = params.names.get(named).unwrap_or_default().iter();
    names
        .filter(|name| name.as_str() != "self")
        .map(|name| format!("{}=", name.as_str()))
        .collect()
}

/// The value of the chain of names, attributes and constant indices that these tokens end with.
fn known(vm: &Vm, globals: &Ref<DictObj>, tokens: &[Token]) -> Option<Value> {
    let (last, before) = tokens.split_last()?;
    match last {
        Token::Name(name) => match before.split_last() {
            Some((Token::Dot, base)) => {
                let base = known(vm, globals, base)?;
                attribute(vm, &base, name)
            }
            _ => {
                let name = vm.name(name);
                globals
                    .get_name(&name)
                    .or_else(|| vm.builtins.get_name(&name))
            }
        },
        Token::Underscore => vm.builtins.get_name(&vm.name("_")),
        Token::Str(_) if !matches!(before.last(), Some(Token::LBracket)) => Some(vm.text("")),
        Token::RBracket => match before {
            [base @ .., Token::LBracket, key] => item(vm, &known(vm, globals, base)?, key),
            _ => None,
        },
        _ => None,
    }
}

/// `container[key]` of a plain list or dict.
fn item(vm: &Vm, container: &Value, key: &Token) -> Option<Value> {
    if let Some(dict) = container.downcast::<DictObj>() {
        return match key {
            Token::Str(key) => dict.get_name(&vm.name(key)),
            Token::Int(key) => dict.get_int(*key),
            _ => None,
        };
    }
    let list = container.downcast::<ListObj>()?;
    match key {
        Token::Int(at) => list.get(usize::try_from(*at).ok()?),
        _ => None,
    }
}

/// An attribute that is simply there.
fn attribute(vm: &Vm, value: &Value, name: &str) -> Option<Value> {
    let name = vm.name(name);
    if let Some(module) = value.downcast::<ModuleObj>() {
        return module.dict.get_name(&name);
    }
    if let Some(class) = value.downcast::<ClassObj>() {
        return class.lookup(vm, &name);
    }
    if let Some(own) = value.downcast::<InstanceObj>().and_then(|i| i.own(&name)) {
        return Some(own);
    }
    let found = vm.class_of(value).lookup(vm, &name)?;
    // A descriptor would have to be asked.
    let is_descriptor = vm
        .class_of(&found)
        .lookup(vm, &vm.name("__get__"))
        .is_some();
    (!is_descriptor || found.downcast::<FunctionObj>().is_some()).then_some(found)
}

/// The names of the attributes of a value.
fn attributes(vm: &Vm, value: &Value) -> Vec<String> {
    if let Some(module) = value.downcast::<ModuleObj>() {
        return texts(&module.dict);
    }
    let mut names = Vec::new();
    if let Some(instance) = value.downcast::<InstanceObj>() {
        let entries = instance.own_entries().into_iter();
        names.extend(entries.filter_map(|(key, _)| key.as_str().map(str::to_owned)));
    }
    let own_class = value.downcast::<ClassObj>().cloned();
    for class in own_class.into_iter().chain([vm.class_of(value)]) {
        for class in class.mro() {
            // Fills the class, if nobody looked at it before.
            drop(class.own(vm, &vm.names.doc_));
            let namespace = class.namespace.read();
            names.extend(namespace.keys().map(|name| name.as_str().to_owned()));
        }
    }
    names
}
