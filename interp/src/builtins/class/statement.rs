//! The `class` statement: resolves bases and the metaclass, runs the body, calls the metaclass.

use super::layout;
use crate::objects::cell::CellObj;
use crate::objects::class::ClassObj;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::str::Name;
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// Runs the body of a class in the namespace it is given; returns the `__class__` cell if the body
/// has one.
pub type ClassBody<'a> = &'a mut dyn FnMut(&Vm, &Value) -> R<Option<Value>>;

impl Vm {
    /// The whole of a `class` statement; returns the class.
    pub fn build_class(
        &self,
        name: &Name,
        bases: Vec<Value>,
        mut keywords: Vec<(Name, Value)>,
        body: ClassBody<'_>,
    ) -> R {
        let resolved = self.resolve_bases(&bases)?;
        let given = keywords
            .iter()
            .position(|(k, _)| *k == self.names.metaclass);
        let given = given.map(|at| keywords.remove(at).1);
        let meta = self.choose_metaclass(given, resolved.as_ref().unwrap_or(&bases))?;
        let original = resolved.is_some().then(|| tuple(bases.clone()));
        let bases = tuple(resolved.unwrap_or(bases));
        let namespace = self.prepare_namespace(&meta, name, &bases, &keywords)?;
        let cell = body(self, &namespace)?;
        if let Some(original) = original {
            self.set_entry(&namespace, &self.names.orig_bases_, original)?;
        }
        if let Some(cell) = &cell {
            self.set_entry(&namespace, &self.names.classcell_, cell.clone())?;
        }
        let (names, values): (Vec<_>, Vec<_>) = keywords.into_iter().unzip();
        let mut args = vec![Value::from(name), bases, namespace];
        args.extend(values);
        let class = self.call_kw(&meta, &args, &names)?;
        self.check_cell(name, &class, cell.as_ref())?;
        Ok(class)
    }

    fn set_entry(&self, namespace: &Value, name: &Name, value: Value) -> R<()> {
        match namespace.downcast::<DictObj>() {
            Some(dict) => {
                dict.set_name(name, value);
                Ok(())
            }
            None => self.set_item(namespace, &name.into(), value),
        }
    }

    /// The bases with `__mro_entries__` called on what is no class; `None` if all are classes.
    fn resolve_bases(&self, bases: &[Value]) -> R<Option<Vec<Value>>> {
        if bases.iter().all(|b| b.downcast::<ClassObj>().is_some()) {
            return Ok(None);
        }
        let (mut resolved, mut changed) = (Vec::new(), false);
        for base in bases {
            if base.downcast::<ClassObj>().is_some() {
                resolved.push(base.clone());
                continue;
            }
            let Some(hook) = self.find_attr(base, &self.names.mro_entries_)? else {
                resolved.push(base.clone());
                continue;
            };
            let entries = self.call(&hook, &[tuple(bases.to_vec())])?;
            let Some(entries) = entries.downcast::<TupleObj>() else {
                return Err(self.type_error("__mro_entries__ must return a tuple"));
            };
            resolved.extend_from_slice(entries.items());
            changed = true;
        }
        Ok(changed.then_some(resolved))
    }

    fn choose_metaclass(&self, given: Option<Value>, bases: &[Value]) -> R {
        let meta = match given {
            Some(meta) => meta,
            None => match bases.first() {
                Some(base) => self.class_of(base).into(),
                None => Value::from(&self.classes.type_),
            },
        };
        match meta.downcast::<ClassObj>() {
            Some(class) => layout::metaclass(self, class, bases).map(Value::from),
            None => Ok(meta),
        }
    }

    fn prepare_namespace(
        &self,
        meta: &Value,
        name: &Name,
        bases: &Value,
        keywords: &[(Name, Value)],
    ) -> R {
        if meta.is(&Value::from(&self.classes.type_)) {
            return Ok(new_dict().into());
        }
        let Some(prepare) = self.find_attr(meta, &self.names.prepare_)? else {
            return Ok(new_dict().into());
        };
        let mut args = vec![Value::from(name), bases.clone()];
        args.extend(keywords.iter().map(|k| k.1.clone()));
        let names: Vec<Name> = keywords.iter().map(|k| k.0.clone()).collect();
        let namespace = self.call_kw(&prepare, &args, &names)?;
        let is_mapping = self.native(&namespace).downcast::<DictObj>().is_some()
            || self.special(&namespace, &self.names.getitem_).is_some();
        if is_mapping {
            return Ok(namespace);
        }
        let by = match meta.downcast::<ClassObj>() {
            Some(class) => class.name_text(),
            None => "<metaclass>".to_owned(),
        };
        let given = self.type_name(&namespace);
        Err(self.type_error(format!(
            "{by}.__prepare__() must return a mapping, not {given}"
        )))
    }

    /// Whoever made the class must have handed the `__class__` cell on to `type.__new__`.
    fn check_cell(&self, name: &Name, class: &Value, cell: Option<&Value>) -> R<()> {
        let Some(cell) = cell.and_then(|c| c.downcast::<CellObj>()) else {
            return Ok(());
        };
        if class.downcast::<ClassObj>().is_none() {
            return Ok(());
        }
        let content = cell.value.get();
        if content.is(class) {
            return Ok(());
        }
        let (name, shown) = (name.as_str(), self.repr_or_name(class));
        if content.is_unbound() {
            return Err(self.runtime_error(format!(
                "__class__ not set defining '{name}' as {shown}. Was __classcell__ propagated to \
                 type.__new__?"
            )));
        }
        let found = self.repr_or_name(&content);
        Err(self.type_error(format!(
            "__class__ set to {found} defining '{name}' as {shown}"
        )))
    }
}
