//! How questions reach the threads that read.

use std::collections::HashSet;
use std::sync::Arc;

use futures::future::join_all;

use super::*;

/// Readers of a database with nothing in it.
fn readers() -> (tempfile::TempDir, Readers) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE some (one INTEGER)").unwrap();
    (folder, Readers::start(path).unwrap())
}

#[tokio::test]
async fn a_few_threads_answer_all_questions() {
    let (_folder, readers) = readers();
    let readers = Arc::new(readers);
    let questions = (0..100).map(|number| {
        let readers = Arc::clone(&readers);
        async move { readers.ask(move |_| Ok((number, thread::current().id()))).await.unwrap() }
    });
    let answers = join_all(questions).await;
    assert!(answers.iter().map(|(number, _)| *number).eq(0..100));
    let threads: HashSet<_> = answers.iter().map(|(_, thread)| *thread).collect();
    assert!(threads.len() <= READERS as usize, "{threads:?}");
}

#[tokio::test]
async fn what_fails_or_panics_stops_no_later_question() {
    let (_folder, readers) = readers();
    for _ in 0..3 * READERS {
        let panicked = readers.ask(|_| -> Result<()> { panic!("on purpose") }).await;
        assert!(panicked.is_err());
        let failed = readers.ask(|db| db.query_row("SELECT nothing FROM nowhere", [], |_| Ok(()))).await;
        assert!(failed.is_err());
    }
    let two = readers.ask(|db| db.query_row("SELECT 1 + 1", [], |row| row.get::<_, i64>(0))).await;
    assert_eq!(two.ok(), Some(2));
}

#[tokio::test]
async fn once_closed_they_have_ended_and_refuse() {
    let (_folder, readers) = readers();
    readers.close().await;
    assert!(readers.threads.lock().unwrap().is_empty());
    assert!(readers.ask(|_| Ok(())).await.is_err());
    readers.close().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_reader_of_the_outbox_alone_steps_back() {
    let (folder, readers) = readers();
    let outbox = Readers::start_for_outbox(folder.path().join("some.db")).unwrap();
    let nice = |_: &Connection| Ok(rustix::process::getpriority_process(None).unwrap());
    let own = rustix::process::getpriority_process(None).unwrap();
    assert_eq!(readers.ask(nice).await.ok(), Some(own));
    assert!(outbox.ask(nice).await.unwrap() > own);
    outbox.close().await;
}
