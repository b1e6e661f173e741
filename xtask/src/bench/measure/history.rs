//! Ten seasons of history: how fast they are told, what reading them does to commits, and what they take.

use std::fmt::Write;
use std::fs;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Bench;
use super::service::Service;
use crate::bench::examples::{self, Filled};
use crate::bench::figure::{Figure, Target};
use crate::bench::wrk::{self, Script};
use crate::packages;

/// The last season that is filled in begins in this year.
const LAST: i32 = 2025;

/// Games of a season of each league whose timelines are asked for: no season has fewer.
const GAMES: [(&str, u32); 2] = [("701", 334), ("801", 1372)];

/// Some teams of each league.
const TEAMS: [(&str, [&str; 8]); 2] = [
    ("nfl", ["ne", "buf", "kc", "phi", "sf", "dal", "gb", "mia"]),
    ("nhl", ["bos", "tor", "nyr", "edm", "col", "tb", "van", "chi"]),
];

/// What is promised, in milliseconds: the 99th of 100 answers.
const HISTORY_MS: f64 = 5.0;
const TIMELINE_MS: f64 = 5.0;
const STANDINGS_MS: f64 = 20.0;

/// What ten seasons may take, in MB, and of that one team's season.
const DATABASE_MB: f64 = 1000.0;
const TEAM_SEASON_MB: f64 = 20.0;

/// Teams of both leagues.
const ALL_TEAMS: f64 = 64.0;

/// Memory that may be resident while everything is exported, in MB.
const EXPORT_MB: f64 = 60.0;

/// From the start to the first answer, in milliseconds, as with an empty store.
const FIRST_ANSWER_MS: f64 = 200.0;

impl Bench<'_> {
    /// Everything that is promised of history.
    pub(super) fn history(&self, espn: SocketAddr) -> anyhow::Result<Vec<Figure>> {
        let folder = self.programs.kept(&format!("bench/history-of-{}-seasons", self.seasons))?;
        println!("xtask: history of {} seasons, in {}", self.seasons, folder.display());
        let filled = examples::fill_history(self.programs, &folder, self.seasons)?;
        println!(
            "xtask: {} observations, {:.0} MB, {:.0} s",
            filled.observations, filled.megabytes, filled.seconds
        );
        let mut figures = self.sizes(&filled).to_vec();
        // A copy: what is watched meanwhile is no part of the next run.
        let place = tempfile::tempdir_in(self.programs.kept("bench")?)?;
        let data = copied(&folder, &place.path().join("data"))?;
        figures.extend(self.answers(espn, &data, place.path())?);
        figures.push(self.export(espn, &data)?);
        figures.extend(self.beside_commits(&data, place.path())?);
        Ok(figures)
    }

    fn sizes(&self, filled: &Filled) -> [Figure; 2] {
        let database = Figure {
            what: "database of the seasons",
            unit: "MB",
            ours: filled.megabytes,
            beside: DATABASE_MB,
            peer: "the limit for ten",
            target: Target::AtMost,
        };
        // Each game is a part of two teams' seasons.
        let share = Figure {
            what: "of that a team and season",
            ours: 2.0 * filled.megabytes / (ALL_TEAMS * f64::from(self.seasons)),
            beside: TEAM_SEASON_MB,
            peer: "the limit",
            ..database
        };
        [database, share]
    }

    /// Answers one after the other, none of them kept from before.
    fn answers(&self, espn: SocketAddr, data: &Path, place: &Path) -> anyhow::Result<Vec<Figure>> {
        let settings = settings(data);
        let mut figures = vec![Figure {
            what: "start with the seasons to first answer",
            unit: "ms",
            ours: self.first_answer_after(espn, &settings)?,
            beside: FIRST_ANSWER_MS,
            peer: "the limit",
            target: Target::AtMost,
        }];
        let service = Service::start(self.programs, espn, &settings, self.interrupt)?;
        for (what, limit, paths) in [
            ("p99 of a team's season, uncached", HISTORY_MS, team_seasons(self.years())),
            ("p99 of a timeline, uncached", TIMELINE_MS, timelines(self.years())),
            ("p99 of standings, uncached", STANDINGS_MS, standings(self.years())),
        ] {
            let script = Script { file: written(place, &paths)?, connections: 1 };
            let url = service.url("/");
            let run = wrk::ask(&url, self.duration, Some(&script), self.interrupt)?;
            figures.push(Figure {
                what,
                unit: "ms",
                ours: run.p99.as_secs_f64() * 1e3,
                beside: limit,
                peer: "the limit",
                target: Target::AtMost,
            });
        }
        Ok(figures)
    }

    /// Everything as lines, read as fast as it comes, from a service that did nothing else.
    fn export(&self, espn: SocketAddr, data: &Path) -> anyhow::Result<Figure> {
        let mut service = Service::start(self.programs, espn, &settings(data), self.interrupt)?;
        let lines = service.read_lines("/api/v1/games/history?format=ndjson")?;
        println!("xtask: {lines} games as NDJSON");
        Ok(Figure {
            what: "peak memory, all games as NDJSON",
            unit: "MB",
            ours: service.peak_mb()?,
            beside: EXPORT_MB,
            peer: "the limit",
            target: Target::AtMost,
        })
    }

    fn beside_commits(&self, data: &Path, place: &Path) -> anyhow::Result<Option<Figure>> {
        packages::install_missing(&[wrk::PACKAGE]);
        let paths = [team_seasons(self.years()), timelines(self.years()), standings(self.years())].concat();
        let [read, idle] = examples::commits(self.programs, data, &written(place, &paths)?, self.duration)?;
        Ok(Some(Figure {
            what: "p99 of commits while 32 connections read history",
            unit: "ms",
            ours: read,
            beside: idle,
            peer: "nobody reads",
            target: Target::RatioAtMost(2.0),
        }))
    }

    /// The years in which the seasons begin.
    fn years(&self) -> RangeInclusive<i32> {
        LAST + 1 - self.seasons..=LAST
    }
}

fn team_seasons(years: RangeInclusive<i32>) -> Vec<String> {
    let of_league = |year, (league, teams): (&str, [&str; 8])| {
        teams.map(|team| format!("/api/v1/games/history?league={league}&team={team}&season={year}"))
    };
    years.flat_map(|year| TEAMS.map(|league| of_league(year, league)).concat()).collect()
}

fn timelines(years: RangeInclusive<i32>) -> Vec<String> {
    let of_league = |year, (league, games): (&str, u32)| -> Vec<String> {
        let path = |game| format!("/api/v1/games/timeline/{league}{year}{game:04}?every=poll");
        (0..games).step_by(17).map(path).collect()
    };
    years.flat_map(|year| GAMES.map(|league| of_league(year, league)).concat()).collect()
}

fn standings(years: RangeInclusive<i32>) -> Vec<String> {
    let of_year = |year| TEAMS.map(|(league, _)| format!("/api/v1/standings?league={league}&season={year}"));
    years.flat_map(of_year).collect()
}

/// A script that asks for these paths in turns; what it adds to each makes it an answer that nobody asked for before.
fn written(place: &Path, paths: &[String]) -> anyhow::Result<PathBuf> {
    let mut script = String::from(
        "local threads = 0\n\
         function setup(thread) thread:set('id', threads); threads = threads + 1 end\n\
         local asked = 0\n\
         local paths = {\n",
    );
    for path in paths {
        writeln!(script, "'{path}',")?;
    }
    script.push_str(
        "}\n\
         function request()\n\
           asked = asked + 1\n\
           local path = paths[(asked * 7 + id * 3) % #paths + 1]\n\
           return wrk.format('GET', path .. '&fresh=' .. id .. '-' .. asked)\n\
         end\n",
    );
    let file = place.join("paths.lua");
    fs::write(&file, script).context("cannot write the script for wrk")?;
    Ok(file)
}

fn settings(data: &Path) -> Vec<(&'static str, String)> {
    vec![("DATA_DIR", data.display().to_string()), ("BACKFILL_ON_START", "false".into())]
}

/// The store of a folder, copied.
fn copied(folder: &Path, to: &Path) -> anyhow::Result<PathBuf> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name())).context("cannot copy the store")?;
    }
    Ok(to.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use espn_sim::seasons::Season;

    use super::*;

    #[test]
    fn what_is_asked_for_is_what_is_filled_in() {
        let mut known = HashSet::new();
        for league in ["nfl", "nhl"] {
            let season = Season::new(league.parse().expect("a league"), LAST, 1).expect("a season");
            known.extend(season.fixtures.iter().map(|fixture| fixture.id.clone()));
        }
        let timelines = timelines(LAST..=LAST);
        assert_eq!(timelines.len(), 20 + 81);
        for path in timelines {
            let id = path
                .strip_prefix("/api/v1/games/timeline/")
                .and_then(|rest| rest.strip_suffix("?every=poll"));
            assert!(known.contains(id.expect("an id")), "{path}");
        }
        assert_eq!(team_seasons(2024..=2025).len(), 32);
        assert_eq!(standings(2025..=2025)[1], "/api/v1/standings?league=nhl&season=2025");
        for (league, teams) in TEAMS {
            let league: game_model::League = league.parse().expect("a league");
            let is_known =
                |team: &str| league.teams.iter().any(|of| of.abbreviation.eq_ignore_ascii_case(team));
            assert!(teams.iter().all(|team| is_known(team)), "{league}");
        }
    }

    #[test]
    fn the_script_asks_for_each_path_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = written(folder.path(), &["/a?b=c".into(), "/d?e=f".into()]).expect("written");
        let script = fs::read_to_string(file).expect("a script");
        assert!(script.contains("'/a?b=c',\n'/d?e=f',\n}"), "{script}");
        assert!(script.contains("&fresh="), "{script}");
    }
}
