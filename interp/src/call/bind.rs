//! Binding the arguments of a call to the parameters of a function written in the language, and
//! the texts of what can go wrong.

use super::native::plural;
use crate::code::Params;
use crate::object::Ref;
use crate::objects::dict::new_dict;
use crate::objects::function::FunctionObj;
use crate::objects::str::Name;
use crate::objects::tuple::tuple;
use crate::stack::Slot;
use crate::stack::StackFrame;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// Puts arguments into the parameter slots of a new frame: positional ones, then the values
    /// of the keywords `kwnames`, then defaults.
    pub(crate) fn bind_arguments(
        &self,
        f: &Ref<FunctionObj>,
        frame: &StackFrame<'_>,
        args: &[Value],
        kwnames: &[Name],
    ) -> R<()> {
        let params = &f.code.params;
        let (positional, keywords) = args.split_at(args.len() - kwnames.len());
        for (i, a) in positional.iter().take(params.positional).enumerate() {
            frame.set_arg(i, a.clone());
        }
        let named = params.positional + params.keyword_only;
        if params.varargs {
            let rest = positional.get(params.positional..).unwrap_or_default();
            frame.set_arg(named, tuple(rest.to_vec()));
        }
        let extra = params.varkw.then(|| {
            let dict = new_dict();
            frame.set_arg(named + usize::from(params.varargs), (&dict).into());
            dict
        });
        for (name, value) in kwnames.iter().zip(keywords) {
            let found = params.names[params.positional_only..named]
                .iter()
                .position(|n| n == name);
            match (found, &extra) {
                (Some(i), _) => {
                    let i = i + params.positional_only;
                    if !frame.frame().get(Slot::new(i)).is_unbound() {
                        self.misplaced_keywords(f, kwnames)?;
                        return Err(self.type_error(format!(
                            "{}() got multiple values for argument '{}'",
                            f.qualname_text(),
                            name.as_str()
                        )));
                    }
                    frame.set_arg(i, value.clone());
                }
                (None, Some(dict)) => {
                    if dict.get_name(name).is_some() {
                        return Err(self.type_error(format!(
                            "{}() got multiple values for keyword argument '{}'",
                            f.qualname_text(),
                            name.as_str()
                        )));
                    }
                    dict.set_name(name, value.clone());
                }
                (None, None) if params.names[..params.positional_only].contains(name) => {
                    self.misplaced_keywords(f, kwnames)?;
                }
                (None, None) => return Err(self.unknown_keyword(f, name)),
            }
        }
        if positional.len() > params.positional && !params.varargs {
            return Err(self.too_many_arguments(f, frame, positional.len()));
        }
        self.fill_defaults(f, frame, params, positional.len())
    }

    /// Raises if keywords name positional-only parameters.
    #[cold]
    fn misplaced_keywords(&self, f: &Ref<FunctionObj>, kwnames: &[Name]) -> R<()> {
        let params = &f.code.params;
        if params.varkw {
            return Ok(());
        }
        let only = &params.names[..params.positional_only];
        let misplaced = only.iter().filter(|name| kwnames.contains(name));
        let misplaced: Vec<&str> = misplaced.map(Name::as_str).collect();
        if misplaced.is_empty() {
            return Ok(());
        }
        Err(self.type_error(format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            f.qualname_text(),
            misplaced.join(", ")
        )))
    }

    pub(crate) fn fill_defaults(
        &self,
        f: &Ref<FunctionObj>,
        frame: &StackFrame<'_>,
        params: &Params,
        given: usize,
    ) -> R<()> {
        let slots = frame.frame();
        if given < params.positional {
            let defaults = f.defaults.borrow().clone();
            let defaults = defaults.as_ref().map_or(&[][..], |d| d.items());
            let required = params.positional.saturating_sub(defaults.len());
            let skip = defaults.len().saturating_sub(params.positional);
            let is_missing = |i: &usize| slots.get(Slot::new(*i)).is_unbound();
            let missing: Vec<usize> = (given..required).filter(is_missing).collect();
            if !missing.is_empty() {
                return Err(self.missing_arguments(f, &missing, "positional"));
            }
            for i in given.max(required)..params.positional {
                if slots.get(Slot::new(i)).is_unbound() {
                    frame.set_arg(i, defaults[skip + i - required].clone());
                }
            }
        }
        if params.keyword_only > 0 {
            let defaults = f.kwdefaults.borrow().clone();
            let mut missing = Vec::new();
            for i in params.positional..params.positional + params.keyword_only {
                if !slots.get(Slot::new(i)).is_unbound() {
                    continue;
                }
                match defaults.as_ref().and_then(|d| d.get_name(&params.names[i])) {
                    Some(v) => frame.set_arg(i, v),
                    None => missing.push(i),
                }
            }
            if !missing.is_empty() {
                return Err(self.missing_arguments(f, &missing, "keyword-only"));
            }
        }
        Ok(())
    }

    #[cold]
    fn missing_arguments(&self, f: &Ref<FunctionObj>, missing: &[usize], kind: &str) -> Raised {
        let names: Vec<String> = missing
            .iter()
            .map(|i| format!("'{}'", f.code.params.names[*i].as_str()))
            .collect();
        let listed = match names.as_slice() {
            [one] => one.clone(),
            [a, b] => format!("{a} and {b}"),
            [most @ .., last] => format!("{}, and {last}", most.join(", ")),
            [] => String::new(),
        };
        self.type_error(format!(
            "{}() missing {} required {kind} argument{}: {listed}",
            f.qualname_text(),
            names.len(),
            plural(names.len())
        ))
    }

    #[cold]
    fn too_many_arguments(
        &self,
        f: &Ref<FunctionObj>,
        frame: &StackFrame<'_>,
        given: usize,
    ) -> Raised {
        let params = &f.code.params;
        let defaults = f.defaults.borrow().as_ref().map_or(0, |d| d.items().len());
        let max = params.positional;
        let takes = if defaults > 0 {
            format!(
                "from {} to {max} positional arguments",
                max.saturating_sub(defaults)
            )
        } else {
            format!("{max} positional argument{}", plural(max))
        };
        let kwonly = (max..max + params.keyword_only)
            .filter(|i| !frame.frame().get(Slot::new(*i)).is_unbound())
            .count();
        let were = if kwonly > 0 {
            format!(
                "{given} positional argument{} (and {kwonly} keyword-only argument{}) were",
                plural(given),
                plural(kwonly)
            )
        } else {
            format!("{given} {}", if given == 1 { "was" } else { "were" })
        };
        self.type_error(format!(
            "{}() takes {takes} but {were} given",
            f.qualname_text()
        ))
    }

    #[cold]
    fn unknown_keyword(&self, f: &Ref<FunctionObj>, name: &Name) -> Raised {
        let params = &f.code.params;
        let named = params.positional + params.keyword_only;
        let known = params.names[params.positional_only..named]
            .iter()
            .map(|n| n.as_str());
        let hint = match crate::ops::suggest::closest(name.as_str(), known) {
            Some(close) => format!(". Did you mean '{close}'?"),
            None => String::new(),
        };
        self.type_error(format!(
            "{}() got an unexpected keyword argument '{}'{hint}",
            f.qualname_text(),
            name.as_str()
        ))
    }
}
