//! The teams that are tracked: those of the setting, and those that users saved, without a restart.

use async_trait::async_trait;
use collector::{CollectorHandle, Tracked};
use game_model::{League, Preferences, PreferencesError, TeamPreferences};
use mqtt::{FollowedTeams, NamedTeam};
use store::Store;
use tokio::sync::{Mutex, watch};

/// Keeps preferences in the store, and tells the collector whose games it is to watch closely, and the publisher of MQTT
/// who has a device.
pub struct Tracking {
    leagues: Vec<League>,
    named: Tracked,
    store: Store,
    collector: CollectorHandle,
    followed: watch::Sender<FollowedTeams>,
    refreshing: Mutex<()>,
}

impl Tracking {
    /// `named` are the teams of the setting, `leagues` those that are watched.
    pub fn new(leagues: Vec<League>, named: Tracked, store: Store, collector: CollectorHandle) -> Self {
        let followed = watch::Sender::new(followed(&named, false));
        Self { leagues, named, store, collector, followed, refreshing: Mutex::new(()) }
    }

    /// The teams that are named, by the setting or by users, now and whenever they change.
    pub fn followed(&self) -> watch::Receiver<FollowedTeams> {
        self.followed.subscribe()
    }

    /// Tells the collector whose games to watch closely, as the setting and the store have it now. Where the store
    /// can not be read, what it was told before holds, at the start the setting alone.
    pub async fn refresh(&self) {
        // One after the other: what was read first must not be told last.
        let _turn = self.refreshing.lock().await;
        match self.store.followed_teams().await {
            Ok(saved) => {
                let tracked = self.with(&saved);
                self.followed.send_replace(followed(&tracked, true));
                self.collector.track(tracked);
            }
            Err(error) => {
                tracing::warn!(
                    "the teams that users follow can not be read, others are watched meanwhile: {error}"
                );
            }
        }
    }

    /// The teams of the setting and these. A name that is no team's is left out: it would quiet all games.
    fn with(&self, followed: &TeamPreferences) -> Tracked {
        let mut tracked = self.named.clone();
        for &league in &self.leagues {
            for name in followed.teams.get(league.key).into_iter().flatten() {
                match league.team_called(name) {
                    Some(team) => tracked.add_team(league, &league.team_id(team.abbreviation)),
                    None if league.teams.is_empty() => tracked.add_team(league, name),
                    None => tracing::warn!("{name:?}, which a user follows, is no team of {league}"),
                }
            }
        }
        tracked
    }
}

/// The teams that are named; leagues as a whole name none.
fn followed(tracked: &Tracked, is_complete: bool) -> FollowedTeams {
    let teams = tracked.named().map(|(league, name)| NamedTeam { league, name: name.to_owned() });
    FollowedTeams { teams: teams.collect(), is_complete }
}

#[async_trait]
impl Preferences for Tracking {
    async fn teams(&self, user_id: &str) -> Result<TeamPreferences, PreferencesError> {
        self.store.teams(user_id).await
    }

    async fn save_teams(&self, user_id: &str, teams: TeamPreferences) -> Result<(), PreferencesError> {
        self.store.save_teams(user_id, teams).await?;
        self.refresh().await;
        Ok(())
    }
}
