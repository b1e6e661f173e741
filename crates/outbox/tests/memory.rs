//! The queue in memory keeps the contract.

use outbox::{MemoryOutbox, contract};

#[tokio::test]
async fn keeps_the_contract() {
    contract::check(&MemoryOutbox::default(), async |outbox, lines| outbox.queue(lines)).await;
}

#[tokio::test]
async fn dead_letters_keep_bytes_and_reason() {
    use outbox::{EntryId, Outbox, Rejection};
    let outbox = MemoryOutbox::default();
    outbox.queue(["poison"]);
    let rejection = Rejection { id: EntryId(1), reason: "bad".into(), server: "here".into() };
    outbox.set_aside(std::slice::from_ref(&rejection)).await.unwrap();
    assert_eq!(outbox.dead_letters(), [("poison".into(), rejection)]);
}
