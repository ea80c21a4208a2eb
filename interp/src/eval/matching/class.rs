//! Class patterns of `match`: `Point(x, y=0)`.

use aio_lexer::Span;

use super::super::at;
use super::pattern::{Pattern, PatternBox};
use crate::node::ExprBox;
use crate::object::Ref;
use crate::objects::class::ClassObj;
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::TupleObj;
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `Class(pattern, attr=pattern)`.
pub struct ClassPattern {
    /// The class.
    pub class: ExprBox,
    /// The positional patterns.
    pub patterns: Vec<PatternBox>,
    /// Attributes with their patterns.
    pub keywords: Vec<(Name, PatternBox)>,
    /// Its place.
    pub span: Span,
}

impl Pattern for ClassPattern {
    fn matches(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool> {
        let class = self.class.eval(vm, f)?;
        let Some(values) = at(f, self.span, self.values(vm, subject, &class))? else {
            return Ok(false);
        };
        let keywords = self.keywords.iter().map(|k| &k.1);
        for (pattern, value) in self.patterns.iter().chain(keywords).zip(&values) {
            if !pattern.matches(vm, f, value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl ClassPattern {
    /// The values that the patterns look at, `None` if the subject does not match.
    fn values(&self, vm: &Vm, subject: &Value, class_value: &Value) -> R<Option<Vec<Value>>> {
        let Some(class) = class_value.downcast::<ClassObj>() else {
            return Err(vm.type_error("called match pattern must be a class"));
        };
        if !vm.is_instance(subject, class_value)? {
            return Ok(None);
        }
        let mut values = Vec::with_capacity(self.patterns.len() + self.keywords.len());
        let mut seen: Vec<Name> = Vec::new();
        if !self.patterns.is_empty()
            && !self.positional(vm, subject, class, &mut seen, &mut values)?
        {
            return Ok(None);
        }
        for (name, _) in &self.keywords {
            match attribute(vm, subject, class, name, &mut seen)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        Ok(Some(values))
    }

    fn positional(
        &self,
        vm: &Vm,
        subject: &Value,
        class: &Ref<ClassObj>,
        seen: &mut Vec<Name>,
        values: &mut Vec<Value>,
    ) -> R<bool> {
        let given = self.patterns.len();
        let names = vm.find_attr(&class.into(), &vm.names.match_args_)?;
        let names = match &names {
            None if matches_itself(vm, class) => {
                self.check_count(vm, class, 1)?;
                values.push(subject.clone());
                return Ok(true);
            }
            None => {
                self.check_count(vm, class, 0)?;
                return Ok(true);
            }
            Some(names) => names.downcast::<TupleObj>().ok_or_else(|| {
                vm.type_error(format!(
                    "{}.__match_args__ must be a tuple (got {})",
                    class.name_text(),
                    vm.type_name(names)
                ))
            })?,
        };
        self.check_count(vm, class, names.items().len())?;
        for name in &names.items()[..given] {
            let Some(text) = name.downcast::<StrObj>() else {
                return Err(vm.type_error(format!(
                    "__match_args__ elements must be strings (got {})",
                    vm.type_name(name)
                )));
            };
            let name = vm.interned.name_of(text);
            match attribute(vm, subject, class, &name, seen)? {
                Some(value) => values.push(value),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    fn check_count(&self, vm: &Vm, class: &Ref<ClassObj>, allowed: usize) -> R<()> {
        let given = self.patterns.len();
        if given <= allowed {
            return Ok(());
        }
        let plural = if allowed == 1 { "" } else { "s" };
        Err(vm.type_error(format!(
            "{}() accepts {allowed} positional sub-pattern{plural} ({given} given)",
            class.name_text()
        )))
    }
}

/// The attribute of the subject; each may be asked for once.
fn attribute(
    vm: &Vm,
    subject: &Value,
    class: &Ref<ClassObj>,
    name: &Name,
    seen: &mut Vec<Name>,
) -> R<Option<Value>> {
    if seen.contains(name) {
        return Err(vm.type_error(format!(
            "{}() got multiple sub-patterns for attribute {}",
            class.name_text(),
            vm.repr(&Value::from(name))?.as_str()
        )));
    }
    seen.push(name.clone());
    vm.find_attr(subject, name)
}

/// True for the builtin types (and their subclasses) whose single positional pattern looks at the
/// object itself.
fn matches_itself(vm: &Vm, class: &Ref<ClassObj>) -> bool {
    let c = &vm.classes;
    [
        &c.bool_,
        &c.bytearray,
        &c.bytes,
        &c.dict,
        &c.float,
        &c.frozenset,
        &c.int,
        &c.list,
        &c.set,
        &c.str,
        &c.tuple,
    ]
    .iter()
    .any(|b| class.is_subclass(b))
}
