//! Templates taken apart, kept by the string they were made from.
//!
//! Most templates are literals and come again. An entry holds a count on its string, so that the
//! string's address is not used again, and the string does not change in place.

use std::cell::RefCell;
use std::rc::Rc;

use crate::object::Ref;
use crate::objects::str::StrObj;

const SIZE: usize = 64;

/// Longer templates are not kept.
const LONGEST: usize = 1024;

/// A template and what was made of it.
type Entry<T> = (Ref<StrObj>, Rc<T>);

/// A small cache; an entry gives way to the next one at its place.
pub(crate) struct Cache<T> {
    entries: [RefCell<Option<Entry<T>>>; SIZE],
}

impl<T> Default for Cache<T> {
    fn default() -> Cache<T> {
        Cache {
            entries: [const { RefCell::new(None) }; SIZE],
        }
    }
}

impl<T> Cache<T> {
    /// What `make` makes of the template, now or earlier.
    pub(crate) fn get(&self, template: &Ref<StrObj>, make: impl FnOnce(&str) -> T) -> Rc<T> {
        let address = template.obj().address();
        let slot = &self.entries[(address >> 4) % SIZE];
        if let Some((known, made)) = &*slot.borrow()
            && known.is(template)
        {
            return made.clone();
        }
        let made = Rc::new(make(template.as_str()));
        if template.as_str().len() <= LONGEST {
            let old = slot.replace(Some((template.clone(), made.clone())));
            drop(old);
        }
        made
    }
}
