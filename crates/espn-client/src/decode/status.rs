//! Status, period and clock of an event.

use game_model::{Clock, GameStatus, League, OvertimeNames, Period, Season};

use super::leaf::Leaf;
use super::problem;
use super::wire::{WireCompetition, WireEvent, WireStatus, WireStatusType};

/// What the status of an event says.
pub(super) struct State {
    pub(super) status: GameStatus,
    pub(super) clock: Clock,
}

/// Reads the status of an event: the competition's, else the event's own.
pub(super) fn read(
    league: League,
    season: Option<&Season>,
    event: &WireEvent<'_>,
    competition: &WireCompetition<'_>,
) -> Result<State, String> {
    let (wire, kind) = [&competition.status, &event.status]
        .into_iter()
        .find_map(|status| status.get().and_then(|status| Some((status, status.kind.get()?))))
        .ok_or_else(|| "status.type is missing; it must be an object with name and state".to_owned())?;
    let status = status(kind)?;
    let shown = wire.period.whole::<u32>().unwrap_or(0);
    let number = if status == GameStatus::Scheduled { 0 } else { shown };
    let period = match status {
        GameStatus::Scheduled | GameStatus::Postponed | GameStatus::Canceled => None,
        GameStatus::Finished => finished_period(league, season, kind, number),
        GameStatus::Live | GameStatus::Delayed | GameStatus::Suspended => {
            league.period(number, season.map(|season| season.phase))
        }
    };
    let period_over = status == GameStatus::Live && league.has_clock && is_break(kind);
    Ok(State { status, clock: Clock { number, period, display: display(wire).to_owned(), period_over } })
}

fn display<'w>(status: &'w WireStatus<'_>) -> &'w str {
    status.display_clock.text().unwrap_or_default()
}

/// Whether a period is over and the next has not begun. Where nothing is clocked the name may mean half an inning.
fn is_break(kind: &WireStatusType<'_>) -> bool {
    matches!(kind.name.text(), Some("STATUS_END_PERIOD" | "STATUS_HALFTIME" | "END_PERIOD" | "HALFTIME"))
}

/// The status by its name; a name that is not known falls back on state and completion.
fn status(kind: &WireStatusType<'_>) -> Result<GameStatus, String> {
    let name = kind.name.text().unwrap_or_default();
    Ok(match name.strip_prefix("STATUS_").unwrap_or(name) {
        "SCHEDULED" => GameStatus::Scheduled,
        "IN_PROGRESS" | "END_PERIOD" | "HALFTIME" | "OVERTIME" | "FIRST_HALF" | "SECOND_HALF" => {
            GameStatus::Live
        }
        "DELAYED" | "RAIN_DELAY" => GameStatus::Delayed,
        "FINAL" | "FULL_TIME" | "FINAL_AET" | "FINAL_PEN" => GameStatus::Finished,
        "POSTPONED" => GameStatus::Postponed,
        "SUSPENDED" => GameStatus::Suspended,
        "CANCELED" | "CANCELLED" => GameStatus::Canceled,
        forfeit if forfeit.contains("FORFEIT") => GameStatus::Finished,
        _ => match (kind.state.text(), &kind.completed) {
            (Some("pre"), _) => GameStatus::Scheduled,
            (Some("in"), _) => GameStatus::Live,
            (Some("post"), Leaf::Bool(true)) => GameStatus::Finished,
            // Broken off for a reason not known here: not over, as ESPN itself says.
            (Some("post"), _) => GameStatus::Suspended,
            _ => {
                let value = format!("{} with state {}", kind.name, kind.state);
                return Err(problem(
                    "status.type",
                    value,
                    "a known name or a state \"pre\", \"in\" or \"post\"",
                ));
            }
        },
    })
}

/// The last period of a finished game. Its detail (`Final/SO`) tells more than its number, which stays at 3 or 4
/// after some shootouts.
fn finished_period(
    league: League,
    season: Option<&Season>,
    kind: &WireStatusType<'_>,
    number: u32,
) -> Option<Period> {
    let by_number = || league.period(number, season.map(|season| season.phase));
    if league.overtime == OvertimeNames::CountOn {
        return by_number();
    }
    match kind.name.text() {
        Some("STATUS_FINAL_AET") => return Some(Period::Overtime(1)),
        Some("STATUS_FINAL_PEN") => return Some(Period::Shootout),
        _ => {}
    }
    [&kind.detail, &kind.short_detail]
        .into_iter()
        .find_map(|detail| prolonged(detail.text()?.rsplit_once('/')?.1))
        .or_else(by_number)
}

/// The period that the end of a detail names: `SO`, `OT`, `2OT`.
fn prolonged(end: &str) -> Option<Period> {
    match end.trim() {
        "SO" => Some(Period::Shootout),
        "OT" => Some(Period::Overtime(1)),
        overtime => overtime.strip_suffix("OT")?.trim().parse().ok().filter(|n| *n > 0).map(Period::Overtime),
    }
}
