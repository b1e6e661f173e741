//! How publishing goes, for whoever asks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use game_model::MqttReport;
use tokio::time::Instant;

/// What is known of it.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub connected: bool,
    pub devices: u64,
    pub connections: u64,
    pub published: u64,
    pub refused: u64,
    pub events: u64,
    pub events_dropped: u64,
    pub last_error: Option<String>,
    /// When a connection is tried again.
    pub retry_at: Option<Instant>,
    /// The topic that the broker refuses, and why.
    pub refusal: Option<(Arc<str>, String)>,
    /// Teams that are followed.
    pub followed: Option<usize>,
    /// Teams that are followed and have no device: there are too many.
    pub too_many: usize,
}

/// How publishing goes. Cheap to clone; asking never waits.
#[derive(Debug, Clone)]
pub struct MqttStatus {
    broker: Arc<str>,
    state: Arc<Mutex<State>>,
}

impl MqttStatus {
    pub(crate) fn new(broker: String) -> Self {
        Self { broker: broker.into(), state: Arc::default() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it goes.
    pub fn report(&self) -> MqttReport {
        let state = self.lock();
        MqttReport {
            connected: state.connected,
            broker: self.broker.to_string(),
            devices: state.devices,
            connections: state.connections,
            published: state.published,
            refused: state.refused,
            events: state.events,
            events_dropped: state.events_dropped,
            last_error: state.last_error.clone(),
            reasons: self.reasons(&state),
        }
    }

    /// What a person should know or mend.
    fn reasons(&self, state: &State) -> Vec<String> {
        let mut reasons = Vec::new();
        if let Some(error) = state.last_error.as_ref().filter(|_| !state.connected) {
            let left = state.retry_at.map_or(0, |at| at.saturating_duration_since(Instant::now()).as_secs());
            let again =
                if left > 0 { format!("tried again in {left} s") } else { "being tried again".into() };
            reasons
                .push(format!("nothing is published to the MQTT broker {}, {again}: {error}", self.broker));
        }
        if let Some((topic, reason)) = &state.refusal {
            reasons.push(format!(
                "the MQTT broker {} refuses what is published to {topic} ({reason}); allow our user to write to it",
                self.broker
            ));
        }
        if state.followed == Some(0) {
            reasons.push(
                "MQTT_URL is set, but no team is followed, so that there is no device; name some in TEAMS, or save them \
                 with POST /api/v1/user/teams"
                    .into(),
            );
        }
        if state.too_many > 0 {
            reasons.push(format!(
                "{} teams that are followed have no device over MQTT, as there are too many; follow fewer",
                state.too_many
            ));
        }
        reasons
    }
}
