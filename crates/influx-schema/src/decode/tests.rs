//! What is written is read back, and what is wrong is told.

use game_model::{Game, GameStatus, League, Period, SeasonPhase};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::from_nanoseconds;

const LIVE: &str = "nfl_scores,away_conference=AFC,away_division=East,away_team=Bills,game_id=401,\
    home_conference=AFC,home_division=East,home_team=Patriots,season=2025,status=live,week=5 \
    away_score=7i,home_score=14i,observed_at=1759690800000000000i,quarter=\"2\",time_remaining=\"4:05\",\
    venue=\"Gillette \\\"Field\\\"\" 1759690800000000000";

const FINISHED: &str = "nhl_scores,away_team=Sabres,game_id=402,home_conference=Eastern,home_division=Atlantic,\
    home_team=Bruins,season=2026-27,status=finished away_score=2i,home_score=3i,\
    observed_at=1795487400000000000i,period=\"OT\",time_remaining=\"Final\" 1795478400000000001";

fn whole(line: &str) -> (Point, SeenGame) {
    Piece::parse(line).expect("it is right").expect("it says something").finish().expect("it is whole")
}

#[test]
fn a_point_and_its_game_are_read() {
    let (point, seen) = whole(LIVE);
    assert_eq!(String::from_utf8(point.encode()).unwrap(), LIVE);
    assert_eq!((seen.start(), seen.observed_at()), (None, 1_759_690_800_000_000_000));
    let game = seen.game(None, from_nanoseconds(5));
    assert_eq!(
        (game.start, game.start_confirmed, game.status),
        (from_nanoseconds(5), false, GameStatus::Live)
    );
    assert_eq!(
        (game.home.team.id.as_str(), game.home.team.name.as_str()),
        ("nfl-ne", "New England Patriots")
    );
    assert_eq!((game.clock.number, game.clock.display.as_str()), (2, "4:05"));
    assert_eq!(
        (game.season.as_ref().unwrap().phase, game.week.as_ref().unwrap().number),
        (SeasonPhase::Regular, 5)
    );
    assert_eq!(game.venue.as_deref(), Some("Gillette \"Field\""));

    let (point, seen) = whole(FINISHED);
    assert_eq!(String::from_utf8(point.encode()).unwrap(), FINISHED);
    let game = seen.game(None, from_nanoseconds(5));
    assert_eq!(game.start_text, "2026-11-24T00:00Z", "without the nanosecond of the correction");
    assert_eq!((game.clock.period, game.clock.number), (Some(Period::Overtime(1)), 4));
    assert_eq!(game.season.as_ref().unwrap().year, 2027);
}

#[test]
fn what_a_point_does_not_tell_is_taken_from_another_look() {
    let known = whole(LIVE).1.game(None, from_nanoseconds(5));
    let known = Game { start_text: "kept".into(), start_confirmed: true, ..known };
    let later =
        LIVE.replace("home_score=14i", "home_score=21i").replace(",venue=\"Gillette \\\"Field\\\"\"", "");
    let game = whole(&later).1.game(Some(&known), from_nanoseconds(7));
    let mut expected = known;
    expected.home.score = 21;
    assert_eq!(game, expected);
}

#[test]
fn weeks_are_numbered_as_they_were() {
    for league in League::all() {
        for phase in [SeasonPhase::Preseason, SeasonPhase::Regular, SeasonPhase::Postseason] {
            for week in (1..=5).filter_map(|number| league.week(phase, number)) {
                let line = LIVE
                    .replace("nfl_", &format!("{}_", league.key))
                    .replace("week=5", &format!("week={}", week.label));
                let line = line.replace("quarter=", &format!("{}=", league.period_field.key()));
                let game = whole(&line).1.game(None, from_nanoseconds(5));
                assert_eq!((game.season.unwrap().phase, game.week), (phase, Some(week)), "{league}");
            }
        }
    }
}

#[test]
fn comments_and_statements_of_an_export_say_nothing() {
    for line in [
        "",
        "  \t",
        "# DDL",
        "# DML",
        "CREATE DATABASE sports_data WITH NAME autogen",
        "# CONTEXT-DATABASE:sports_data",
    ] {
        assert_eq!(Piece::parse(line), Ok(None), "{line}");
    }
}

#[test]
fn a_line_for_each_field_makes_a_point() {
    let (series, rest) = LIVE.split_once(" away_score").unwrap();
    let (fields, timestamp) = rest.rsplit_once(' ').unwrap();
    let mut pieces =
        format!("away_score{fields}").replace(",home", "\nhome").replace(",observed", "\nobserved");
    pieces = pieces.replace(",quarter", "\nquarter").replace(",time", "\ntime").replace(",venue", "\nvenue");
    let mut pieces =
        pieces.lines().map(|field| Piece::parse(&format!("{series} {field} {timestamp}")).unwrap().unwrap());
    let mut all = pieces.next().unwrap();
    assert!(!all.is_whole());
    assert!(all.clone().finish().unwrap_err().to_string().contains("the field home_score is missing"));
    for piece in pieces {
        assert_eq!((piece.series(), piece.timestamp()), (all.series(), all.timestamp()));
        all.add(piece);
    }
    assert!(all.is_whole());
    assert_eq!(String::from_utf8(all.finish().unwrap().0.encode()).unwrap(), LIVE);
}

#[test]
fn what_is_wrong_is_told_with_what_is_allowed() {
    for (from, to, told) in [
        ("nfl_scores", "cricket_scores", ["measurement is \"cricket_scores\"", "nfl_scores"]),
        ("week=5", "weak=5", ["tag \"weak\"", "known are"]),
        ("game_id=401,", "", ["tag game_id is missing", "every point has"]),
        ("status=live", "status=over", ["status is \"over\"", "scheduled, live"]),
        ("status=live,", "", ["status is \"\"", "scheduled, live"]),
        ("home_score=14i", "home_score=14", ["home_score is 14;", "0i to 4294967295i"]),
        ("home_score=14i", "home_score=-1i", ["home_score is -1i;", "0i to 4294967295i"]),
        ("home_score=14i", "home_score=\"14\"", ["home_score is \"14\"", "whole numbers"]),
        (
            "observed_at=1759690800000000000i",
            "observed_at=1759690800i",
            ["observed_at is 1759690800i", "nanoseconds"],
        ),
        ("quarter=\"2\"", "quarter=\"Q2\"", ["quarter is \"Q2\"", "1, 2, ..., OT"]),
        ("quarter=\"2\"", "quarter=\"02\"", ["quarter is \"02\"", "1, 2, ..., OT"]),
        ("quarter=\"2\"", "period=\"2\"", ["field \"period\" is none of ours", "quarter"]),
        ("time_remaining=\"4:05\"", "time_remaining=4i", ["time_remaining is 4i", "a text"]),
        (" 1759690800000000000", " -1", ["timestamp is -1", "not before"]),
        (" 1759690800000000000", "", ["no timestamp", "nanoseconds"]),
        ("home_score=14i", "home_score=", ["no line protocol", ""]),
        ("home_score=14i", "home_score=1i,home_score=2i", ["home_score is there twice", "once"]),
    ] {
        assert!(LIVE.contains(from), "{from}");
        let said = Piece::parse(&LIVE.replace(from, to)).expect_err(to).to_string();
        assert!(told.iter().all(|part| said.contains(part)), "{to}: {said}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}", cut in 0..LIVE.len()) {
        let _ = Piece::parse(&text);
        let _ = Piece::parse(&format!("{}{text}", &LIVE[..cut]));
    }

    #[test]
    fn what_is_written_is_read(
        (nickname, venue, clock) in ("[ ,=\"\\\\a-c#é🏒]{0,11}[a-z]", "[ ,=\"\\\\a-c#é🏒]{1,12}", "[ ,=\"\\\\a-c#é🏒]{0,8}"),
        status in select(&GameStatus::ALL[..]),
        period in prop_oneof![(1_u32..9).prop_map(Period::Regulation), (1_u32..9).prop_map(Period::Overtime), Just(Period::Shootout)],
        correction in proptest::option::of(0_i64..1000),
    ) {
        let mut game = whole(LIVE).1.game(None, from_nanoseconds(1_759_689_000_000_000_000));
        game.home.team.nickname = nickname;
        (game.status, game.venue, game.clock.display) = (status, Some(venue), clock);
        game.clock.period = Some(period);
        let observed_at = 1_759_690_800_000_000_000;
        let taken = correction.filter(|_| !status.moves_with_time());
        let taken = taken.map(|by| Point::base_timestamp(&game, observed_at) + by);
        let point = Point::observe(&game, observed_at, taken);
        let line = String::from_utf8(point.encode()).unwrap();
        let (read, seen) = whole(&line);
        prop_assert_eq!(String::from_utf8(read.encode()).unwrap(), line);
        prop_assert_eq!(&read, &point);
        let again = Point::observe(&seen.game(None, game.start), observed_at, taken);
        prop_assert_eq!(again.time_remaining, point.time_remaining);
        prop_assert_eq!(seen.start(), (!status.moves_with_time()).then_some(game.start));
    }
}
