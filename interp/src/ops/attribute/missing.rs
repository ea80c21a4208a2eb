//! The texts of attribute errors.

use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, flags};
use crate::objects::function::BoundMethodObj;
use crate::objects::module::ModuleObj;
use crate::objects::str::Name;
use crate::value::{Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// Raises the `AttributeError` for an attribute that is not there.
    #[cold]
    pub(crate) fn no_attribute(&self, v: &Value, name: &Name) -> Raised {
        let attribute = name.as_str();
        let text = match v.kind() {
            Some(Kind::Class) => {
                let class = v
                    .downcast::<ClassObj>()
                    .map(|c| c.name_text())
                    .unwrap_or_default();
                format!("type object '{class}' has no attribute '{attribute}'")
            }
            Some(Kind::Module) => match v.downcast::<ModuleObj>().and_then(|m| self.module_name(m))
            {
                Some(module) => format!("module '{module}' has no attribute '{attribute}'"),
                None => format!("module has no attribute '{attribute}'"),
            },
            Some(Kind::BoundMethod) => return self.no_method_attribute(v, name),
            _ => format!(
                "'{}' object has no attribute '{attribute}'",
                self.type_name(v)
            ),
        };
        self.attribute_error(text, &name.into(), v)
    }

    /// A bound method passes on what its function says.
    fn no_method_attribute(&self, v: &Value, name: &Name) -> Raised {
        match v.downcast::<BoundMethodObj>() {
            Some(method) if !method.function.is_kind(Kind::Native) => {
                self.no_attribute(&method.function, name)
            }
            _ => {
                let attribute = name.as_str();
                let text =
                    format!("'builtin_function_or_method' object has no attribute '{attribute}'");
                self.attribute_error(text, &name.into(), v)
            }
        }
    }

    /// `__name__` of a module, if it is a string.
    pub(crate) fn module_name(&self, module: &Ref<ModuleObj>) -> Option<String> {
        let name = module.dict.get_name(&self.names.name_)?;
        name.as_str().map(str::to_owned)
    }

    /// Raises the `AttributeError` for an object that keeps no attributes of its own.
    #[cold]
    pub(super) fn cannot_set(&self, v: &Value, class: &Ref<ClassObj>, name: &Name) -> Raised {
        let (kind, attribute) = (self.class_name(class), name.as_str());
        let text = if class.lookup(self, name).is_some() {
            format!("'{kind}' object attribute '{attribute}' is read-only")
        } else if class.has(flags::SETATTR) {
            format!("'{kind}' object has no attribute '{attribute}'")
        } else {
            format!(
                "'{kind}' object has no attribute '{attribute}' and no __dict__ for setting new \
                 attributes"
            )
        };
        self.attribute_error(text, &name.into(), v)
    }

    /// Raises the `AttributeError` for an attribute that cannot be deleted because it is absent.
    #[cold]
    pub(super) fn nothing_to_delete(&self, v: &Value, name: &Name) -> Raised {
        let kind = self.type_name(v);
        let text = format!("'{kind}' object has no attribute '{}'", name.as_str());
        self.attribute_error(text, &name.into(), v)
    }

    /// Raises the `TypeError` for the attributes of builtin classes.
    #[cold]
    pub(crate) fn immutable_class(&self, class: &Ref<ClassObj>, name: &str) -> Raised {
        let class = class.name_text();
        let mut shown = String::new();
        crate::text::repr::write_repr(&mut shown, name);
        self.type_error(format!(
            "cannot set {shown} attribute of immutable type '{class}'"
        ))
    }
}
