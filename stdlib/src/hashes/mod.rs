//! `_hashlib`: hash functions, over the crates of RustCrypto.

mod algorithm;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, native, static_method};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::HostData;
use aio_interp::objects::module::ModuleObj;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use self::algorithm::{Blake, Hash, make};
use crate::host::{host, host_class, receiver};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_hashlib", "Hash functions.");
    vm.add_natives(&module, ROWS);
    let types = types(vm);
    for class in [&types.hash, &types.xof, &types.blake2b, &types.blake2s] {
        module
            .dict
            .set_name(&vm.name(&class.name_text()), class.into());
    }
    Ok(module)
}

struct Types {
    hash: Ref<ClassObj>,
    xof: Ref<ClassObj>,
    blake2b: Ref<ClassObj>,
    blake2s: Ref<ClassObj>,
}

fn types(vm: &Vm) -> std::rc::Rc<Types> {
    vm.state("_hashlib", || {
        let hash = vm.make_class(&HASH, &[]);
        let types = Types {
            xof: vm.make_class(&XOF, &[&hash]),
            hash,
            blake2b: vm.make_class(&BLAKE2B, &[]),
            blake2s: vm.make_class(&BLAKE2S, &[]),
        };
        for (class, size, part) in [(&types.blake2b, 64, 16), (&types.blake2s, 32, 8)] {
            for (name, number) in [
                ("MAX_DIGEST_SIZE", size),
                ("MAX_KEY_SIZE", size),
                ("SALT_SIZE", part),
                ("PERSON_SIZE", part),
            ] {
                class.set_own(vm, &vm.name(name), Value::Int(number));
            }
        }
        types
    })
}

macro_rules! constructor {
    ($name:literal) => {
        native(
            concat!($name, "(string=b'', *, usedforsecurity=True)"),
            concat!(
                "Returns a ",
                $name,
                " hash object; optionally initialized with a string"
            ),
            |vm, a| new_hash(vm, $name, &a[0]),
        )
    };
}

static ROWS: &[Native] = &[
    constructor!("md5"),
    constructor!("sha1"),
    constructor!("sha224"),
    constructor!("sha256"),
    constructor!("sha384"),
    constructor!("sha512"),
    constructor!("sha3_224"),
    constructor!("sha3_256"),
    constructor!("sha3_384"),
    constructor!("sha3_512"),
    constructor!("shake_128"),
    constructor!("shake_256"),
    native(
        "new(name, data=b'', **kwargs)",
        "Return a new hashing object using the named algorithm;\noptionally initialized with data (which must be a bytes-like object).",
        new_by_name,
    ),
    native(
        "pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None)",
        "Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.",
        pbkdf2,
    ),
    native(
        "compare_digest(a, b, /)",
        "Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography.\n\na and b must both be of the same type: either str (ASCII only),\nor any bytes-like object.\n\nNote: If a and b are of different lengths, or if an error occurs,\na timing attack could theoretically reveal information about the\ntypes and lengths of a and b--but not their values.",
        compare_digest,
    ),
];

/// The bytes that are to be hashed.
fn data_of(vm: &Vm, v: &Value) -> R<Vec<u8>> {
    if v.is_unbound() {
        return Ok(vec![]);
    }
    let native = vm.native(v);
    if native.as_str().is_some() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    bytes_of(&native).ok_or_else(|| vm.type_error("object supporting the buffer API required"))
}

/// A hash object.
struct Hasher {
    name: &'static str,
    hash: Shared<Box<dyn Hash>>,
}

impl HostData for Hasher {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Hasher> {
    receiver(vm, v, "HASH")
}

fn new_hash(vm: &Vm, name: &str, data: &Value) -> R {
    let Some((name, mut hash)) = make(name) else {
        return Err(vm.value_error(format!("unsupported hash type {name}")));
    };
    hash.update(&data_of(vm, data)?);
    let types = types(vm);
    let class = match name {
        "shake_128" | "shake_256" => &types.xof,
        "blake2b" => &types.blake2b,
        "blake2s" => &types.blake2s,
        _ => &types.hash,
    };
    let hash = Shared::new(hash);
    Ok(host(class, Hasher { name, hash }))
}

fn new_by_name(vm: &Vm, a: &[Value]) -> R {
    let native = vm.native(&a[0]);
    let Some(name) = native.as_str() else {
        return Err(vm.type_error("name must be a string"));
    };
    if matches!(name, "blake2b" | "blake2s") {
        let types = types(vm);
        let class = if name == "blake2b" {
            &types.blake2b
        } else {
            &types.blake2s
        };
        let (values, names) = crate::operator::with_keywords(vm, &[a[1].or(bytes(vec![]))], &a[2]);
        return vm.call_kw(&class.into(), &values, &names);
    }
    new_hash(vm, name, &a[1])
}

const METHODS: [Native; 5] = [
    method(
        "update(obj, /)",
        "Update this hash object's state with the provided string.",
        |vm, a| {
            let data = data_of(vm, &a[1])?;
            this(vm, &a[0])?.hash.write().update(&data);
            Ok(Value::None)
        },
    ),
    method(
        "digest()",
        "Return the digest value as a bytes object.",
        |vm, a| Ok(bytes(this(vm, &a[0])?.hash.read().digest(0))),
    ),
    method(
        "hexdigest()",
        "Return the digest value as a string of hexadecimal digits.",
        |vm, a| Ok(hex(vm, &this(vm, &a[0])?.hash.read().digest(0))),
    ),
    method("copy()", "Return a copy of the hash object.", |vm, a| {
        let own = this(vm, &a[0])?;
        let copy = Hasher {
            name: own.name,
            hash: Shared::new(own.hash.read().copy()),
        };
        Ok(host(&vm.class_of(&a[0]), copy))
    }),
    method("__repr__()", "Return repr(self).", |vm, a| {
        let name = this(vm, &a[0])?.name;
        let address = a[0].as_obj().map_or(0, Obj::address);
        let class = vm.class_of(&a[0]).full_name(vm);
        Ok(vm.text(&match name {
            "blake2b" | "blake2s" => format!("<{class} object at {address:#x}>"),
            _ => format!("<{name} {class} object @ {address:#x}>"),
        }))
    }),
];

const ATTRIBUTES: [Attribute; 3] = [
    Attribute {
        name: "name",
        get: |vm, v| Ok(vm.text(this(vm, v)?.name)),
        set: None,
    },
    Attribute {
        name: "digest_size",
        get: |vm, v| Ok(this(vm, v)?.hash.read().digest_size().into()),
        set: None,
    },
    Attribute {
        name: "block_size",
        get: |vm, v| Ok(this(vm, v)?.hash.read().block_size().into()),
        set: None,
    },
];

static HASH: ClassSpec = ClassSpec {
    subclassable: false,
    ..host_class(
        "HASH",
        "_hashlib",
        "A hash is an object used to calculate a checksum of a string of information.",
        &METHODS,
        &ATTRIBUTES,
    )
};

static XOF: ClassSpec = ClassSpec {
    subclassable: false,
    ..host_class(
        "HASHXOF",
        "_hashlib",
        "A hash whose digest may have any length.",
        &[
            method(
                "digest(length)",
                "Return the digest value as a bytes object.",
                |vm, a| Ok(bytes(long_digest(vm, a)?)),
            ),
            method(
                "hexdigest(length)",
                "Return the digest value as a string of hexadecimal digits.",
                |vm, a| Ok(hex(vm, &long_digest(vm, a)?)),
            ),
        ],
        &[],
    )
};

fn long_digest(vm: &Vm, a: &[Value]) -> R<Vec<u8>> {
    let own = this(vm, &a[0])?;
    let Ok(length) = usize::try_from(vm.to_index(&a[1])?) else {
        let text = "Negative size passed to PyBytes_FromStringAndSize";
        return Err(vm.system_error(text));
    };
    if length > 1 << 29 {
        return Err(vm.value_error("value must be < 2**29"));
    }
    Ok(own.hash.read().digest(length))
}

fn hex(vm: &Vm, data: &[u8]) -> Value {
    let text: String = data
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect();
    vm.text(&text)
}

macro_rules! blake {
    ($name:ident, $text:literal, $max:literal) => {
        static $name: ClassSpec = ClassSpec {
            subclassable: false,
            ..host_class(
                $text,
                "_blake2",
                "Return a new BLAKE2 hash object.",
                &BLAKE_METHODS,
                &ATTRIBUTES,
            )
        };
    };
}

const BLAKE_METHODS: [Native; 6] = {
    let [update, digest, hexdigest, copy, repr] = METHODS;
    [
        static_method(
            "__new__(cls, data=b'', /, *, digest_size=<unrepresentable>, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True)",
            "Create and return a new object.",
            new_blake,
        ),
        update,
        digest,
        hexdigest,
        copy,
        repr,
    ]
};

blake!(BLAKE2B, "blake2b", 64);
blake!(BLAKE2S, "blake2s", 32);

fn new_blake(vm: &Vm, a: &[Value]) -> R {
    let class = a[0].downcast::<ClassObj>();
    let is_wide = class.is_some_and(|c| c.is(&types(vm).blake2b));
    let (most, part) = if is_wide { (64, 16) } else { (32, 8) };
    let size = match a[2].bound() {
        Some(size) => vm.to_index(size)?,
        None => most as i64,
    };
    let Some(size) = usize::try_from(size)
        .ok()
        .filter(|s| (1..=most).contains(s))
    else {
        let text = format!("digest_size must be between 1 and {most} bytes");
        return Err(vm.value_error(text));
    };
    let mut given = Vec::new();
    for (v, what, most) in [
        (&a[3], "key", most),
        (&a[4], "salt", part),
        (&a[5], "person", part),
    ] {
        let data = data_of(vm, v)?;
        if data.len() > most {
            return Err(vm.value_error(format!("maximum {what} length is {most} bytes")));
        }
        given.push(data);
    }
    // What belongs to trees of hashes.
    for (v, plain) in a[6..12].iter().zip([1, 1, 0, 0, 0, 0]) {
        if !v.is_unbound() && vm.to_index(v)? != plain {
            return Err(vm.not_implemented("hashing of trees is not supported"));
        }
    }
    let mut hash: Box<dyn Hash> =
        Box::new(Blake::new(is_wide, size, &given[0], &given[1], &given[2]));
    hash.update(&data_of(vm, &a[1])?);
    let name = if is_wide { "blake2b" } else { "blake2s" };
    let hash = Shared::new(hash);
    match class {
        Some(class) => Ok(host(class, Hasher { name, hash })),
        None => Err(vm.type_error("__new__(X): X is not a type object")),
    }
}

/// HMAC with a hash that was given its key: the inner and the outer hash.
struct Keyed {
    inner: Box<dyn Hash>,
    outer: Box<dyn Hash>,
}

impl Keyed {
    fn new(fresh: &dyn Hash, key: &[u8]) -> Keyed {
        let mut key = key.to_vec();
        if key.len() > fresh.block_size() {
            let mut short = fresh.copy();
            short.update(&key);
            key = short.digest(0);
        }
        key.resize(fresh.block_size(), 0);
        let keyed = |pad: u8| {
            let mut hash = fresh.copy();
            hash.update(&key.iter().map(|byte| byte ^ pad).collect::<Vec<_>>());
            hash
        };
        Keyed {
            inner: keyed(0x36),
            outer: keyed(0x5c),
        }
    }

    fn digest(&self, data: &[u8]) -> Vec<u8> {
        let (mut inner, mut outer) = (self.inner.copy(), self.outer.copy());
        inner.update(data);
        outer.update(&inner.digest(0));
        outer.digest(0)
    }
}

fn pbkdf2(vm: &Vm, a: &[Value]) -> R {
    let name = vm.expect_str(&a[0], "pbkdf2_hmac() argument 'hash_name'")?;
    let fresh = make(name.as_str()).filter(|(name, _)| !name.starts_with("shake"));
    let Some((_, fresh)) = fresh else {
        return Err(vm.value_error(format!("unsupported hash type {}", name.as_str())));
    };
    let (password, salt) = (data_of(vm, &a[1])?, data_of(vm, &a[2])?);
    let rounds = vm.to_index(&a[3])?;
    if rounds < 1 {
        return Err(vm.value_error("iteration value must be greater than 0."));
    }
    let length = match a[4].is_missing() {
        true => fresh.digest_size() as i64,
        false => vm.to_index(&a[4])?,
    };
    let Some(length) = usize::try_from(length)
        .ok()
        .filter(|n| (1..1 << 31).contains(n))
    else {
        return Err(vm.value_error("key length must be greater than 0."));
    };
    let keyed = Keyed::new(&*fresh, &password);
    let mut key = Vec::with_capacity(length);
    let mut number: u32 = 1;
    while key.len() < length {
        let mut first = salt.clone();
        first.extend_from_slice(&number.to_be_bytes());
        let mut last = keyed.digest(&first);
        let mut block = last.clone();
        for _ in 1..rounds {
            last = keyed.digest(&last);
            block.iter_mut().zip(&last).for_each(|(b, l)| *b ^= l);
            vm.poll()?;
        }
        key.extend_from_slice(&block);
        number = number.wrapping_add(1);
    }
    key.truncate(length);
    Ok(bytes(key))
}

fn compare_digest(vm: &Vm, a: &[Value]) -> R {
    let (x, y) = (vm.native(&a[0]), vm.native(&a[1]));
    let (x, y) = match (x.as_str(), y.as_str()) {
        (Some(x), Some(y)) if x.is_ascii() && y.is_ascii() => {
            (x.as_bytes().to_vec(), y.as_bytes().to_vec())
        }
        (Some(_), Some(_)) => {
            let text = "comparing strings with non-ASCII characters is not supported";
            return Err(vm.type_error(text));
        }
        _ => {
            let data = |v: &Value| {
                bytes_of(v).ok_or_else(|| {
                    let name = vm.type_name(v);
                    vm.type_error(format!("a bytes-like object is required, not '{name}'"))
                })
            };
            (data(&x)?, data(&y)?)
        }
    };
    // Every byte is looked at.
    let difference = x.iter().zip(&y).fold(0, |all, (a, b)| all | (a ^ b));
    Ok(Value::bool(
        x.len() == y.len() && std::hint::black_box(difference) == 0,
    ))
}
