//! Durations and tables as InfluxDB 1 shows them.

use proptest::prelude::*;
use serde_json::json;

use super::v1::{default_policy, seconds};
use super::{Retention, shard_hours};

#[test]
fn durations_are_read() {
    for (duration, expected) in [
        ("0s", Some(0)),
        ("17520h0m0s", Some(63_072_000)),
        ("1h30m5s", Some(5_405)),
        ("", None),
        ("h", None),
        ("12", None),
        ("1d", None),
        ("1.5s", None),
        ("99999999999999999999h", None),
        ("9999999999999999999h", None),
        ("18446744073709551615s1s", None),
        ("1ü", None),
    ] {
        assert_eq!(seconds(duration), expected, "{duration:?}");
    }
}

#[test]
fn the_default_policy_counts() {
    let columns = json!(["name", "duration", "shardGroupDuration", "replicaN", "default"]);
    let row = |name: &str, duration: &str, default: bool| json!([name, duration, "168h0m0s", 1, default]);
    let table = json!({"columns": columns, "values": [row("a", "1h0m0s", false), row("b", "48h0m0s", true)]});
    let place = default_policy(&table).expect("a policy");
    assert_eq!((&*place.id, place.retention.days), ("b", Some(2)));
    let none = json!({"columns": columns, "values": [row("a", "1h0m0s", false)]});
    assert!(default_policy(&none).is_none());
    assert!(default_policy(&json!({})).is_none());
    assert!(default_policy(&json!({"columns": ["name"]})).is_none());
}

#[test]
fn short_retentions_need_short_shards() {
    assert_eq!([0, 1, 2, 6, 7, 730].map(shard_hours), [None, Some(1), Some(24), Some(24), None, None]);
}

proptest! {
    #[test]
    fn seconds_come_back(total in 0_u64..100_000_000_000) {
        let duration = format!("{}h{}m{}s", total / 3_600, total % 3_600 / 60, total % 60);
        prop_assert_eq!(seconds(&duration), Some(total));
    }

    #[test]
    fn whole_days_are_counted(seconds: u64) {
        let retention = Retention::of_seconds(seconds);
        let days = u32::try_from(seconds / 86_400).unwrap_or(u32::MAX);
        prop_assert_eq!(retention, Retention { days: (seconds > 0).then_some(days), seconds });
    }
}
