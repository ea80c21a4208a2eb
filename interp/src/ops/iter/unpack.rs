//! Unpacking: `a, b = v` and `a, *b = v`.

use crate::objects::list::{ListObj, list};
use crate::objects::tuple::TupleObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// The items of `v`, which must be `n`.
    pub fn unpack(&self, v: &Value, n: usize) -> R<Vec<Value>> {
        if let Some(t) = v.downcast::<TupleObj>() {
            self.check_count(t.items().len(), n)?;
            return Ok(t.items().to_vec());
        }
        if let Some(l) = v.downcast::<ListObj>() {
            self.check_count(l.len(), n)?;
            return Ok(l.to_vec());
        }
        let iterator = self.unpackable(v)?;
        let mut items = Vec::with_capacity(n);
        while items.len() < n {
            match self.next(&iterator)? {
                Some(item) => items.push(item),
                None => return self.check_count(items.len(), n).map(|()| items),
            }
        }
        if self.next(&iterator)?.is_some() {
            self.check_count(n + 1, n)?;
        }
        Ok(items)
    }

    fn check_count(&self, got: usize, n: usize) -> R<()> {
        if got == n {
            return Ok(());
        }
        Err(self.value_error(if got < n {
            format!("not enough values to unpack (expected {n}, got {got})")
        } else {
            format!("too many values to unpack (expected {n})")
        }))
    }

    fn unpackable(&self, v: &Value) -> R {
        let result = self.iter(v);
        if result.is_err()
            && self.special(v, &self.names.iter_).is_none()
            && self.special(v, &self.names.getitem_).is_none()
            && self.catch(&self.exceptions.TypeError).is_some()
        {
            let name = self.type_name(v);
            return Err(self.type_error(format!("cannot unpack non-iterable {name} object")));
        }
        result
    }

    /// The items of `v`: `before` ones, a list of those in the middle, and `after` ones.
    pub fn unpack_star(&self, v: &Value, before: usize, after: usize) -> R<Vec<Value>> {
        let mut items = match self.collect_unpackable(v) {
            Ok(items) => items,
            Err(Raised) => return Err(Raised),
        };
        let (needed, got) = (before + after, items.len());
        if got < needed {
            return Err(self.value_error(format!(
                "not enough values to unpack (expected at least {needed}, got {got})"
            )));
        }
        let last = items.split_off(got - after);
        let middle = items.split_off(before);
        items.push(list(middle));
        items.extend(last);
        Ok(items)
    }

    fn collect_unpackable(&self, v: &Value) -> R<Vec<Value>> {
        if v.downcast::<TupleObj>().is_some() || v.downcast::<ListObj>().is_some() {
            return self.collect(v);
        }
        let iterator = self.unpackable(v)?;
        self.collect(&iterator)
    }
}
