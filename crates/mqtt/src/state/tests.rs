//! Which state a team is in, and which game it is about: a table of days as fans live them.

use chrono::{DateTime, Utc};
use game_model::{Game, GameStatus, Record};

use super::{Picture, Word};
use crate::team::KnownTeam;
use crate::tests::support::{game, of_week, patriots};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn starts(id: &str, start: &str, status: GameStatus) -> Game {
    Game { start: at(start), status, ..game(id) }
}

fn picture<'a>(games: &'a [Game], league: &'a [Game], now: &str) -> Picture<'a> {
    ended_at(games, league, None, now)
}

fn ended_at<'a>(games: &'a [Game], league: &'a [Game], ended: Option<&str>, now: &str) -> Picture<'a> {
    let team: KnownTeam = patriots();
    let mine: Vec<&Game> = games.iter().collect();
    Picture::of(&team, &mine, games.iter().chain(league), |_| ended.map(at), at(now))
}

#[track_caller]
fn assert_shows(picture: &Picture<'_>, word: Word, id: Option<&str>) {
    assert_eq!((picture.word, picture.shown.map(|shown| shown.game.id.0.as_str())), (word, id));
}

#[test]
fn a_result_stays_until_the_next_game_is_near() {
    let week = [
        starts("last", "2026-11-22T18:00:00Z", GameStatus::Finished),
        starts("next", "2026-11-29T18:00:00Z", GameStatus::Scheduled),
    ];
    for (now, word, id) in [
        ("2026-11-22T21:30:00Z", Word::Post, "last"),
        ("2026-11-26T18:00:00Z", Word::Post, "last"),
        ("2026-11-28T23:59:00Z", Word::Post, "last"),
        ("2026-11-29T00:00:00Z", Word::Pre, "next"),
        ("2026-11-29T19:00:00Z", Word::Pre, "next"),
    ] {
        assert_shows(&picture(&week, &[], now), word, Some(id));
    }
}

#[test]
fn back_to_back_games_show_todays_and_not_yesterdays() {
    let games = [
        starts("yesterday", "2026-11-22T00:00:00Z", GameStatus::Finished),
        starts("today", "2026-11-23T00:00:00Z", GameStatus::Scheduled),
    ];
    let ended = Some("2026-11-22T02:40:00Z");
    assert_shows(&ended_at(&games, &[], ended, "2026-11-22T12:00:00Z"), Word::Post, Some("yesterday"));
    assert_shows(&ended_at(&games, &[], ended, "2026-11-22T14:00:00Z"), Word::Pre, Some("today"));
}

#[test]
fn the_first_result_of_a_doubleheader_does_not_vanish_at_once() {
    let mut games = [
        starts("first", "2026-07-03T17:00:00Z", GameStatus::Finished),
        starts("second", "2026-07-03T20:30:00Z", GameStatus::Scheduled),
    ];
    let ended = Some("2026-07-03T20:25:00Z");
    assert_shows(&ended_at(&games, &[], ended, "2026-07-03T20:26:00Z"), Word::Post, Some("first"));
    assert_shows(&ended_at(&games, &[], ended, "2026-07-03T20:39:00Z"), Word::Post, Some("first"));
    assert_shows(&ended_at(&games, &[], ended, "2026-07-03T20:40:00Z"), Word::Pre, Some("second"));
    games[1].status = GameStatus::Live;
    assert_shows(&ended_at(&games, &[], ended, "2026-07-03T20:31:00Z"), Word::In, Some("second"));
}

#[test]
fn a_game_that_is_on_goes_before_all_and_a_delayed_start_is_no_start() {
    let live = starts("live", "2026-11-22T18:00:00Z", GameStatus::Live);
    let next = starts("next", "2026-11-22T19:00:00Z", GameStatus::Scheduled);
    assert_shows(&picture(&[next.clone(), live], &[], "2026-11-22T19:00:00Z"), Word::In, Some("live"));
    let mut delayed = starts("delayed", "2026-11-22T18:00:00Z", GameStatus::Delayed);
    (delayed.home.score, delayed.away.score, delayed.clock.number) = (0, 0, 1);
    let games = [delayed];
    let held_up = picture(&games, &[], "2026-11-22T19:00:00Z");
    assert_shows(&held_up, Word::Pre, Some("delayed"));
    assert_eq!(held_up.scores(), None);
}

#[test]
fn a_postponed_game_does_not_stick() {
    let games = [starts("postponed", "2026-11-22T18:00:00Z", GameStatus::Postponed)];
    assert_shows(&picture(&games, &[], "2026-11-22T18:30:00Z"), Word::NotFound, None);
    assert_shows(&picture(&[], &[], "2026-11-22T18:30:00Z"), Word::NotFound, None);
}

#[test]
fn a_bye_is_told_in_the_week_in_which_the_others_play() {
    let games = [
        of_week(starts("last", "2026-11-15T18:00:00Z", GameStatus::Finished), 10),
        of_week(starts("next", "2026-11-29T18:00:00Z", GameStatus::Scheduled), 12),
    ];
    let mut others = [
        of_week(starts("thursday", "2026-11-20T01:15:00Z", GameStatus::Scheduled), 11),
        of_week(starts("monday", "2026-11-24T01:15:00Z", GameStatus::Scheduled), 11),
    ];
    for other in &mut others {
        (other.home.team.id, other.home.team.espn_id) = ("nfl-kc".into(), "12".into());
    }
    for (now, word) in [
        ("2026-11-17T12:00:00Z", Word::Post),
        ("2026-11-18T12:00:00Z", Word::Bye),
        ("2026-11-24T05:00:00Z", Word::Bye),
        ("2026-11-24T12:00:00Z", Word::Post),
        ("2026-11-29T12:00:00Z", Word::Pre),
    ] {
        assert_eq!(picture(&games, &others, now).word, word, "{now}");
    }
    let on_bye = picture(&games, &others, "2026-11-22T18:00:00Z");
    assert_shows(&on_bye, Word::Bye, Some("next"));
    assert_eq!((on_bye.scores(), on_bye.is_off_season), (None, false));
    let without = [games[0].clone(), of_week(games[1].clone(), 11)];
    assert_eq!(picture(&without, &others, "2026-11-22T18:00:00Z").word, Word::Post, "no week is between");
}

#[test]
fn the_off_season_is_said_as_such() {
    let last = starts("last", "2026-01-04T18:00:00Z", GameStatus::Finished);
    let mut first = starts("first", "2026-09-10T18:00:00Z", GameStatus::Scheduled);
    if let Some(season) = &mut first.season {
        season.year += 1;
    }
    let over = [last.clone()];
    assert!(!picture(&over, &[], "2026-01-10T18:00:00Z").is_off_season);
    let off = picture(&over, &[], "2026-03-01T18:00:00Z");
    assert_shows(&off, Word::Post, Some("last"));
    assert!(off.is_off_season);
    let ahead = [last, first];
    assert!(picture(&ahead, &[], "2026-07-01T18:00:00Z").is_off_season);
    assert!(!picture(&ahead, &[], "2026-09-01T18:00:00Z").is_off_season);
}

#[test]
fn the_record_is_that_of_the_game_that_knows_most_of_the_same_part_of_the_season() {
    let record = |wins, losses| Some(Record { wins, losses, ..Record::default() });
    let mut games = [
        starts("last", "2026-11-22T18:00:00Z", GameStatus::Finished),
        starts("next", "2026-11-29T18:00:00Z", GameStatus::Scheduled),
    ];
    (games[0].home.record, games[1].home.record) = (record(6, 4), record(5, 4));
    assert_eq!(picture(&games, &[], "2026-11-22T22:00:00Z").record, record(6, 4));
    if let Some(season) = &mut games[1].season {
        season.phase = game_model::SeasonPhase::Postseason;
    }
    assert_eq!(picture(&games, &[], "2026-11-29T12:00:00Z").record, record(5, 4));
}
