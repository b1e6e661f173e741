//! A disk that forgets what was not fsynced.

use std::collections::BTreeMap;
use std::path::Path;

use super::trace::Event;
use crate::tests::support::Dice;

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What a power loss leaves of what was not fsynced.
#[derive(Debug, Clone, Copy)]
pub enum Kept {
    /// Nothing.
    Nothing,
    /// Any part of it, as the dice fall, some writes torn between two sectors.
    Some,
}

/// The files, each as it is known to be on the disk and with what was done to it since.
#[derive(Default)]
pub struct Disk {
    files: BTreeMap<String, File>,
}

#[derive(Default)]
struct File {
    /// None until the first fsync: then there may be no such file.
    durable: Option<Vec<u8>>,
    since: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Resize(usize),
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => {
                content.resize(content.len().max(at + bytes.len()), 0);
                content[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Self::Resize(length) => content.resize(*length, 0),
        }
    }

    /// The change cut short at a border of sectors.
    fn torn(mut self, dice: &mut Dice) -> Self {
        if let Self::Write { at, bytes } = &mut self {
            let cut = (*at + dice.below(bytes.len() + 1)) / SECTOR * SECTOR;
            bytes.truncate(cut.saturating_sub(*at));
        }
        self
    }
}

impl Disk {
    pub fn play(&mut self, event: &Event) {
        match event {
            Event::Wrote { file, at, bytes } => {
                self.change(file, Change::Write { at: *at, bytes: bytes.clone() });
            }
            Event::Resized { file, length } => self.change(file, Change::Resize(*length)),
            Event::Synced(file) => {
                let file = self.files.entry(file.clone()).or_default();
                let mut content = file.durable.take().unwrap_or_default();
                file.since.drain(..).for_each(|change| change.apply(&mut content));
                file.durable = Some(content);
            }
            Event::Removed(file) => {
                self.files.remove(file);
            }
            Event::Answered(_) => {}
        }
    }

    fn change(&mut self, file: &str, change: Change) {
        self.files.entry(file.to_owned()).or_default().since.push(change);
    }

    /// Writes the files as a power loss leaves them into a folder.
    pub fn after_power_loss(&self, kept: Kept, dice: &mut Dice, folder: &Path) {
        for (name, file) in &self.files {
            let mut content = file.durable.clone();
            if matches!(kept, Kept::Some) {
                for change in &file.since {
                    match dice.below(4) {
                        0 => {}
                        1 => change.clone().torn(dice).apply(content.get_or_insert_default()),
                        _ => change.apply(content.get_or_insert_default()),
                    }
                }
            }
            if let Some(content) = content {
                std::fs::write(folder.join(name), content).unwrap();
            }
        }
    }
}
