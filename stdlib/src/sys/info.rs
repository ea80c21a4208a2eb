//! The named tuples of `sys`: `version_info`, `flags`, `float_info` and the like.

use aio_interp::builtins::structseq::{StructSpec, field, struct_class, struct_value};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Value, Vm};

static VERSION_INFO: StructSpec = StructSpec {
    module: "sys",
    name: "version_info",
    doc: "Version information as a named tuple.",
    fields: &[
        field::<0>("major"),
        field::<1>("minor"),
        field::<2>("micro"),
        field::<3>("releaselevel"),
        field::<4>("serial"),
    ],
    visible: 5,
    can_make: false,
};

static FLAGS: StructSpec = StructSpec {
    module: "sys",
    name: "flags",
    doc: "Flags provided through command line arguments or environment vars.",
    fields: &[
        field::<0>("debug"),
        field::<1>("inspect"),
        field::<2>("interactive"),
        field::<3>("optimize"),
        field::<4>("dont_write_bytecode"),
        field::<5>("no_user_site"),
        field::<6>("no_site"),
        field::<7>("ignore_environment"),
        field::<8>("verbose"),
        field::<9>("bytes_warning"),
        field::<10>("quiet"),
        field::<11>("hash_randomization"),
        field::<12>("isolated"),
        field::<13>("dev_mode"),
        field::<14>("utf8_mode"),
        field::<15>("warn_default_encoding"),
        field::<16>("safe_path"),
        field::<17>("int_max_str_digits"),
        field::<18>("gil"),
        field::<19>("thread_inherit_context"),
    ],
    visible: 18,
    can_make: false,
};

static FLOAT_INFO: StructSpec = StructSpec {
    module: "sys",
    name: "float_info",
    doc: "A named tuple holding information about the float type.",
    fields: &[
        field::<0>("max"),
        field::<1>("max_exp"),
        field::<2>("max_10_exp"),
        field::<3>("min"),
        field::<4>("min_exp"),
        field::<5>("min_10_exp"),
        field::<6>("dig"),
        field::<7>("mant_dig"),
        field::<8>("epsilon"),
        field::<9>("radix"),
        field::<10>("rounds"),
    ],
    visible: 11,
    can_make: false,
};

static INT_INFO: StructSpec = StructSpec {
    module: "sys",
    name: "int_info",
    doc: "A named tuple that holds information about Python's internal representation of integers.",
    fields: &[
        field::<0>("bits_per_digit"),
        field::<1>("sizeof_digit"),
        field::<2>("default_max_str_digits"),
        field::<3>("str_digits_check_threshold"),
    ],
    visible: 4,
    can_make: false,
};

static HASH_INFO: StructSpec = StructSpec {
    module: "sys",
    name: "hash_info",
    doc: "A named tuple providing parameters used for computing hashes.",
    fields: &[
        field::<0>("width"),
        field::<1>("modulus"),
        field::<2>("inf"),
        field::<3>("nan"),
        field::<4>("imag"),
        field::<5>("algorithm"),
        field::<6>("hash_bits"),
        field::<7>("seed_bits"),
        field::<8>("cutoff"),
    ],
    visible: 9,
    can_make: false,
};

static THREAD_INFO: StructSpec = StructSpec {
    module: "sys",
    name: "thread_info",
    doc: "A named tuple holding information about the thread implementation.",
    fields: &[
        field::<0>("name"),
        field::<1>("lock"),
        field::<2>("version"),
    ],
    visible: 3,
    can_make: false,
};

fn ints(values: &[i64]) -> Vec<Value> {
    values.iter().map(|i| Value::Int(*i)).collect()
}

/// The fields of `version_info`.
pub(super) fn version(vm: &Vm) -> Vec<Value> {
    let mut version = ints(&[3, 13, 0]);
    version.extend([vm.text("final"), Value::Int(0)]);
    version
}

fn float_info() -> Vec<Value> {
    vec![
        Value::float(f64::MAX),
        Value::Int(i64::from(f64::MAX_EXP)),
        Value::Int(i64::from(f64::MAX_10_EXP)),
        Value::float(f64::MIN_POSITIVE),
        Value::Int(i64::from(f64::MIN_EXP)),
        Value::Int(i64::from(f64::MIN_10_EXP)),
        Value::Int(i64::from(f64::DIGITS)),
        Value::Int(i64::from(f64::MANTISSA_DIGITS)),
        Value::float(f64::EPSILON),
        Value::Int(2),
        Value::Int(1),
    ]
}

fn hash_info(vm: &Vm) -> Vec<Value> {
    let mut fields = ints(&[64, (1 << 61) - 1, 314_159, 0, 1_000_003]);
    fields.push(vm.text("siphash13"));
    fields.extend(ints(&[64, 128, 0]));
    fields
}

fn flags() -> Vec<Value> {
    let mut flags = ints(&[0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    flags.push(Value::False);
    flags.extend(ints(&[1, 0]));
    flags.push(Value::False);
    flags.extend(ints(&[4300, 1, 0]));
    flags
}

/// Puts the named tuples into the module.
pub(super) fn install(vm: &Vm, module: &Ref<ModuleObj>) -> R<()> {
    let thread_info = vec![vm.text("pthread"), Value::None, Value::None];
    let tuples: [(&'static StructSpec, Vec<Value>); 6] = [
        (&VERSION_INFO, version(vm)),
        (&FLAGS, flags()),
        (&FLOAT_INFO, float_info()),
        (&INT_INFO, ints(&[30, 4, 4300, 640])),
        (&HASH_INFO, hash_info(vm)),
        (&THREAD_INFO, thread_info),
    ];
    for (spec, fields) in tuples {
        let class = struct_class(vm, spec)?;
        let value = struct_value(vm, &class, fields);
        module.dict.set_name(&vm.name(spec.name), value);
    }
    Ok(())
}
