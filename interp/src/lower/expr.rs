//! Expressions.

use std::collections::HashSet;

use aio_lexer::Span;
use aio_parser::ast::{
    BoolOp, CmpOp, Constant, Conversion, Expr as Ast, ExprKind, FStringPart, Keyword, UnaryOp,
};

use super::frame::Place;
use super::{Lowerer, Out};
use crate::eval::call::{Call, CallParts, Callee};
use crate::eval::display::{DictDisplay, Item, Items, Sort, Tuple};
use crate::eval::general_call::{Argument, GeneralCall, KeywordCall};
use crate::eval::name::{
    Constant as Literal, LoadCell, LoadFree, LoadGlobal, LoadLocal, LoadName, Walrus,
};
use crate::eval::operand::Part;
use crate::eval::operator::{Chain, Conditional, Logical, Not, Unary};
use crate::eval::subscript::MakeSlice;
use crate::eval::super_call::{SuperMethodCall, ZeroArgSuper};
use crate::eval::text::{Joined, Piece, Spec};
use crate::eval::type_params::LoadClassName;
use crate::node::ExprBox;
use crate::object::Ref;
use crate::objects::int::ComplexObj;
use crate::objects::str::Name;
use crate::objects::tuple::tuple;
use crate::value::Value;

impl Lowerer<'_> {
    /// Lowers an expression. What it must do first because it can suspend goes to `out`.
    pub(crate) fn expr(&mut self, e: &Ast, out: &mut Out) -> ExprBox {
        if self.scopes.suspends(e) {
            return self.suspending(e, out);
        }
        self.plain(e, out)
    }

    /// Lowers an expression that cannot suspend (or whose suspending parts have been moved).
    pub(crate) fn plain(&mut self, e: &Ast, out: &mut Out) -> ExprBox {
        let span = e.span;
        match &e.kind {
            ExprKind::Constant(c) => Box::new(Literal {
                value: self.constant(c),
                span,
            }),
            ExprKind::Name(name) => {
                let name = self.mangled(name);
                self.load(&name, span)
            }
            ExprKind::BoolOp { op, values } => {
                let values = values.iter().map(|v| self.expr(v, out)).collect();
                Box::new(Logical {
                    is_or: *op == BoolOp::Or,
                    values,
                    span,
                })
            }
            ExprKind::BinOp { left, op, right } => self.binary(*op, left, right, span, out),
            ExprKind::UnaryOp { op, operand } => self.unary(*op, operand, span, out),
            ExprKind::Lambda { params, body } => self.lambda(e, params, body, out),
            ExprKind::IfExp { test, body, orelse } => Box::new(Conditional {
                test: self.expr(test, out),
                body: self.expr(body, out),
                orelse: self.expr(orelse, out),
                span,
            }),
            ExprKind::Dict(items) => {
                let lowered = items.iter().map(|i| {
                    let key = i.key.as_ref().map(|k| self.expr(k, out));
                    (key, self.expr(&i.value, out))
                });
                let items = lowered.collect();
                Box::new(DictDisplay { items, span })
            }
            ExprKind::Set(items) => {
                let is_constant = items.len() > 2 && items.iter().all(is_constant);
                let sort = [Sort::Set, Sort::ConstantSet][usize::from(is_constant)];
                self.items(sort, items, span, out)
            }
            ExprKind::List(items) => self.items(Sort::List, items, span, out),
            ExprKind::Tuple(items) => self.tuple(items, span, out),
            ExprKind::ListComp { .. } | ExprKind::SetComp { .. } | ExprKind::DictComp { .. } => {
                self.comprehension(e)
            }
            ExprKind::GeneratorExp { elt, generators } => self.generator(e, elt, generators, out),
            ExprKind::Compare { left, comparisons } => match comparisons.as_slice() {
                [(op, right)] => self.comparison(*op, left, right, span, out),
                _ => self.chain(left, comparisons, span, out),
            },
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(func, args, keywords, span, out),
            ExprKind::JoinedStr(parts) => self.joined(parts, span, out),
            ExprKind::Attribute { value, attr, .. } => {
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                self.attribute(value, name, span, out)
            }
            ExprKind::Subscript { value, index } => self.subscript(value, index, span, out),
            ExprKind::Starred(inner) => self.expr(inner, out),
            ExprKind::Slice { lower, upper, step } => {
                let mut part = |p: &Option<Box<Ast>>| p.as_ref().map(|p| self.expr(p, out));
                Box::new(MakeSlice {
                    parts: [part(lower), part(upper), part(step)],
                    span,
                })
            }
            ExprKind::NamedExpr { target, value } => {
                let value = self.expr(value, out);
                let target = self.target(target, out);
                Box::new(Walrus {
                    target,
                    value,
                    span,
                })
            }
            // These always suspend and never come here.
            ExprKind::Await(_) | ExprKind::Yield(_) | ExprKind::YieldFrom(_) => {
                self.suspending(e, out)
            }
        }
    }

    /// The value of a literal.
    pub(crate) fn constant(&mut self, c: &Constant) -> Value {
        match c {
            Constant::None => Value::None,
            Constant::True => Value::True,
            Constant::False => Value::False,
            Constant::Ellipsis => Value::Ellipsis,
            Constant::Int(i) => Value::Int(*i),
            Constant::BigInt(big) => {
                let parsed = num_bigint::BigInt::parse_bytes(big.digits.as_bytes(), big.radix);
                parsed.map_or(Value::Int(0), Value::from)
            }
            Constant::Float(x) => Value::float(*x),
            Constant::Imaginary(im) => Ref::new(ComplexObj { re: 0.0, im: *im }).into(),
            Constant::Str(s) => {
                // Short words are likely to be keys and attribute names.
                if s.len() <= 40 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                    Value::from(&self.name(s))
                } else {
                    self.vm.text(s)
                }
            }
            Constant::Bytes(b) => crate::objects::bytes::bytes(&**b),
        }
    }

    /// Reads a variable (its name already mangled).
    pub(crate) fn load(&mut self, name: &std::rc::Rc<str>, span: Span) -> ExprBox {
        let place = self.place(name);
        let name = self.name(name);
        load_place(place, name, span)
    }

    fn unary(&mut self, op: UnaryOp, operand: &Ast, span: Span, out: &mut Out) -> ExprBox {
        if op == UnaryOp::USub {
            match &operand.kind {
                ExprKind::Constant(Constant::Int(i)) => {
                    return Box::new(Literal {
                        value: Value::Int(-i),
                        span,
                    });
                }
                ExprKind::Constant(Constant::Float(x)) => {
                    return Box::new(Literal {
                        value: Value::float(-x),
                        span,
                    });
                }
                _ => {}
            }
        }
        let a = self.expr(operand, out);
        if op == UnaryOp::Not {
            Box::new(Not { a, span })
        } else {
            Box::new(Unary { op, a, span })
        }
    }

    fn chain(
        &mut self,
        left: &Ast,
        comparisons: &[(CmpOp, Ast)],
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        let first = self.part(left, out);
        let rest = comparisons
            .iter()
            .map(|(op, e)| (*op, self.part(e, out)))
            .collect();
        Box::new(Chain { first, rest, span })
    }

    /// What a loop or comprehension walks over.
    pub(super) fn iterable(&mut self, e: &Ast, out: &mut Out) -> ExprBox {
        match &e.kind {
            ExprKind::Set(items) if items.iter().all(is_constant) => {
                self.items(Sort::IteratedSet, items, e.span, out)
            }
            _ => self.expr(e, out),
        }
    }

    fn items(&mut self, sort: Sort, items: &[Ast], span: Span, out: &mut Out) -> ExprBox {
        let items = items
            .iter()
            .map(|i| Item {
                starred: matches!(i.kind, ExprKind::Starred(_)),
                value: self.expr(i, out),
            })
            .collect();
        Box::new(Items { sort, items, span })
    }

    fn tuple(&mut self, items: &[Ast], span: Span, out: &mut Out) -> ExprBox {
        let constants: Option<Vec<&Constant>> = items
            .iter()
            .map(|i| match &i.kind {
                ExprKind::Constant(c) => Some(c),
                _ => None,
            })
            .collect();
        if let Some(constants) = constants {
            let values = constants.into_iter().map(|c| self.constant(c)).collect();
            return Box::new(Literal {
                value: tuple(values),
                span,
            });
        }
        if items.iter().any(|i| matches!(i.kind, ExprKind::Starred(_))) {
            return self.items(Sort::Tuple, items, span, out);
        }
        match items {
            [a, b] => {
                let items = [self.expr(a, out), self.expr(b, out)];
                Box::new(Tuple { items, span })
            }
            [a, b, c] => {
                let items = [self.expr(a, out), self.expr(b, out), self.expr(c, out)];
                Box::new(Tuple { items, span })
            }
            _ => self.items(Sort::Tuple, items, span, out),
        }
    }

    fn joined(&mut self, parts: &[FStringPart], span: Span, out: &mut Out) -> ExprBox {
        let pieces = self.pieces(parts, out);
        if let [Piece::Literal(text)] = pieces.as_slice() {
            return Box::new(Literal {
                value: self.vm.text(text),
                span,
            });
        }
        Box::new(Joined { pieces, span })
    }

    fn pieces(&mut self, parts: &[FStringPart], out: &mut Out) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in parts {
            match part {
                FStringPart::Literal(text) => pieces.push(Piece::Literal((&**text).into())),
                FStringPart::Field(field) => {
                    if let Some(text) = &field.debug_text {
                        pieces.push(Piece::Literal((&**text).into()));
                    }
                    let value = self.part(&field.value, out);
                    let spec = match &field.format_spec {
                        Some(parts) => self.format_spec(parts, field.span, out),
                        None => Spec::Literal("".into()),
                    };
                    pieces.push(Piece::Field {
                        value,
                        conversion: field.conversion,
                        spec,
                        span: field.span,
                    });
                }
            }
        }
        pieces
    }

    fn format_spec(&mut self, parts: &[FStringPart], span: Span, out: &mut Out) -> Spec {
        let mut pieces = self.pieces(parts, out);
        match (pieces.pop(), pieces.is_empty()) {
            (None, _) => Spec::Literal("".into()),
            (Some(Piece::Literal(text)), true) => Spec::Literal(text),
            (Some(last), _) => {
                pieces.push(last);
                Spec::Joined(Box::new(Joined { pieces, span }))
            }
        }
    }

    /// One replacement field as a string of its own (where what follows it can suspend).
    pub(crate) fn single_field(
        &mut self,
        part: &FStringPart,
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        let pieces = self.pieces(std::slice::from_ref(part), out);
        Box::new(Joined { pieces, span })
    }

    /// A string that is the text of `value` already.
    pub(crate) fn text_piece(value: ExprBox, span: Span) -> Piece {
        Piece::Field {
            value: Part::Any(value),
            conversion: Conversion::None,
            spec: Spec::Literal("".into()),
            span,
        }
    }

    fn call(
        &mut self,
        func: &Ast,
        args: &[Ast],
        keywords: &[Keyword],
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        if let Some(call) = self.super_call(func, args, keywords, span, out) {
            return call;
        }
        if is_plain_call(args, keywords) {
            return Box::new(Call(self.call_parts(func, args, span, out)));
        }
        if let Some(names) = self.plain_keywords(args, keywords) {
            let callee = self.callee(func, out);
            let values = args.iter().chain(keywords.iter().map(|k| &k.value));
            let args = values.map(|v| self.part(v, out)).collect();
            return Box::new(KeywordCall::new(CallParts::new(callee, args, span), names));
        }
        let callee = self.expr(func, out);
        let args = self.arguments(args, keywords, out);
        Box::new(GeneralCall { callee, args, span })
    }

    /// The names of the keywords, if there are no stars and no name is given twice.
    fn plain_keywords(&mut self, args: &[Ast], keywords: &[Keyword]) -> Option<Box<[Name]>> {
        if args.iter().any(|a| matches!(a.kind, ExprKind::Starred(_))) {
            return None;
        }
        let mut names = Vec::with_capacity(keywords.len());
        let mut seen = HashSet::with_capacity(keywords.len());
        for k in keywords {
            let name = self.mangled(k.name.as_ref()?);
            let name = self.name(&name);
            if !seen.insert(name.clone()) {
                return None;
            }
            names.push(name);
        }
        Some(names.into())
    }

    /// Arguments with stars and keywords, in the order of their evaluation (as written).
    pub(crate) fn arguments(
        &mut self,
        args: &[Ast],
        keywords: &[Keyword],
        out: &mut Out,
    ) -> Vec<Argument> {
        let mut all: Vec<(u32, Argument)> = Vec::new();
        for a in args {
            let argument = match &a.kind {
                ExprKind::Starred(inner) => Argument::Starred(self.expr(inner, out)),
                _ => Argument::Positional(self.expr(a, out)),
            };
            all.push((a.span.start, argument));
        }
        for k in keywords {
            let value = self.expr(&k.value, out);
            let argument = match &k.name {
                Some(name) => {
                    let name = self.mangled(name);
                    Argument::Keyword(self.name(&name), value)
                }
                None => Argument::DoubleStarred(value),
            };
            all.push((k.span.start, argument));
        }
        // Python evaluates positional and starred arguments first, then the keywords.
        all.into_iter().map(|a| a.1).collect()
    }

    /// A call with positional arguments only.
    pub(crate) fn call_parts(
        &mut self,
        func: &Ast,
        args: &[Ast],
        span: Span,
        out: &mut Out,
    ) -> CallParts {
        let callee = self.callee(func, out);
        let args = args.iter().map(|a| self.part(a, out)).collect();
        CallParts::new(callee, args, span)
    }

    fn callee(&mut self, func: &Ast, out: &mut Out) -> Callee {
        match &func.kind {
            ExprKind::Attribute { value, attr, .. } => {
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                let object = self.expr(value, out);
                Callee::Method {
                    object,
                    name,
                    cache: Default::default(),
                    span: func.span,
                }
            }
            ExprKind::Name(name) => {
                let name = self.mangled(name);
                let place = self.place(&name);
                let name = self.name(&name);
                match place {
                    Place::Global => Callee::Global(LoadGlobal::new(name, func.span)),
                    place => Callee::Value(load_place(place, name, func.span)),
                }
            }
            _ => Callee::Value(self.expr(func, out)),
        }
    }

    /// `super()` and `super().method(…)` inside a method.
    fn super_call(
        &mut self,
        func: &Ast,
        args: &[Ast],
        keywords: &[Keyword],
        span: Span,
        out: &mut Out,
    ) -> Option<ExprBox> {
        if is_zero_arg_super(func, args, keywords) {
            let (callee, class, receiver) = self.super_parts(func.span)?;
            return Some(Box::new(ZeroArgSuper {
                callee,
                class,
                receiver,
                span,
            }));
        }
        let ExprKind::Attribute { value, attr, .. } = &func.kind else {
            return None;
        };
        let ExprKind::Call {
            func: inner,
            args: none,
            keywords: no_keywords,
        } = &value.kind
        else {
            return None;
        };
        if !is_plain_call(args, keywords) || !is_zero_arg_super(inner, none, no_keywords) {
            return None;
        }
        let (callee, class, receiver) = self.super_parts(inner.span)?;
        let attr = self.mangled(attr);
        let name = self.name(&attr);
        let args = args.iter().map(|a| self.expr(a, out)).collect();
        Some(Box::new(SuperMethodCall {
            callee,
            class,
            receiver,
            name,
            args,
            span,
        }))
    }

    /// The name `super`, the class and the first argument of the method around.
    fn super_parts(&mut self, span: Span) -> Option<(ExprBox, ExprBox, ExprBox)> {
        let class_name: std::rc::Rc<str> = std::rc::Rc::from("__class__");
        let Place::Free(_) = self.place(&class_name) else {
            return None;
        };
        let first = self.frame().local_names.first().cloned()?;
        let scope = self.scope();
        let frame_scope = self.scopes.frame_of(scope);
        let first_text: std::rc::Rc<str> = std::rc::Rc::from(first.0.as_str());
        let info = self.scopes.list[frame_scope]
            .names
            .get(&first_text)
            .copied()?;
        if !info.param {
            return None;
        }
        let callee = self.load(&std::rc::Rc::from("super"), span);
        let class = self.load(&class_name, span);
        let receiver: ExprBox = if info.captured {
            Box::new(LoadCell {
                slot: first.1,
                name: first.0,
                span,
            })
        } else {
            Box::new(LoadLocal {
                slot: first.1,
                span,
            })
        };
        Some((callee, class, receiver))
    }
}

/// Reads a variable at a place.
pub(crate) fn load_place(place: Place, name: Name, span: Span) -> ExprBox {
    match place {
        Place::Local(slot) => Box::new(LoadLocal { slot, span }),
        Place::Cell(slot) => Box::new(LoadCell { slot, name, span }),
        Place::Free(index) => Box::new(LoadFree { index, name, span }),
        Place::Global => Box::new(LoadGlobal::new(name, span)),
        Place::ClassNamespace(namespace, outer) => {
            let outer = load_place(*outer, name.clone(), span);
            Box::new(LoadClassName {
                namespace,
                name,
                outer,
                span,
            })
        }
        Place::Namespace(namespace, outer) => {
            let outer = load_place(*outer, name.clone(), span);
            Box::new(LoadName {
                namespace,
                name,
                outer,
                span,
            })
        }
    }
}

/// True for a call with positional arguments only, none of them starred.
pub(crate) fn is_plain_call(args: &[Ast], keywords: &[Keyword]) -> bool {
    keywords.is_empty() && !args.iter().any(|a| matches!(a.kind, ExprKind::Starred(_)))
}

fn is_zero_arg_super(func: &Ast, args: &[Ast], keywords: &[Keyword]) -> bool {
    args.is_empty()
        && keywords.is_empty()
        && matches!(&func.kind, ExprKind::Name(name) if &**name == "super")
}

/// True for what CPython's compiler makes a constant of.
fn is_constant(e: &Ast) -> bool {
    match &e.kind {
        ExprKind::Constant(_) => true,
        ExprKind::UnaryOp { operand, .. } => is_constant(operand),
        ExprKind::BinOp { left, right, .. } => is_constant(left) && is_constant(right),
        ExprKind::Tuple(items) => items.iter().all(is_constant),
        _ => false,
    }
}
