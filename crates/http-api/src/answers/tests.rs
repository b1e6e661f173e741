//! What is kept, how long, and how much of it.

use super::*;

const ANY: Scope = Scope { league: None, begins: None };

fn body(bytes: usize) -> Body {
    Body { source: HistorySource::Store, json: vec![b'x'; bytes].into(), link: None }
}

#[test]
fn an_answer_is_kept_for_five_minutes_or_until_a_game_changes() {
    let (answers, now) = (Answers::default(), DateTime::<Utc>::UNIX_EPOCH);
    let scope = Scope { league: "nfl".parse().ok(), begins: Some(2025) };
    answers.put("/a", now, scope, 7, &body(1));
    let asked = |revision| {
        move |of: Scope| {
            assert_eq!(of, scope);
            revision
        }
    };
    assert_eq!(answers.get("/a", now + KEPT_FOR - TimeDelta::seconds(1), asked(7)), Some(body(1)));
    assert_eq!(answers.get("/b", now, asked(7)), None);
    assert_eq!(answers.get("/a", now + KEPT_FOR, asked(7)), None, "too old");
    assert_eq!(answers.get("/a", now, asked(7)), None, "gone");
    answers.put("/a", now, scope, 7, &body(1));
    assert_eq!(answers.get("/a", now - TimeDelta::seconds(1), asked(7)), None, "of the future");
    answers.put("/a", now, scope, 7, &body(1));
    assert_eq!(answers.get("/a", now, asked(8)), None, "a game changed");
    answers.put("/a", now, scope, 7, &body(1));
    answers.put("/a", now, scope, 8, &body(2));
    assert_eq!(answers.get("/a", now, asked(8)), Some(body(2)), "the newer one");
}

#[test]
fn the_oldest_make_room_and_the_largest_are_not_kept() {
    let (answers, now) = (Answers::default(), DateTime::<Utc>::UNIX_EPOCH);
    answers.put("/huge", now, ANY, 0, &body(MAX_ANSWER));
    assert_eq!(answers.get("/huge", now, |_| 0), None);
    let each = MAX_ANSWER / 2;
    for number in 0..20 {
        answers.put(&format!("/{number}"), now, ANY, 0, &body(each));
    }
    let kept = |number: u32| answers.get(&format!("/{number}"), now, |_| 0).is_some();
    assert!(!kept(0) && !kept(4) && kept(19) && kept(14));
    let state = answers.0.lock().unwrap();
    assert!(state.bytes <= MAX_BYTES && state.bytes > MAX_BYTES - MAX_ANSWER, "{}", state.bytes);
    assert_eq!(state.order.len(), state.answers.len());
}
