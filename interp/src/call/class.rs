//! Calls of classes: `__new__`, `__init__`, and the short way for plain instances.

use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout, flags};
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{NativeObj, StaticMethodObj};
use crate::objects::instance::InstanceObj;
use crate::objects::str::Name;
use crate::stack::Args;
use crate::value::{R, Value};
use crate::vm::Vm;

impl Vm {
    /// Calls a class (or a metaclass's `__call__`).
    pub(crate) fn call_class(&self, class: &Ref<ClassObj>, args: &[Value], kwnames: &[Name]) -> R {
        let metaclass = class.metaclass.borrow().clone();
        if let Some(meta) = &metaclass {
            if !meta.is(&self.classes.type_) {
                if let Some(call) = meta.lookup(self, &self.names.call_) {
                    if !call.is_kind(Kind::Native) {
                        return self.call_unbound(&call, &class.into(), args, kwnames);
                    }
                }
            }
        }
        self.instantiate(class, args, kwnames)
    }

    /// `type.__call__`: makes and initialises an instance.
    pub fn instantiate(&self, class: &Ref<ClassObj>, args: &[Value], kwnames: &[Name]) -> R {
        if class.is(&self.classes.type_) && args.len() == 1 && kwnames.is_empty() {
            return Ok(self.class_of(&args[0]).into());
        }
        if let Some(instance) = self.plain_instance(class) {
            let instance = Value::from(instance);
            match class.lookup(self, &self.names.init_) {
                Some(init) if !self.is_objects_own(&init) => {
                    self.initialize(&init, &instance, args, kwnames)?;
                }
                _ if !args.is_empty() => {
                    let text = format!("{}() takes no arguments", class.name_text());
                    return Err(self.type_error(text));
                }
                _ => {}
            }
            return Ok(instance);
        }
        let _guard = self.enter_native()?;
        let instance = self.make_instance(class, args, kwnames)?;
        let made = self.class_of(&instance);
        if made.is_subclass(class) {
            if let Some(init) = made.lookup(self, &self.names.init_) {
                if !self.is_objects_own(&init) {
                    self.initialize(&init, &instance, args, kwnames)?;
                }
            }
        }
        Ok(instance)
    }

    /// A new plain instance, if the class makes such and nothing is to be called for it.
    fn plain_instance(&self, class: &Ref<ClassObj>) -> Option<Ref<InstanceObj>> {
        self.makes_plain_instances(class)
            .then(|| Ref::<InstanceObj>::of_class(class))
    }

    /// True if making an instance of the class means nothing but an empty one.
    #[inline]
    pub(crate) fn makes_plain_instances(&self, class: &Ref<ClassObj>) -> bool {
        class.layout == Layout::Instance
            && !class.is_builtin
            && !class.has(flags::NEW | flags::ABSTRACT)
            && class.native_base.borrow().is_none()
    }

    fn make_instance(&self, class: &Ref<ClassObj>, args: &[Value], kwnames: &[Name]) -> R {
        let kwnames_given = kwnames.len();
        let Some(new) = class.lookup(self, &self.names.new_) else {
            return Err(self.type_error(format!("cannot create '{}' instances", class.name_text())));
        };
        let new = match new.downcast::<StaticMethodObj>() {
            Some(s) => s.function.clone(),
            None if new.is_kind(Kind::ClassMethod) => self.bind(new, &Value::Unbound, class)?,
            None => new,
        };
        if class.is_builtin
            && self.is_objects_own(&new)
            && !class.is(&self.classes.object)
            && class.layout != Layout::Instance
        {
            let name = class.full_name(self);
            return Err(self.type_error(format!("cannot create '{name}' instances")));
        }
        let kwnames = if kwnames.is_empty() || !self.leaves_keywords(class, &new) {
            kwnames
        } else {
            &[]
        };
        let args = &args[..args.len() - (kwnames_given - kwnames.len())];
        let mut all = Args::reserve(self, args.len() + 1)?;
        all.push(class.into());
        for a in args {
            all.push(a.clone());
        }
        self.call_kw(&new, all.values(), kwnames)
    }

    /// True if the builtin `__new__` leaves keywords to the `__init__` that a script subclass has.
    fn leaves_keywords(&self, class: &Ref<ClassObj>, new: &Value) -> bool {
        let c = &self.classes;
        let of = new.downcast::<NativeObj>().and_then(|n| n.class.as_ref());
        let leaves =
            of.is_some_and(|of| [&c.tuple, &c.frozenset, &c.float].iter().any(|k| k.is(of)));
        let init = class.lookup(self, &self.names.init_);
        leaves && !class.is_builtin && init.is_some_and(|i| !i.is_kind(Kind::Native))
    }

    fn initialize(
        &self,
        init: &Value,
        instance: &Value,
        args: &[Value],
        kwnames: &[Name],
    ) -> R<()> {
        if !kwnames.is_empty() && self.ignores_keywords(init, instance) {
            let plain = &args[..args.len() - kwnames.len()];
            return self.call_unbound(init, instance, plain, &[]).map(drop);
        }
        let result = self.call_unbound(init, instance, args, kwnames)?;
        self.check_init_result(&result)
    }

    /// The `__init__` of `list` and `set` takes the keywords to be for a `__new__` of the class's own.
    #[cold]
    fn ignores_keywords(&self, init: &Value, instance: &Value) -> bool {
        let of = init.downcast::<NativeObj>().and_then(|n| n.class.clone());
        let c = &self.classes;
        of.is_some_and(|of| of.is(&c.list) || of.is(&c.set))
            && self.class_of(instance).has(flags::NEW)
    }

    /// `__init__` must return `None`.
    #[inline(always)]
    pub(crate) fn check_init_result(&self, result: &Value) -> R<()> {
        if result.is_none() {
            return Ok(());
        }
        let text = format!(
            "__init__() should return None, not '{}'",
            self.type_name(result)
        );
        Err(self.type_error(text))
    }

    /// True for `object`'s own method (which does nothing, or what is done here).
    pub(crate) fn is_objects_own(&self, method: &Value) -> bool {
        method
            .downcast::<NativeObj>()
            .is_some_and(|n| n.class.as_ref().is_some_and(|c| c.is(&self.classes.object)))
    }

    /// An exception of a class given to `raise`, made by calling it.
    pub fn make_exception(&self, class: &Ref<ClassObj>, args: &[Value]) -> R<Ref<ExceptionObj>> {
        let made = self.call_class(class, args, &[])?;
        match made.downcast::<ExceptionObj>() {
            Some(e) => Ok(e.clone()),
            None => Err(self.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                self.repr_or_name(&class.into()),
                self.type_name(&made)
            ))),
        }
    }
}
