//! Nothing is shown.

use super::Secret;

#[test]
fn only_exposing_shows_it() {
    let secret = Secret::new("hunter2".into());
    assert_eq!((format!("{secret}"), format!("{secret:?}")), ("***".into(), "***".into()));
    assert_eq!(secret.expose(), "hunter2");
}
