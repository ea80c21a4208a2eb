//! Scopes: which names a block binds, uses and declares, as far as errors depend on it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::{Checker, Phase};
use crate::ast::{Identifier, Span};

/// What a scope belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The module.
    Module,
    /// A class body.
    Class,
    /// A function or, with `is_lambda`, a lambda.
    Function {
        /// `async def`.
        is_async: bool,
        /// A lambda.
        is_lambda: bool,
    },
    /// A comprehension, called as messages call it.
    Comprehension(&'static str),
    /// Something evaluated lazily in which some expressions may not stand, called as messages
    /// call it: an annotation, a type alias, the bound of a type variable.
    Lazy(&'static str),
    /// The type parameters of a definition.
    TypeParams,
}

/// A name is a parameter.
pub const PARAM: u16 = 1;
/// A name is bound.
pub const BOUND: u16 = 2;
/// A name is read.
pub const USED: u16 = 4;
/// A name is annotated.
pub const ANNOTATED: u16 = 8;
/// A name is declared `global`.
pub const GLOBAL: u16 = 16;
/// A name is declared `nonlocal`.
pub const NONLOCAL: u16 = 32;
/// A name is the target of a `for` in a comprehension.
pub const ITERATION: u16 = 64;
/// A name is a type parameter.
pub const TYPE_PARAM: u16 = 128;
/// A name is bound by an import, after which a declaration may still follow.
pub const IMPORTED: u16 = 256;

/// A block within a scope that `break`, `continue` and `return` care about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// The body of a loop.
    Loop,
    /// The body of an `except*`.
    ExceptStar,
}

/// One scope of the walk.
pub struct Scope {
    /// What it belongs to.
    pub kind: ScopeKind,
    /// Names are shared within a parse, so that the address stands for the name.
    symbols: HashMap<usize, u16, BuildHasherDefault<AddressHasher>>,
    /// `nonlocal` names not found yet, here and further in.
    pending: Vec<(Identifier, Span)>,
    /// The dotted names of `import a.b`, which bind what stands before the first dot.
    pub dotted: Vec<Identifier>,
    /// The names declared `global` or `nonlocal`, and where first.
    directives: Vec<(Identifier, Span)>,
    /// The blocks around the node, innermost last.
    pub blocks: Vec<Block>,
    /// A `yield` was seen.
    pub has_yield: bool,
    /// The `return`s with a value.
    pub returns: Vec<Span>,
    /// Of a comprehension: has an `async for` or an `await`.
    pub is_coroutine: bool,
    /// Within the iterable of a comprehension, where `:=` may not stand.
    pub iterables: u32,
    /// Within the target of a `for` of a comprehension.
    pub in_iteration_target: bool,
}

impl Scope {
    /// An empty scope.
    pub fn new(kind: ScopeKind) -> Scope {
        Scope {
            kind,
            symbols: HashMap::default(),
            pending: Vec::new(),
            dotted: Vec::new(),
            directives: Vec::new(),
            blocks: Vec::new(),
            has_yield: false,
            returns: Vec::new(),
            is_coroutine: false,
            iterables: 0,
            in_iteration_target: false,
        }
    }

    /// What is known of `name`.
    pub fn flags(&self, name: &Identifier) -> u16 {
        self.symbols.get(&address(name)).copied().unwrap_or(0)
    }

    /// Whether an `import` of a dotted name binds `name`.
    fn imports(&self, name: &str) -> bool {
        let mut first = self.dotted.iter().map(|d| d.split('.').next());
        first.any(|part| part == Some(name))
    }

    /// Adds to what is known of `name`.
    pub fn add(&mut self, name: &Identifier, flags: u16) {
        *self.symbols.entry(address(name)).or_insert(0) |= flags;
    }
}

fn address(name: &Identifier) -> usize {
    name.as_ptr() as usize
}

/// Hashes an address.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, value: usize) {
        self.0 = (self.0 ^ value as u64)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(26);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Checker<'_> {
    /// The innermost scope.
    pub(super) fn scope(&mut self) -> &mut Scope {
        if self.scopes.is_empty() {
            // Not reached: the module's scope is left last.
            self.scopes.push(Scope::new(ScopeKind::Module));
        }
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    /// Enters a scope.
    pub(super) fn enter(&mut self, kind: ScopeKind) {
        let iterables = self.scope().iterables;
        let mut scope = Scope::new(kind);
        scope.iterables = iterables;
        self.scopes.push(scope);
    }

    /// Leaves the innermost scope. Its unfound nonlocal names are looked for in the next.
    pub(super) fn leave(&mut self) -> Option<Scope> {
        let mut scope = self.scopes.pop()?;
        self.check_returns(&mut scope);
        let is_visible = !matches!(scope.kind, ScopeKind::Class | ScopeKind::Module);
        let mut left = Vec::new();
        for (name, span) in std::mem::take(&mut scope.pending) {
            let flags = scope.flags(&name);
            // Every class body binds `__class__` for the functions within.
            let is_class = scope.kind == ScopeKind::Class && &*name == "__class__";
            if is_class || is_visible && scope.imports(&name) {
                continue;
            }
            if is_visible && flags & TYPE_PARAM != 0 {
                let message = format!("nonlocal binding not allowed for type parameter '{name}'");
                self.error(Phase::Analysis, message, span);
            } else if is_visible && flags & GLOBAL != 0 || scope.kind == ScopeKind::Module {
                let message = format!("no binding for nonlocal '{name}' found");
                self.error(Phase::Analysis, message, span);
            } else if !is_visible
                || flags & NONLOCAL != 0
                || flags & (BOUND | PARAM | IMPORTED) == 0
            {
                left.push((name, span));
            }
        }
        if let Some(outer) = self.scopes.last_mut() {
            outer.pending.extend(left);
            outer.pending.append(&mut scope.pending);
        }
        Some(scope)
    }

    /// Reports the `return`s with a value of an async generator.
    fn check_returns(&mut self, scope: &mut Scope) {
        let is_async = matches!(scope.kind, ScopeKind::Function { is_async: true, .. });
        if is_async && scope.has_yield {
            for span in scope.returns.drain(..) {
                self.error(Phase::Code, "'return' with value in async generator", span);
            }
        }
    }

    /// Enters a binding of `name` at `span`.
    pub(super) fn bind(&mut self, name: &Identifier, span: Span) {
        let scope = self.scope();
        if !scope.in_iteration_target {
            scope.add(name, BOUND);
        } else if scope.flags(name) & (GLOBAL | NONLOCAL) != 0 {
            let message = format!(
                "comprehension inner loop cannot rebind assignment expression target '{name}'"
            );
            self.error(Phase::Symbols, message, span);
        } else {
            scope.add(name, BOUND | ITERATION);
        }
    }

    /// Enters a parameter.
    pub(super) fn bind_parameter(&mut self, name: &Identifier, span: Span) {
        if self.scope().flags(name) & PARAM != 0 {
            let message = format!("duplicate argument '{name}' in function definition");
            self.error(Phase::Symbols, message, span);
        }
        self.scope().add(name, PARAM | BOUND);
    }

    /// Enters the names of a `global` statement.
    pub(super) fn global(&mut self, names: &[Identifier], span: Span) {
        for name in names {
            self.check_declaration(name, "global", span);
            self.scope().add(name, GLOBAL);
            self.scope().directives.push((name.clone(), span));
        }
    }

    /// Enters the names of a `nonlocal` statement.
    pub(super) fn nonlocal(&mut self, names: &[Identifier], span: Span) {
        for name in names {
            self.check_declaration(name, "nonlocal", span);
            let scope = self.scope();
            let is_global = scope.flags(name) & GLOBAL != 0;
            scope.add(name, NONLOCAL);
            scope.directives.push((name.clone(), span));
            let mut all = scope.directives.iter();
            let first = all.find(|(n, _)| n == name).map_or(span, |(_, span)| *span);
            if is_global {
                let message = format!("name '{name}' is nonlocal and global");
                self.error(Phase::Analysis, message, first);
            } else if scope.kind == ScopeKind::Module {
                let message = "nonlocal declaration not allowed at module level";
                self.error(Phase::Analysis, message, first);
            } else {
                // Handed on when the scope is left, since it is declared nonlocal here.
                scope.pending.push((name.clone(), first));
            }
        }
    }

    /// Reports a declaration that comes too late.
    fn check_declaration(&mut self, name: &Identifier, word: &str, span: Span) {
        let flags = self.scope().flags(name);
        let message = if flags & PARAM != 0 {
            format!("name '{name}' is parameter and {word}")
        } else if flags & USED != 0 {
            format!("name '{name}' is used prior to {word} declaration")
        } else if flags & ANNOTATED != 0 {
            format!("annotated name '{name}' can't be {word}")
        } else if flags & BOUND != 0 {
            format!("name '{name}' is assigned to before {word} declaration")
        } else {
            return;
        };
        self.error(Phase::Symbols, message, span);
    }
}
