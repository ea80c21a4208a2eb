//! Completion from the live program: names, attributes, keyword arguments, keys of dicts,
//! modules, paths.
//!
//! It looks, it runs nothing of the program's: see `known`. Modules of the library may be loaded.

use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::function::{BoundMethodObj, FunctionObj, NativeObj};
use aio_interp::{Value, Vm};
use aio_lexer::{Token, tokenize};
use aio_parser::ast::{ExprKind, StmtKind};

use super::commands::COMMANDS;
use super::known::{Known, Scope, texts};
use super::session::Session;
use super::tasks;

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
        return commands(vm, globals, command);
    }
    if let Some((start, before)) = open_text(text) {
        return match interpolated(&text[start..], before) {
            Some(inner) => candidates(vm, globals, inner),
            None => inside_text(vm, globals, &text[start..], before),
        };
    }
    let scope = Scope { vm, globals };
    let word = last_word(text);
    let before = &text[..text.len() - word.len()];
    let tokens: Vec<Token> = significant(before);
    let mut found = match tokens.last() {
        Some(Token::Dot) if !in_import(&tokens) => scope
            .known(&tokens[..tokens.len() - 1])
            .map_or_else(Vec::new, |known| scope.attributes(&known)),
        _ if in_import(&tokens) => importable(vm, &tokens),
        _ => {
            let mut names = keyword_arguments(&scope, &tokens);
            if word.is_empty() && !names.is_empty() {
                return (0, names);
            }
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

/// Commands, and what they are for.
fn commands(vm: &Vm, globals: &Ref<DictObj>, typed: &str) -> (usize, Vec<String>) {
    let (typed, found) = match typed.split_once(' ') {
        None => (typed, COMMANDS.iter().map(|c| c.name.to_owned()).collect()),
        Some((name, typed)) => {
            let command = COMMANDS.iter().find(|command| command.name == name);
            match command.map_or("", |command| command.argument) {
                "EXPR" => return candidates(vm, globals, typed),
                "FILE" => (typed, paths(typed)),
                "TASK" => (typed, tasks::names(vm, &Session::of(vm))),
                words => (typed, words.split('|').map(str::to_owned).collect()),
            }
        }
    };
    let fits = found.into_iter().filter(|text| text.starts_with(typed));
    (typed.len(), fits.collect())
}

/// The expression that is being typed in an f-string, whose content is `typed` so far.
fn interpolated<'a>(typed: &'a str, before: &str) -> Option<&'a str> {
    let prefix = last_word(before);
    if prefix.len() > 2 || !prefix.contains(['f', 'F']) {
        return None;
    }
    let open = typed.rfind('{')?;
    let braces = typed[..=open].bytes().rev().take_while(|b| *b == b'{');
    let inner = &typed[open + 1..];
    let is_code = braces.count() % 2 == 1 && !inner.contains(['}', '!', ':']);
    is_code.then_some(inner)
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
        if let Some(Known::Value(value)) = (Scope { vm, globals }).known(base) {
            if let Some(dict) = vm.native(&value).downcast::<DictObj>() {
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

/// True inside an import statement.
fn in_import(tokens: &[Token]) -> bool {
    let start = tokens.iter().rposition(|t| *t == Token::Semicolon);
    let start = start.map_or(0, |at| at + 1);
    matches!(tokens.get(start), Some(Token::Import | Token::From))
}

/// Modules, or the members of the module after `from`.
fn importable(vm: &Vm, tokens: &[Token]) -> Vec<String> {
    let start = tokens.iter().rposition(|t| *t == Token::Semicolon);
    let tokens = &tokens[start.map_or(0, |at| at + 1)..];
    let dotted = |tokens: &[Token]| {
        let part = |token: &Token| match token {
            Token::Name(name) => Some(name.to_string()),
            Token::Dot => Some(".".to_owned()),
            _ => None,
        };
        tokens.iter().map(part).collect::<Option<String>>()
    };
    if let [Token::From, rest @ ..] = tokens {
        if let Some(at) = rest.iter().position(|t| *t == Token::Import) {
            return match dotted(&rest[..at]) {
                Some(name) => members(vm, &name),
                None => Vec::new(),
            };
        }
        if matches!(rest.last(), Some(Token::Name(_))) {
            return vec!["import".to_owned()];
        }
    }
    // What follows `import a.`, or a comma.
    let name_start = tokens
        .iter()
        .rposition(|t| !matches!(t, Token::Name(_) | Token::Dot));
    let package = dotted(&tokens[name_start.map_or(0, |at| at + 1)..]).unwrap_or_default();
    let mut names: Vec<String> = vm.registry.names().into_iter().map(str::to_owned).collect();
    names.extend(texts(&vm.modules));
    names.extend(neighbours(&package.replace('.', "/"), &package));
    let parts = names.iter().filter_map(|name| name.strip_prefix(&package));
    parts
        .map(|part| part.split('.').next().unwrap_or_default().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Modules and packages among the files of a folder.
fn neighbours(folder: &str, package: &str) -> Vec<String> {
    let mut names = Vec::new();
    for path in paths(folder) {
        let file = path.strip_prefix(folder).unwrap_or(&path);
        let module = file.strip_suffix(".aio").or(file.strip_suffix(".py"));
        let inits = ["__init__.aio", "__init__.py"];
        let is_package = || {
            file.ends_with('/')
                && inits
                    .iter()
                    .any(|i| std::path::Path::new(&path).join(i).is_file())
        };
        match module {
            Some(module) => names.push(format!("{package}{module}")),
            None if is_package() => names.push(format!("{package}{}", file.trim_end_matches('/'))),
            None => {}
        }
    }
    names
}

/// What can be imported from a module. One that is a file of the user's is read, not run.
fn members(vm: &Vm, name: &str) -> Vec<String> {
    let interned = vm.name(name);
    let mut module = vm.modules.get_name(&interned);
    if module.is_none() && vm.registry.names().contains(&name) {
        module = vm.import(name).ok();
        if module.is_none() {
            drop(vm.take_raised());
        }
    }
    if let Some(module) = module {
        let scope = Scope {
            vm,
            globals: &vm.builtins,
        };
        return scope.attributes(&Known::Value(module));
    }
    let stem = name.replace('.', "/");
    let files = [".aio", ".py", "/__init__.aio", "/__init__.py"];
    let mut texts = files
        .iter()
        .filter_map(|end| std::fs::read_to_string(format!("{stem}{end}")).ok());
    texts.next().map_or_else(Vec::new, |text| defined(&text))
}

/// The names that the statements of a module bind.
fn defined(text: &str) -> Vec<String> {
    let Ok(parsed) = aio_parser::parse(text) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for stmt in &parsed.module.body {
        match &stmt.kind {
            StmtKind::FunctionDef(def) => names.push(def.name.to_string()),
            StmtKind::ClassDef(def) => names.push(def.name.to_string()),
            StmtKind::Assign { targets, .. } => {
                names.extend(targets.iter().filter_map(|target| match &target.kind {
                    ExprKind::Name(name) => Some(name.to_string()),
                    _ => None,
                }));
            }
            StmtKind::AnnAssign { target, .. } => {
                if let ExprKind::Name(name) = &target.kind {
                    names.push(name.to_string());
                }
            }
            _ => {}
        }
    }
    names
}

/// `name=` for the parameters of the function whose arguments are being typed.
fn keyword_arguments(scope: &Scope, tokens: &[Token]) -> Vec<String> {
    if !matches!(tokens.last(), Some(Token::LParen | Token::Comma)) {
        return Vec::new();
    }
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::RParen | Token::RBracket | Token::RBrace => depth += 1,
            Token::LParen if depth == 0 => {
                return match scope.known(&tokens[..at]) {
                    Some(Known::Value(callee)) => parameters(scope.vm, &callee),
                    _ => Vec::new(),
                };
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
    if let Some(method) = callee.downcast::<BoundMethodObj>() {
        return parameters(vm, &method.function);
    }
    if let Some(native) = callee.downcast::<NativeObj>() {
        return native_parameters(native.row.signature);
    }
    let Some(function) = callee.downcast::<FunctionObj>() else {
        return Vec::new();
    };
    let params = &function.code.params;
    let named = params.positional_only..params.positional + params.keyword_only;
    let names = params.names.get(named).unwrap_or_default().iter();
    names
        .filter(|name| !matches!(name.as_str(), "self" | "cls"))
        .map(|name| format!("{}=", name.as_str()))
        .collect()
}

/// Those of a signature like `sleep(delay, result=None)` that can be given by name.
fn native_parameters(signature: &str) -> Vec<String> {
    let inner = signature.split_once('(').map_or("", |(_, rest)| rest);
    let inner = inner.strip_suffix(')').unwrap_or(inner);
    let named = inner.rsplit_once('/').map_or(inner, |(_, rest)| rest);
    named
        .split(',')
        .map(|part| part.split('=').next().unwrap_or_default().trim())
        .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .map(|name| format!("{name}="))
        .collect()
}
