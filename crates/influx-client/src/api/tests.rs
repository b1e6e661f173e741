//! Versions and names.

use super::{Api, ApiChoice};

#[test]
fn versions_name_an_interface() {
    for (version, api) in [
        ("1.8.10", Some(Api::V1)),
        ("1.6.7~rc0", Some(Api::V1)),
        ("v2.7.11", Some(Api::V2)),
        ("2.0.0", Some(Api::V2)),
        ("3.6.0", Some(Api::V3)),
        ("4.0.0", None),
        ("11.0", None),
        ("vv2.0", None),
        ("2", None),
        ("", None),
        ("unknown", None),
    ] {
        assert_eq!(Api::of_version(version), api, "{version:?}");
    }
}

#[test]
fn names_are_read_as_they_are_shown() {
    let choices = [ApiChoice::Auto, ApiChoice::V1, ApiChoice::V2, ApiChoice::V3];
    for choice in choices {
        assert_eq!(choice.to_string().parse(), Ok(choice));
    }
    assert_eq!(choices.map(|choice| choice.to_string()), ["auto", "v1", "v2", "v3"]);
    assert_eq!(choices.map(ApiChoice::fixed), [None, Some(Api::V1), Some(Api::V2), Some(Api::V3)]);
    let error = "V2".parse::<ApiChoice>().expect_err("no name");
    assert_eq!(error.to_string(), "the interface of InfluxDB is auto, v1, v2 or v3, not \"V2\"");
    assert_eq!([Api::V1, Api::V2, Api::V3].map(Api::place), ["database", "bucket", "database"]);
}
