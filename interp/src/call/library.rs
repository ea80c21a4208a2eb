//! Wrong arguments of library functions that are written in Python elsewhere (`asyncio`): the
//! errors are worded as those of script functions.

use super::native::{is_positional, plural};
use crate::native::{ParamKind, Signature};
use crate::objects::function::NativeObj;
use crate::value::{Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// True if CPython has this function in Python.
    pub(super) fn is_python_elsewhere(&self, n: &NativeObj) -> bool {
        match &n.class {
            Some(class) => class
                .module(self)
                .is_some_and(|m| m.as_str().is_some_and(|m| m.starts_with("asyncio."))),
            None => n.module.as_ref().is_some_and(|m| m.as_str() == "asyncio"),
        }
    }

    /// The name in messages: with the class, and the class's initialiser for its constructor.
    pub(super) fn python_name(&self, n: &NativeObj) -> String {
        let Some(class) = &n.class else {
            return n.row.name().to_owned();
        };
        let name = match n.row.name() {
            "__new__" => "__init__",
            name => name,
        };
        match class.name_text().as_str() {
            "_UnixSelectorEventLoop" => format!("BaseEventLoop.{name}"),
            class => format!("{class}.{name}"),
        }
    }

    /// More positional arguments than there are places, or too few.
    #[cold]
    pub(super) fn wrong_python_count(
        &self,
        n: &NativeObj,
        signature: &Signature,
        values: &[Value],
        given: usize,
    ) -> Raised {
        let params = &signature.params;
        let max = params.iter().filter(|p| is_positional(p.kind)).count();
        let name = self.python_name(n);
        if given <= max {
            return self.missing_python(&name, signature, values);
        }
        // `self` counts; `__new__` has its class among the parameters.
        let hidden = usize::from(n.row.has_receiver());
        let required = params
            .iter()
            .filter(|p| is_positional(p.kind) && p.default.is_none())
            .count();
        let (given, max, required) = (given + hidden, max + hidden, required + hidden);
        let takes = if required < max {
            format!("from {required} to {max} positional arguments")
        } else {
            format!("{max} positional argument{}", plural(max))
        };
        let were = if given == 1 { "was" } else { "were" };
        self.type_error(format!("{name}() takes {takes} but {given} {were} given"))
    }

    /// A keyword that no parameter has.
    #[cold]
    pub(super) fn unexpected_python_keyword(
        &self,
        n: &NativeObj,
        signature: &Signature,
        keyword: &str,
    ) -> Raised {
        let named = |kind| matches!(kind, ParamKind::Positional | ParamKind::KeywordOnly);
        let known = signature.params.iter().filter(|p| named(p.kind));
        let hint = match crate::ops::suggest::closest(keyword, known.map(|p| p.name)) {
            Some(close) => format!(". Did you mean '{close}'?"),
            None => String::new(),
        };
        self.type_error(format!(
            "{}() got an unexpected keyword argument '{keyword}'{hint}",
            self.python_name(n)
        ))
    }

    /// Required parameters that were not given: the positional ones first.
    #[cold]
    fn missing_python(&self, name: &str, signature: &Signature, values: &[Value]) -> Raised {
        let missing = |is_wanted: fn(ParamKind) -> bool| -> Vec<String> {
            let params = signature.params.iter().zip(values);
            params
                .filter(|(p, v)| is_wanted(p.kind) && p.default.is_none() && v.is_unbound())
                .map(|(p, _)| format!("'{}'", p.name))
                .collect()
        };
        let (mut names, mut kind) = (missing(is_positional), "positional");
        if names.is_empty() {
            names = missing(|kind| kind == ParamKind::KeywordOnly);
            kind = "keyword-only";
        }
        let listed = match names.as_slice() {
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [most @ .., last] => format!("{}, and {last}", most.join(", ")),
            [] => String::new(),
        };
        self.type_error(format!(
            "{name}() missing {} required {kind} argument{}: {listed}",
            names.len(),
            plural(names.len())
        ))
    }
}
