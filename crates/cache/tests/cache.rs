//! What readers get of the cache: bytes that were made once, how old they are, and how many are held.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cache::{Answer, AnswerKind, Cache, CacheConfig, CacheState, LeagueView, Serialized};
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Clock, Colors, Game, GameId, GameStatus, League, Side, Team};
use proptest::prelude::*;

const INTERVAL: Duration = Duration::from_secs(15);

fn nfl() -> League {
    "nfl".parse().unwrap()
}

fn nhl() -> League {
    "nhl".parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

fn game(league: League, id: u32, score: u32) -> Arc<Game> {
    let team = Team {
        id: String::new(),
        espn_id: String::new(),
        name: String::new(),
        nickname: String::new(),
        abbreviation: String::new(),
        logo: String::new(),
        colors: Colors::default(),
    };
    let side = |score| Side { team: team.clone(), score, record: None };
    Arc::new(Game {
        id: GameId(id.to_string()),
        league,
        season: None,
        week: None,
        status: GameStatus::Live,
        start: noon(),
        start_text: String::new(),
        start_confirmed: true,
        home: side(score),
        away: side(0),
        clock: Clock::default(),
        venue: None,
    })
}

/// The scores of all games, as a body.
fn scores(views: &[Arc<LeagueView>]) -> Bytes {
    let scores = views.iter().flat_map(|view| &view.games).map(|game| game.home.score.to_string());
    scores.collect::<Vec<_>>().join(" ").into()
}

fn ask(cache: &Cache, kind: AnswerKind, leagues: &[League], at: DateTime<Utc>) -> Answer {
    cache.answer(kind, leagues, "", at, |views| scores(views).into())
}

fn cache() -> Cache {
    Cache::new(CacheConfig::default(), [nfl(), nhl()])
}

#[test]
fn an_answer_is_made_once_for_a_scoreboard_and_a_filter() {
    let cache = cache();
    cache.publish(nfl(), vec![game(nfl(), 1, 7)], Some(noon()), INTERVAL);
    let made = AtomicUsize::new(0);
    let ask = |filter: &str| {
        cache.answer(AnswerKind::Live, &[nfl()], filter, noon(), |views| {
            made.fetch_add(1, Ordering::Relaxed);
            scores(views).into()
        })
    };
    let states = ["ne", "ne", "kc", "ne"].map(|filter| ask(filter).state);
    assert_eq!(states, [CacheState::Miss, CacheState::Hit, CacheState::Miss, CacheState::Hit]);
    assert_eq!(made.load(Ordering::Relaxed), 2);
    // The same games again are not another scoreboard.
    cache.publish(nfl(), vec![game(nfl(), 1, 7)], Some(noon()), INTERVAL);
    assert_eq!(ask("ne").state, CacheState::Hit);
    cache.publish(nfl(), vec![game(nfl(), 1, 14)], Some(noon()), INTERVAL);
    let fresh = ask("ne");
    assert_eq!((fresh.state, &fresh.body[..]), (CacheState::Miss, &b"14"[..]));
    // Something else that answers are made of changed.
    cache.invalidate_answers();
    assert_eq!(ask("ne").state, CacheState::Miss);
}

#[test]
fn an_answer_of_one_kind_or_of_other_leagues_is_not_taken_for_another() {
    let cache = cache();
    cache.publish(nfl(), vec![game(nfl(), 1, 7)], Some(noon()), INTERVAL);
    cache.publish(nhl(), vec![game(nhl(), 2, 3)], Some(noon()), INTERVAL);
    let bodies = [&[nfl()][..], &[nhl()], &[nfl(), nhl()], &[nhl(), nfl()], &[]];
    for (leagues, body) in bodies.into_iter().zip(["7", "3", "7 3", "3 7", ""]) {
        for state in [CacheState::Miss, CacheState::Hit] {
            let answer = ask(&cache, AnswerKind::Live, leagues, noon());
            assert_eq!((answer.state, &answer.body[..]), (state, body.as_bytes()), "{leagues:?}");
        }
    }
    assert_eq!(ask(&cache, AnswerKind::Upcoming, &[nfl()], noon()).state, CacheState::Miss);
}

#[test]
fn an_answer_is_stale_after_the_interval_and_its_time_to_live() {
    let cache = cache();
    cache.publish(nfl(), vec![], Some(noon()), INTERVAL);
    let lives = [(AnswerKind::Live, 15), (AnswerKind::Upcoming, 300), (AnswerKind::Teams, 3600)];
    for (kind, ttl) in lives {
        assert_ne!(ask(&cache, kind, &[nfl()], after(15 + ttl)).state, CacheState::Stale, "{kind:?}");
        let late = ask(&cache, kind, &[nfl()], after(16 + ttl));
        assert_eq!((late.state, late.stale), (CacheState::Stale, vec![nfl()]), "{kind:?}");
    }
    // A poll that brings the same games makes it fresh again.
    cache.publish(nfl(), vec![], Some(after(4000)), INTERVAL);
    assert_eq!(ask(&cache, AnswerKind::Live, &[nfl()], after(4000)).state, CacheState::Hit);
}

#[test]
fn the_age_is_that_of_the_oldest_scoreboard_and_never_negative() {
    let cache = cache();
    cache.publish(nfl(), vec![], Some(noon()), INTERVAL);
    cache.publish(nhl(), vec![], Some(after(20)), INTERVAL);
    let age = |leagues: &[League], at| ask(&cache, AnswerKind::Live, leagues, at).age;
    assert_eq!(age(&[nfl(), nhl()], after(25)), Some(Duration::from_secs(25)));
    assert_eq!(age(&[nhl()], after(25)), Some(Duration::from_secs(5)));
    assert_eq!(age(&[nhl()], after(0)), Some(Duration::ZERO), "the clock was set back");
    assert_eq!(age(&[], after(25)), Some(Duration::ZERO));
}

#[test]
fn what_comes_from_the_store_alone_or_is_missing_is_stale() {
    let cache = cache();
    let nothing = ask(&cache, AnswerKind::Live, &[nfl()], noon());
    assert_eq!((nothing.state, nothing.stale, &nothing.body[..]), (CacheState::Stale, vec![], &b""[..]));
    cache.publish(nfl(), vec![game(nfl(), 1, 7)], None, INTERVAL);
    let restored = ask(&cache, AnswerKind::Live, &[nfl()], noon());
    assert_eq!((restored.state, restored.age, restored.stale), (CacheState::Stale, None, vec![nfl()]));
    assert_eq!(cache.view(nhl()).map(|view| view.version), None);
    // A league that the cache was not made for.
    let nba: League = "nba".parse().unwrap();
    cache.publish(nba, vec![game(nba, 1, 1)], Some(noon()), INTERVAL);
    assert!(cache.view(nba).is_none() && cache.subscribe(nba).is_none());
    assert_eq!(cache.games_in_memory(), 1);
}

#[test]
fn an_answer_that_time_alone_changes_is_made_again_when_it_does() {
    let cache = cache();
    cache.publish(nfl(), vec![], Some(noon()), Duration::from_hours(1));
    let ask = |at: DateTime<Utc>| {
        let until = after(if at < after(60) { 60 } else { 120 });
        let make =
            |_: &[Arc<LeagueView>]| Serialized { body: at.to_string().into(), valid_until: Some(until) };
        cache.answer(AnswerKind::Upcoming, &[nfl()], "", at, make)
    };
    let states = [0, 59, 60, 119, 120].map(|second| ask(after(second)).state);
    let (hit, miss) = (CacheState::Hit, CacheState::Miss);
    assert_eq!(states, [miss, hit, miss, hit, miss]);
    assert_eq!(&ask(after(100)).body[..], after(120).to_string().as_bytes(), "what was made last holds");
}

#[test]
fn answers_are_bounded_by_their_bytes() {
    let config = CacheConfig { max_answer_bytes: 10_000, ..CacheConfig::default() };
    let cache = Cache::new(config, [nfl()]);
    cache.publish(nfl(), vec![], Some(noon()), INTERVAL);
    for filter in 0..100 {
        let body = || Bytes::from(vec![b'x'; 700]);
        cache.answer(AnswerKind::Live, &[nfl()], &filter.to_string(), noon(), |_| body().into());
    }
    let stats = cache.stats();
    assert!(stats.bytes <= 10_000 && (5..=12).contains(&stats.keys_count), "{stats:?}");
    // One that does not fit at all is given, and not held.
    let large =
        cache.answer(AnswerKind::Live, &[nfl()], "large", noon(), |_| Bytes::from(vec![0; 20_000]).into());
    assert_eq!(large.body.len(), 20_000);
    assert!(cache.stats().bytes <= 10_000);
}

#[test]
fn hits_misses_and_stale_answers_are_counted() {
    let cache = cache();
    assert_eq!(cache.stats().hit_rate.to_bits(), 0.0_f64.to_bits());
    cache.publish(nfl(), vec![], Some(noon()), INTERVAL);
    for at in [noon(), noon(), noon(), after(100)] {
        ask(&cache, AnswerKind::Live, &[nfl()], at);
    }
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.stale, stats.keys_count), (2, 1, 1, 1));
    assert!((stats.hit_rate - 0.5).abs() < f64::EPSILON);
    let words = [CacheState::Hit, CacheState::Miss, CacheState::Stale].map(CacheState::as_str);
    assert_eq!(words, ["hit", "miss", "stale"]);
}

#[test]
fn whoever_watches_a_league_sees_each_new_view() {
    let cache = cache();
    let mut views = cache.subscribe(nfl()).unwrap();
    assert!(views.borrow_and_update().is_none());
    cache.publish(nfl(), vec![game(nfl(), 1, 7)], Some(noon()), INTERVAL);
    assert!(views.has_changed().unwrap());
    let view = views.borrow_and_update().clone().unwrap();
    assert_eq!((view.games.len(), view.interval, view.polled_at), (1, INTERVAL, Some(noon())));
}

/// Readers and a writer at the same time: nobody gets bytes of a scoreboard that was replaced before he asked.
#[test]
fn a_reader_never_gets_what_was_replaced_before_it_asked() {
    let cache = cache();
    cache.publish(nfl(), vec![game(nfl(), 1, 0)], Some(noon()), INTERVAL);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut newest = 0;
                while newest < 500 {
                    let before = cache.view(nfl()).unwrap().games[0].home.score;
                    let answer = ask(&cache, AnswerKind::Live, &[nfl()], noon());
                    let got: u32 = String::from_utf8(answer.body.to_vec()).unwrap().parse().unwrap();
                    assert!(got >= before && got >= newest, "got {got} after {before} and {newest}");
                    newest = got;
                }
            });
        }
        for score in 1..=500 {
            cache.publish(nfl(), vec![game(nfl(), 1, score)], Some(noon()), INTERVAL);
        }
    });
}

proptest! {
    /// Whatever was published and asked before, an answer is made of the newest games, and it is stale exactly
    /// when a league is missing or too old.
    #[test]
    fn answers_tell_the_newest_games(
        steps in proptest::collection::vec((any::<bool>(), 0_u32..4, 0_i64..40), 1..40),
    ) {
        let cache = cache();
        let (mut now, mut newest) = (noon(), [None; 2]);
        for (hockey, score, seconds) in steps {
            now += TimeDelta::seconds(seconds);
            let league = if hockey { nhl() } else { nfl() };
            cache.publish(league, vec![game(league, 1, score)], Some(now), INTERVAL);
            newest[usize::from(hockey)] = Some((score, now));
            let answer = ask(&cache, AnswerKind::Live, &[nfl(), nhl()], now);
            let expected = newest.iter().flatten().map(|(score, _)| score.to_string()).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(&answer.body[..], expected.as_bytes());
            let fresh = |at: DateTime<Utc>| now - at <= TimeDelta::seconds(30);
            let all_fresh = newest.iter().all(|known| known.is_some_and(|(_, at)| fresh(at)));
            prop_assert_eq!(answer.state != CacheState::Stale, all_fresh);
        }
    }
}
