//! Throughput of decoding beside `serde_json`'s `IgnoredAny` over the same bytes, in one run.
//!
//! `cargo run --release -p espn-client --example decode_throughput -- FILE [LEAGUE]`; FILE is a scoreboard as
//! ESPN sends it, plain or gzip. The last line is `ratio N`, for programs.

use std::hint::black_box;
use std::io::Read;
use std::time::{Duration, Instant};

use espn_client::decode;
use game_model::{League, Slate};
use serde::de::IgnoredAny;

/// Rounds in which the two take turns; the best of each counts, so that a busy machine spoils neither.
const ROUNDS: u32 = 200;
/// Passes over the file in one round.
const PASSES: u32 = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name the file of a scoreboard, plain or .gz, and the league")?;
    let league: League = arguments.next().as_deref().unwrap_or("nfl").parse()?;
    let mut body = std::fs::read(&path)?;
    if body.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain)?;
        body = plain;
    }
    let decoded = decode(league, Slate::Current, &body)?;
    let (mut ignoring, mut decoding) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        ignoring = ignoring.min(time(|| drop(black_box(serde_json::from_slice::<IgnoredAny>(&body)))));
        decoding = decoding.min(time(|| drop(black_box(decode(league, Slate::Current, &body)))));
    }
    let rate = |elapsed: Duration| body.len() as f64 / elapsed.as_secs_f64() / 1e6;
    let (games, problems) = (decoded.games.len(), decoded.problems.len());
    println!("{path}: {} bytes, {games} games, {problems} problems", body.len());
    println!("IgnoredAny {:.0} MB/s", rate(ignoring));
    println!("decode {:.0} MB/s", rate(decoding));
    println!("ratio {:.3}", ignoring.as_secs_f64() / decoding.as_secs_f64());
    Ok(())
}

/// The time of one pass, on average over a round.
fn time(mut pass: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..PASSES {
        pass();
    }
    start.elapsed() / PASSES
}
