//! `sports-data dead-letters`: the points that InfluxDB refused, beside a running service.

use std::fmt::Write;

use anyhow::{bail, ensure};
use serde::Serialize;
use store::{DeadLetter, DeadLetterFilter, DeadLetters};

use crate::cli::{DeadLettersCommand, WhichDeadLetters};
use crate::settings::Settings;

/// Characters of a line or a reason that a list shows.
const SHOWN: usize = 100;

/// Does what was asked, and says what was done.
pub fn run(settings: &Settings, command: &DeadLettersCommand) -> anyhow::Result<String> {
    let mut letters = DeadLetters::open(&settings.data_dir)?;
    match command {
        DeadLettersCommand::List { which, limit, after, json } => {
            let filter = filter(which);
            let mut page = letters.list(&filter, *after, limit.saturating_add(1))?;
            let more = page.len() > *limit;
            page.truncate(*limit);
            if *json { list_json(&page) } else { list(&page, letters.count(&filter)?, more) }
        }
        DeadLettersCommand::Show { id } => match letters.show(*id)? {
            Some(letter) => Ok(show(&letter)),
            None => bail!("there is no dead letter {id}; `sports-data dead-letters list` shows all of them"),
        },
        DeadLettersCommand::Retry { which, all } => {
            let retried = letters.retry(&chosen(which, *all)?)?;
            Ok(format!("{retried} queued for InfluxDB again\n"))
        }
        DeadLettersCommand::Discard { which, all } => {
            let discarded = letters.discard(&chosen(which, *all)?)?;
            Ok(format!("{discarded} thrown away\n"))
        }
    }
}

/// The filter of a command that changes something: it says which, or `--all`.
fn chosen(which: &WhichDeadLetters, all: bool) -> anyhow::Result<DeadLetterFilter> {
    let filter = filter(which);
    let everything = filter == DeadLetterFilter::default();
    ensure!(
        !everything || all,
        "say which dead letters are meant: ids, --league, --reason, --since, --until, or --all"
    );
    ensure!(everything || !all, "--all means every dead letter; leave it out, or what else says which");
    Ok(filter)
}

fn filter(which: &WhichDeadLetters) -> DeadLetterFilter {
    let WhichDeadLetters { ids, league, reason, since, until } = which;
    DeadLetterFilter {
        ids: (!ids.is_empty()).then(|| ids.clone()),
        league: *league,
        server: None,
        reason: reason.clone(),
        since: *since,
        until: *until,
    }
}

fn list(page: &[DeadLetter], count: u64, more: bool) -> anyhow::Result<String> {
    let mut text = String::new();
    for letter in page {
        let DeadLetter { id, reason, set_aside_at, .. } = letter;
        let at = set_aside_at.format("%Y-%m-%dT%H:%M:%SZ");
        writeln!(text, "{id:>8}  {at}  {}\n          {}", cut(reason), cut(&line_of(letter)))?;
    }
    match page.last() {
        None if count == 0 => text.push_str("no dead letters\n"),
        Some(last) if more => {
            writeln!(text, "{} of {count}; --after {} shows the next", page.len(), last.id)?;
        }
        _ => writeln!(text, "{count} in all")?,
    }
    Ok(text)
}

fn show(letter: &DeadLetter) -> String {
    let DeadLetter { id, reason, server, set_aside_at, .. } = letter;
    let server = if server.is_empty() { "unknown" } else { server };
    let (at, line) = (set_aside_at.to_rfc3339(), line_of(letter));
    format!("id:        {id}\nset aside: {at}\nserver:    {server}\nreason:    {reason}\nline:      {line}\n")
}

#[derive(Serialize)]
struct Json<'a> {
    id: i64,
    set_aside_at: String,
    server: &'a str,
    reason: &'a str,
    line: String,
}

fn list_json(page: &[DeadLetter]) -> anyhow::Result<String> {
    let mut text = String::new();
    for letter in page {
        let DeadLetter { id, reason, server, set_aside_at, .. } = letter;
        let (set_aside_at, line) = (set_aside_at.to_rfc3339(), line_of(letter));
        let json = Json { id: *id, set_aside_at, server, reason, line };
        writeln!(text, "{}", serde_json::to_string(&json)?)?;
    }
    Ok(text)
}

fn line_of(letter: &DeadLetter) -> String {
    String::from_utf8_lossy(&letter.line).into_owned()
}

fn cut(text: &str) -> String {
    let one_line = text.replace(['\n', '\r'], " ");
    match one_line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &one_line[..end]),
        None => one_line,
    }
}
