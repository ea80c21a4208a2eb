//! What scripts see of a coroutine's frame: `gi_frame`, `cr_code`, `ag_await` and the like.

use super::this;
use crate::builtins::evaluate::frame_locals;
use crate::coroutine::State;
use crate::object::Ref;
use crate::objects::frame_view::FrameViewObj;
use crate::objects::function::CodeObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `gi_frame`, `cr_frame`, `ag_frame`: a picture of the frame; `None` once it has ended.
pub(crate) fn frame(vm: &Vm, v: &Value) -> R {
    let co = this(vm, v, "generator", "gi_frame")?;
    let Some(function) = co.function().filter(|_| co.state() != State::Done) else {
        return Ok(Value::None);
    };
    Ok(Ref::new(FrameViewObj {
        code: function.code.clone(),
        globals: function.globals.clone(),
        locals: frame_locals(co.frame()),
        span: co.span(),
        back: None,
    })
    .into())
}

/// `gi_code`, `cr_code`, `ag_code`.
pub(super) fn get_code(vm: &Vm, v: &Value) -> R {
    let co = this(vm, v, "generator", "gi_code")?;
    Ok(match co.function() {
        Some(f) => Ref::new(CodeObj {
            code: f.code.clone(),
        })
        .into(),
        None => Value::None,
    })
}

/// `gi_running`, `cr_running`.
pub(super) fn get_running(vm: &Vm, v: &Value) -> R {
    Ok(this(vm, v, "generator", "gi_running")?.is_running().into())
}

/// `gi_suspended`, `cr_suspended`, `ag_suspended`.
pub(super) fn get_suspended(vm: &Vm, v: &Value) -> R {
    let co = this(vm, v, "generator", "gi_suspended")?;
    Ok((co.state() == State::Suspended && !co.is_running()).into())
}

/// `gi_yieldfrom`, `cr_await`, `ag_await`: what it waits for.
pub(super) fn get_await(vm: &Vm, v: &Value) -> R {
    let co = this(vm, v, "generator", "cr_await")?;
    let delegate = co.delegate().filter(|_| !co.is_running());
    Ok(delegate.unwrap_or(Value::None))
}
