//! From source text to code: decoding, compiling, running, and what is said of wrong syntax.

use std::rc::Rc;

use crate::code::Source;
use crate::eval::function::new_function;
use crate::lower::TopLevel;
use crate::object::Ref;
use crate::objects::dict::DictObj;
use crate::objects::exception::ExceptionObj;
use crate::stack::StackFrame;
use crate::text::codec::CodecError;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// The text of a source file; `SyntaxError` with the place for one that is not UTF-8.
    pub fn decode_source(&self, bytes: &[u8], filename: &str) -> R<String> {
        match aio_lexer::decode(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(self.not_utf8(bytes, filename, error)),
        }
    }

    #[cold]
    fn not_utf8(&self, bytes: &[u8], filename: &str, error: aio_lexer::DecodeError) -> Raised {
        let reason = match crate::text::codec::decode(bytes, "utf-8", "strict") {
            Err(CodecError::Unicode(found)) => found.reason,
            _ => "invalid start byte",
        };
        let source = Source::new(filename, &String::from_utf8_lossy(bytes), false);
        let at = error.offset as u32;
        let place = aio_lexer::Span::new(at, at + '\u{fffd}'.len_utf8() as u32);
        let class = &self.exceptions.SyntaxError;
        self.syntax_error(class, &format!("{error}: {reason}"), place, &source)
    }

    /// Runs a source as a module with these globals.
    pub fn run_source(&self, source: &Rc<Source>, globals: &Ref<DictObj>) -> R<()> {
        let code = self.compile_module(source, TopLevel::Globals)?;
        if globals.get_name(&self.names.builtins_).is_none() {
            globals.set_name(&self.names.builtins_, (&self.builtins).into());
        }
        self.run_code(&code, globals, None).map(drop)
    }

    /// Runs code made from a module, `exec` or `eval` with these globals (and locals).
    pub fn run_code(
        &self,
        code: &Rc<crate::code::Code>,
        globals: &Ref<DictObj>,
        locals: Option<Value>,
    ) -> R {
        let function = new_function(code.clone(), globals.clone(), Box::new([]));
        let frame = StackFrame::push(self, function)?;
        if let (Some(_), Some(locals)) = (code.class_namespace, locals) {
            frame.set_arg(0, locals);
        }
        self.run_plain(&frame)
    }

    /// Parses and lowers a source; raises `SyntaxError`.
    pub fn compile_module(&self, source: &Rc<Source>, top: TopLevel) -> R<Rc<crate::code::Code>> {
        self.compile_statements(source, top, false)
    }

    /// As `compile_module`, for one input of a prompt: values of expressions are shown.
    pub fn compile_input(&self, source: &Rc<Source>, top: TopLevel) -> R<Rc<crate::code::Code>> {
        self.compile_statements(source, top, true)
    }

    fn compile_statements(
        &self,
        source: &Rc<Source>,
        top: TopLevel,
        shows: bool,
    ) -> R<Rc<crate::code::Code>> {
        match aio_parser::parse(&source.text) {
            Ok(parsed) => {
                self.warn_of_syntax(&parsed.warnings, source)?;
                let lowered = crate::lower::module(self, &parsed.module, source, top, shows);
                lowered.map_err(|unsupported| self.not_lowered(&unsupported, source))
            }
            Err(errors) => Err(self.raise_syntax_errors(&errors, source)),
        }
    }

    /// Parses and lowers one input of a prompt, where `await` may stand outside of functions;
    /// raises `SyntaxError`. A call of the function gives the value of the input's last
    /// expression, or a coroutine of it.
    pub fn compile_prompt(&self, source: &Rc<Source>, globals: &Ref<DictObj>) -> R {
        let options = aio_parser::ParseOptions {
            allow_top_level_await: true,
        };
        let mut parsed = match aio_parser::parse_with(&source.text, options) {
            Ok(parsed) => parsed,
            Err(errors) => return Err(self.raise_syntax_errors(&errors, source)),
        };
        self.warn_of_syntax(&parsed.warnings, source)?;
        let lowered = crate::lower::prompt(self, &mut parsed.module, source);
        let code = lowered.map_err(|unsupported| self.not_lowered(&unsupported, source))?;
        Ok(new_function(code, globals.clone(), Box::new([])).into())
    }

    /// The `SyntaxError` about the first thing that lowering does not know.
    #[cold]
    fn not_lowered(&self, found: &[crate::lower::Unsupported], source: &Rc<Source>) -> Raised {
        let first = &found[0];
        let class = &self.exceptions.SyntaxError;
        self.syntax_error(class, &first.message, first.span, source)
    }

    /// Parses and lowers a source that is one expression; raises `SyntaxError`.
    pub fn compile_expression(
        &self,
        source: &Rc<Source>,
        top: TopLevel,
    ) -> R<Rc<crate::code::Code>> {
        if source.text.starts_with('*') {
            let star = aio_lexer::Span::new(0, 1);
            return Err(self.syntax_error(
                &self.exceptions.SyntaxError,
                "invalid syntax",
                star,
                source,
            ));
        }
        match aio_parser::parse_expression(&source.text) {
            Ok(parsed) => {
                self.warn_of_syntax(&parsed.warnings, source)?;
                let lowered = crate::lower::expression(self, &parsed.expr, source, top);
                lowered.map_err(|unsupported| self.not_lowered(&unsupported, source))
            }
            Err(errors) => Err(self.raise_syntax_errors(&errors, source)),
        }
    }

    /// The syntax tree of a source, or of one that is an expression, as text of calls that make
    /// it; raises `SyntaxError`.
    pub fn syntax_tree(&self, filename: &str, text: &str, is_expression: bool) -> R<String> {
        let source = Source::new(filename, text, false);
        let tree = match is_expression {
            true => aio_parser::parse_expression(&source.text)
                .map(|parsed| aio_parser::dump_expr_placed(&parsed.expr)),
            false => aio_parser::parse(&source.text)
                .map(|parsed| aio_parser::dump_placed(&parsed.module)),
        };
        tree.map_err(|errors| self.raise_syntax_errors(&errors, &source))
    }

    /// Issues the warnings about a source. One that a filter makes an error is a `SyntaxError`.
    fn warn_of_syntax(&self, warnings: &[aio_parser::SyntaxWarning], source: &Rc<Source>) -> R<()> {
        if source.is_library {
            return Ok(());
        }
        for w in warnings {
            let category = &self.exceptions.SyntaxWarning;
            let line = source.line(w.span.start);
            if let Err(raised) = self.warn_at(category, &w.message, &source.filename, line) {
                if !self.is_raised(category) {
                    return Err(raised);
                }
                drop(self.take_raised());
                let class = &self.exceptions.SyntaxError;
                return Err(self.syntax_error(class, &w.message, w.span, source));
            }
        }
        Ok(())
    }

    fn raise_syntax_errors(
        &self,
        errors: &[aio_parser::SyntaxError],
        source: &Rc<Source>,
    ) -> Raised {
        let Some(first) = errors.first() else {
            return self.system_error("the parser failed without an error");
        };
        let class = match first.class {
            aio_parser::ErrorClass::Syntax => &self.exceptions.SyntaxError,
            aio_parser::ErrorClass::Indentation => &self.exceptions.IndentationError,
            aio_parser::ErrorClass::Tab => &self.exceptions.TabError,
        };
        self.syntax_error(class, &first.message, first.span, source)
    }

    /// Raises a `SyntaxError` with its place.
    fn syntax_error(
        &self,
        class: &Ref<crate::objects::class::ClassObj>,
        message: &str,
        span: aio_lexer::Span,
        source: &Rc<Source>,
    ) -> Raised {
        let start = source.lines.location(&source.text, span.start);
        let end = source.lines.location(&source.text, span.end);
        let mut line = source.lines.line_text(&source.text, start.line).to_owned();
        if !line.ends_with('\n') {
            line.push('\n');
        }
        let numbers = |line: u32, column: u32| {
            (
                Value::Int(i64::from(line)),
                Value::Int(i64::from(column) + 1),
            )
        };
        let (lineno, offset) = numbers(start.line, start.column);
        let (end_lineno, end_offset) = numbers(end.line, end.column);
        let place = [
            (&self.names.filename, self.text(&source.filename)),
            (&self.names.lineno, lineno),
            (&self.names.offset, offset),
            (&self.names.text, self.text(&line)),
            (&self.names.end_lineno, end_lineno),
            (&self.names.end_offset, end_offset),
        ];
        let details = crate::objects::tuple::tuple(place.iter().map(|p| p.1.clone()).collect());
        let args = vec![self.text(message), details];
        let error = Ref::<ExceptionObj>::of_class(class, args);
        error.attrs().set_name(&self.names.msg, self.text(message));
        for (name, value) in place {
            error.attrs().set_name(name, value);
        }
        self.raise_exception(error)
    }
}
