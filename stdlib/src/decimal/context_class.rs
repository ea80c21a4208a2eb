//! `Context`: what operations are done with.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, static_method};
use aio_interp::object::{Kind, Ref};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::list::{ListObj, list};
use aio_interp::objects::tuple::{tuple, tuple_of};
use aio_interp::ops::convert::int_ref;
use aio_interp::{R, Raised, Value, Vm};

use super::context::{Ctx, MAX, Rounding, status};
use super::convert::{argument, from_plain, make as decimal};
use super::number::{Dec, take_too_large};
use super::{arith, decimal_class, functions, logical, signal_dict, state};

/// The data of a context.
pub(super) struct ContextObj {
    prec: Cell<i64>,
    rounding: Cell<Rounding>,
    emin: Cell<i64>,
    emax: Cell<i64>,
    capitals: Cell<bool>,
    clamp: Cell<bool>,
    pub(super) flags: Cell<u32>,
    pub(super) traps: Cell<u32>,
}

/// Contexts are shared by their object and those that show their flags.
struct Shared(Rc<ContextObj>);

impl HostData for Shared {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl ContextObj {
    pub(super) fn new(prec: i64, rounding: Rounding, traps: u32) -> ContextObj {
        ContextObj {
            prec: Cell::new(prec),
            rounding: Cell::new(rounding),
            emin: Cell::new(-999_999),
            emax: Cell::new(999_999),
            capitals: Cell::new(true),
            clamp: Cell::new(false),
            flags: Cell::new(0),
            traps: Cell::new(traps),
        }
    }

    pub(super) fn copy(&self) -> ContextObj {
        ContextObj {
            prec: self.prec.clone(),
            rounding: self.rounding.clone(),
            emin: self.emin.clone(),
            emax: self.emax.clone(),
            capitals: self.capitals.clone(),
            clamp: self.clamp.clone(),
            flags: self.flags.clone(),
            traps: self.traps.clone(),
        }
    }

    /// The parameters of one operation.
    pub(super) fn ctx(&self) -> Ctx {
        Ctx {
            prec: self.prec.get(),
            rounding: self.rounding.get(),
            emin: self.emin.get(),
            emax: self.emax.get(),
            capitals: self.capitals.get(),
            clamp: self.clamp.get(),
            status: Cell::new(0),
        }
    }

    pub(super) fn has_capitals(&self) -> bool {
        self.capitals.get()
    }

    /// Notes signals, and raises what is trapped.
    #[inline]
    pub(super) fn signal(&self, vm: &Vm, bits: u32) -> R<()> {
        if bits == 0 {
            return Ok(());
        }
        self.flags.set(self.flags.get() | bits);
        if bits & status::MEMORY != 0 {
            return Err(vm.out_of_memory());
        }
        let mut traps = self.traps.get();
        if traps & status::INVALID != 0 {
            traps |= status::ANY_INVALID;
        }
        match bits & traps {
            0 => Ok(()),
            trapped => Err(super::trapped(vm, trapped)),
        }
    }

    /// Runs an operation and signals what it noted.
    #[inline]
    pub(super) fn run<T>(&self, vm: &Vm, f: impl FnOnce(&Ctx) -> T) -> R<T> {
        let ctx = self.ctx();
        let result = f(&ctx);
        if take_too_large() {
            ctx.signal(status::MEMORY);
        }
        self.signal(vm, ctx.status.get())?;
        Ok(result)
    }
}

pub(super) static CONTEXT: ClassSpec = ClassSpec {
    name: "Context",
    module: "decimal",
    doc: "The context affects almost all operations and controls rounding,\nOver/Underflow, raising of exceptions and much more.  A new context\ncan be constructed as follows:\n\n    >>> c = Context(prec=28, Emin=-425000000, Emax=425000000,\n    ...             rounding=ROUND_HALF_EVEN, capitals=1, clamp=1,\n    ...             traps=[InvalidOperation, DivisionByZero, Overflow],\n    ...             flags=[])\n    >>>\n\n\n",
    layout: Layout::Native(Kind::Host),
    methods: METHODS,
    attributes: ATTRIBUTES,
    subclassable: true,
};

/// A context object.
pub(super) fn make(vm: &Vm, data: ContextObj) -> Value {
    Ref::new(HostObj {
        class: state(vm).context.clone(),
        data: Box::new(Shared(Rc::new(data))),
    })
    .into()
}

/// The data of a context object (not of an instance of a script subclass).
pub(super) fn data(v: &Value) -> Option<Rc<ContextObj>> {
    let host = v.downcast::<HostObj>();
    host.and_then(|h| h.get::<Shared>()).map(|s| s.0.clone())
}

fn this(vm: &Vm, v: &Value) -> R<Rc<ContextObj>> {
    data(v)
        .or_else(|| data(&vm.native(v)))
        .ok_or_else(|| vm.wrong_receiver("__new__", "decimal.Context", v))
}

/// The current context.
pub(super) fn current(vm: &Vm) -> R<Rc<ContextObj>> {
    let value = super::current(vm)?;
    this(vm, &value)
}

/// The context in an argument, or the current one if there is none.
pub(super) fn given(vm: &Vm, v: &Value) -> R<Rc<ContextObj>> {
    if v.is_missing() {
        return current(vm);
    }
    data(v)
        .or_else(|| data(&vm.native(v)))
        .ok_or_else(|| vm.type_error("optional argument must be a context"))
}

const ROUNDINGS: &str = "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]";

pub(super) fn rounding(vm: &Vm, v: &Value) -> R<Rounding> {
    let native = vm.native(v);
    let found = native.as_str().and_then(Rounding::of_name);
    found.ok_or_else(|| vm.type_error(ROUNDINGS))
}

/// A whole number in a range; the text says which.
fn bounded(vm: &Vm, v: &Value, least: i64, most: i64, text: &str) -> R<i64> {
    let native = vm.native(v);
    let Some(n) = int_ref(&native) else {
        return Err(vm.type_error("an integer is required"));
    };
    match n.to_i64() {
        Some(n) if (least..=most).contains(&n) => Ok(n),
        Some(_) => Err(vm.value_error(text)),
        None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn set_prec(vm: &Vm, c: &ContextObj, v: &Value) -> R<()> {
    let text = "valid range for prec is [1, MAX_PREC]";
    c.prec.set(bounded(vm, v, 1, MAX, text)?);
    Ok(())
}

fn set_rounding(vm: &Vm, c: &ContextObj, v: &Value) -> R<()> {
    c.rounding.set(rounding(vm, v)?);
    Ok(())
}

fn set_emin(vm: &Vm, c: &ContextObj, v: &Value) -> R<()> {
    let text = "valid range for Emin is [MIN_EMIN, 0]";
    c.emin.set(bounded(vm, v, -MAX, 0, text)?);
    Ok(())
}

fn set_emax(vm: &Vm, c: &ContextObj, v: &Value) -> R<()> {
    let text = "valid range for Emax is [0, MAX_EMAX]";
    c.emax.set(bounded(vm, v, 0, MAX, text)?);
    Ok(())
}

fn set_capitals(vm: &Vm, c: &ContextObj, v: &Value) -> R<()> {
    let text = "valid values for capitals are 0 or 1";
    c.capitals.set(bounded(vm, v, 0, 1, text)? == 1);
    Ok(())
}

fn set_clamp(vm: &Vm, c: &ContextObj, v: &Value) -> R<()> {
    let text = "valid values for clamp are 0 or 1";
    c.clamp.set(bounded(vm, v, 0, 1, text)? == 1);
    Ok(())
}

fn set_flags(vm: &Vm, c: &ContextObj, v: &Value) -> R<()> {
    c.flags.set(signal_bits(vm, v)?);
    Ok(())
}

fn set_traps(vm: &Vm, c: &ContextObj, v: &Value) -> R<()> {
    c.traps.set(signal_bits(vm, v)?);
    Ok(())
}

/// The signals in a list of exceptions or in a dict of them all.
fn signal_bits(vm: &Vm, v: &Value) -> R<u32> {
    if v.downcast::<ListObj>().is_none() {
        return signal_dict::bits(vm, v);
    }
    let mut bits = 0;
    for signal in vm.collect(v)? {
        bits |= signal_dict::bit(vm, &signal)?;
    }
    Ok(bits)
}

/// An attribute that cannot be deleted.
fn assign(vm: &Vm, v: &Value, value: &Value, set: fn(&Vm, &ContextObj, &Value) -> R<()>) -> R<()> {
    if value.is_unbound() {
        return Err(vm.raise_text(
            &vm.exceptions.AttributeError,
            "context attributes cannot be deleted",
        ));
    }
    set(vm, &*this(vm, v)?, value)
}

static ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "prec",
        get: |vm, v| Ok(Value::Int(this(vm, v)?.prec.get())),
        set: Some(|vm, v, value| assign(vm, v, value, set_prec)),
    },
    Attribute {
        name: "rounding",
        get: |vm, v| Ok(vm.text(this(vm, v)?.rounding.get().name())),
        set: Some(|vm, v, value| assign(vm, v, value, set_rounding)),
    },
    Attribute {
        name: "Emin",
        get: |vm, v| Ok(Value::Int(this(vm, v)?.emin.get())),
        set: Some(|vm, v, value| assign(vm, v, value, set_emin)),
    },
    Attribute {
        name: "Emax",
        get: |vm, v| Ok(Value::Int(this(vm, v)?.emax.get())),
        set: Some(|vm, v, value| assign(vm, v, value, set_emax)),
    },
    Attribute {
        name: "capitals",
        get: |vm, v| Ok(Value::Int(i64::from(this(vm, v)?.capitals.get()))),
        set: Some(|vm, v, value| assign(vm, v, value, set_capitals)),
    },
    Attribute {
        name: "clamp",
        get: |vm, v| Ok(Value::Int(i64::from(this(vm, v)?.clamp.get()))),
        set: Some(|vm, v, value| assign(vm, v, value, set_clamp)),
    },
    Attribute {
        name: "flags",
        get: |vm, v| Ok(signal_dict::make(vm, this(vm, v)?, false)),
        set: Some(|vm, v, value| assign(vm, v, value, set_flags)),
    },
    Attribute {
        name: "traps",
        get: |vm, v| Ok(signal_dict::make(vm, this(vm, v)?, true)),
        set: Some(|vm, v, value| assign(vm, v, value, set_traps)),
    },
];

fn new(vm: &Vm, a: &[Value]) -> R {
    let state = state(vm);
    let template = state.installed.get().and_then(|i| i.templates.first());
    let context = match template.and_then(data) {
        Some(template) => template.copy(),
        None => return Err(vm.system_error("decimal is not set up")),
    };
    context.flags.set(0);
    let setters = [
        set_prec,
        set_rounding,
        set_emin,
        set_emax,
        set_capitals,
        set_clamp,
        set_flags,
        set_traps,
    ];
    for (set, value) in setters.iter().zip(&a[1..]) {
        if !value.is_missing() {
            set(vm, &context, value)?;
        }
    }
    let is_exact = a[0].downcast::<ClassObj>().is_some_and(|c| c.is_builtin);
    let made = make(vm, context);
    if is_exact {
        return Ok(made);
    }
    vm.wrap_new(&a[0], made)
}

/// The order in which a context's text names its signals; several bits have the same name.
const NAMED: [(u32, &str); 12] = [
    (status::CLAMPED, "Clamped"),
    (status::SYNTAX, "InvalidOperation"),
    (status::DIVISION_BY_ZERO, "DivisionByZero"),
    (status::IMPOSSIBLE, "InvalidOperation"),
    (status::UNDEFINED, "InvalidOperation"),
    (status::INEXACT, "Inexact"),
    (status::INVALID, "InvalidOperation"),
    (status::FLOAT, "FloatOperation"),
    (status::OVERFLOW, "Overflow"),
    (status::ROUNDED, "Rounded"),
    (status::SUBNORMAL, "Subnormal"),
    (status::UNDERFLOW, "Underflow"),
];

fn names(bits: u32) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (bit, name) in NAMED {
        if bits & bit != 0 && !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let c = this(vm, &a[0])?;
    let mut traps = c.traps.get();
    if traps & status::INVALID != 0 {
        traps |= status::ANY_INVALID;
    }
    Ok(vm.text(&format!(
        "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
        c.prec.get(),
        c.rounding.get().name(),
        c.emin.get(),
        c.emax.get(),
        i32::from(c.capitals.get()),
        i32::from(c.clamp.get()),
        names(c.flags.get()),
        names(traps),
    )))
}

fn reduce(vm: &Vm, a: &[Value]) -> R {
    let c = this(vm, &a[0])?;
    let shown = |bits: u32| {
        let merged = match bits & status::ANY_INVALID {
            0 => bits,
            _ => bits & !status::ANY_INVALID | status::INVALID,
        };
        list(super::exceptions(vm, merged))
    };
    let arguments = vec![
        Value::Int(c.prec.get()),
        vm.text(c.rounding.get().name()),
        Value::Int(c.emin.get()),
        Value::Int(c.emax.get()),
        Value::Int(i64::from(c.capitals.get())),
        Value::Int(i64::from(c.clamp.get())),
        shown(c.flags.get()),
        shown(c.traps.get()),
    ];
    Ok(tuple_of([(&vm.class_of(&a[0])).into(), tuple(arguments)]))
}

fn copy(vm: &Vm, a: &[Value]) -> R {
    Ok(make(vm, this(vm, &a[0])?.copy()))
}

fn one(vm: &Vm, a: &[Value], op: fn(&Dec, &Ctx) -> Dec) -> R {
    let (context, x) = (this(vm, &a[0])?, argument(vm, &a[1])?);
    Ok(decimal(vm, context.run(vm, |ctx| op(&x, ctx))?))
}

fn two(vm: &Vm, a: &[Value], op: fn(&Dec, &Dec, &Ctx) -> Dec) -> R {
    let context = this(vm, &a[0])?;
    let (x, y) = (argument(vm, &a[1])?, argument(vm, &a[2])?);
    Ok(decimal(vm, context.run(vm, |ctx| op(&x, &y, ctx))?))
}

/// A question about one number.
fn asked(vm: &Vm, a: &[Value], question: fn(&Dec, &Ctx) -> bool) -> R {
    let (context, x) = (this(vm, &a[0])?, argument(vm, &a[1])?);
    Ok(Value::bool(question(&x, &context.ctx())))
}

/// A method of `Decimal` itself, called with the context's argument.
fn plain(vm: &Vm, a: &[Value], f: fn(&Vm, &[Value]) -> R) -> R {
    this(vm, &a[0])?;
    let mut converted = Vec::with_capacity(a.len());
    for v in &a[1..] {
        converted.push(decimal(vm, argument(vm, v)?.into_owned()));
    }
    converted.push(a[0].clone());
    f(vm, &converted)
}

fn create(vm: &Vm, a: &[Value]) -> R {
    let context = this(vm, &a[0])?;
    let value = a[1].or(Value::Int(0));
    let exact = from_plain(vm, &value, &context)?;
    Ok(decimal(vm, context.run(vm, |ctx| ctx.finalize(exact))?))
}

fn create_from_float(vm: &Vm, a: &[Value]) -> R {
    let context = this(vm, &a[0])?;
    let exact = decimal_class::float_or_int(vm, &a[1])?;
    Ok(decimal(vm, context.run(vm, |ctx| ctx.finalize(exact))?))
}

fn power(vm: &Vm, a: &[Value]) -> R {
    let context = this(vm, &a[0])?;
    let (x, y) = (argument(vm, &a[1])?, argument(vm, &a[2])?);
    if a[3].is_missing() {
        let d = context.run(vm, |ctx| functions::power(&x, &y, ctx))?;
        return Ok(decimal(vm, d));
    }
    let m = argument(vm, &a[3])?;
    let d = context.run(vm, |ctx| functions::power_modulo(&x, &y, &m, ctx))?;
    Ok(decimal(vm, d))
}

fn text(vm: &Vm, a: &[Value], engineering: bool) -> R {
    let (context, x) = (this(vm, &a[0])?, argument(vm, &a[1])?);
    Ok(vm.text(&x.text(engineering, context.has_capitals())))
}

/// The error of a row that cannot fail otherwise.
fn fused(vm: &Vm, a: &[Value]) -> R {
    let context = this(vm, &a[0])?;
    let (x, y, z) = (
        argument(vm, &a[1])?,
        argument(vm, &a[2])?,
        argument(vm, &a[3])?,
    );
    Ok(decimal(
        vm,
        context.run(vm, |ctx| arith::fma(&x, &y, &z, ctx))?,
    ))
}

fn divmod(vm: &Vm, a: &[Value]) -> R {
    let context = this(vm, &a[0])?;
    let (x, y) = (argument(vm, &a[1])?, argument(vm, &a[2])?);
    let (quotient, rest) = context.run(vm, |ctx| arith::divmod(&x, &y, ctx))?;
    Ok(tuple_of([decimal(vm, quotient), decimal(vm, rest)]))
}

macro_rules! one {
    ($signature:literal, $op:path) => {
        method($signature, "The operation on one number.", |vm, a| {
            one(vm, a, $op)
        })
    };
}

macro_rules! two {
    ($signature:literal, $op:path) => {
        method($signature, "The operation on two numbers.", |vm, a| {
            two(vm, a, $op)
        })
    };
}

macro_rules! asked {
    ($signature:literal, $question:expr) => {
        method($signature, "True if the number is like that.", |vm, a| {
            asked(vm, a, $question)
        })
    };
}

static METHODS: &[Native] = &[
    static_method(
        "__new__(cls, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
        "Make a context.",
        new,
    ),
    method("__repr__()", "Return repr(self).", repr),
    method("__reduce__()", "Helper for pickle.", reduce),
    method("copy()", "A copy of the context.", copy),
    method("__copy__()", "A copy of the context.", copy),
    method("clear_flags()", "Reset all flags.", |vm, a| {
        this(vm, &a[0])?.flags.set(0);
        Ok(Value::None)
    }),
    method("clear_traps()", "Reset all traps.", |vm, a| {
        this(vm, &a[0])?.traps.set(0);
        Ok(Value::None)
    }),
    method("Etiny()", "The least exponent.", |vm, a| {
        Ok(Value::Int(this(vm, &a[0])?.ctx().etiny()))
    }),
    method(
        "Etop()",
        "The largest exponent of full precision.",
        |vm, a| Ok(Value::Int(this(vm, &a[0])?.ctx().etop())),
    ),
    method("radix()", "Return 10.", |vm, _| {
        Ok(decimal(vm, Dec::small(10)))
    }),
    method("create_decimal(num='0', /)", "A number, rounded.", create),
    method(
        "create_decimal_from_float(f, /)",
        "A float, rounded.",
        create_from_float,
    ),
    method("_apply(x, /)", "The number, rounded.", |vm, a| {
        one(vm, a, |x, ctx| ctx.finalize(x.clone()))
    }),
    one!("abs(x, /)", arith::abs),
    one!("exp(x, /)", functions::exp),
    one!("ln(x, /)", functions::ln),
    one!("log10(x, /)", functions::log10),
    one!("logb(x, /)", arith::logb),
    one!("logical_invert(x, /)", logical::invert),
    one!("minus(x, /)", arith::minus),
    one!("next_minus(x, /)", arith::next_minus),
    one!("next_plus(x, /)", arith::next_plus),
    one!("normalize(x, /)", arith::normalize),
    one!("plus(x, /)", arith::plus),
    one!("sqrt(x, /)", functions::sqrt),
    one!("to_integral(x, /)", arith::to_integral_value),
    one!("to_integral_exact(x, /)", arith::to_integral_exact),
    one!("to_integral_value(x, /)", arith::to_integral_value),
    two!("add(x, y, /)", arith::add),
    two!("compare(x, y, /)", arith::compare),
    two!("compare_signal(x, y, /)", arith::compare_signal),
    two!("compare_total(x, y, /)", arith::compare_total),
    two!("compare_total_mag(x, y, /)", arith::compare_total_mag),
    two!("divide(x, y, /)", arith::divide),
    two!("divide_int(x, y, /)", arith::divide_int),
    two!("logical_and(x, y, /)", logical::and),
    two!("logical_or(x, y, /)", logical::or),
    two!("logical_xor(x, y, /)", logical::xor),
    two!("max(x, y, /)", arith::max),
    two!("max_mag(x, y, /)", arith::max_mag),
    two!("min(x, y, /)", arith::min),
    two!("min_mag(x, y, /)", arith::min_mag),
    two!("multiply(x, y, /)", arith::multiply),
    two!("next_toward(x, y, /)", arith::next_toward),
    two!("quantize(x, y, /)", arith::quantize),
    two!("remainder(x, y, /)", arith::remainder),
    two!("remainder_near(x, y, /)", arith::remainder_near),
    two!("rotate(x, y, /)", logical::rotate),
    two!("scaleb(x, y, /)", arith::scaleb),
    two!("shift(x, y, /)", logical::shift),
    two!("subtract(x, y, /)", arith::subtract),
    method("fma(x, y, z, /)", "x * y + z, rounded once.", fused),
    method("divmod(x, y, /)", "Quotient and remainder.", divmod),
    method("power(a, b, modulo=None)", "a to the power b.", power),
    asked!("is_canonical(x, /)", |_, _| true),
    asked!("is_finite(x, /)", |x, _| x.is_finite()),
    asked!("is_infinite(x, /)", |x, _| x.is_infinite()),
    asked!("is_nan(x, /)", |x, _| x.is_nan()),
    asked!("is_normal(x, /)", logical::is_normal),
    asked!("is_qnan(x, /)", |x, _| {
        x.kind == super::number::Kind::Quiet
    }),
    asked!("is_signed(x, /)", |x, _| x.neg),
    asked!("is_snan(x, /)", |x, _| {
        x.kind == super::number::Kind::Signaling
    }),
    asked!("is_subnormal(x, /)", logical::is_subnormal),
    asked!("is_zero(x, /)", |x, _| x.is_zero()),
    method(
        "canonical(x, /)",
        "The number itself.",
        |vm, a| match super::convert::decimal(vm, &a[1]) {
            Some(_) => Ok(a[1].clone()),
            None => Err(argument_needed(vm)),
        },
    ),
    method("copy_decimal(x, /)", "The number itself.", |vm, a| {
        Ok(decimal(vm, argument(vm, &a[1])?.into_owned()))
    }),
    method("copy_abs(x, /)", "The number without its sign.", |vm, a| {
        Ok(decimal(vm, argument(vm, &a[1])?.abs()))
    }),
    method(
        "copy_negate(x, /)",
        "The number with the other sign.",
        |vm, a| Ok(decimal(vm, argument(vm, &a[1])?.negated())),
    ),
    method(
        "copy_sign(x, y, /)",
        "The first number with the sign of the second.",
        |vm, a| plain(vm, a, decimal_class::copy_sign),
    ),
    method(
        "same_quantum(x, y, /)",
        "True if both have the same exponent.",
        |vm, a| plain(vm, a, decimal_class::same_quantum),
    ),
    method("number_class(x, /)", "The class of the number.", |vm, a| {
        plain(vm, a, decimal_class::number_class)
    }),
    method("to_sci_string(x, /)", "The number as text.", |vm, a| {
        text(vm, a, false)
    }),
    method(
        "to_eng_string(x, /)",
        "The number as text, its exponent a multiple of three.",
        |vm, a| text(vm, a, true),
    ),
];

fn argument_needed(vm: &Vm) -> Raised {
    vm.type_error("argument must be a Decimal")
}
