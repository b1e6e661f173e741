//! What is made of the arguments and of the output of the tests.

use super::*;

const OUTPUT: &str = "\
running 3 tests
test time::tests::grows ... ok
test time::tests::never_repeats ... FAILED
test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s

running 1 test
test src/../README.md - (line 9) ... ok
test result: ok. 1 passed; 0 failed; 4 ignored; 0 measured; 7 filtered out; finished in 1.20s
";

#[test]
fn the_ends_of_all_programs_are_added_up() {
    let mut printed = Vec::new();
    let summary = pass_on(OUTPUT.as_bytes(), &mut printed);
    assert_eq!(printed, OUTPUT.as_bytes());
    let failures = vec!["time::tests::never_repeats".to_owned()];
    assert_eq!(summary, Summary { programs: 2, passed: 3, failed: 1, ignored: 4, failures });
    assert_eq!(
        summary.to_string(),
        "3 passed, 1 failed, 4 ignored in 2 programs (failed: time::tests::never_repeats)"
    );
}

#[test]
fn chosen_packages_replace_the_workspace() {
    let names =
        |arguments: &[&str]| names_packages(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert!(names(&["-p", "store"]) && names(&["-pstore"]) && names(&["--package=store"]));
    assert!(!names(&[]) && !names(&["a_test"]) && !names(&["--", "-p"]));
}
