//! Which deliveries are asked for.

use game_model::DeliveryId;

use crate::error::{ApiError, shown};
use crate::query::{Once, Problems, parameters};

/// Deliveries of a page unless told otherwise, and at most.
const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 200;

/// A page of deliveries.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// So many at most.
    pub(super) limit: usize,
    /// Those before this one; none for the newest.
    pub(super) before: Option<DeliveryId>,
}

impl Page {
    /// Reads a query.
    pub(super) fn parse(query: &str) -> Result<Self, ApiError> {
        let (mut limit, mut before) = (Once::default(), Once::default());
        let mut problems = Problems::default();
        for (name, value) in parameters(query) {
            match &*name {
                "limit" => problems.note(value.and_then(|value| limit.set("limit", limit_of(&value)?))),
                "before" => problems.note(value.and_then(|value| before.set("before", before_of(&value)?))),
                _ => {}
            }
        }
        problems.none()?;
        Ok(Self { limit: limit.value.unwrap_or(DEFAULT_LIMIT), before: before.value })
    }
}

fn limit_of(value: &str) -> Result<usize, String> {
    let limit = value.trim().parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| format!("limit is {}; allowed are whole numbers from 1 to {MAX_LIMIT}", shown(value)))
}

fn before_of(value: &str) -> Result<DeliveryId, String> {
    // What the database counts with ends there.
    let before = value.trim().parse().ok().filter(|&before| i64::try_from(before).is_ok());
    before.map(DeliveryId).ok_or_else(|| {
        format!("before is {}; allowed is the number of a delivery, as next_before tells it", shown(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_bounded() {
        assert_eq!(Page::parse("").unwrap(), Page { limit: 50, before: None });
        let page = Page { limit: 200, before: Some(DeliveryId(7)) };
        assert_eq!(Page::parse("limit=200&before=7&x=y").unwrap(), page);
        let refused = Page::parse("limit=0&before=-1").unwrap_err().to_string();
        assert!(refused.contains("limit is \"0\"") && refused.contains("before is \"-1\""), "{refused}");
        for wrong in ["limit=201", "limit=x", "before=9223372036854775808", "limit=1&limit=2"] {
            assert!(Page::parse(wrong).is_err(), "{wrong}");
        }
    }
}
