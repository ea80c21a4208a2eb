//! The abstract syntax tree: one documented variant per construct, each node with its span.
//!
//! Modelled on CPython's `ast`, without contexts: a target is an expression that stands where
//! targets stand. Nothing is resolved or folded here (scopes and constants are the lowering's).
//!
//! The parser makes no tree deeper than [`MAX_DEPTH`], so passes over it may recurse, and so
//! does dropping it. Long chains that Python nests (`elif`, `and`, `a = b = c`) are flat lists.

use std::rc::Rc;

pub use aio_lexer::Span;

/// How deep expressions may nest. Deeper source is a syntax error.
pub const MAX_DEPTH: u32 = 3_000;

/// An identifier, in NFKC. Within one parse, equal names share one allocation.
pub type Identifier = Rc<str>;

/// A whole source file, or one input of the REPL.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// The statements. The docstring, if any, is an ordinary first statement.
    pub body: Vec<Stmt>,
}

/// A statement and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// From its first to its last token. Decorators are not part of it.
    pub span: Span,
}

/// An expression and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// From its first to its last token, without parentheses around it.
    pub span: Span,
    /// One more than the deepest child's; at most [`MAX_DEPTH`].
    pub(crate) depth: u16,
    /// Written in parentheses of its own, which decides what it may be a target of.
    pub(crate) parenthesized: bool,
}

impl Expr {
    /// Whether the expression stood in parentheses of its own: `(x)`, `(yield)`, not `(a, b)`.
    pub fn is_parenthesized(&self) -> bool {
        self.parenthesized
    }
}

/// What a statement can be.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// `def` and `async def`.
    FunctionDef(Box<FunctionDef>),
    /// `class`.
    ClassDef(Box<ClassDef>),
    /// `return`, `return value`.
    Return(Option<Box<Expr>>),
    /// `del a, b[0]`: one entry per target; `del (a, b)` has one, a tuple.
    Delete(Vec<Expr>),
    /// `a = b = value`: the targets from left to right.
    Assign {
        /// One per `=`.
        targets: Vec<Expr>,
        /// The right-hand side.
        value: Box<Expr>,
    },
    /// `target += value`.
    AugAssign {
        /// A name, an attribute or a subscript.
        target: Box<Expr>,
        /// The operator before the `=`.
        op: BinaryOp,
        /// The right-hand side.
        value: Box<Expr>,
    },
    /// `target: annotation = value`.
    AnnAssign {
        /// A name, an attribute or a subscript.
        target: Box<Expr>,
        /// What stands after the `:`.
        annotation: Box<Expr>,
        /// The value, if one is assigned.
        value: Option<Box<Expr>>,
        /// The target is a name without parentheses: only then is the annotation recorded.
        simple: bool,
    },
    /// `type Name[T] = value`.
    TypeAlias(Box<TypeAlias>),
    /// `for` and `async for`.
    For(Box<For>),
    /// `while test: … else: …`.
    While {
        /// The condition.
        test: Box<Expr>,
        /// The loop's body.
        body: Vec<Stmt>,
        /// Runs if the loop ends without `break`; empty if absent.
        orelse: Vec<Stmt>,
    },
    /// `if … elif … else`.
    If {
        /// The `if` and every `elif`, in order; never empty.
        branches: Vec<IfBranch>,
        /// The `else` block; empty if absent.
        orelse: Vec<Stmt>,
    },
    /// `with` and `async with`.
    With {
        /// The context managers, never empty.
        items: Vec<WithItem>,
        /// The block.
        body: Vec<Stmt>,
        /// `async with`.
        is_async: bool,
    },
    /// `match subject:`.
    Match {
        /// The value matched.
        subject: Box<Expr>,
        /// The `case` blocks, never empty.
        cases: Vec<MatchCase>,
    },
    /// `raise`, `raise exc`, `raise exc from cause`.
    Raise {
        /// The exception; if absent, the current one is raised again.
        exc: Option<Box<Expr>>,
        /// What follows `from`.
        cause: Option<Box<Expr>>,
    },
    /// `try`.
    Try(Box<Try>),
    /// `assert test, msg`.
    Assert {
        /// The condition.
        test: Box<Expr>,
        /// The message.
        msg: Option<Box<Expr>>,
    },
    /// `import a.b as c, d`.
    Import(Vec<Alias>),
    /// `from ..module import a as b`, `from module import *`.
    ImportFrom {
        /// The dotted name, absent in `from . import a`.
        module: Option<Identifier>,
        /// The names; a single one called `*` for `import *`.
        names: Vec<Alias>,
        /// The number of leading dots.
        level: u32,
    },
    /// `global a, b`.
    Global(Vec<Identifier>),
    /// `nonlocal a, b`.
    Nonlocal(Vec<Identifier>),
    /// An expression as a statement.
    Expr(Box<Expr>),
    /// `pass`.
    Pass,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// A function definition.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionDef {
    /// The function's name.
    pub name: Identifier,
    /// Where the name stands.
    pub name_span: Span,
    /// `[T, *Ts, **P]`, empty if absent.
    pub type_params: Vec<TypeParam>,
    /// The parameters.
    pub params: Parameters,
    /// The block, never empty.
    pub body: Vec<Stmt>,
    /// The decorators, outermost first, without their `@`.
    pub decorators: Vec<Expr>,
    /// What stands after `->`.
    pub returns: Option<Expr>,
    /// `async def`.
    pub is_async: bool,
}

/// A class definition.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassDef {
    /// The class's name.
    pub name: Identifier,
    /// Where the name stands.
    pub name_span: Span,
    /// `[T, *Ts, **P]`, empty if absent.
    pub type_params: Vec<TypeParam>,
    /// The bases, with `*bases` as `Starred`.
    pub bases: Vec<Expr>,
    /// `metaclass=…` and further keyword arguments.
    pub keywords: Vec<Keyword>,
    /// The block, never empty.
    pub body: Vec<Stmt>,
    /// The decorators, outermost first, without their `@`.
    pub decorators: Vec<Expr>,
}

/// A type alias statement.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeAlias {
    /// The alias's name.
    pub name: Identifier,
    /// Where the name stands.
    pub name_span: Span,
    /// `[T, *Ts, **P]`, empty if absent.
    pub type_params: Vec<TypeParam>,
    /// The type, evaluated when first asked for.
    pub value: Expr,
}

/// A `for` loop.
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// What each item is assigned to.
    pub target: Expr,
    /// What is iterated over.
    pub iter: Expr,
    /// The loop's body, never empty.
    pub body: Vec<Stmt>,
    /// Runs if the loop ends without `break`; empty if absent.
    pub orelse: Vec<Stmt>,
    /// `async for`.
    pub is_async: bool,
}

/// The `if` or one `elif` of an `if` statement.
#[derive(Debug, Clone, PartialEq)]
pub struct IfBranch {
    /// The condition.
    pub test: Expr,
    /// The block, never empty.
    pub body: Vec<Stmt>,
    /// From the keyword `if` or `elif` to the end of the block.
    pub span: Span,
}

/// One context manager of a `with` statement.
#[derive(Debug, Clone, PartialEq)]
pub struct WithItem {
    /// The context manager.
    pub context_expr: Expr,
    /// The target after `as`.
    pub optional_vars: Option<Expr>,
}

/// One `case` block.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchCase {
    /// The pattern.
    pub pattern: Pattern,
    /// The condition after `if`.
    pub guard: Option<Expr>,
    /// The block, never empty.
    pub body: Vec<Stmt>,
}

/// A `try` statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// The guarded block, never empty.
    pub body: Vec<Stmt>,
    /// The `except` clauses; empty only if there is a `finally`.
    pub handlers: Vec<ExceptHandler>,
    /// The `else` block; empty if absent.
    pub orelse: Vec<Stmt>,
    /// The `finally` block; empty if absent.
    pub finalbody: Vec<Stmt>,
    /// The handlers are `except*`.
    pub is_star: bool,
}

/// One `except` clause.
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptHandler {
    /// The exception type, or a tuple of them; absent in a bare `except:`.
    pub typ: Option<Expr>,
    /// The name after `as`.
    pub name: Option<Identifier>,
    /// The block, never empty.
    pub body: Vec<Stmt>,
    /// From `except` to the end of the block.
    pub span: Span,
}

/// One imported name.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    /// The name, dotted in `import a.b`, or `*`.
    pub name: Identifier,
    /// The name after `as`.
    pub asname: Option<Identifier>,
    /// The whole entry.
    pub span: Span,
}

/// The parameters of a function or a lambda.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// Those before `/`.
    pub posonly: Vec<Parameter>,
    /// Those that take positional and keyword arguments.
    pub args: Vec<Parameter>,
    /// `*args`.
    pub vararg: Option<Box<Parameter>>,
    /// Those after `*` or `*args`.
    pub kwonly: Vec<Parameter>,
    /// `**kwargs`.
    pub kwarg: Option<Box<Parameter>>,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Identifier,
    /// What stands after `:`. May be `Starred` for `*args: *Ts`.
    pub annotation: Option<Expr>,
    /// What stands after `=`. Never present for `*args` and `**kwargs`.
    pub default: Option<Expr>,
    /// The name and its annotation.
    pub span: Span,
}

/// One type parameter of a function, class or type alias.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeParam {
    /// Its name.
    pub name: Identifier,
    /// Which sort it is.
    pub kind: TypeParamKind,
    /// What stands after `=`.
    pub default: Option<Expr>,
    /// The whole entry.
    pub span: Span,
}

/// The sorts of type parameters.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeParamKind {
    /// `T`, with what stands after `:`.
    TypeVar(Option<Expr>),
    /// `*Ts`.
    TypeVarTuple,
    /// `**P`.
    ParamSpec,
}

/// What an expression can be.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A literal.
    Constant(Constant),
    /// `a and b and c`: at least two values.
    BoolOp {
        /// `and` or `or`.
        op: BoolOp,
        /// The operands.
        values: Vec<Expr>,
    },
    /// `left + right`.
    BinOp {
        /// The left operand.
        left: Box<Expr>,
        /// The operator.
        op: BinaryOp,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `-operand`, `not operand`.
    UnaryOp {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `lambda params: body`.
    Lambda {
        /// The parameters, without annotations.
        params: Box<Parameters>,
        /// The result.
        body: Box<Expr>,
    },
    /// `body if test else orelse`.
    IfExp {
        /// The condition.
        test: Box<Expr>,
        /// The value if it holds.
        body: Box<Expr>,
        /// The value if not.
        orelse: Box<Expr>,
    },
    /// `{key: value, **mapping}`.
    Dict(Vec<DictItem>),
    /// `{a, b}`, never empty.
    Set(Vec<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `a, b` and `()`.
    Tuple(Vec<Expr>),
    /// `[elt for …]`.
    ListComp {
        /// The element.
        elt: Box<Expr>,
        /// The `for` clauses, never empty.
        generators: Vec<Comprehension>,
    },
    /// `{elt for …}`.
    SetComp {
        /// The element.
        elt: Box<Expr>,
        /// The `for` clauses, never empty.
        generators: Vec<Comprehension>,
    },
    /// `{key: value for …}`.
    DictComp {
        /// The key.
        key: Box<Expr>,
        /// The value.
        value: Box<Expr>,
        /// The `for` clauses, never empty.
        generators: Vec<Comprehension>,
    },
    /// `(elt for …)`, also as the sole argument of a call.
    GeneratorExp {
        /// The element.
        elt: Box<Expr>,
        /// The `for` clauses, never empty.
        generators: Vec<Comprehension>,
    },
    /// `await value`.
    Await(Box<Expr>),
    /// `yield`, `yield value`.
    Yield(Option<Box<Expr>>),
    /// `yield from value`.
    YieldFrom(Box<Expr>),
    /// `left < b <= c`.
    Compare {
        /// The first operand.
        left: Box<Expr>,
        /// Each operator with the operand after it, never empty.
        comparisons: Vec<(CmpOp, Expr)>,
    },
    /// `func(args, keywords)`.
    Call {
        /// What is called.
        func: Box<Expr>,
        /// The positional arguments, with `*iterable` as `Starred`.
        args: Vec<Expr>,
        /// The keyword arguments and `**mapping`s.
        keywords: Vec<Keyword>,
    },
    /// An f-string, with the plain strings that it is concatenated with.
    JoinedStr(Vec<FStringPart>),
    /// `value.attr`.
    Attribute {
        /// The object.
        value: Box<Expr>,
        /// The attribute's name.
        attr: Identifier,
        /// Where the name stands.
        attr_span: Span,
    },
    /// `value[index]`; several indices are a `Tuple`.
    Subscript {
        /// The object.
        value: Box<Expr>,
        /// What stands in the brackets.
        index: Box<Expr>,
    },
    /// `*value` in a display, a call, a target or a subscript.
    Starred(Box<Expr>),
    /// A name.
    Name(Identifier),
    /// `lower:upper:step`, only within a subscript.
    Slice {
        /// The lower bound.
        lower: Option<Box<Expr>>,
        /// The upper bound.
        upper: Option<Box<Expr>>,
        /// The step.
        step: Option<Box<Expr>>,
    },
    /// `target := value`.
    NamedExpr {
        /// The name, as an expression.
        target: Box<Expr>,
        /// The value.
        value: Box<Expr>,
    },
}

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    /// `None`.
    None,
    /// `True`.
    True,
    /// `False`.
    False,
    /// `...`.
    Ellipsis,
    /// An integer that fits.
    Int(i64),
    /// An integer that does not.
    BigInt(BigIntLiteral),
    /// A float.
    Float(f64),
    /// The imaginary part of `1j`.
    Imaginary(f64),
    /// A string, adjacent literals joined.
    Str(Rc<str>),
    /// A bytes literal, adjacent literals joined.
    Bytes(Rc<[u8]>),
}

/// An integer literal beyond 64 bits.
#[derive(Debug, Clone, PartialEq)]
pub struct BigIntLiteral {
    /// The digits alone: no prefix, no underscores.
    pub digits: Rc<str>,
    /// 2, 8, 10 or 16.
    pub radix: u32,
}

/// One entry of a dict display.
#[derive(Debug, Clone, PartialEq)]
pub struct DictItem {
    /// The key; absent for `**value`.
    pub key: Option<Expr>,
    /// The value.
    pub value: Expr,
}

/// One `for` clause of a comprehension.
#[derive(Debug, Clone, PartialEq)]
pub struct Comprehension {
    /// What each item is assigned to.
    pub target: Expr,
    /// What is iterated over.
    pub iter: Expr,
    /// The conditions.
    pub ifs: Vec<Expr>,
    /// `async for`.
    pub is_async: bool,
}

/// A keyword argument, or `**value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyword {
    /// The name; absent for `**value`.
    pub name: Option<Identifier>,
    /// The value.
    pub value: Expr,
    /// From the name or the `**` to the end of the value.
    pub span: Span,
}

/// A piece of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub enum FStringPart {
    /// Literal text; never empty, and never two in a row.
    Literal(Rc<str>),
    /// A replacement field.
    Field(Box<FormattedValue>),
}

/// A replacement field of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub struct FormattedValue {
    /// The expression.
    pub value: Expr,
    /// In `{expr = }`, the text up to and with the `=` and the space around it; it is output
    /// before the value.
    pub debug_text: Option<Rc<str>>,
    /// What follows `!`. In `{expr=}` without conversion and format, CPython takes `repr`, and
    /// so this is `Repr` there.
    pub conversion: Conversion,
    /// What follows `:`, itself with replacement fields; absent if there is no `:`.
    pub format_spec: Option<Vec<FStringPart>>,
    /// From `{` to `}`.
    pub span: Span,
}

/// The conversion of a replacement field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// None.
    None,
    /// `!s`.
    Str,
    /// `!r`.
    Repr,
    /// `!a`.
    Ascii,
}

/// `and`, `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoolOp {
    /// `and`.
    And,
    /// `or`.
    Or,
}

/// The binary arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`.
    Add,
    /// `-`.
    Sub,
    /// `*`.
    Mult,
    /// `@`.
    MatMult,
    /// `/`.
    Div,
    /// `%`.
    Mod,
    /// `**`.
    Pow,
    /// `<<`.
    LShift,
    /// `>>`.
    RShift,
    /// `|`.
    BitOr,
    /// `^`.
    BitXor,
    /// `&`.
    BitAnd,
    /// `//`.
    FloorDiv,
}

/// The unary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `~`.
    Invert,
    /// `not`.
    Not,
    /// `+`.
    UAdd,
    /// `-`.
    USub,
}

/// The comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CmpOp {
    /// `==`.
    Eq,
    /// `!=`.
    NotEq,
    /// `<`.
    Lt,
    /// `<=`.
    LtE,
    /// `>`.
    Gt,
    /// `>=`.
    GtE,
    /// `is`.
    Is,
    /// `is not`.
    IsNot,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
}

/// A pattern and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// From its first to its last token, without parentheses around it.
    pub span: Span,
}

/// What a pattern can be.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    /// A number, a string or a dotted name, compared with `==`. A complex number is a `BinOp`,
    /// a negative one a `UnaryOp`.
    Value(Box<Expr>),
    /// `None`, `True` or `False`, compared with `is`.
    Singleton(Constant),
    /// `[a, *rest]`, `a, b`, `()`.
    Sequence(Vec<Pattern>),
    /// `{key: pattern, **rest}`.
    Mapping {
        /// The keys: literals and dotted names.
        keys: Vec<Expr>,
        /// One pattern per key.
        patterns: Vec<Pattern>,
        /// The name after `**`.
        rest: Option<Identifier>,
    },
    /// `Class(pattern, attr=pattern)`.
    Class {
        /// The class: a name or a dotted name.
        cls: Box<Expr>,
        /// The positional patterns.
        patterns: Vec<Pattern>,
        /// The attributes with their patterns.
        keywords: Vec<(Identifier, Pattern)>,
    },
    /// `*name` or `*_` (then absent), within a sequence.
    Star(Option<Identifier>),
    /// `pattern as name`; a bare name (no pattern); `_` (neither).
    As {
        /// What must match first.
        pattern: Option<Box<Pattern>>,
        /// The name bound.
        name: Option<Identifier>,
    },
    /// `a | b`: at least two patterns.
    Or(Vec<Pattern>),
}
