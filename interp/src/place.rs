//! Places in sources, small enough to be kept by whatever a report may be about one day: the call
//! that made a task, the `await` that got a lock.
//!
//! A place is the number of a source and an offset in it; it holds nothing alive. What it stands
//! for is looked up when a report is written.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use crate::code::Source;
use crate::vm::Vm;

/// A place in a source; the default one is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of the source, from 1; 0 if the place is not known.
    source: u16,
    /// The offset in bytes.
    at: u32,
}

thread_local! {
    /// The sources, by number.
    static SOURCES: RefCell<Vec<Weak<Source>>> = const { RefCell::new(Vec::new()) };
}

/// Gives a source its number; 0 if there are too many.
pub(crate) fn number(source: &Weak<Source>) -> u16 {
    SOURCES.with_borrow_mut(|sources| match u16::try_from(sources.len() + 1) {
        Ok(number) => {
            sources.push(source.clone());
            number
        }
        Err(_) => 0,
    })
}

/// The source with this number.
fn source(number: u16) -> Option<Rc<Source>> {
    let at = usize::from(number).checked_sub(1)?;
    SOURCES.with_borrow(|sources| sources.get(at)?.upgrade())
}

impl Place {
    /// The place at an offset of a source.
    #[inline]
    pub fn new(source: &Source, at: u32) -> Place {
        Place {
            source: source.number,
            at,
        }
    }

    pub(crate) fn from_parts(source: u16, at: u32) -> Place {
        Place { source, at }
    }

    pub(crate) fn parts(self) -> (u16, u32) {
        (self.source, self.at)
    }

    /// The source, if it is still there, and the offset in it.
    pub fn find(self) -> Option<(Rc<Source>, u32)> {
        Some((source(self.source)?, self.at))
    }

    /// `file:line`.
    pub fn text(self) -> Option<String> {
        let (source, at) = self.find()?;
        Some(format!("{}:{}", source.filename, source.line(at)))
    }
}

impl Vm {
    /// Where the running frame is.
    #[inline]
    pub fn here(&self) -> Place {
        match self.frame() {
            Some(frame) => Place::new(&frame.function().code.source, frame.span().start),
            None => Place::default(),
        }
    }
}
