//! `_types`: what of `types` is written in Rust. The rest is in `types.aio`.

use aio_interp::builtins::class::INSTANCE_DICT;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, native};
use aio_interp::object::Ref;
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::function::FunctionObj;
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::{TupleObj, tuple};
use aio_interp::ops::repr::Mark;
use aio_interp::{R, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_types", "The part of types written in Rust.");
    vm.add_natives(&module, ROWS);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("SimpleNamespace", namespace_class(vm).into());
    set("method_descriptor", (&vm.classes.method_descriptor).into());
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "mark_coroutine(function, /)",
        "Make the generators of a function awaitable.",
        |_, args| {
            if let Some(function) = args[0].downcast::<FunctionObj>() {
                function.makes_awaitables.set(true);
            }
            Ok(args[0].clone())
        },
    ),
    native(
        "show_module(*classes)",
        "Let messages name the module of these classes, as for those that CPython has in C.",
        |vm, args| {
            for class in vm.collect(&args[0])? {
                if let Some(class) = class.downcast::<ClassObj>() {
                    class.shows_module.set(true);
                }
            }
            Ok(Value::None)
        },
    ),
];

static SIMPLE_NAMESPACE: ClassSpec = ClassSpec {
    name: "SimpleNamespace",
    module: "types",
    doc: "A simple attribute-based namespace.",
    layout: Layout::Instance,
    methods: &[
        method("__init__(*args, **kwargs)", "Initialize self.", init),
        method("__repr__()", "Return repr(self).", repr),
        method("__eq__(value, /)", "Return self==value.", eq),
        method(
            "__replace__(*args, **changes)",
            "Return a copy of the namespace object with new values for the specified attributes.",
            replace,
        ),
        method(
            "__reduce__()",
            "Return state information for pickling",
            reduce,
        ),
    ],
    attributes: &[INSTANCE_DICT],
    subclassable: true,
};

struct Class(Ref<ClassObj>);

/// `types.SimpleNamespace`.
pub(crate) fn namespace_class(vm: &Vm) -> Ref<ClassObj> {
    let class = vm.state("types.SimpleNamespace", || {
        Class(vm.make_class(&SIMPLE_NAMESPACE, &[]))
    });
    class.0.clone()
}

/// A namespace with these attributes.
pub(crate) fn namespace(vm: &Vm, attributes: Vec<(&str, Value)>) -> Value {
    let instance = Ref::<InstanceObj>::of_class(&namespace_class(vm));
    for (name, value) in attributes {
        instance.set_own(&vm.name(name), value);
    }
    instance.into()
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<InstanceObj>> {
    match v.downcast::<InstanceObj>() {
        Some(instance) => Ok(instance),
        None => Err(vm.type_error("a SimpleNamespace is wanted")),
    }
}

fn init(vm: &Vm, args: &[Value]) -> R {
    let instance = this(vm, &args[0])?;
    let given = args[1]
        .downcast::<TupleObj>()
        .map_or_else(Vec::new, |t| t.items().to_vec());
    if given.len() > 1 {
        return Err(vm.type_error(format!(
            "{} expected at most 1 argument, got {}",
            vm.class_of(&args[0]).name_text(),
            given.len()
        )));
    }
    if let [mapping] = &given[..] {
        let dict = vm.call(&(&vm.classes.dict).into(), std::slice::from_ref(mapping))?;
        enter(vm, instance, &dict)?;
    }
    enter(vm, instance, &args[2])?;
    Ok(Value::None)
}

fn enter(vm: &Vm, instance: &Ref<InstanceObj>, dict: &Value) -> R<()> {
    let Some(dict) = dict.downcast::<DictObj>() else {
        return Ok(());
    };
    for (key, value) in dict.entries() {
        let Some(text) = key.as_str() else {
            return Err(vm.type_error("keywords must be strings"));
        };
        instance.set_own(&vm.name(text), value);
    }
    Ok(())
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let instance = this(vm, &args[0])?;
    let class = vm.class_of(&args[0]);
    let name = if class.is(&namespace_class(vm)) {
        "namespace".to_owned()
    } else {
        class.name_text()
    };
    let Some(_mark) = args[0].as_obj().and_then(Mark::set) else {
        return Ok(vm.text(&format!("{name}(...)")));
    };
    let mut shown = Vec::new();
    for (key, value) in instance.own_entries() {
        let key = vm.str(&key)?;
        shown.push(format!("{}={}", key.as_str(), vm.repr(&value)?.as_str()));
    }
    Ok(vm.text(&format!("{name}({})", shown.join(", "))))
}

fn eq(vm: &Vm, args: &[Value]) -> R {
    let class = Value::from(namespace_class(vm));
    if !vm.is_instance(&args[1], &class)? || !vm.is_instance(&args[0], &class)? {
        return Ok(Value::NotImplemented);
    }
    let (own, other) = (this(vm, &args[0])?, this(vm, &args[1])?);
    vm.equal(&own.dict().into(), &other.dict().into())
        .map(Value::bool)
}

fn replace(vm: &Vm, args: &[Value]) -> R {
    let class = Value::from(vm.class_of(&args[0]));
    let positional = args[1]
        .downcast::<TupleObj>()
        .map_or(0, |t| t.items().len());
    if positional > 0 {
        return Err(vm.type_error(format!(
            "__replace__() takes 0 positional arguments but {positional} were given"
        )));
    }
    let copy = vm.call(&class, &[])?;
    let to = this(vm, &copy)?;
    for (key, value) in this(vm, &args[0])?.own_entries() {
        if let Some(text) = key.as_str() {
            to.set_own(&vm.name(text), value);
        }
    }
    enter(vm, to, &args[2])?;
    Ok(copy)
}

fn reduce(vm: &Vm, args: &[Value]) -> R {
    let dict = this(vm, &args[0])?.dict();
    Ok(tuple(vec![
        vm.class_of(&args[0]).into(),
        tuple(vec![]),
        dict.into(),
    ]))
}
