//! Asking seldom: kept answers, one request at a time, backoff.

use std::sync::Arc;
use std::time::Duration;

use espn_client::{EspnClient, EspnConfig};
use game_model::{ScoreboardSource, Slate, SlateId, SourceErrorKind};

use crate::server::{Reply, Server};
use crate::{HandClock, LONG, board, client, config, fetch, league};

fn kept_for(seconds: u64) -> Reply {
    Reply::answer("200 OK", &[("Cache-Control", &format!("max-age={seconds}"))], board().as_bytes())
}

fn other_day() -> Slate {
    Slate::Named(SlateId::Day("2026-01-09".parse().unwrap()))
}

#[tokio::test]
async fn a_scoreboard_is_not_asked_for_again_before_its_max_age_is_over() {
    let server = Server::start([kept_for(600)]).await;
    let client = client(&server);
    let first = fetch(&client).await.unwrap();
    let again = fetch(&client).await.unwrap();
    assert_eq!(again.games, first.games);
    assert!(again.max_age < first.max_age);
    assert_eq!(server.targets().len(), 1);
    client.fetch(league("nhl"), other_day()).await.unwrap();
    assert_eq!(server.targets().len(), 2, "another scoreboard is another question");
}

#[tokio::test]
async fn without_max_age_it_is_asked_each_time() {
    let server = Server::start([Reply::scoreboard(&board())]).await;
    let client = client(&server);
    fetch(&client).await.unwrap();
    fetch(&client).await.unwrap();
    assert_eq!(server.targets().len(), 2);
}

#[tokio::test]
async fn a_kept_scoreboard_is_served_during_backoff() {
    let server = Server::start([kept_for(600), Reply::status("500 Oh no")]).await;
    let client = client(&server);
    fetch(&client).await.unwrap();
    client.fetch(league("nhl"), other_day()).await.unwrap_err();
    assert!(fetch(&client).await.is_ok());
}

#[tokio::test]
async fn those_who_ask_at_the_same_time_share_one_request() {
    for reply in [Reply::scoreboard(&board()), Reply::status("500 Oh no")] {
        let server = Server::start([reply]).await;
        server.hold();
        let client = Arc::new(client(&server));
        let askers: Vec<_> = [Slate::Current, other_day()]
            .into_iter()
            .cycle()
            .take(20)
            .map(|slate| {
                let client = Arc::clone(&client);
                tokio::spawn(async move { client.fetch(league("nhl"), slate).await })
            })
            .collect();
        server.has_seen(2).await;
        server.release();
        let mut succeeded = Vec::new();
        for asker in askers {
            succeeded.push(asker.await.unwrap().is_ok());
        }
        assert!(succeeded.iter().all(|one| *one == succeeded[0]), "{succeeded:?}");
        assert_eq!(server.targets().len(), 2, "one for each scoreboard");
    }
}

#[tokio::test]
async fn a_caller_who_gives_up_stops_nobody() {
    let server = Server::start([Reply::scoreboard(&board())]).await;
    server.hold();
    let client = Arc::new(client(&server));
    let impatient = tokio::spawn({
        let client = Arc::clone(&client);
        async move { fetch(&client).await }
    });
    server.has_seen(1).await;
    impatient.abort();
    server.release();
    assert!(impatient.await.unwrap_err().is_cancelled());
    assert_eq!(fetch(&client).await.unwrap().games.len(), 1);
}

#[tokio::test]
async fn after_a_failure_the_league_is_left_alone() {
    let server = Server::start([Reply::status("503 Oh no")]).await;
    let client = client(&server);
    let first = fetch(&client).await.unwrap_err();
    for slate in [Slate::Current, other_day()] {
        let error = client.fetch(league("nhl"), slate).await.unwrap_err();
        assert_eq!(error.kind, SourceErrorKind::BackingOff);
        assert!(error.message.contains(&first.message), "{error}");
        assert!(error.retry_after <= first.retry_after && error.retry_after > LONG / 2);
    }
    assert_eq!(server.targets().len(), 1);
    let other = client.fetch(league("nfl"), Slate::Current).await.unwrap_err();
    assert_eq!(other.kind, SourceErrorKind::Unavailable, "another league is asked");
}

#[tokio::test]
async fn a_refused_question_leaves_the_others_alone() {
    let server = Server::start([Reply::status("400 Bad Request"), Reply::scoreboard(&board())]).await;
    let client = client(&server);
    let refused = client.fetch(league("nhl"), other_day()).await.unwrap_err();
    assert_eq!((refused.kind, refused.retry_after), (SourceErrorKind::Rejected, Duration::ZERO));
    assert!(fetch(&client).await.is_ok());
    let again = client.fetch(league("nhl"), other_day()).await.unwrap_err();
    assert_eq!(again.kind, SourceErrorKind::BackingOff);
    assert_eq!(server.targets().len(), 2);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    for (value, seconds) in [("1234", 1_234), ("Sat, 10 Jan 2026 13:00:00 GMT", 3_600)] {
        for status in ["429 Too Many Requests", "503 Service Unavailable"] {
            let server = Server::start([Reply::answer(status, &[("Retry-After", value)], b"")]).await;
            let config = EspnConfig { first_backoff: Duration::from_millis(1), ..config(&server) };
            let clock = HandClock::at("2026-01-10T12:00:00Z");
            let client = EspnClient::with_clock(config, clock).unwrap();
            let error = fetch(&client).await.unwrap_err();
            assert_eq!(error.retry_after, Duration::from_secs(seconds));
            assert_eq!(fetch(&client).await.unwrap_err().kind, SourceErrorKind::BackingOff);
        }
    }
}

/// Asks until it gets an answer, as soon as it may; answers the last wait.
async fn persist(client: &EspnClient) -> Duration {
    let mut longest = Duration::ZERO;
    let answered = async {
        while let Err(error) = fetch(client).await {
            longest = error.retry_after;
            tokio::time::sleep(error.retry_after).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), answered).await.expect("an answer");
    longest
}

/// After an answer the next failure is the first again: 5 ms and up to as much by chance, not 80.
#[tokio::test]
async fn an_answer_ends_the_failures() {
    for status in ["500 Oh no", "400 Bad Request"] {
        let failure = || std::iter::repeat_n(Reply::status(status), 4);
        let good = || [Reply::scoreboard(&board())];
        let server = Server::start(failure().chain(good()).chain(failure().take(1)).chain(good())).await;
        let config = EspnConfig { first_backoff: Duration::from_millis(5), ..config(&server) };
        let client = EspnClient::new(config).unwrap();
        let fourth = persist(&client).await;
        assert_eq!(server.targets().len(), 5);
        let first = persist(&client).await;
        assert_eq!(server.targets().len(), 7);
        assert!(first <= Duration::from_millis(10), "{status}: after {fourth:?} and an answer, {first:?}");
    }
}
