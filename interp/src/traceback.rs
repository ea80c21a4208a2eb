//! Traceback objects of exceptions, and pictures of frames.

pub mod carets;

use std::rc::Rc;

use crate::builtins::evaluate::frame_locals;
use crate::code::Source;
use crate::object::Ref;
use crate::objects::exception::{ExceptionObj, TracebackObj};
use crate::objects::frame_view::FrameViewObj;
use crate::objects::function::CodeObj;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// `__traceback__` of an exception: `None` if it passed through no frame yet.
    pub fn traceback_of(&self, e: &Ref<ExceptionObj>) -> Value {
        if let Some(seen) = &*e.seen_trace.borrow() {
            let trace = e.trace.borrow();
            let steps = seen.steps();
            // One that was cut short, or had steps added, is still the exception's.
            let own = seen.entries.len().saturating_sub(seen.at);
            let same = steps.len() == trace.len() || own == trace.len();
            let first = steps.first().zip(trace.last());
            if same && first.is_some_and(|(a, b)| a.span == b.span && Rc::ptr_eq(&a.code, &b.code))
            {
                return seen.into();
            }
        }
        if let Some(made) = self.longer_traceback(e) {
            drop(e.seen_trace.replace(Some(made.clone())));
            return made.into();
        }
        let entries: Rc<[_]> = e.trace.borrow().iter().rev().cloned().collect();
        if entries.is_empty() {
            return Value::None;
        }
        let made = TracebackObj::step(entries, 0);
        drop(e.seen_trace.replace(Some(made.clone())));
        made.into()
    }

    /// A traceback in front of the one that was seen, if the exception has only gone on since.
    fn longer_traceback(&self, e: &Ref<ExceptionObj>) -> Option<Ref<TracebackObj>> {
        let seen = e.seen_trace.borrow().clone()?;
        let trace = e.trace.borrow();
        let steps = seen.steps();
        let more = trace.len().checked_sub(steps.len()).filter(|n| *n > 0)?;
        let (first, old) = (steps.first()?, trace.get(steps.len() - 1)?);
        if first.span != old.span || !Rc::ptr_eq(&first.code, &old.code) {
            return None;
        }
        let new: Rc<[_]> = trace.iter().rev().take(more).cloned().collect();
        let mut next = Value::from(seen);
        let mut made = None;
        for at in (0..more).rev() {
            let step = TracebackObj::step(new.clone(), at);
            drop(step.next.replace(next));
            next = (&step).into();
            made = Some(step);
        }
        made
    }

    /// Where a step of a traceback is in its source: first and last line (from 1), first and last
    /// column (in characters, from 0).
    pub fn traceback_place(&self, traceback: &Value) -> Option<[usize; 4]> {
        let traceback = traceback.downcast::<TracebackObj>()?;
        let entry = &traceback.entries[traceback.at];
        let source = &entry.code.source;
        let start = source.lines.location(&source.text, entry.span.start);
        let end = source.lines.location(&source.text, entry.span.end);
        Some([
            start.line as usize,
            end.line as usize,
            start.column as usize,
            end.column as usize,
        ])
    }

    /// The text of the source that a step of a traceback, a frame or a code object belongs to.
    pub fn source_of(&self, v: &Value) -> Option<Rc<Source>> {
        if let Some(traceback) = v.downcast::<TracebackObj>() {
            return Some(traceback.entries[traceback.at].code.source.clone());
        }
        if let Some(frame) = v.downcast::<FrameViewObj>() {
            return Some(frame.code.source.clone());
        }
        v.downcast::<CodeObj>().map(|c| c.code.source.clone())
    }

    /// A picture of the running frame, `depth` frames further out.
    pub fn frame_view(&self, depth: usize) -> Option<Ref<FrameViewObj>> {
        let mut frames = Vec::new();
        let mut at = self.frame();
        while let Some(frame) = at {
            frames.push(frame);
            at = frame.previous();
        }
        let mut view = None;
        for frame in frames.get(depth..)?.iter().rev() {
            let function = frame.function();
            let is_module = function.code.name == self.names.module_code;
            view = Some(Ref::new(FrameViewObj {
                code: function.code.clone(),
                globals: function.globals.clone(),
                locals: if is_module {
                    function.globals.clone()
                } else {
                    frame_locals(*frame)
                },
                span: frame.span(),
                back: view,
            }));
        }
        view
    }
}
