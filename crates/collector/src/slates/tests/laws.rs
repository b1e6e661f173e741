//! Laws of merging: each game once, the newest look wins, slates in order and games in ESPN's.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;

/// Answers: the day asked about, and ids with a score in ESPN's order.
fn answers() -> impl Strategy<Value = Vec<(u32, Vec<(u8, u32)>)>> {
    let games = prop::collection::vec((0_u8..12, 0_u32..5), 0..6);
    prop::collection::vec((9_u32..18, games), 1..25)
}

proptest! {
    #[test]
    fn each_game_stands_once_as_it_was_seen_last(answers in answers()) {
        let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
        bench.answer(Slate::Current, Some(day("2026-01-10")), Vec::new());
        // What a person would expect: the newest score and day of each game, and the newest list of each day.
        let mut newest: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        let mut lists: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for (date, listed) in answers {
            let mut games: Vec<Game> = Vec::new();
            let mut seen = HashSet::new();
            for (id, score) in listed.iter().filter(|(id, _)| seen.insert(*id)) {
                let mut game = game(nhl(), &id.to_string(), "2026-01-10T19:00", GameStatus::Finished);
                game.home.score = *score;
                newest.insert(id.to_string(), (*score, date));
                games.push(game);
            }
            lists.insert(date, games.iter().map(|game| game.id.0.clone()).collect());
            let asked = if date == 10 { Slate::Current } else { named(&format!("2026-01-{date:02}")) };
            bench.answer(asked, Some(day(&format!("2026-01-{date:02}"))), games);
            bench.pass(Duration::from_secs(1));
        }
        let expected: Vec<(String, u32)> = lists
            .iter()
            .flat_map(|(date, ids)| ids.iter().map(move |id| (date, id)))
            .filter(|(date, id)| newest[*id].1 == **date)
            .map(|(_, id)| (id.clone(), newest[id].0))
            .collect();
        let served: Vec<(String, u32)> =
            bench.slates.games(bench.now).iter().map(|game| (game.id.0.clone(), game.home.score)).collect();
        prop_assert_eq!(served, expected);
    }

    /// Whatever was answered, no slate is asked before its max-age, and there always is a next poll.
    #[test]
    fn no_answer_is_asked_for_before_its_max_age(
        statuses in prop::collection::vec(prop::sample::select(GameStatus::ALL.to_vec()), 1..40),
        starts in prop::collection::vec(-300_i64..3_000, 40),
        max_age in 0_u64..120,
        jitter in 0.0_f64..1.0,
        hinted in any::<bool>(),
    ) {
        let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
        let mut answered: BTreeMap<Option<SlateId>, Instant> = BTreeMap::new();
        for (status, minutes) in statuses.into_iter().zip(starts) {
            let slate = loop {
                match bench.slates.next(bench.now, bench.at, hinted) {
                    Next::Ask(slate) => break slate,
                    Next::Wait { until, poll_at } => {
                        prop_assert!(until > bench.at && poll_at >= until);
                        bench.pass(until - bench.at);
                    }
                }
            };
            let id = bench.slates.key(slate).or(Some(day("2026-01-10")));
            if let Some(last) = answered.insert(id, bench.at) {
                prop_assert!(bench.at - last >= Duration::from_secs(max_age));
            }
            let mut game = game(nhl(), &format!("{id:?}"), "2026-01-10T19:00", status);
            game.start = bench.now + TimeDelta::minutes(minutes);
            let mut answer = board(nhl(), slate, id, vec![game]);
            answer.max_age = Duration::from_secs(max_age);
            bench.slates.answered(slate, &answer, bench.now, bench.at, jitter);
        }
    }
}
