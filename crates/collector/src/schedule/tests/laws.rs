//! Laws of the interval of a slate.

use proptest::prelude::*;

use super::*;

fn statuses() -> impl Strategy<Value = GameStatus> {
    prop::sample::select(GameStatus::ALL.to_vec())
}

fn roles() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Current, Role::Ahead, Role::Past, Role::Beyond])
}

prop_compose! {
    fn looks()(
        status in statuses(),
        starts_in in -20_000_i64..60_000,
        changed_ago in 0_i64..20_000,
        confirmed in any::<bool>(),
    ) -> Look {
        let now = utc(NOW);
        let mut game = game(nhl(), "1", NOW, status);
        game.start = now + TimeDelta::minutes(starts_in);
        game.start_confirmed = confirmed;
        look(game, now - TimeDelta::minutes(changed_ago))
    }
}

proptest! {
    /// The pace of a slate is that of its most urgent game, and a game more never makes it slower.
    #[test]
    fn a_slate_is_as_urgent_as_its_most_urgent_game(
        role in roles(),
        games in prop::collection::vec(looks(), 0..6),
    ) {
        let (now, config) = (utc(NOW), config());
        let together = pace(role, &games, &all(), now, &config);
        let alone = games.iter().map(|look| pace(role, [look], &all(), now, &config));
        let mut expected = pace(role, [], &all(), now, &config);
        for one in alone {
            expected.every = expected.every.into_iter().chain(one.every).min();
            expected.quickens_at = expected.quickens_at.into_iter().chain(one.quickens_at).min();
            expected.look_at = expected.look_at.into_iter().chain(one.look_at).min();
            expected.watching = expected.watching.max(one.watching);
        }
        prop_assert_eq!(together, expected);
    }

    /// Every interval is one of the configured ones; the current slate always has one, and it is twice a day at least.
    #[test]
    fn intervals_are_the_configured_ones(role in roles(), games in prop::collection::vec(looks(), 0..6)) {
        let config = config();
        let known = [
            config.live_interval,
            config.overdue_interval,
            config.soon_interval,
            config.linger_interval,
            config.quiet_interval,
        ];
        let every = pace(role, &games, &all(), utc(NOW), &config).every;
        prop_assert!(every.is_none_or(|every| known.contains(&every)));
        if role == Role::Current {
            prop_assert!(every.is_some_and(|every| every <= config.quiet_interval));
        }
        if games.iter().any(|look| look.game.status.is_on() && look.changed_at > utc(NOW) - STUCK_AFTER) {
            prop_assert_eq!(every, Some(config.live_interval));
        }
    }

    /// A pace really gets quicker when it says so, and does not before.
    #[test]
    fn a_pace_quickens_when_it_says(role in roles(), look in looks()) {
        let (now, config) = (utc(NOW), config());
        let before = pace(role, [&look], &all(), now, &config);
        if let Some(at) = before.quickens_at {
            prop_assert!(at > now);
            let slowest = Duration::MAX;
            let then = pace(role, [&look], &all(), at, &config).every.unwrap_or(slowest);
            prop_assert!(then < before.every.unwrap_or(slowest));
            let just_before = pace(role, [&look], &all(), at - TimeDelta::seconds(1), &config);
            prop_assert_eq!(just_before.every, before.every);
        }
    }

    #[test]
    fn jitter_prolongs_by_a_twentieth_at_most(seconds in 1_u64..100_000, fraction in -3.0_f64..3.0) {
        let every = Duration::from_secs(seconds);
        let jittered = jittered(every, fraction);
        prop_assert!(jittered >= every && jittered <= every.mul_f64(1.051));
    }
}
