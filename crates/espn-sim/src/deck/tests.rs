//! Scoreboards shown one after the other.

use serde_json::json;

use super::*;
use crate::slates::Asked;

const CURRENT: Question = Question { asked: Asked::Current, limit: None };

fn board(json: Value) -> Board {
    Board { json, moved: 0 }
}

fn deck(step_every: Option<Duration>) -> Deck {
    let mut deck = Deck::new(step_every);
    for number in 1..=3 {
        deck.push(board(json!({"events": [{"id": number.to_string(), "date": "2025-10-07T17:00Z"}]})));
    }
    deck
}

fn shown(deck: &mut Deck, question: Question, at: Instant) -> String {
    let body: Value = serde_json::from_slice(&deck.answer(question, at).plain).unwrap();
    body["events"][0]["id"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn it_steps_on_request_and_the_last_one_stays() {
    let (mut deck, now) = (deck(None), Instant::now());
    let mut seen = vec![shown(&mut deck, CURRENT, now)];
    for _ in 0..3 {
        seen.push(format!("{} {}", deck.step(), shown(&mut deck, CURRENT, now)));
    }
    assert_eq!(seen, ["1", "true 2", "true 3", "false 3"]);
    deck.show(board(json!({"events": [{"id": "9"}]})));
    assert_eq!((shown(&mut deck, CURRENT, now).as_str(), deck.step()), ("9", false));
}

#[test]
fn it_steps_on_a_schedule_however_seldom_it_is_asked() {
    let mut deck = deck(Some(Duration::from_secs(10)));
    let start = deck.since;
    let at = |seconds| start + Duration::from_secs(seconds);
    let seen = [0, 9, 10, 19, 45, 99].map(|second| shown(&mut deck, CURRENT, at(second)));
    assert_eq!(seen, ["1", "1", "2", "2", "3", "3"]);
}

#[test]
fn an_answer_is_made_once_and_few_are_kept() {
    let (mut deck, now) = (deck(None), Instant::now());
    let first = deck.answer(CURRENT, now);
    assert!(Arc::ptr_eq(&first, &deck.answer(CURRENT, now)));
    for year in 1900..2200 {
        deck.answer(Question { asked: Asked::Year(year), limit: None }, now);
        assert!(deck.ready.len() <= READY);
    }
}

#[test]
fn what_was_to_come_gives_way_to_what_is_shown() {
    let (mut deck, now) = (deck(None), Instant::now());
    deck.show(board(json!({"events": [{"id": "9"}]})));
    assert_eq!((shown(&mut deck, CURRENT, now).as_str(), deck.step()), ("9", false));
    let mut empty = Deck::new(None);
    empty.show(board(json!({"events": [{"id": "9"}]})));
    assert_eq!(shown(&mut empty, CURRENT, now), "9");
}

#[test]
fn past_days_are_known_but_neither_those_to_come_nor_those_of_other_times() {
    let day = |day: u32, moved| {
        let date = format!("2025-10-{day:02}");
        let events = json!([{"id": day.to_string(), "date": format!("{date}T17:00Z")}]);
        Board { json: json!({"day": {"date": date}, "events": events}), moved }
    };
    let (mut deck, now) = (Deck::new(None), Instant::now());
    for board in [day(6, 1), day(7, 2), day(8, 2), day(9, 2)] {
        deck.push(board);
    }
    assert!(deck.step() && deck.step());
    let of = [6, 7, 8, 9].map(|day| shown(&mut deck, Question::parse(&format!("dates=202510{day:02}")), now));
    assert_eq!(of, ["", "7", "8", ""]);
}

#[test]
fn the_past_is_bounded() {
    let mut deck = deck(None);
    for number in 0..200 {
        deck.show(board(json!({"events": [{"id": number.to_string()}]})));
        assert!(deck.len() <= PAST + 1);
    }
    assert_eq!(shown(&mut deck, CURRENT, Instant::now()), "199");
}
