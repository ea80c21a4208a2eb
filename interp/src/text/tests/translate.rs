//! `str.translate`.

use std::borrow::Cow;

use crate::text::translate::{Action, translate};

#[test]
fn characters_are_kept_dropped_and_replaced() {
    let table = |c| -> Result<_, ()> {
        Ok(match c {
            'a' => Action::Char('я'),
            'b' => Action::Delete,
            'c' => Action::Text("xyz"),
            'я' => Action::Text(""),
            'ю' => Action::Char('ю'),
            _ => Action::Keep,
        })
    };
    assert_eq!(translate("abcяюz abc", table).unwrap(), "яxyzюz яxyz");
    assert!(matches!(translate("zю", table), Ok(Cow::Borrowed("zю"))));
    assert_eq!(translate("b", table).unwrap(), "");
}

#[test]
fn an_error_ends_it() {
    let mut seen = 0;
    let found = translate::<&str, _>("aab", |c| {
        seen += 1;
        if c == 'b' {
            Err("no")
        } else {
            Ok(Action::Keep)
        }
    });
    assert_eq!((found, seen), (Err("no"), 2));
}
