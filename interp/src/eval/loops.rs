//! `while` and `for`.

use aio_lexer::Span;

use super::assign::Target;
use super::block::{Block, Points};
use super::call_cache::MethodCache;
use super::fail_at;
use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::node::{ExprBox, Flow, Stmt};
use crate::objects::list::ListObj;
use crate::objects::range::RangeObj;
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `while`.
pub struct While {
    /// What the condition needs first (parts that can suspend); may be empty.
    pub before: Block,
    /// The suspension points of `before`.
    pub before_points: Points,
    /// The condition.
    pub test: ExprBox,
    /// The body.
    pub body: Block,
    /// The suspension points of `body`.
    pub body_points: Points,
    /// Runs if the loop ends without `break`; may be empty.
    pub orelse: Block,
}

/// Where a `while` goes on.
enum Enter {
    Test,
    Before,
    Body,
}

impl While {
    #[inline(always)]
    fn run(&self, vm: &Vm, f: Frame, mut enter: Enter) -> Flow {
        loop {
            if !matches!(enter, Enter::Body) {
                if !self.before_points.is_empty() {
                    let flow = match enter {
                        Enter::Before => self.before.resume(vm, f),
                        _ => self.before.exec(vm, f),
                    };
                    if !matches!(flow, Flow::Next) {
                        return flow;
                    }
                }
                match self.test.cond(vm, f) {
                    Ok(true) => {}
                    Ok(false) => return self.orelse.exec(vm, f),
                    Err(Raised) => return Flow::Raised,
                }
            }
            let flow = match enter {
                Enter::Body => self.body.resume(vm, f),
                _ => self.body.exec(vm, f),
            };
            if !flow.stays_in_loop() {
                return match flow {
                    Flow::Break => Flow::Next,
                    flow => flow,
                };
            }
            flow.forget();
            enter = Enter::Test;
            if vm.poll().is_err() {
                return Flow::Raised;
            }
        }
    }
}

impl Stmt for While {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        self.run(vm, f, Enter::Test)
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let pc = f.pc();
        if self.before_points.contain(pc) {
            self.run(vm, f, Enter::Before)
        } else if self.body_points.contain(pc) {
            self.run(vm, f, Enter::Body)
        } else {
            self.orelse.resume(vm, f)
        }
    }
}

/// What a loop assigns each item to.
pub enum LoopTarget {
    /// A plain local.
    Local(Slot),
    /// Anything else.
    Other(Box<dyn Target>),
}

impl LoopTarget {
    #[inline(always)]
    fn assign(&self, vm: &Vm, f: Frame, item: Value) -> R<()> {
        match self {
            LoopTarget::Local(slot) => {
                f.set(*slot, item);
                Ok(())
            }
            LoopTarget::Other(target) => target.assign(vm, f, item),
        }
    }
}

/// `for` without a suspension point inside.
pub struct For {
    /// What each item is assigned to.
    pub target: LoopTarget,
    /// What is iterated over.
    pub iter: ExprBox,
    /// The body.
    pub body: Block,
    /// Runs if the loop ends without `break`; may be empty.
    pub orelse: Block,
}

impl For {
    /// Assigns an item and runs the body; `Some` to leave the loop.
    #[inline(always)]
    fn turn(&self, vm: &Vm, f: Frame, item: Value) -> Option<Flow> {
        if self.target.assign(vm, f, item).is_err() {
            return Some(Flow::Raised);
        }
        let flow = self.body.exec(vm, f);
        if !flow.stays_in_loop() {
            return Some(flow);
        }
        flow.forget();
        if vm.poll().is_err() {
            return Some(Flow::Raised);
        }
        None
    }

    #[inline(always)]
    fn over_range(&self, vm: &Vm, f: Frame, range: &RangeObj) -> Option<Flow> {
        let (mut next, step) = (range.start, range.step);
        for _ in 0..range.len() {
            if let Some(flow) = self.turn(vm, f, Value::Int(next)) {
                return Some(flow);
            }
            next = next.wrapping_add(step);
        }
        None
    }

    #[inline(always)]
    fn over_list(&self, vm: &Vm, f: Frame, list: &ListObj) -> Option<Flow> {
        let mut at = 0;
        // The list may change while it is walked.
        while let Some(item) = list.get(at) {
            at += 1;
            if let Some(flow) = self.turn(vm, f, item) {
                return Some(flow);
            }
        }
        None
    }

    /// Over anything else.
    #[inline(never)]
    fn over(&self, vm: &Vm, f: Frame, iterable: Value) -> Option<Flow> {
        let span = self.iter.span();
        f.set_span(span);
        let Ok(iterator) = vm.iter(&iterable) else {
            return Some(Flow::Raised);
        };
        drop(iterable);
        loop {
            match vm.next_inline(&iterator, || f.set_span(span)) {
                Ok(Some(item)) => {
                    if let Some(flow) = self.turn(vm, f, item) {
                        return Some(flow);
                    }
                }
                Ok(None) => return None,
                Err(Raised) => return Some(Flow::Raised),
            }
        }
    }
}

impl Stmt for For {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let Ok(iterable) = self.iter.eval(vm, f) else {
            return Flow::Raised;
        };
        let left = if let Some(range) = iterable.downcast::<RangeObj>() {
            self.over_range(vm, f, range)
        } else if let Some(list) = iterable.downcast::<ListObj>() {
            self.over_list(vm, f, list)
        } else {
            self.over(vm, f, iterable)
        };
        match left {
            None => self.orelse.exec(vm, f),
            Some(Flow::Break) => Flow::Next,
            Some(flow) => flow,
        }
    }
}

/// `for` with a suspension point in its body or `else`: the iterator lives in a slot.
pub struct SuspendableFor {
    /// What each item is assigned to.
    pub target: LoopTarget,
    /// What is iterated over.
    pub iter: ExprBox,
    /// The slot of the iterator.
    pub iterator: Slot,
    /// The body.
    pub body: Block,
    /// The suspension points of `body`.
    pub body_points: Points,
    /// Runs if the loop ends without `break`; may be empty.
    pub orelse: Block,
}

impl SuspendableFor {
    fn run(&self, vm: &Vm, f: Frame, mut resume: bool) -> Flow {
        loop {
            // Most visits make one turn: nothing is to be loaded once for many.
            let this = std::hint::black_box(self);
            let flow = if resume {
                resume = false;
                this.body.resume(vm, f)
            } else {
                match vm.next_inline(f.get(this.iterator), || f.set_span(this.iter.span())) {
                    Ok(Some(item)) => {
                        if this.target.assign(vm, f, item).is_err() {
                            return this.end(f, Flow::Raised);
                        }
                    }
                    Ok(None) => {
                        drop(f.take(this.iterator));
                        return this.orelse.exec(vm, f);
                    }
                    Err(Raised) => return this.end(f, Flow::Raised),
                }
                this.body.exec(vm, f)
            };
            if !flow.stays_in_loop() {
                return match flow {
                    Flow::Suspended => flow,
                    Flow::Break => this.end(f, Flow::Next),
                    flow => this.end(f, flow),
                };
            }
            flow.forget();
            if vm.poll().is_err() {
                return this.end(f, Flow::Raised);
            }
        }
    }

    fn end(&self, f: Frame, flow: Flow) -> Flow {
        drop(f.take(self.iterator));
        flow
    }
}

impl Stmt for SuspendableFor {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let iterator = match self.iter.eval(vm, f) {
            Ok(v) => vm.iter(&v),
            Err(raised) => Err(raised),
        };
        match iterator {
            Ok(v) => f.set(self.iterator, v),
            Err(raised) => {
                let _ = fail_at(f, self.iter.span(), raised);
                return Flow::Raised;
            }
        }
        self.run(vm, f, false)
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        if self.body_points.contain(f.pc()) {
            self.run(vm, f, true)
        } else {
            self.orelse.resume(vm, f)
        }
    }
}

/// `async for`: the async iterator lives in a slot, each item is awaited.
pub struct AsyncFor {
    /// What each item is assigned to.
    pub target: LoopTarget,
    /// What is iterated over.
    pub iter: ExprBox,
    /// Its place.
    pub span: Span,
    /// The slot of the async iterator.
    pub iterator: Slot,
    /// What its `__anext__` was before.
    pub anext: MethodCache,
    /// The slot for what the frame waits for.
    pub delegate: Slot,
    /// The suspension point of waiting for the next item.
    pub point: u32,
    /// The body.
    pub body: Block,
    /// The suspension points of `body`.
    pub body_points: Points,
    /// Runs if the loop ends without `break`; may be empty.
    pub orelse: Block,
}

/// Where an `async for` goes on.
enum Turn {
    /// With asking for the next item.
    Next,
    /// With what was asked for.
    Item(Flow),
    /// In the body.
    Body,
}

impl AsyncFor {
    fn begin(&self, vm: &Vm, f: Frame) -> Result<Value, Raised> {
        let iterable = self.iter.eval(vm, f)?;
        f.set_span(self.iter.span());
        super::awaiting::async_iterator(vm, iterable)
    }

    fn run(&self, vm: &Vm, f: Frame, turn: Turn) -> Flow {
        let mut item = match turn {
            Turn::Next => None,
            Turn::Item(item) => Some(item),
            Turn::Body => match self.after_body(vm, f, self.body.resume(vm, f)) {
                None => None,
                Some(flow) => return flow,
            },
        };
        loop {
            // Most visits make one turn: nothing is to be loaded once for many.
            let this = std::hint::black_box(self);
            let asked = item.take().unwrap_or_else(|| this.ask(vm, f));
            let Flow::Return(value) = asked else {
                return this.no_item(vm, f, asked);
            };
            if this.target.assign(vm, f, value).is_err() {
                return this.end(f, Flow::Raised);
            }
            if let Some(flow) = this.after_body(vm, f, this.body.exec(vm, f)) {
                return flow;
            }
        }
    }

    /// Begins to await the next item.
    #[inline(always)]
    fn ask(&self, vm: &Vm, f: Frame) -> Flow {
        f.set_span(self.span);
        if let Some(co) = f.get(self.iterator).downcast::<CoroutineObj>() {
            if co.kind == CodeKind::AsyncGenerator {
                return vm.begin_agen_next(f, self.delegate, co);
            }
        }
        super::awaiting::begin_anext(vm, f, self.delegate, self.iterator, &self.anext)
    }

    /// How the loop is left after its body ended so; `None` if it goes on.
    #[inline(always)]
    fn after_body(&self, vm: &Vm, f: Frame, flow: Flow) -> Option<Flow> {
        if !flow.stays_in_loop() {
            return Some(match flow {
                Flow::Suspended => flow,
                Flow::Break => self.end(f, Flow::Next),
                flow => self.end(f, flow),
            });
        }
        flow.forget();
        vm.poll().is_err().then(|| self.end(f, Flow::Raised))
    }

    /// Awaiting the next item did not give one: it suspended, or raised.
    #[inline(never)]
    fn no_item(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        if matches!(flow, Flow::Suspended) {
            f.set_pc(self.point);
            return flow;
        }
        if vm.catch(&vm.exceptions.StopAsyncIteration).is_some() {
            drop(f.take(self.iterator));
            return self.orelse.exec(vm, f);
        }
        f.set_span(self.iter.span());
        self.end(f, Flow::Raised)
    }

    fn end(&self, f: Frame, flow: Flow) -> Flow {
        drop(f.take(self.iterator));
        flow
    }
}

impl Stmt for AsyncFor {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        match self.begin(vm, f) {
            Ok(v) => f.set(self.iterator, v),
            Err(raised) => {
                let _ = fail_at(f, self.iter.span(), raised);
                return Flow::Raised;
            }
        }
        self.run(vm, f, Turn::Next)
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let pc = f.pc();
        if pc == self.point {
            let flow = super::awaiting::continue_anext(vm, f, self.delegate);
            self.run(vm, f, Turn::Item(flow))
        } else if self.body_points.contain(pc) {
            self.run(vm, f, Turn::Body)
        } else {
            self.orelse.resume(vm, f)
        }
    }
}
