//! Dates in texts.

use super::*;

#[test]
fn the_texts_that_espn_makes_of_a_date_move_with_it() {
    let status = |detail: &str, short: &str| json!({"type": {"detail": detail, "shortDetail": short}});
    let mut board = json!({
        "leagues": [{"calendar": [{"entries": [
            {"detail": "Aug 1-8", "startDate": "2023-08-01T07:00Z", "endDate": "2023-08-09T06:59Z"},
            {"detail": "Opening", "startDate": "2023-08-01T07:00Z", "endDate": "2023-08-09T06:59Z"},
        ]}, {"entries": null}, "2023-08-01T07:00Z"]}],
        "events": [
            {
                "date": "2022-09-11T17:00Z",
                "status": status("Sun, September 11th at 1:00 PM EDT", "9/11 - 1:00 PM EDT"),
                "competitions": [{"status": status("Sun, September 11th at 1:00 PM EDT", "Scheduled")}],
            },
            {"date": "2022-09-11T17:00Z", "status": status("Final", "9/10 - 1:00 PM EDT")},
            {},
        ],
    });
    move_by(&mut board, 61);
    let expected = json!({
        "leagues": [{"calendar": [{"entries": [
            {"detail": "Oct 1-8", "startDate": "2023-08-01T07:00Z", "endDate": "2023-08-09T06:59Z"},
            {"detail": "Opening", "startDate": "2023-08-01T07:00Z", "endDate": "2023-08-09T06:59Z"},
        ]}, {"entries": null}, "2023-08-01T07:00Z"]}],
        "events": [
            {
                "date": "2022-09-11T17:00Z",
                "status": status("Fri, November 11th at 1:00 PM EST", "11/11 - 1:00 PM EST"),
                "competitions": [{"status": status("Fri, November 11th at 1:00 PM EST", "Scheduled")}],
            },
            {"date": "2022-09-11T17:00Z", "status": status("Final", "9/10 - 1:00 PM EDT")},
            {},
        ],
    });
    assert_eq!(board, expected);
}

#[test]
fn days_have_their_endings_and_spans_name_both_months() {
    let at = |text: &str| moment(text).unwrap();
    for (day, ending) in [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")] {
        let text = long(at(&format!("2022-10-{day:02}T17:00Z")));
        assert!(text.contains(&format!("October {ending} at")), "{text}");
    }
    assert_eq!(span(at("2025-07-31T07:00Z"), at("2025-08-07T06:59Z")), "Jul 31-Aug 6");
}
