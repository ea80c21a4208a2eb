//! Modules and importing: files beside the script, packages, and what the host registers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::code::Source;
use crate::native::Native;
use crate::object::Ref;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::exception::ExceptionObj;
use crate::objects::function::NativeObj;
use crate::objects::list::ListObj;
use crate::objects::module::ModuleObj;
use crate::objects::str::{Name, StrObj};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Makes a module written in Rust.
pub type NativeModule = fn(&Vm) -> R<Ref<ModuleObj>>;

/// A module that can be imported without a file.
#[derive(Clone, Copy)]
pub enum Builtin {
    /// Written in Rust.
    Native(NativeModule),
    /// Written in the language.
    Source(&'static str),
    /// A package written in the language: its `__init__`.
    Package(&'static str),
}

/// How files are read: the host's business.
pub type ReadFile = fn(&Path) -> std::io::Result<Vec<u8>>;

/// What can be imported.
pub struct Registry {
    /// Each sorted by name.
    tables: Vec<&'static [(&'static str, Builtin)]>,
    added: RefCell<HashMap<&'static str, Builtin>>,
    /// Modules of Python that are left out on purpose, and the reason. A file of the program's
    /// may stand in for one.
    absent: &'static [(&'static str, &'static str)],
    read: ReadFile,
}

impl Registry {
    /// A registry of builtin modules: tables that are sorted by name, so that what is never
    /// imported costs nothing at the start. Files are read by `read`.
    pub fn new(read: ReadFile, tables: &[&'static [(&'static str, Builtin)]]) -> Registry {
        debug_assert!(tables.iter().all(|t| t.is_sorted_by_key(|(name, _)| name)));
        Registry {
            tables: tables.to_vec(),
            added: RefCell::default(),
            absent: &[],
            read,
        }
    }

    /// With reasons for the absence of modules.
    pub fn without(self, absent: &'static [(&'static str, &'static str)]) -> Registry {
        Registry { absent, ..self }
    }

    /// Adds a builtin module.
    pub fn add(&self, name: &'static str, module: Builtin) {
        self.added.borrow_mut().insert(name, module);
    }

    /// The names of all builtin modules, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.added.borrow().keys().copied().collect();
        names.extend(self.tables.iter().flat_map(|t| t.iter().map(|row| row.0)));
        names.sort_unstable();
        names.dedup();
        names
    }

    fn reason_of_absence(&self, name: &str) -> Option<&'static str> {
        let (_, reason) = self.absent.iter().find(|(absent, _)| *absent == name)?;
        Some(reason)
    }

    fn get(&self, name: &str) -> Option<Builtin> {
        let added = self.added.borrow().get(name).copied();
        added.or_else(|| {
            self.tables.iter().find_map(|table| {
                let at = table.binary_search_by_key(&name, |row| row.0).ok()?;
                Some(table[at].1)
            })
        })
    }
}

/// The key under which the host keeps the first `sys.path` (`RefCell<Vec<String>>`), for imports
/// before `sys` is there.
pub const SEARCH_PATH: &str = "search path";

/// The key under which the names of modules that are running are kept.
const RUNNING: &str = "running modules";

/// Where a module was found.
enum Found {
    Builtin(Builtin),
    File(PathBuf),
    /// A package: its folder, and its `__init__` if it has one.
    Package(PathBuf, Option<PathBuf>),
}

impl Vm {
    /// A new module that is not in `sys.modules` yet.
    pub fn new_module(&self, name: &str, doc: &str) -> Ref<ModuleObj> {
        let dict = new_dict();
        dict.set_name(&self.names.name_, Value::from(&self.name(name)));
        let doc = if doc.is_empty() {
            Value::None
        } else {
            self.text(doc)
        };
        dict.set_name(&self.names.doc_, doc);
        dict.set_name(&self.names.package_, self.text(""));
        dict.set_name(&self.names.loader_, Value::None);
        dict.set_name(&self.names.spec_, Value::None);
        ModuleObj::of(dict)
    }

    /// Adds functions written in Rust to a module.
    pub fn add_natives(&self, module: &Ref<ModuleObj>, rows: &'static [Native]) {
        let name = module.dict.get_name(&self.names.name_);
        let name = name.as_ref().and_then(|n| n.as_str()).map(|n| self.name(n));
        for row in rows {
            let native = self.native_function(row, name.clone());
            module.dict.set_name(&self.name(row.name()), native);
        }
    }

    /// A function written in Rust as a value.
    pub fn native_function(&self, row: &'static Native, module: Option<Name>) -> Value {
        Ref::new(NativeObj {
            row,
            signature: Default::default(),
            class: None,
            module,
        })
        .into()
    }

    /// Imports a module by its absolute dotted name, with its parents; returns the last one.
    pub fn import(&self, name: &str) -> R {
        if let Some(module) = self.modules.get_name(&self.name(name)) {
            return self.import_known(name, module);
        }
        let _guard = self.enter_native()?;
        // The outermost package first: of a name of many parts nothing is kept if that fails.
        let mut ends = name.match_indices('.').map(|(at, _)| at);
        let Some(first) = ends.next() else {
            return self.load(name, None);
        };
        let mut package = self.import(&name[..first])?;
        for end in ends.chain([name.len()]) {
            package = self.import_member(&package, &name[..end])?;
        }
        Ok(package)
    }

    /// What `sys.modules` says of a module.
    fn import_known(&self, name: &str, module: Value) -> R {
        if module.is_none() {
            return Err(self.module_not_found(name, "import of {bare} halted; None in sys.modules"));
        }
        Ok(module)
    }

    /// Imports a module of a package that is imported.
    fn import_member(&self, package: &Value, name: &str) -> R {
        // Importing the package may have imported it.
        if let Some(module) = self.modules.get_name(&self.name(name)) {
            return self.import_known(name, module);
        }
        let (parent, last) = name.rsplit_once('.').unwrap_or(("", name));
        let path = self.find_attr(package, &self.names.path_)?;
        if path.is_none() && self.registry.get(name).is_none() {
            let text = format!("No module named '{name}'; '{parent}' is not a package");
            return Err(self.import_failure(
                &self.exceptions.ModuleNotFoundError.clone(),
                &text,
                name,
            ));
        }
        let module = self.load(name, path)?;
        self.set_attr(package, &self.name(last), module.clone())?;
        Ok(module)
    }

    fn load(&self, name: &str, path: Option<Value>) -> R {
        let found = match self.registry.get(name) {
            Some(builtin) => Some(Found::Builtin(builtin)),
            None => self.find_file(name, path)?,
        };
        match found {
            None => Err(match self.registry.reason_of_absence(name) {
                Some(reason) => {
                    self.module_not_found(name, &format!("No module named {{}}: {reason}"))
                }
                None => self.module_not_found(name, "No module named {}"),
            }),
            Some(Found::Builtin(Builtin::Native(make))) => {
                let module = Value::from(make(self)?);
                self.modules.set_name(&self.name(name), module.clone());
                Ok(module)
            }
            Some(Found::Builtin(Builtin::Source(text))) => {
                self.run_library_module(name, text, false)
            }
            Some(Found::Builtin(Builtin::Package(text))) => {
                self.run_library_module(name, text, true)
            }
            Some(Found::File(file)) => self.run_file(name, &file, None),
            Some(Found::Package(folder, Some(init))) => self.run_file(name, &init, Some(&folder)),
            Some(Found::Package(folder, None)) => {
                let module = self.new_module(name, "");
                self.set_package(&module, name, Some(&folder));
                let module = Value::from(module);
                self.modules.set_name(&self.name(name), module.clone());
                Ok(module)
            }
        }
    }

    #[cold]
    fn module_not_found(&self, name: &str, text: &str) -> Raised {
        let text = text
            .replace("{}", &format!("'{name}'"))
            .replace("{bare}", name);
        let class = self.exceptions.ModuleNotFoundError.clone();
        self.import_failure(&class, &text, name)
    }

    #[cold]
    fn import_failure(
        &self,
        class: &Ref<crate::objects::class::ClassObj>,
        text: &str,
        name: &str,
    ) -> Raised {
        let e = Ref::<ExceptionObj>::of_class(class, vec![self.text(text)]);
        e.attrs().set_name(&self.names.name, self.text(name));
        e.attrs().set_name(&self.names.path, Value::None);
        e.attrs().set_name(&self.names.msg, self.text(text));
        self.raise_exception(e)
    }

    /// The folders that are searched: a package's `__path__` or `sys.path`.
    fn search_path(&self, path: Option<Value>) -> R<Vec<PathBuf>> {
        let path = match path {
            Some(path) => Some(path),
            None => match self.modules.get_name(&self.name("sys")) {
                Some(sys) => self.find_attr(&sys, &self.names.path)?,
                None => None,
            },
        };
        match path {
            Some(path) => {
                let folders = self.collect(&path)?;
                Ok(folders
                    .iter()
                    .filter_map(|f| f.as_str())
                    .map(PathBuf::from)
                    .collect())
            }
            None => {
                let folders = self.state(SEARCH_PATH, || RefCell::new(Vec::<String>::new()));
                Ok(folders.borrow().iter().map(PathBuf::from).collect())
            }
        }
    }

    fn find_file(&self, name: &str, path: Option<Value>) -> R<Option<Found>> {
        let last = name.rsplit('.').next().unwrap_or(name);
        for folder in self.search_path(path)? {
            let package = folder.join(last);
            if package.is_dir() {
                for init in ["__init__.aio", "__init__.py"] {
                    let init = package.join(init);
                    if init.is_file() {
                        return Ok(Some(Found::Package(package, Some(init))));
                    }
                }
            }
            for extension in ["aio", "py"] {
                let file = folder.join(format!("{last}.{extension}"));
                if file.is_file() {
                    return Ok(Some(Found::File(file)));
                }
            }
            if package.is_dir() {
                return Ok(Some(Found::Package(package, None)));
            }
        }
        Ok(None)
    }

    fn set_package(&self, module: &Ref<ModuleObj>, name: &str, folder: Option<&Path>) {
        let package = match folder {
            Some(folder) => {
                let path = vec![self.text(&folder.to_string_lossy())];
                module
                    .dict
                    .set_name(&self.names.path_, Ref::<ListObj>::from_vec(path).into());
                name
            }
            None => name.rsplit_once('.').map_or("", |p| p.0),
        };
        module
            .dict
            .set_name(&self.names.package_, self.text(package));
    }

    fn run_library_module(&self, name: &str, text: &str, is_package: bool) -> R {
        let source = Source::new(&format!("<aio library {name}>"), text, true);
        let module = self.new_module(name, "");
        let package = if is_package {
            name
        } else {
            name.rsplit_once('.').map_or("", |p| p.0)
        };
        module
            .dict
            .set_name(&self.names.package_, self.text(package));
        if is_package {
            module
                .dict
                .set_name(&self.names.path_, Ref::<ListObj>::from_vec(vec![]).into());
        }
        self.run_module(name, module, &source)
    }

    fn run_file(&self, name: &str, file: &Path, package: Option<&Path>) -> R {
        let filename = file.to_string_lossy().into_owned();
        let bytes = (self.registry.read)(file)
            .map_err(|e| self.os_error(&e, Some(&self.text(&filename))))?;
        let text = self.decode_source(&bytes, &filename)?;
        let source = Source::new(&filename, &text, false);
        let module = self.new_module(name, "");
        module
            .dict
            .set_name(&self.names.file_, self.text(&filename));
        self.set_package(&module, name, package);
        self.run_module(name, module, &source)
    }

    /// Runs a module's code; a module that fails is not kept.
    fn run_module(&self, name: &str, module: Ref<ModuleObj>, source: &Rc<Source>) -> R {
        let key = self.name(name);
        self.modules.set_name(&key, (&module).into());
        let running = self.state(RUNNING, || RefCell::new(Vec::<String>::new()));
        running.borrow_mut().push(name.to_owned());
        let result = self.run_source(source, &module.dict);
        running.borrow_mut().retain(|n| n != name);
        match result {
            // The module may have replaced itself.
            Ok(()) => Ok(self.modules.get_name(&key).unwrap_or_else(|| module.into())),
            Err(raised) => {
                drop(self.modules.remove_name(&key));
                Err(raised)
            }
        }
    }

    /// The absolute name of a (relative) import in a module with these globals.
    pub fn absolute_name(&self, globals: &Ref<DictObj>, module: &str, level: u32) -> R<String> {
        if level == 0 {
            return Ok(module.to_owned());
        }
        let package = globals.get_name(&self.names.package_);
        let mut package = package
            .as_ref()
            .and_then(|p| p.as_str())
            .unwrap_or("")
            .to_owned();
        if package.is_empty() {
            return Err(self.import_error("attempted relative import with no known parent package"));
        }
        for _ in 1..level {
            match package.rfind('.') {
                Some(dot) => package.truncate(dot),
                None => {
                    return Err(
                        self.import_error("attempted relative import beyond top-level package")
                    );
                }
            }
        }
        if module.is_empty() {
            Ok(package)
        } else {
            Ok(format!("{package}.{module}"))
        }
    }

    /// `from module import name`: an attribute, or a submodule.
    pub fn import_from(&self, module: &Value, name: &Name) -> R {
        if let Some(value) = self.find_attr(module, name)? {
            return Ok(value);
        }
        let full = self.find_attr(module, &self.names.name_)?;
        let full = full
            .as_ref()
            .and_then(|n| n.as_str())
            .unwrap_or("<unknown module name>")
            .to_owned();
        let submodule = format!("{full}.{}", name.as_str());
        if self.find_attr(module, &self.names.path_)?.is_some()
            || self.registry.get(&submodule).is_some()
        {
            match self.import(&submodule) {
                Ok(module) => return Ok(module),
                Err(raised) => {
                    let missing = self.is_raised(&self.exceptions.ModuleNotFoundError)
                        && self.pending_name().as_deref() == Some(&submodule);
                    if !missing {
                        return Err(raised);
                    }
                    drop(self.take_raised());
                }
            }
        }
        let file = self.find_attr(module, &self.names.file_)?;
        let place = file
            .as_ref()
            .and_then(|f| f.as_str())
            .unwrap_or("unknown location");
        let running = self.state(RUNNING, || RefCell::new(Vec::<String>::new()));
        let text = if running.borrow().contains(&full) {
            format!(
                "cannot import name '{}' from partially initialized module '{full}' (most likely due to a circular import) ({place})",
                name.as_str()
            )
        } else {
            format!(
                "cannot import name '{}' from '{full}' ({place})",
                name.as_str()
            )
        };
        let class = self.exceptions.ImportError.clone();
        let raised = self.import_failure(&class, &text, &full);
        if let Some(e) = self.pending.borrow().as_ref() {
            let attrs = e.attrs();
            attrs.set_name(&self.name("name_from"), name.into());
            if let Some(file) = file {
                attrs.set_name(&self.names.path, file);
            }
        }
        Err(raised)
    }

    fn name_of_module(&self, module: &Value) -> R<String> {
        let name = self.find_attr(module, &self.names.name_)?;
        Ok(name
            .as_ref()
            .and_then(|n| n.as_str())
            .unwrap_or("?")
            .to_owned())
    }

    /// The `name` of the pending exception.
    fn pending_name(&self) -> Option<String> {
        let pending = self.pending.borrow();
        let name = pending
            .as_ref()?
            .attrs_if_any()?
            .get_name(&self.names.name)?;
        name.as_str().map(str::to_owned)
    }

    /// `from module import *`.
    pub fn import_star(&self, module: &Value, into: &Value) -> R<()> {
        if let Some(all) = self.find_attr(module, &self.names.all_)? {
            if self.special(&all, &self.names.getitem_).is_none() {
                let name = self.type_name(&all);
                return Err(self.type_error(format!("'{name}' object does not support indexing")));
            }
            for name in self.collect(&all)? {
                let Some(text) = name.downcast() else {
                    let module = self.name_of_module(module)?;
                    let given = self.type_name(&name);
                    let text = format!("Item in {module}.__all__ must be str, not {given}");
                    return Err(self.type_error(text));
                };
                let name = self.interned.name_of(text);
                let value = match self.find_attr(module, &name)? {
                    Some(value) => value,
                    None => self.import_from_all(module, &name)?,
                };
                self.set_item(into, &(&name).into(), value)?;
            }
            return Ok(());
        }
        let dict = self.get_attr(module, &self.names.dict_)?;
        if let Some(dict) = dict.downcast::<DictObj>() {
            for (key, value) in dict.entries() {
                if let Some(text) = key.downcast() {
                    let name = self.interned.name_of(text);
                    if !name.as_str().starts_with('_') {
                        self.set_item(into, &(&name).into(), value)?;
                    }
                } else {
                    let module = self.name_of_module(module)?;
                    let given = self.type_name(&key);
                    let text = format!("Key in {module}.__dict__ must be str, not {given}");
                    return Err(self.type_error(text));
                }
            }
        }
        Ok(())
    }

    /// Imports those of the names that are submodules of a package, and returns the package.
    pub fn import_submodules(&self, package: Value, names: &Value) -> R {
        if self.find_attr(&package, &self.names.path_)?.is_none() {
            return Ok(package);
        }
        for name in self.collect(names)? {
            let Some(text) = name.downcast::<StrObj>() else {
                let given = self.type_name(&name);
                let text = format!("Item in ``from list'' must be str, not {given}");
                return Err(self.type_error(text));
            };
            let name = self.interned.name_of(text);
            if name.as_str() == "*" || self.find_attr(&package, &name)?.is_some() {
                continue;
            }
            if self.import_from_all(&package, &name).is_err() {
                if !self.is_raised(&self.exceptions.AttributeError) {
                    return Err(Raised);
                }
                drop(self.take_raised());
            }
        }
        Ok(package)
    }

    fn import_from_all(&self, module: &Value, name: &Name) -> R {
        if self.find_attr(module, &self.names.path_)?.is_some() {
            let submodule = format!("{}.{}", self.name_of_module(module)?, name.as_str());
            match self.import(&submodule) {
                Ok(module) => return Ok(module),
                Err(raised) => {
                    let missing = self.is_raised(&self.exceptions.ModuleNotFoundError)
                        && self.pending_name().as_deref() == Some(&submodule);
                    if !missing {
                        return Err(raised);
                    }
                    drop(self.take_raised());
                }
            }
        }
        self.get_attr(module, name)
    }

    /// The builtins that code with these globals sees, if they are those of all.
    pub(crate) fn common_builtins(&self, globals: &Ref<DictObj>) -> Option<&Ref<DictObj>> {
        let is_common = match globals.get_name(&self.names.builtins_) {
            Some(own) => match own.downcast::<ModuleObj>() {
                Some(module) => module.dict.is(&self.builtins),
                None => own
                    .downcast::<DictObj>()
                    .is_some_and(|d| d.is(&self.builtins)),
            },
            None => true,
        };
        is_common.then_some(&self.builtins)
    }

    /// What code with these globals finds under the name of a builtin.
    pub(crate) fn builtin(&self, globals: &Ref<DictObj>, name: &Name) -> R<Option<Value>> {
        if let Some(builtins) = self.common_builtins(globals) {
            return Ok(builtins.get_name(name));
        }
        let own = globals
            .get_name(&self.names.builtins_)
            .unwrap_or(Value::None);
        if let Some(module) = own.downcast::<ModuleObj>() {
            return Ok(module.dict.get_name(name));
        }
        if let Some(dict) = own.downcast::<DictObj>() {
            return Ok(dict.get_name(name));
        }
        let found = self.get_item(&own, &name.into());
        self.unless_raised(&self.exceptions.KeyError, found)
    }
}
