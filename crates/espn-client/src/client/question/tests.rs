//! What is asked for, as an address.

use game_model::{League, SeasonPhase, Slate, SlateId};
use url::Url;

use super::Base;
use crate::{ConfigError, EspnConfig};

fn base(url: &str) -> Result<Base, ConfigError> {
    Base::new(&Url::parse(url).unwrap())
}

fn address(base_url: &str, league: &str, slate: Slate) -> String {
    let league: League = league.parse().unwrap();
    base(base_url).unwrap().scoreboard(league, slate).to_string()
}

const ESPN: &str = "https://site.api.espn.com";

#[test]
fn the_current_slate_has_no_date() {
    let espn = EspnConfig::default().base_url;
    let expected = "https://site.api.espn.com/apis/site/v2/sports/football/nfl/scoreboard";
    assert_eq!(address(espn.as_str(), "nfl", Slate::Current), expected);
}

#[test]
fn a_day_is_asked_by_its_date() {
    let day = Slate::Named(SlateId::Day("2026-01-09".parse().unwrap()));
    let expected = "https://site.api.espn.com/apis/site/v2/sports/hockey/nhl/scoreboard?dates=20260109";
    assert_eq!(address(ESPN, "nhl", day), expected);
}

#[test]
fn a_week_is_asked_by_year_phase_and_number() {
    let week = Slate::Named(SlateId::week(2025, SeasonPhase::Postseason, 5));
    let expected = "https://site.api.espn.com/apis/site/v2/sports/football/nfl/scoreboard?dates=2025&seasontype=3&week=5";
    assert_eq!(address(ESPN, "nfl", week), expected);
}

/// A Saturday of college football has about a hundred games.
#[test]
fn leagues_of_unknown_size_are_asked_with_a_limit() {
    let college = "https://site.api.espn.com/apis/site/v2/sports/football/college-football/scoreboard";
    assert_eq!(address(ESPN, "ncaaf", Slate::Current), format!("{college}?limit=500"));
    let day = Slate::Named(SlateId::Day("2026-09-05".parse().unwrap()));
    assert_eq!(address(ESPN, "ncaaf", day), format!("{college}?dates=20260905&limit=500"));
}

#[test]
fn a_relay_may_lie_below_a_path() {
    for url in ["http://relay:9100/espn", "http://relay:9100/espn/", "http://relay:9100/espn?key=1#top"] {
        let expected = "http://relay:9100/espn/apis/site/v2/sports/hockey/nhl/scoreboard";
        assert_eq!(address(url, "nhl", Slate::Current), expected, "{url}");
    }
    assert_eq!(base("http://127.0.0.1:9100").unwrap().host(), "127.0.0.1");
}

#[test]
fn other_addresses_are_refused() {
    for url in ["ftp://espn.test", "file:///tmp/espn", "mailto:espn@espn.test", "http://me@espn.test"] {
        let error = base(url).unwrap_err();
        assert!(error.to_string().contains("must be http:// or https://"), "{url}: {error}");
    }
}

#[test]
fn a_password_is_not_shown() {
    let error = base("http://me:geheim@espn.test").unwrap_err();
    assert!(!error.to_string().contains("geheim"), "{error}");
    assert!(error.to_string().contains("http://me:***@espn.test/"), "{error}");
}
