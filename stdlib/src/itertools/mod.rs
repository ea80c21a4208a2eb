//! `itertools`: iterators made of iterators.

mod choose;
mod endless;
mod group;
mod pick;
mod tee;
mod weave;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module(
        "itertools",
        "Functional tools for creating and using iterators.",
    );
    vm.add_natives(&module, ROWS);
    for spec in CLASSES {
        let class = vm.make_class(spec, &[]);
        module.dict.set_name(&vm.name(spec.name), class.into());
    }
    let (tees, groups) = (tee::classes(vm), group::classes(vm));
    for (name, class) in [
        ("_grouper", &groups.grouper),
        ("_tee", &tees.tee),
        ("_tee_dataobject", &tees.block),
    ] {
        module.dict.set_name(&vm.name(name), class.into());
    }
    Ok(module)
}

static CLASSES: &[&ClassSpec] = &[
    &weave::ACCUMULATE,
    &weave::BATCHED,
    &weave::CHAIN,
    &choose::COMBINATIONS,
    &choose::WITH_REPLACEMENT,
    &pick::COMPRESS,
    &endless::COUNT,
    &endless::CYCLE,
    &pick::DROPWHILE,
    &pick::FILTERFALSE,
    &group::GROUPBY,
    &pick::ISLICE,
    &weave::PAIRWISE,
    &choose::PERMUTATIONS,
    &choose::PRODUCT,
    &endless::REPEAT,
    &weave::STARMAP,
    &pick::TAKEWHILE,
    &weave::ZIP_LONGEST,
];

static ROWS: &[Native] = &[native(
    "tee(iterable, n=2, /)",
    "Returns a tuple of n independent iterators.",
    tee::tee,
)];
