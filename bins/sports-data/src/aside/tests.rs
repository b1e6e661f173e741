//! What runs aside steps back, and nothing else does.

use super::Aside;

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_part_steps_back_with_what_it_spawns_and_nobody_else_does() {
    let nice = || rustix::process::getpriority_process(None).expect("a thread knows its priority");
    let before = nice();
    let (tell, told) = tokio::sync::oneshot::channel();
    let aside = Aside::spawn("aside", async move {
        let blocking = tokio::task::spawn_blocking(nice).await.expect("it is not cancelled");
        tell.send((nice(), blocking)).expect("the test waits for it");
    });
    aside.expect("a thread starts").ended().await.expect("it does not panic");
    let (own, blocking) = told.await.expect("it was told before the end");
    assert!(own > before, "{own} is not lower than {before}");
    assert_eq!(blocking, own);
    assert_eq!(nice(), before);
}

#[tokio::test]
async fn a_panic_is_told() {
    let aside = Aside::spawn("aside", async { panic!("the sink fell over") }).expect("a thread starts");
    assert!(aside.ended().await.expect_err("it panicked").is_panic());
}
