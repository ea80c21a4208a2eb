//! What a script asks of the runner, in `# test:` lines among the comments at its top.

use std::time::Duration;

use regex::Regex;

/// The wishes of one script.
#[derive(Clone, Debug)]
pub struct Directives {
    /// Arguments of the script.
    pub args: Vec<String>,
    /// Options of `aio`, before the script.
    pub options: Vec<String>,
    /// Variables of its environment.
    pub env: Vec<(String, String)>,
    /// The exit code it must end with.
    pub exit: i32,
    /// The file beside it that becomes its standard input.
    pub stdin: Option<String>,
    /// Time is not virtual.
    pub has_real_clock: bool,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Why it does not run.
    pub skip: Option<String>,
    /// Why it is expected to fail.
    pub fails: Option<String>,
    /// Outputs are made comparable before they are compared.
    pub normalises: bool,
    /// Rules for that: what is replaced, and by what.
    pub rules: Vec<(Regex, String)>,
    /// Kinds of leaks that are no fault.
    pub allows: Vec<String>,
    /// The order of ready tasks may matter: `--explore` leaves it out.
    pub ordered: Option<String>,
    /// Why other interpreters cannot run it.
    pub own: Option<String>,
    /// Others import it, it is no test.
    pub is_helper: bool,
    /// There was such a line.
    pub is_given: bool,
}

impl Default for Directives {
    fn default() -> Directives {
        Directives {
            args: Vec::new(),
            options: Vec::new(),
            env: Vec::new(),
            exit: 0,
            stdin: None,
            has_real_clock: false,
            timeout: None,
            skip: None,
            fails: None,
            normalises: true,
            rules: Vec::new(),
            allows: Vec::new(),
            ordered: None,
            own: None,
            is_helper: false,
            is_given: false,
        }
    }
}

/// The kinds of leaks.
const LEAKS: [&str; 10] = [
    "task",
    "timer",
    "coroutine",
    "exception",
    "generator",
    "socket",
    "process",
    "stuck",
    "finding",
    "all",
];

impl Directives {
    /// Reads the comments at the top of a script.
    ///
    /// # Errors
    /// A line is not understood; the text says which and why.
    pub fn of(text: &str) -> Result<Directives, String> {
        let mut directives = Directives::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let top = text.lines().take_while(|line| {
            let line = line.trim_start();
            line.is_empty() || line.starts_with('#')
        });
        for (i, line) in top.enumerate() {
            let Some(wishes) = line.trim_start().strip_prefix("# test:") else {
                continue;
            };
            directives.is_given = true;
            let result = words(wishes).and_then(|words| {
                words
                    .iter()
                    .try_for_each(|(key, value)| directives.apply(key, value.as_deref()))
            });
            result.map_err(|reason| format!("line {}: {reason}", i + 1))?;
        }
        Ok(directives)
    }

    fn apply(&mut self, key: &str, value: Option<&str>) -> Result<(), String> {
        let needed = || value.ok_or_else(|| format!("`{key}` needs a value: {key}=..."));
        let reason = || value.unwrap_or("no reason given").to_owned();
        match key {
            "helper" => self.is_helper = true,
            "skip" => self.skip = Some(reason()),
            "fails" => self.fails = Some(reason()),
            "ordered" => self.ordered = Some(reason()),
            "own" => self.own = Some(reason()),
            "args" => self
                .args
                .extend(needed()?.split_whitespace().map(str::to_owned)),
            "options" => self
                .options
                .extend(needed()?.split_whitespace().map(str::to_owned)),
            "arg" => self.args.push(needed()?.to_owned()),
            "stdin" => self.stdin = Some(needed()?.to_owned()),
            "exit" => {
                let code = needed()?.parse();
                self.exit = code.map_err(|_| "`exit` is a number".to_owned())?;
            }
            "timeout" => {
                let seconds = needed()?.parse().ok();
                let timeout = seconds.and_then(|s| Duration::try_from_secs_f64(s).ok());
                self.timeout = Some(timeout.ok_or("`timeout` is a number of seconds")?);
            }
            "clock" => {
                self.has_real_clock = match needed()? {
                    "real" => true,
                    "virtual" => false,
                    _ => return Err("`clock` is `real` or `virtual`".to_owned()),
                }
            }
            "normalise" => {
                self.normalises = match needed()? {
                    "on" => true,
                    "off" => false,
                    _ => return Err("`normalise` is `on` or `off`".to_owned()),
                }
            }
            "replace" => {
                let rule = Regex::new(needed()?).map_err(|error| error.to_string())?;
                self.rules.push((rule, "[..]".to_owned()));
            }
            "with" => match self.rules.last_mut() {
                Some(rule) => needed()?.clone_into(&mut rule.1),
                None => return Err("`with` comes after `replace`".to_owned()),
            },
            "allow" => {
                for kind in needed()?.split(',') {
                    if !LEAKS.contains(&kind) {
                        return Err(format!("`allow` is one of {}", LEAKS.join(", ")));
                    }
                    self.allows.push(kind.to_owned());
                }
            }
            _ => match (key.strip_prefix("env."), value) {
                (Some(name), Some(value)) => self.env.push((name.to_owned(), value.to_owned())),
                _ => return Err(format!("`{key}` means nothing")),
            },
        }
        Ok(())
    }

    /// The options that Python has, too: all but our own long ones.
    pub fn python_options(&self) -> impl Iterator<Item = &String> {
        self.options.iter().filter(|word| !word.starts_with("--"))
    }

    /// True if a leak of this kind is no fault.
    pub fn allows(&self, kind: &str) -> bool {
        self.allows.iter().any(|k| k == kind || k == "all")
    }
}

/// `key` and `key=value`, separated by spaces; a value may stand in double quotes, in which `\"` is a
/// quote and all else is itself.
fn words(text: &str) -> Result<Vec<(String, Option<String>)>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let key = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = None;
        if let Some(after) = rest.strip_prefix('=') {
            let (text, left) = match after.strip_prefix('"') {
                Some(quoted) => quoted_value(quoted)?,
                None => {
                    let end = after.find(char::is_whitespace).unwrap_or(after.len());
                    (after[..end].to_owned(), &after[end..])
                }
            };
            value = Some(text);
            rest = left;
        }
        words.push((key, value));
        rest = rest.trim_start();
    }
    Ok(words)
}

/// The text up to the closing quote, and what follows it.
fn quoted_value(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('"').ok_or("a quote is not closed")?;
        match rest[..at].strip_suffix('\\') {
            Some(before) => {
                value.push_str(before);
                value.push('"');
                rest = &rest[at + 1..];
            }
            None => {
                value.push_str(&rest[..at]);
                return Ok((value, &rest[at + 1..]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Directives;

    #[test]
    fn lines_at_the_top_count() {
        let text = "#!/usr/bin/env aio\n# test: exit=3 args=\"a b\" env.X=\"1 \\\"2\\\"\"\n\n# test: skip=\"no time\" timeout=0.5\nprint(1)\n# test: exit=4\n";
        let found = Directives::of(text).unwrap();
        assert_eq!((found.exit, found.args.len()), (3, 2));
        assert_eq!(found.env, [("X".to_owned(), "1 \"2\"".to_owned())]);
        assert_eq!(found.skip.as_deref(), Some("no time"));
        assert_eq!(found.timeout.map(|t| t.as_millis()), Some(500));
        let marked = Directives::of("\u{feff}# test: exit=3\r\n1\r\n").unwrap();
        assert_eq!(marked.exit, 3);
    }

    #[test]
    fn mistakes_are_told() {
        for (line, told) in [
            ("exit=x", "line 1: `exit` is a number"),
            ("colour", "line 1: `colour` means nothing"),
            ("skip=\"x", "line 1: a quote is not closed"),
            ("timeout", "line 1: `timeout` needs a value: timeout=..."),
        ] {
            let found = Directives::of(&format!("# test: {line}\n"));
            assert_eq!(found.map(|_| ()).unwrap_err(), told);
        }
    }
}
