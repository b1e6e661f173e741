//! A competitor's team and record.

use game_model::{Colors, League, Record, RecordForm, Team};

use super::leaf::{Leaf, List};
use super::wire::{WireRecord, WireTeam};

/// Reads a team; none where nothing names it.
pub(super) fn read(league: League, wire: &WireTeam<'_>) -> Option<Team> {
    let espn_id = wire.id.id().unwrap_or_default();
    let facts = league.team_by_espn_id(&espn_id);
    let full = wire.display_name.text();
    let short = wire.short_display_name.text();
    let name = full.or(short).or(wire.name.text()).or(wire.location.text()).or(facts.map(|facts| facts.name));
    // ESPN sends "" where it has none; an id of the team must still tell it from all others.
    let abbreviation = wire
        .abbreviation
        .text()
        .or(facts.map(|facts| facts.abbreviation))
        .map(str::to_owned)
        .or_else(|| Some(espn_id.to_string()).filter(|id| !id.is_empty()))
        .or_else(|| name.map(initials).filter(|initials| !initials.is_empty()))?;
    let name = name.unwrap_or(&abbreviation).to_owned();
    let nickname = wire
        .name
        .text()
        .or(short)
        .or(facts.map(|facts| facts.nickname))
        .map_or_else(|| name.clone(), str::to_owned);
    let default = Colors::default();
    Some(Team {
        id: league.team_id(&abbreviation),
        espn_id: espn_id.into_owned(),
        colors: Colors {
            primary: color(&wire.color).unwrap_or(default.primary),
            secondary: color(&wire.alternate_color).unwrap_or(default.secondary),
        },
        logo: wire.logo.text().unwrap_or_default().to_owned(),
        name,
        nickname,
        abbreviation,
    })
}

/// The letters and digits of a name, in upper case: what is left to abbreviate a team by.
fn initials(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase()
}

/// ESPN's `a71930` as `#a71930`.
fn color(leaf: &Leaf<'_>) -> Option<String> {
    const HEX_DIGITS: usize = 6;
    let digits = leaf.text()?.trim_start_matches('#');
    let valid = digits.len() == HEX_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| format!("#{digits}"))
}

/// The record of the whole season: of the type `total`, else `ytd` (the preseason), else the first.
pub(super) fn record(form: RecordForm, records: &List<WireRecord<'_>>) -> Option<Record> {
    let of_type = |kind: &str| records.objects().find(|record| record.kind.text() == Some(kind));
    let record = of_type("total").or_else(|| of_type("ytd")).or_else(|| records.objects().next())?;
    parse_record(form, record.summary.text()?)
}

fn parse_record(form: RecordForm, summary: &str) -> Option<Record> {
    let parts: Vec<u32> =
        summary.split('-').map(|part| part.trim().parse().ok()).collect::<Option<Vec<_>>>()?;
    let none = Record::default();
    Some(match (form, &parts[..]) {
        (RecordForm::WinsTiesLosses, &[wins, ties, losses])
        | (RecordForm::WinsLossesTies, &[wins, losses, ties]) => Record { wins, losses, ties, ..none },
        // A draw in the middle that is not there cannot be told from a loss.
        (RecordForm::WinsTiesLosses, _) => return None,
        (_, &[wins, losses]) => Record { wins, losses, ..none },
        (RecordForm::WinsLossesOvertimeLosses, &[wins, losses, overtime_losses]) => {
            Record { wins, losses, overtime_losses, ..none }
        }
        _ => return None,
    })
}
