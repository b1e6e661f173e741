//! Replays the corpus of each target, and what mutations of it a seed draws, on any compiler.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

/// The corpus of a target: each file is one input.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read(file).expect("a file of the corpus")).collect()
}

#[test]
fn the_corpus_of_every_target_is_replayed() {
    for (name, target) in fuzz::TARGETS {
        let inputs = corpus(name);
        assert!(inputs.len() >= 3, "the corpus of {name} has {} inputs", inputs.len());
        for input in &inputs {
            target(input);
            // Truncations of what is understood reach the middle of it.
            for length in (0..input.len()).step_by(1 + input.len() / 50) {
                target(&input[..length]);
            }
        }
        target(b"");
    }
}

proptest! {
    #[test]
    fn damaged_inputs_break_no_promise(
        pick: prop::sample::Index,
        place: prop::sample::Index,
        damage in proptest::collection::vec(any::<u8>(), 0..8),
        cut in 0_usize..8,
    ) {
        for (name, target) in fuzz::TARGETS {
            let inputs = corpus(name);
            let mut input = inputs[pick.index(inputs.len())].clone();
            let at = place.index(input.len() + 1);
            let end = (at + cut).min(input.len());
            input.splice(at..end, damage.iter().copied());
            target(&input);
        }
    }
}
