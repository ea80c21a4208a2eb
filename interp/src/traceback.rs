//! Traceback objects of exceptions, and pictures of frames.

use std::rc::Rc;

use crate::builtins::evaluate::frame_locals;
use crate::object::Ref;
use crate::objects::exception::{ExceptionObj, TracebackObj};
use crate::objects::frame_view::FrameViewObj;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// `__traceback__` of an exception: `None` if it passed through no frame yet.
    pub fn traceback_of(&self, e: &Ref<ExceptionObj>) -> Value {
        let entries: Rc<[_]> = e.trace.borrow().iter().rev().cloned().collect();
        if entries.is_empty() {
            return Value::None;
        }
        Ref::new(TracebackObj { entries, at: 0 }).into()
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
