//! `str.format` and `str.format_map`.

use super::this;
use crate::format::{
    Access, Field, FieldConversion, FieldSpec, First, Template, TemplatePiece, parse_template,
};
use crate::number::NumError;
use crate::object::Ref;
use crate::objects::dict::DictObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;
use crate::ops::format::cache::Cache;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Where the values of fields come from.
enum Arguments<'a> {
    /// Positional ones and keywords.
    Call(&'a [Value], Option<&'a Ref<DictObj>>),
    /// The items of a mapping.
    Mapping(&'a Value),
}

/// A template with its keys as strings of the interpreter.
#[derive(Default)]
struct Compiled {
    pieces: Vec<Piece>,
    error: Option<NumError>,
}

enum Piece {
    Literal(String),
    Field(Box<Place>),
}

/// A field.
struct Place {
    first: Argument,
    path: Vec<Step>,
    path_error: Option<NumError>,
    conversion: FieldConversion,
    spec: Spec,
}

enum Argument {
    Index(usize),
    Key(Ref<StrObj>),
}

enum Step {
    Attribute(String),
    Item(Value),
}

enum Spec {
    Text(String),
    Nested(Compiled),
}

pub(super) fn format_row(vm: &Vm, a: &[Value]) -> R {
    let template = this(vm, a, "format")?;
    let positional = a[1]
        .downcast::<TupleObj>()
        .map(|t| t.items())
        .unwrap_or_default();
    format(
        vm,
        template,
        &Arguments::Call(positional, a[2].downcast::<DictObj>()),
    )
}

pub(super) fn format_map_row(vm: &Vm, a: &[Value]) -> R {
    let template = this(vm, a, "format_map")?;
    format(vm, template, &Arguments::Mapping(&a[1]))
}

fn format(vm: &Vm, template: &Ref<StrObj>, arguments: &Arguments<'_>) -> R {
    let cache = vm.state("str.format templates", Cache::<Compiled>::default);
    let compiled = cache.get(template, |text| compile(parse_template(text)));
    let mut out = String::with_capacity(template.as_str().len() + 16);
    write_template(vm, &mut out, &compiled, arguments)?;
    Ok(vm.text(&out))
}

fn compile(template: Template) -> Compiled {
    let pieces = template.pieces.into_iter().map(|piece| match piece {
        TemplatePiece::Literal(text) => Piece::Literal(text),
        TemplatePiece::Field(field) => Piece::Field(Box::new(compile_field(field))),
    });
    Compiled {
        pieces: pieces.collect(),
        error: template.error,
    }
}

fn compile_field(field: Field) -> Place {
    let first = match field.first {
        First::Index(i) => Argument::Index(i),
        First::Name(name) => Argument::Key(Ref::<StrObj>::from_text(&name)),
        // The parser has numbered them.
        First::Auto => Argument::Index(0),
    };
    let path = field.path.into_iter().map(|access| match access {
        Access::Attribute(name) => Step::Attribute(name),
        Access::Index(i) => Step::Item(i.into()),
        Access::Key(key) => Step::Item(Ref::<StrObj>::from_text(&key).into()),
    });
    Place {
        first,
        path: path.collect(),
        path_error: field.path_error,
        conversion: field.conversion,
        spec: match field.spec {
            FieldSpec::Text(text) => Spec::Text(text),
            FieldSpec::Nested(template) => Spec::Nested(compile(template)),
        },
    }
}

fn write_template(
    vm: &Vm,
    out: &mut String,
    template: &Compiled,
    arguments: &Arguments<'_>,
) -> R<()> {
    for piece in &template.pieces {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Field(place) => write_field(vm, out, place, arguments)?,
        }
    }
    match &template.error {
        Some(error) => Err(vm.number_error(error.clone())),
        None => Ok(()),
    }
}

fn write_field(vm: &Vm, out: &mut String, place: &Place, arguments: &Arguments<'_>) -> R<()> {
    let mut value = argument(vm, &place.first, arguments)?;
    for step in &place.path {
        value = match step {
            Step::Attribute(name) => vm.get_attr(&value, &vm.name(name))?,
            Step::Item(key) => vm.get_item(&value, key)?,
        };
    }
    if let Some(error) = &place.path_error {
        return Err(vm.number_error(error.clone()));
    }
    value = match &place.conversion {
        FieldConversion::None => value,
        FieldConversion::Str => vm.str(&value)?.into(),
        FieldConversion::Repr => vm.repr(&value)?.into(),
        FieldConversion::Ascii => vm.ascii(&value)?.into(),
        FieldConversion::Unknown(error) => return Err(vm.number_error(error.clone())),
    };
    match &place.spec {
        Spec::Text(spec) => vm.write_format(out, &value, spec),
        Spec::Nested(template) => {
            let mut spec = String::new();
            write_template(vm, &mut spec, template, arguments)?;
            vm.write_format(out, &value, &spec)
        }
    }
}

fn argument(vm: &Vm, first: &Argument, arguments: &Arguments<'_>) -> R {
    match (first, arguments) {
        (Argument::Index(i), Arguments::Call(positional, _)) => match positional.get(*i) {
            Some(value) => Ok(value.clone()),
            None => Err(vm.index_error(format!(
                "Replacement index {i} out of range for positional args tuple"
            ))),
        },
        (Argument::Index(_), Arguments::Mapping(_)) => {
            Err(vm.value_error("Format string contains positional fields"))
        }
        (Argument::Key(key), Arguments::Call(_, keywords)) => {
            match keywords.and_then(|k| k.get_text(key)) {
                Some(value) => Ok(value),
                None => Err(vm.key_error(&key.into())),
            }
        }
        (Argument::Key(key), Arguments::Mapping(mapping)) => vm.get_item(mapping, &key.into()),
    }
}
