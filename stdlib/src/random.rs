//! `_random`: the Mersenne Twister (MT19937), with the sequences that CPython has for the same seed,
//! and bytes from the system. What is made of them is written in the language.

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, native, static_method};
use aio_interp::object::Ref;
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::host::HostData;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::{TupleObj, tuple};
use aio_interp::ops::convert::int_ref;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};
use num_bigint::{BigInt, BigUint};

use crate::host::{host_class, new_host, receiver};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module(
        "_random",
        "Module implements the Mersenne Twister random number generator.",
    );
    vm.add_natives(&module, ROWS);
    let class = vm.make_class(&RANDOM, &[]);
    module.dict.set_name(&vm.name("Random"), class.into());
    Ok(module)
}

static ROWS: &[Native] = &[native(
    "urandom(size, /)",
    "Return a bytes object containing random bytes suitable for cryptographic use.",
    |vm, a| {
        let Ok(size) = usize::try_from(vm.to_index(&a[0])?) else {
            return Err(vm.value_error("negative argument not allowed"));
        };
        Ok(bytes(system_bytes(vm, size)?))
    },
)];

/// Bytes from the system's source of randomness.
pub(crate) fn system_bytes(vm: &Vm, size: usize) -> R<Vec<u8>> {
    let mut data = Vec::new();
    if data.try_reserve_exact(size).is_err() {
        return Err(vm.out_of_memory());
    }
    data.resize(size, 0);
    if getrandom::fill(&mut data).is_err() {
        return Err(vm.not_implemented("the system has no source of randomness"));
    }
    Ok(data)
}

static RANDOM: ClassSpec = host_class(
    "Random",
    "_random",
    "Random() -> create a random number generator with its own internal state.",
    &[
        static_method(
            "__new__(cls, /, *args, **kwargs)",
            "Create a generator.",
            |vm, a| {
                let mut twister = Twister::default();
                twister.seed_from_system(vm)?;
                new_host(
                    vm,
                    &a[0],
                    Random {
                        twister: Shared::new(twister),
                    },
                )
            },
        ),
        method(
            "random()",
            "random() -> x in the interval [0, 1).",
            |vm, a| Ok(Value::float(this(vm, &a[0])?.twister.write().next_f64())),
        ),
        method(
            "seed(n=None, /)",
            "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.",
            seed,
        ),
        method(
            "getstate()",
            "getstate() -> tuple containing the current state.",
            |vm, a| {
                let twister = this(vm, &a[0])?.twister.read();
                let mut parts: Vec<Value> = twister
                    .state
                    .iter()
                    .map(|word| Value::Int(i64::from(*word)))
                    .collect();
                parts.push(twister.at.into());
                Ok(tuple(parts))
            },
        ),
        method(
            "setstate(state, /)",
            "setstate(state) -> None.  Restores generator state.",
            set_state,
        ),
        method(
            "getrandbits(k, /)",
            "getrandbits(k) -> x.  Generates an int with k random bits.",
            random_bits,
        ),
    ],
    &[],
);

struct Random {
    twister: Shared<Twister>,
}

impl HostData for Random {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Random> {
    receiver(vm, v, "Random")
}

fn seed(vm: &Vm, a: &[Value]) -> R {
    let random = this(vm, &a[0])?;
    if a[1].is_missing() {
        random.twister.write().seed_from_system(vm)?;
        return Ok(Value::None);
    }
    let native = vm.native(&a[1]);
    let words = match int_ref(&native) {
        Some(n) => n.to_int().into_big().magnitude().to_u32_digits(),
        // Anything else by its hash, taken as a number without sign.
        None => BigUint::from(vm.hash(&a[1])? as u64).to_u32_digits(),
    };
    random.twister.write().seed(&words);
    Ok(Value::None)
}

fn set_state(vm: &Vm, a: &[Value]) -> R {
    let random = this(vm, &a[0])?;
    let Some(parts) = a[1].downcast::<TupleObj>() else {
        return Err(vm.type_error("state vector must be a tuple"));
    };
    let [words @ .., at] = parts.items() else {
        return Err(vm.value_error("state vector is the wrong size"));
    };
    if words.len() != SIZE {
        return Err(vm.value_error("state vector is the wrong size"));
    }
    let mut state = [0; SIZE];
    for (to, word) in state.iter_mut().zip(words) {
        let native = vm.native(word);
        let Some(n) = int_ref(&native) else {
            return Err(vm.type_error(format!("expected int, got {}", vm.type_name(word))));
        };
        if n.is_negative() {
            return Err(vm.overflow_error("can't convert negative value to unsigned int"));
        }
        let Some(word) = n.to_i64() else {
            return Err(vm.overflow_error("Python int too large to convert to C unsigned long"));
        };
        *to = word as u32;
    }
    let at = match vm.to_index(at).map(usize::try_from)? {
        Ok(at) if at <= SIZE => at,
        _ => return Err(vm.value_error("invalid state")),
    };
    *random.twister.write() = Twister { state, at };
    Ok(Value::None)
}

fn random_bits(vm: &Vm, a: &[Value]) -> R {
    let random = this(vm, &a[0])?;
    let Ok(bits) = usize::try_from(vm.to_index(&a[1])?) else {
        return Err(vm.value_error("number of bits must be non-negative"));
    };
    let mut twister = random.twister.write();
    match bits {
        0 => Ok(Value::Int(0)),
        1..=32 => Ok(Value::Int(i64::from(twister.next_u32() >> (32 - bits)))),
        _ => {
            let count = bits.div_ceil(32);
            if bits > i32::MAX as usize {
                return Err(vm.overflow_error("Python int too large to convert to C int"));
            }
            let mut words: Vec<u32> = (0..count).map(|_| twister.next_u32()).collect();
            // The highest word has the bits that are left, from its upper end.
            words[count - 1] >>= 32 * count - bits;
            Ok(Value::from(BigInt::from(BigUint::new(words))))
        }
    }
}

/// The number of words of the state, and the distance of the words that are mixed.
const SIZE: usize = 624;
const DISTANCE: usize = 397;

/// The generator.
struct Twister {
    state: [u32; SIZE],
    /// The word that comes next.
    at: usize,
}

impl Default for Twister {
    fn default() -> Twister {
        Twister {
            state: [0; SIZE],
            at: SIZE,
        }
    }
}

impl Twister {
    fn fill(&mut self, seed: u32) {
        self.state[0] = seed;
        for i in 1..SIZE {
            let last = self.state[i - 1];
            self.state[i] = (last ^ (last >> 30))
                .wrapping_mul(1_812_433_253)
                .wrapping_add(i as u32);
        }
        self.at = SIZE;
    }

    /// Seeds with a number of any length: its words, the lowest first.
    fn seed(&mut self, words: &[u32]) {
        let words = if words.is_empty() { &[0] } else { words };
        self.fill(19_650_218);
        let mixed = |state: &[u32; SIZE], i: usize, by: u32| {
            let last = state[i - 1];
            state[i] ^ (last ^ (last >> 30)).wrapping_mul(by)
        };
        let (mut i, mut j) = (1, 0);
        for _ in 0..SIZE.max(words.len()) {
            self.state[i] = mixed(&self.state, i, 1_664_525)
                .wrapping_add(words[j])
                .wrapping_add(j as u32);
            i += 1;
            if i == SIZE {
                self.state[0] = self.state[SIZE - 1];
                i = 1;
            }
            j = (j + 1) % words.len();
        }
        for _ in 1..SIZE {
            self.state[i] = mixed(&self.state, i, 1_566_083_941).wrapping_sub(i as u32);
            i += 1;
            if i == SIZE {
                self.state[0] = self.state[SIZE - 1];
                i = 1;
            }
        }
        self.state[0] = 1 << 31;
    }

    fn seed_from_system(&mut self, vm: &Vm) -> R<()> {
        let data = system_bytes(vm, 4 * SIZE)?;
        let words: Vec<u32> = data
            .chunks_exact(4)
            .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
            .collect();
        self.seed(&words);
        Ok(())
    }

    fn renew(&mut self) {
        for i in 0..SIZE {
            let (next, far) = (
                self.state[(i + 1) % SIZE],
                self.state[(i + DISTANCE) % SIZE],
            );
            let y = (self.state[i] & 0x8000_0000) | (next & 0x7fff_ffff);
            let twist = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = far ^ (y >> 1) ^ twist;
        }
        self.at = 0;
    }

    fn next_u32(&mut self) -> u32 {
        if self.at >= SIZE {
            self.renew();
        }
        let mut y = self.state[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A float with 53 random bits.
    fn next_f64(&mut self) -> f64 {
        let (a, b) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }
}
