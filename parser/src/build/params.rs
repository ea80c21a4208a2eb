//! Parameter lists. The grammar takes the items in any order; what is wrong about it is said
//! here.

use super::{Boxed, Builder, E};
use crate::ast::*;

/// The parameters as far as they are read.
#[derive(Default)]
pub struct ParameterList {
    params: Parameters,
    /// Where `/` stands.
    slash: Option<Span>,
    /// Where the first `*` stands.
    star: Option<Span>,
    /// `/` is the first item, and no comma after it has been seen.
    is_slash_first: bool,
    /// A bare `*` has no parameter after it yet.
    is_star_unfollowed: bool,
    /// A parameter before any `*` has a default.
    has_default: bool,
    /// Something wrong has been reported.
    is_reported: bool,
}

impl ParameterList {
    fn report(&mut self, b: &Builder, message: &str, span: Span) {
        if !self.is_reported {
            self.is_reported = true;
            b.error(message, span);
        }
    }
}

impl Builder<'_> {
    /// One parameter.
    pub fn param(&self, name: Identifier, annotation: Option<E>, l: u32, r: u32) -> Box<Parameter> {
        Box::new(Parameter {
            name,
            annotation: annotation.unboxed(),
            default: None,
            span: Span::new(l, r),
        })
    }

    /// Adds a parameter without a star.
    pub fn parameter(
        &self,
        mut list: Box<ParameterList>,
        mut param: Box<Parameter>,
        default: Option<E>,
    ) -> Box<ParameterList> {
        param.default = default.unboxed();
        if list.params.kwarg.is_some() {
            list.report(
                self,
                "arguments cannot follow var-keyword argument",
                param.span,
            );
        }
        if list.star.is_some() {
            list.is_star_unfollowed = false;
            list.params.kwonly.push(*param);
            return list;
        }
        if param.default.is_some() {
            list.has_default = true;
        } else if list.has_default {
            list.report(
                self,
                "parameter without a default follows parameter with a default",
                param.span,
            );
        }
        list.params.args.push(*param);
        list
    }

    /// Adds `/`.
    pub fn slash(&self, mut list: Box<ParameterList>, span: Span) -> Box<ParameterList> {
        if list.params.kwarg.is_some() {
            list.report(self, "arguments cannot follow var-keyword argument", span);
        } else if list.slash.is_some() {
            list.report(self, "/ may appear only once", span);
        } else if list.star.is_some() {
            list.report(self, "/ must be ahead of *", span);
        } else if list.params.args.is_empty() {
            list.is_slash_first = true;
        }
        list.slash = Some(span);
        if list.star.is_none() {
            list.params.posonly = std::mem::take(&mut list.params.args);
        }
        list
    }

    /// Adds `*` or `*param`.
    pub fn star(
        &self,
        mut list: Box<ParameterList>,
        span: Span,
        param: Option<Box<Parameter>>,
    ) -> Box<ParameterList> {
        if list.params.kwarg.is_some() {
            list.report(self, "arguments cannot follow var-keyword argument", span);
        } else if list.star.is_some() {
            list.report(self, "* argument may appear only once", span);
        }
        list.star = Some(span);
        list.is_star_unfollowed = param.is_none();
        list.params.vararg = param;
        list
    }

    /// Adds `**param`.
    pub fn double_star(
        &self,
        mut list: Box<ParameterList>,
        span: Span,
        param: Box<Parameter>,
    ) -> Box<ParameterList> {
        if list.params.kwarg.is_some() {
            list.report(self, "arguments cannot follow var-keyword argument", span);
        } else if list.is_star_unfollowed {
            let star = list.star.unwrap_or(span);
            list.report(self, "named arguments must follow bare *", star);
        }
        list.params.kwarg = Some(param);
        list
    }

    /// Reports a default of `*param` or `**param`.
    pub fn star_default(
        &self,
        mut list: Box<ParameterList>,
        is_keyword: bool,
        at: u32,
    ) -> Box<ParameterList> {
        let sort = if is_keyword { "keyword" } else { "positional" };
        let message = format!("var-{sort} argument cannot have default value");
        list.report(self, &message, Span::new(at, at + 1));
        list
    }

    /// Goes on after a comma.
    pub fn parameter_comma(&self, mut list: Box<ParameterList>) -> Box<ParameterList> {
        if std::mem::take(&mut list.is_slash_first) {
            let slash = list.slash.unwrap_or_default();
            list.report(self, "at least one argument must precede /", slash);
        }
        list
    }

    /// The whole list.
    pub fn parameters(&self, mut list: Box<ParameterList>) -> Box<Parameters> {
        if list.is_slash_first {
            let slash = list.slash.unwrap_or_default();
            list.report(self, "invalid syntax", slash);
        }
        if list.is_star_unfollowed {
            let star = list.star.unwrap_or_default();
            list.report(self, "named arguments must follow bare *", star);
        }
        Box::new(list.params)
    }
}
