//! The table of what the runtime does by kind of object.

use crate::coroutine::CoroutineObj;
use crate::coroutine::async_gen::AsyncGenStepObj;
use crate::event_loop::LoopObj;
use crate::event_loop::callbacks::CallbackListObj;
use crate::event_loop::future::PlainFutureObj;
use crate::event_loop::handle::HandleObj;
use crate::event_loop::task::TaskObj;
use crate::object::{KINDS, Kind, KindOps, Object};
use crate::objects::alias::{GenericAliasObj, UnionObj};
use crate::objects::bytes::{ByteArrayObj, BytesObj, MemoryViewObj};
use crate::objects::cell::CellObj;
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::exception::{ExceptionObj, TracebackObj};
use crate::objects::frame_view::FrameViewObj;
use crate::objects::function::{
    BoundMethodObj, ClassMethodObj, CodeObj, FunctionObj, GetSetObj, MappingProxyObj, MemberObj,
    NativeObj, PropertyObj, StaticMethodObj, SuperObj, WeakrefObj,
};
use crate::objects::host::HostObj;
use crate::objects::instance::InstanceObj;
use crate::objects::int::{BigIntObj, ComplexObj};
use crate::objects::iterator::{DictViewObj, IteratorObj};
use crate::objects::list::ListObj;
use crate::objects::module::ModuleObj;
use crate::objects::range::{RangeObj, SliceObj};
use crate::objects::set::SetObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;

macro_rules! table {
    ($($kind:ident: $type:ty),* $(,)?) => {
        /// One row per kind, in the order of `Kind`.
        pub(crate) static TABLE: [KindOps; KINDS] = [$(KindOps::of::<$type>()),*];
        const _: () = {
            let order = [$(Kind::$kind as usize),*];
            let kinds = [$(<$type as Object>::KIND as usize),*];
            let mut i = 0;
            while i < KINDS {
                assert!(order[i] == i && kinds[i] == i);
                i += 1;
            }
        };
    };
}

table! {
    Str: StrObj,
    BigInt: BigIntObj,
    Complex: ComplexObj,
    Bytes: BytesObj,
    ByteArray: ByteArrayObj,
    MemoryView: MemoryViewObj,
    Tuple: TupleObj,
    List: ListObj,
    Dict: DictObj,
    DictView: DictViewObj,
    Set: SetObj,
    Range: RangeObj,
    Slice: SliceObj,
    Iterator: IteratorObj,
    Function: FunctionObj,
    Native: NativeObj,
    BoundMethod: BoundMethodObj,
    Class: ClassObj,
    Instance: InstanceObj,
    Module: ModuleObj,
    Exception: ExceptionObj,
    Cell: CellObj,
    Coroutine: CoroutineObj,
    AsyncGenStep: AsyncGenStepObj,
    Property: PropertyObj,
    ClassMethod: ClassMethodObj,
    StaticMethod: StaticMethodObj,
    Super: SuperObj,
    GetSet: GetSetObj,
    Member: MemberObj,
    Code: CodeObj,
    Traceback: TracebackObj,
    FrameView: FrameViewObj,
    MappingProxy: MappingProxyObj,
    Future: PlainFutureObj,
    Task: TaskObj,
    Handle: HandleObj,
    Callbacks: CallbackListObj,
    Loop: LoopObj,
    Weakref: WeakrefObj,
    GenericAlias: GenericAliasObj,
    Union: UnionObj,
    Host: HostObj,
}
