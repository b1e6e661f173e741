//! Whatever happens, whoever comes back and where: what a client got is what the log has for it.

use std::sync::Arc;

use game_model::{Change, EventFilter, EventKind, Game, TeamFilter};
use http_api::ServerConfig;
use proptest::prelude::*;

use super::{bruins, patriots, score};
use crate::log::Log;
use crate::server::Server;
use crate::sse::Sse;
use crate::support::{Ports, game, league};

/// What happens.
#[derive(Debug, Clone)]
enum Step {
    /// So many events, told in one commit.
    Told(Vec<(u8, bool)>),
    /// Numbers are left out.
    Skipped(u64),
    /// The client loses its connection after it got so many of the events that it lacks, and comes back.
    Lost(usize),
    /// The service is started again.
    Restarted,
}

fn step() -> impl Strategy<Value = Step> {
    let few = prop::collection::vec((0..3_u8, any::<bool>()), 1..8);
    // More than the server holds, at times.
    let many = prop::collection::vec((0..3_u8, any::<bool>()), 200..400);
    prop_oneof![
        6 => few.prop_map(Step::Told),
        1 => many.prop_map(Step::Told),
        1 => (1..300_u64).prop_map(Step::Skipped),
        4 => (0..6_usize).prop_map(Step::Lost),
        1 => Just(Step::Restarted),
    ]
}

fn happened((which, scored): (u8, bool)) -> (Game, Change) {
    let game = match which {
        0 => patriots(),
        1 => bruins(),
        _ => game("nfl", "402", "PIT", "KC"),
    };
    (game, if scored { score() } else { Change::GameStarted })
}

/// The query of a filter, and the filter.
fn filters() -> impl Strategy<Value = (&'static str, EventFilter)> {
    let nhl = EventFilter { leagues: vec![league("nhl")], ..EventFilter::default() };
    let scores = EventFilter { kinds: vec![EventKind::ScoreChanged], ..EventFilter::default() };
    let team = EventFilter { teams: TeamFilter::parse("nfl-pit,nhl-bos"), ..EventFilter::default() };
    prop::sample::select(vec![
        ("?", EventFilter::default()),
        ("?league=nhl", nhl),
        ("?kind=score_changed", scores),
        ("?team=steelers,bruins", team),
    ])
}

async fn run(steps: Vec<Step>, query: &str, filter: &EventFilter) {
    let log = Arc::new(Log::default());
    let ports = || Ports { log: log.clone(), ..Ports::default() };
    let mut server = Server::with(ports(), ServerConfig::default()).await;
    let mut client = Sse::given(server.address, query, Some(0)).await;
    let mut got: Vec<u64> = Vec::new();
    for step in steps {
        match step {
            Step::Told(events) => drop(log.tell_all(events.into_iter().map(happened))),
            Step::Skipped(numbers) => log.skip(numbers),
            Step::Lost(after) => {
                let lacks = log.numbers(0, filter).len() - got.len();
                got.extend(client.ids(after.min(lacks)).await);
                client = Sse::given(server.address, query, Some(client.last.unwrap_or(0))).await;
            }
            Step::Restarted => {
                server.end().await;
                server = Server::with(ports(), ServerConfig::default()).await;
                client = Sse::given(server.address, query, Some(client.last.unwrap_or(0))).await;
            }
        }
    }
    let wanted = log.numbers(0, filter);
    got.extend(client.ids(wanted.len() - got.len()).await);
    assert_eq!(got, wanted);
    // And nothing else: the next that it gets is the next that there is.
    let next = log.tell_all([happened((1, true)), happened((2, true))]);
    let next: Vec<u64> = log.numbers(next - 2, filter);
    assert_eq!(client.ids(next.len()).await, next);
    server.end().await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_a_client_got_is_the_filtered_log(
        steps in prop::collection::vec(step(), 1..14),
        (query, filter) in filters(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(run(steps, query, &filter));
    }
}
