//! `frame`: a picture of a frame at the moment it was asked for (`sys._getframe`, `tb_frame`).

use std::rc::Rc;

use aio_lexer::Span;

use crate::code::Code;
use crate::object::{Kind, Obj, Object, Ref};
use crate::objects::dict::DictObj;

/// A picture of a frame. It keeps the locals as they were, not the frame itself.
pub struct FrameViewObj {
    /// `f_code`.
    pub code: Rc<Code>,
    /// `f_globals`.
    pub globals: Ref<DictObj>,
    /// `f_locals`.
    pub locals: Ref<DictObj>,
    /// Where the frame was.
    pub span: Span,
    /// `f_back`.
    pub back: Option<Ref<FrameViewObj>>,
}

impl Object for FrameViewObj {
    const KIND: Kind = Kind::FrameView;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.globals.obj());
        visit(self.locals.obj());
        if let Some(back) = &self.back {
            visit(back.obj());
        }
    }
}
