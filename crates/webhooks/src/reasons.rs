//! What a person should know or mend of webhooks, in sentences.

use chrono::{DateTime, Utc};

use crate::address::shown;
use crate::hook::{Hook, Registration};
use crate::schedule::QUICK_ATTEMPTS;

/// Webhooks that are told each by itself; of more, only their number.
const TOLD: usize = 5;

/// Why a webhook gets nothing until a person mends it, in a sentence.
pub(crate) fn broken(registration: &Registration) -> Option<String> {
    let problem = registration.target.as_ref().err()?;
    let mend = if problem.contains("secret") {
        "it is paused until then: put the key file back and restart the service, after which it goes on by itself; or \
         give it another secret with PATCH, or register it again"
    } else {
        "give it another url with PATCH, delete it, or change WEBHOOK_ALLOWED_HOSTS"
    };
    Some(format!("nothing is sent to it, as {problem}; {mend}"))
}

/// Whether a webhook counts as failing.
pub(crate) fn is_failing(hook: &Hook) -> bool {
    let registration = hook.registration();
    registration.target.is_err() || (!registration.paused && hook.health().failures >= QUICK_ATTEMPTS)
}

/// The reasons of all webhooks.
pub(crate) fn of<'a>(hooks: impl Iterator<Item = &'a Hook>, now: DateTime<Utc>) -> Vec<String> {
    let mut reasons: Vec<String> = hooks.filter_map(|hook| reason(hook, now)).collect();
    if reasons.len() > TOLD {
        let more = reasons.len() - TOLD;
        reasons.truncate(TOLD);
        reasons.push(format!("{more} more webhooks fail; GET /api/v1/webhooks/list tells each"));
    }
    reasons
}

fn reason(hook: &Hook, now: DateTime<Utc>) -> Option<String> {
    if !is_failing(hook) {
        return None;
    }
    let (id, registration) = (&hook.id, hook.registration());
    let target = match (&registration.target, broken(&registration)) {
        (Ok(target), None) => target,
        (_, problem) => return Some(format!("webhook {id}: {}", problem.unwrap_or_default())),
    };
    let health = hook.health().clone();
    let error = health.last_error.as_deref().unwrap_or("no answer yet");
    let left = health.next_attempt_at.map_or(0, |at| (at - now).num_seconds().max(0));
    let again = if left > 0 { format!("tried again in {left} s") } else { "being tried again".to_owned() };
    Some(format!(
        "webhook {id} at {} does not take events, {again}: {error}; POST /api/v1/webhooks/{id}/test tries it now, \
         PATCH {{\"paused\": true}} or DELETE ends this",
        shown(&target.url)
    ))
}
