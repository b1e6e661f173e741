//! Webhooks as clients get them. Secrets are shown as `***`.

use game_model::{EventFilter, TeamQuery, TestOutcome, Webhook, WebhookId, WebhookState};
use serde::Serialize;
use utoipa::ToSchema;

use super::schemas::{event_or_all, time, time_or_none};
use super::timestamp;

/// What is shown of a secret.
const HIDDEN: &str = "***";

fn events(filter: &EventFilter) -> Vec<&'static str> {
    if filter.kinds.is_empty() { vec!["*"] } else { filter.kinds.iter().map(|kind| kind.as_str()).collect() }
}

fn teams(filter: &EventFilter) -> Option<String> {
    let teams: Vec<&str> = filter.teams.queries().iter().map(TeamQuery::as_str).collect();
    (!teams.is_empty()).then(|| teams.join(","))
}

fn sport(filter: &EventFilter) -> Option<String> {
    let leagues: Vec<&str> = filter.leagues.iter().map(|league| league.key).collect();
    (!leagues.is_empty()).then(|| leagues.join(","))
}

/// What is registered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Registration {
    webhook_id: String,
    url: String,
    /// Kinds of events; `*` means every one.
    #[schema(schema_with = event_or_all)]
    events: Vec<&'static str>,
    /// Teams with commas between; null for every team.
    #[schema(required)]
    team: Option<String>,
    /// The league; null for all of them.
    #[schema(required)]
    sport: Option<String>,
    delay_seconds: f64,
    pregame_minutes: u32,
    paused: bool,
}

impl Registration {
    /// `team` as somebody named it, where that is known.
    fn new(webhook: &Webhook, team: Option<String>) -> Self {
        let filter = &webhook.filter;
        Self {
            webhook_id: webhook.id.0.clone(),
            url: webhook.url.clone(),
            events: events(filter),
            team: team.or_else(|| teams(filter)),
            sport: sport(filter),
            delay_seconds: webhook.delay.as_secs_f64(),
            pregame_minutes: filter.pregame_minutes,
            paused: webhook.is_paused(),
        }
    }
}

/// The answer to who registered a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Registered {
    #[serde(flatten)]
    registration: Registration,
    /// What to do next.
    message: String,
}

impl Registered {
    pub(crate) fn new(webhook: &Webhook, team: Option<String>) -> Self {
        let message =
            format!("registered; POST /api/v1/webhooks/{}/test sends a test event to it", webhook.id);
        Self { registration: Registration::new(webhook, team), message }
    }
}

/// A webhook, and how it does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookBody {
    #[serde(flatten)]
    registration: Registration,
    /// Never the secret itself.
    secret: &'static str,
    #[schema(schema_with = time)]
    created_at: String,
    consecutive_failures: u32,
    /// Why nothing is sent to it, or why the newest attempt failed.
    #[schema(required)]
    last_error: Option<String>,
    #[schema(schema_with = time_or_none, required)]
    last_delivery: Option<String>,
}

impl WebhookBody {
    pub(crate) fn new(state: &WebhookState) -> Self {
        Self {
            registration: Registration::new(&state.webhook, None),
            secret: HIDDEN,
            created_at: timestamp(state.webhook.created_at),
            consecutive_failures: state.consecutive_failures,
            last_error: state.broken.clone().or_else(|| state.last_error.clone()),
            last_delivery: state.last_delivery.map(timestamp),
        }
    }
}

/// The answer of `/api/v1/webhooks/list`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookList {
    pub(crate) webhooks: Vec<WebhookBody>,
}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TestBody {
    webhook_id: String,
    delivery_id: String,
    delivered: bool,
    /// The status of the answer; null where none came.
    #[schema(required)]
    status: Option<u16>,
    /// How the answer begins.
    answer: String,
    #[schema(required)]
    error: Option<String>,
    milliseconds: u64,
}

impl TestBody {
    pub(crate) fn new(id: &WebhookId, outcome: &TestOutcome) -> Self {
        Self {
            webhook_id: id.0.clone(),
            delivery_id: outcome.id.clone(),
            delivered: outcome.delivered,
            status: outcome.status,
            answer: outcome.answer.clone(),
            error: outcome.error.clone(),
            milliseconds: u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
