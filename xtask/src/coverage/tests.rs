//! What is made of tarpaulin's report.

use std::path::Path;

use super::exceptions::Exception;
use super::report::{Line, SourceFile, read};
use super::table::{crates, print};

const REPORT: &str = r#"{"files":[
  {"path":["/","w","crates","store","src","open.rs"],"content":"fn open() {\n    lock();\n}\n",
   "traces":[{"line":1,"address":[],"length":0,"stats":{"Line":3}},{"line":2,"address":[],"length":0,"stats":{"Line":0}}],
   "covered":1,"coverable":2},
  {"path":["/","w","crates","store","src","open","tests.rs"],"content":"","traces":[],"covered":0,"coverable":0},
  {"path":["/","w","crates","store","tests","model.rs"],"content":"","traces":[],"covered":0,"coverable":0},
  {"path":["/","w","crates","store","examples","load.rs"],"content":"","traces":[],"covered":0,"coverable":0},
  {"path":["/","w","target","build","out","private.rs"],"content":"","traces":[],"covered":0,"coverable":0},
  {"path":["/","elsewhere","src","lib.rs"],"content":"","traces":[],"covered":0,"coverable":0}
]}"#;

fn file(path: &str, covered: &[bool]) -> SourceFile {
    let lines = covered.iter().enumerate();
    let line = |(index, &covered)| Line { number: index + 1, text: format!("line {}", index + 1), covered };
    SourceFile { path: path.into(), lines: lines.map(line).collect() }
}

#[test]
fn only_the_sources_of_the_crates_count() {
    let files = read(REPORT.as_bytes(), Path::new("/w")).expect("a report");
    let lines = vec![
        Line { number: 1, text: "fn open() {".into(), covered: true },
        Line { number: 2, text: "lock();".into(), covered: false },
    ];
    assert_eq!(files, [SourceFile { path: "crates/store/src/open.rs".into(), lines }]);
    assert!(read(b"{}", Path::new("/w")).is_err() && read(b"<html>", Path::new("/w")).is_err());
}

#[test]
fn crates_have_their_thresholds() {
    let nine_of_ten = [true, true, true, true, true, true, true, true, true, false];
    let eight_of_ten = [true, true, true, true, true, true, true, true, false, false];
    let enough = |name: &str, covered: &[bool]| {
        let (measured, _) = crates(&[file(&format!("crates/{name}/src/lib.rs"), covered)], &[]);
        measured[0].is_enough()
    };
    for whole in ["influx-sink", "influx-client", "influx-schema", "circuit-breaker"] {
        assert!(enough(whole, &[true]) && !enough(whole, &nine_of_ten), "{whole}");
    }
    assert!(enough("store", &nine_of_ten) && !enough("store", &eight_of_ten));
    assert!(enough("cache", &eight_of_ten) && !enough("cache", &[true, false]));
    assert!(!enough("cache", &[]), "nothing of it was measured");
}

#[test]
fn files_add_up_by_crate_and_the_tasks_are_left_out() {
    let files = [
        file("crates/cache/src/lib.rs", &[true, false]),
        file("crates/cache/src/answers.rs", &[true]),
        file("bins/sports-data/src/main.rs", &[true]),
        file("xtask/src/main.rs", &[false]),
    ];
    let (measured, _) = crates(&files, &[]);
    let figures: Vec<_> = measured.iter().map(|m| (m.name.as_str(), m.covered, m.lines)).collect();
    assert_eq!(figures, [("cache", 2, 3), ("sports-data", 1, 1)]);
    let shown = print(&measured);
    assert!(shown.contains("not covered: crates/cache/src/lib.rs:2: line 2"), "{shown}");
    assert!(shown.contains("66.67") && shown.contains("too few"), "{shown}");
}

#[test]
fn an_exception_takes_a_line_out_only_while_it_is_uncovered() {
    let exceptions = [
        Exception { file: "crates/store/src/lib.rs", line: "line 2", reason: "example" },
        Exception { file: "crates/store/src/lib.rs", line: "line 1", reason: "example" },
    ];
    let (measured, unused) = crates(&[file("crates/store/src/lib.rs", &[true, false])], &exceptions);
    assert_eq!((measured[0].lines, measured[0].covered, measured[0].excepted), (1, 1, 1));
    assert!(measured[0].is_enough());
    assert_eq!(unused, [&exceptions[1]]);
}
