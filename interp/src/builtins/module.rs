//! `module`, as scripts see it. How modules are found and run is in `crate::module`.

use super::this;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::dict::new_dict;
use crate::objects::function::Attribute;
use crate::objects::list::list;
use crate::objects::module::ModuleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `module`.
pub static MODULE: ClassSpec = ClassSpec {
    name: "module",
    module: "builtins",
    doc: "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
    layout: Layout::Native(Kind::Module),
    methods: &[
        static_method(
            "__new__(cls, /, *args, **kwargs)",
            "Create and return a new object.",
            new,
        ),
        method("__init__(name, doc=None)", "Initialize self.", init),
        method("__repr__()", "Return repr(self).", repr),
        method("__dir__()", "__dir__() -> list", dir),
    ],
    attributes: &[
        Attribute {
            name: "__dict__",
            get: get_dict,
            set: Some(super::read_only),
        },
        Attribute {
            name: "__annotations__",
            get: get_annotations,
            set: Some(set_annotations),
        },
    ],
    subclassable: true,
};

fn this_module<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<ModuleObj>> {
    this(vm, v, "module", attribute)
}

fn new(vm: &Vm, args: &[Value]) -> R {
    let module = ModuleObj::of(new_dict());
    if let Some(class) = args[0].downcast::<ClassObj>()
        && !class.is(&vm.classes.module)
    {
        drop(module.class.replace(Some(class.clone())));
    }
    Ok(module.into())
}

fn init(vm: &Vm, args: &[Value]) -> R {
    let module = this_module(vm, &args[0], "__init__")?;
    if vm.native(&args[1]).as_str().is_none() {
        let given = vm.type_name(&args[1]);
        let text = format!("module() argument 'name' must be str, not {given}");
        return Err(vm.type_error(text));
    }
    let names = &vm.names;
    module.dict.set_name(&names.name_, args[1].clone());
    module.dict.set_name(&names.doc_, args[2].or(Value::None));
    for name in [&names.package_, &names.loader_, &names.spec_] {
        module.dict.set_name(name, Value::None);
    }
    Ok(Value::None)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    module_repr(vm, this_module(vm, &args[0], "__repr__")?).map(|text| vm.text(&text))
}

/// `<module 'm' from 'm.aio'>`.
pub(crate) fn module_repr(vm: &Vm, module: &Ref<ModuleObj>) -> R<String> {
    let name = match module.dict.get_name(&vm.names.name_) {
        Some(name) => vm.repr(&name)?.as_str().to_owned(),
        None => "'?'".to_owned(),
    };
    if let Some(file) = module
        .dict
        .get_name(&vm.names.file_)
        .filter(|f| !f.is_none())
    {
        return Ok(format!("<module {name} from {}>", vm.repr(&file)?.as_str()));
    }
    let by_script = module
        .dict
        .get_name(&vm.names.loader_)
        .is_some_and(|l| l.is_none());
    let is_known = by_script && {
        let own = module.dict.get_name(&vm.names.name_);
        let own = own.as_ref().and_then(|n| n.as_str()).unwrap_or("");
        own == "sys"
    };
    Ok(if by_script && !is_known {
        format!("<module {name}>")
    } else {
        format!("<module {name} (built-in)>")
    })
}

fn dir(vm: &Vm, args: &[Value]) -> R {
    let module = this_module(vm, &args[0], "__dir__")?;
    if let Some(hook) = module.dict.get_name(&vm.names.dir_) {
        return vm.call(&hook, &[]);
    }
    Ok(list(
        module.dict.entries().into_iter().map(|e| e.0).collect(),
    ))
}

fn get_dict(vm: &Vm, v: &Value) -> R {
    Ok((&this_module(vm, v, "__dict__")?.dict).into())
}

fn get_annotations(vm: &Vm, v: &Value) -> R {
    let module = this_module(vm, v, "__annotations__")?;
    let name = &vm.names.annotations_;
    if let Some(found) = module.dict.get_name(name) {
        return Ok(found);
    }
    let dict = Value::from(new_dict());
    module.dict.set_name(name, dict.clone());
    Ok(dict)
}

fn set_annotations(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let module = this_module(vm, v, "__annotations__")?;
    let name = &vm.names.annotations_;
    if !value.is_unbound() {
        module.dict.set_name(name, value.clone());
    } else if module.dict.remove_name(name).is_none() {
        return Err(vm.attribute_error(name.as_str(), &name.into(), v));
    }
    Ok(())
}
