//! The words of a statement.

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// A name or keyword, quoted with `"` or not.
    Name(String),
    /// A string in single quotes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `$name`.
    Bound(String),
    /// Anything else: `(`, `)`, `,`, `=`, `<`, `>=`.
    Sign(String),
}

/// The words of a statement, or why it has none.
pub(super) fn scan(statement: &str) -> Result<Vec<Word>, String> {
    let mut rest = statement.chars().peekable();
    let mut words = Vec::new();
    while let Some(c) = rest.next() {
        let mut take_while = |first: Option<char>, is: fn(char) -> bool| {
            let mut word: String = first.into_iter().collect();
            while let Some(c) = rest.next_if(|c| is(*c)) {
                word.push(c);
            }
            word
        };
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        words.push(match c {
            c if c.is_whitespace() => continue,
            '"' => Word::Name(quoted(&mut rest, '"')?),
            '\'' => Word::Text(quoted(&mut rest, '\'')?),
            '$' => Word::Bound(take_while(None, is_of_name)),
            '0'..='9' | '-' => {
                let number = take_while(Some(c), |c| c.is_ascii_digit());
                Word::Number(number.parse().map_err(|_| format!("bad number {number}"))?)
            }
            c if is_of_name(c) => Word::Name(take_while(Some(c), is_of_name)),
            '<' | '>' => Word::Sign(take_while(Some(c), |c| c == '=')),
            '(' | ')' | ',' | '=' => Word::Sign(c.to_string()),
            c => return Err(format!("error parsing query: found {c}")),
        });
    }
    Ok(words)
}

/// The rest of a quoted word. It ends at its quote alone, knows three escapes, and has no line break in it.
fn quoted(rest: &mut impl Iterator<Item = char>, quote: char) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match rest.next() {
            Some(c) if c == quote => return Ok(text),
            Some('\\') => match rest.next() {
                Some('n') => text.push('\n'),
                Some(c @ ('\\' | '"' | '\'')) => text.push(c),
                _ => return Err("error parsing query: found BADESCAPE".into()),
            },
            None | Some('\n') => return Err(format!("error parsing query: found BADSTRING, {text}")),
            Some(c) => text.push(c),
        }
    }
}
