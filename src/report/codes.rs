//! The codes of syntax errors, and what helps against each kind, by CPython's words for it.

/// How a message begins or what it has in it, the code without `aio::`, what helps.
type Row = (&'static str, &'static str, &'static str);

static ROWS: &[Row] = &[
    (
        "Maybe you meant '=='",
        "comparison-meant",
        "`==` compares, `=` gives a name its value",
    ),
    (
        "Perhaps you forgot a comma",
        "comma-missing",
        "write a comma between the two, or an operator",
    ),
    (
        "Did you mean print(",
        "call-brackets-missing",
        "write brackets around what it is called with",
    ),
    (
        "Missing parentheses in call",
        "call-brackets-missing",
        "write brackets around what it is called with",
    ),
    (
        "f-string: single '}'",
        "fstring",
        "write `}}` for a `}` in the text",
    ),
    (
        "f-string: valid expression required",
        "fstring",
        "write an expression between the braces, or `{{` for a `{` in the text",
    ),
    (
        "f-string: expecting '}'",
        "fstring",
        "close the field with `}`, or write `{{` for a `{` in the text",
    ),
    (
        "f-string",
        "fstring",
        "a field is `{expression}`, `{expression!r}` or `{expression:format}`",
    ),
    (
        "does not match opening",
        "bracket-unmatched",
        "close each bracket with its own kind, the last one opened first",
    ),
    (
        "unmatched",
        "bracket-unmatched",
        "leave the bracket out, or open one before",
    ),
    (
        "unexpected indent",
        "indentation",
        "begin the line where the lines of its block begin",
    ),
    (
        "unindent does not match",
        "indentation",
        "begin the line where the lines of a block around it begin",
    ),
    (
        "expected 'except' or 'finally' block",
        "try-incomplete",
        "end the `try` with `except SomeError:` or `finally:`",
    ),
    (
        "cannot assign to attribute",
        "bad-target",
        "a name, an attribute, an element or a tuple of such can be assigned to",
    ),
    (
        "cannot assign to",
        "bad-target",
        "only a name, an attribute, an element or a tuple of such can be assigned to",
    ),
    (
        "cannot delete",
        "bad-target",
        "only a name, an attribute or an element can be deleted",
    ),
    (
        "illegal",
        "bad-target",
        "only a name, an attribute or an element can stand there",
    ),
    (
        "positional argument follows",
        "bad-arguments",
        "write the arguments without a name first",
    ),
    (
        "keyword argument repeated",
        "bad-arguments",
        "give each argument once",
    ),
    (
        "parameter without a default follows",
        "bad-arguments",
        "give it a default, too, or put it before those that have one",
    ),
    (
        "duplicate argument",
        "bad-arguments",
        "give each parameter a name of its own",
    ),
    (
        "argument",
        "bad-arguments",
        "look at the order of the arguments",
    ),
    (
        "parameter",
        "bad-arguments",
        "look at the order of the parameters",
    ),
    (
        "'break' outside loop",
        "statement-outside",
        "`break` ends the loop around it: put it into one",
    ),
    (
        "'continue' not properly in loop",
        "statement-outside",
        "`continue` goes on with the loop around it: put it into one",
    ),
    (
        "'return' outside function",
        "statement-outside",
        "put it into a function; `sys.exit()` ends the program",
    ),
    (
        "'yield' outside function",
        "statement-outside",
        "put it into a function, which it makes a generator",
    ),
    (
        "outside function",
        "statement-outside",
        "put it into a function",
    ),
    (
        "leading zeros",
        "bad-number",
        "write `0o` before an octal number, or leave out the zeros",
    ),
    (
        "literal",
        "bad-number",
        "put a space or an operator between the number and what follows it",
    ),
    (
        "invalid digit",
        "bad-number",
        "use the digits of the number's base only",
    ),
    (
        "invalid character",
        "bad-character",
        "write the character of the keyboard that looks like it: quotes, minus, spaces",
    ),
    (
        "invalid non-printable character",
        "bad-character",
        "delete it: it came in by copying",
    ),
    (
        "global declaration",
        "bad-scope",
        "put the `global` statement at the top of the function",
    ),
    (
        "nonlocal declaration",
        "bad-scope",
        "put the `nonlocal` statement at the top of the function",
    ),
    (
        "no binding for nonlocal",
        "bad-scope",
        "give it a value in a function around this one; for a name of the module write `global`",
    ),
    (
        "nonlocal",
        "bad-scope",
        "`nonlocal` is for names of a function around this one",
    ),
];

/// The code of an error with this message, and what helps; the code for all others without.
pub fn of(message: &str) -> (&'static str, &'static str) {
    let found = ROWS.iter().find(|(words, ..)| message.contains(words));
    found.map_or(("invalid-syntax", ""), |(_, code, help)| (code, help))
}

/// The words that begin the head of a block.
const HEADS: [&str; 11] = [
    "for", "while", "if", "elif", "else", "with", "class", "def", "try", "except", "finally",
];

/// What a reader of the text expects behind `before`, the part of a line that is right.
pub fn expected(before: &str) -> &'static str {
    let before = before.trim();
    let last = before
        .rsplit(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
        .unwrap_or_default();
    let first = before.split_whitespace().next().unwrap_or_default();
    match last {
        "def" | "class" | "as" | "global" | "nonlocal" => return "a name",
        "import" => return "a name to import",
        "async" => return "`def`, `for` or `with`",
        "for" => return "a variable",
        "in" | "if" | "elif" | "else" | "while" | "return" | "and" | "or" | "not" | "is"
        | "await" | "yield" | "lambda" | "assert" | "raise" | "with" | "del" | "case" | "match"
        | "from" => return "an expression",
        _ => {}
    }
    match before.chars().next_back() {
        None => "a statement",
        Some(c) if "=+-*/%<>&|^~@(,[{:".contains(c) => "an expression",
        _ if first == "from" && !before.contains(" import") => "`import`",
        _ if first == "for" && !before.contains(" in ") => "`in`",
        _ if HEADS.contains(&first) => "an operator or `:`",
        _ => "an operator, `,` or the end of the statement",
    }
}

#[cfg(test)]
mod tests {
    use super::{expected, of};

    #[test]
    fn messages_have_codes() {
        assert_eq!(of("'break' outside loop").0, "statement-outside");
        assert_eq!(of("invalid decimal literal").0, "bad-number");
        assert_eq!(of("invalid syntax").0, "invalid-syntax");
        assert_eq!(
            of("cannot assign to literal here. Maybe you meant '==' instead of '='?").0,
            "comparison-meant"
        );
    }

    #[test]
    fn what_is_expected() {
        assert_eq!(expected("x = "), "an expression");
        assert_eq!(expected("for x "), "`in`");
        assert_eq!(expected("from x"), "`import`");
        assert_eq!(expected("for x in y"), "an operator or `:`");
        assert_eq!(expected("def "), "a name");
        assert_eq!(expected(""), "a statement");
    }
}
