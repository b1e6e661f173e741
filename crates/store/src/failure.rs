//! Why the database could not be read or changed, in words for people.

#[cfg(test)]
mod tests;

use std::path::Path;

use game_model::{CommitError, EventError, HistoryError, PreferencesError};
use outbox::OutboxError;
use rusqlite::{Error, ErrorCode};

/// Why a command could not read or change the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    /// A sentence for people that says what to do.
    pub message: String,
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message }
    }
}

/// Why a read or a write failed. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// A sentence that says what to do.
    pub message: String,
    /// What is at fault.
    pub fault: Fault,
}

/// What is at fault when a read or a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The content of the file.
    Damage,
    /// Another program that holds a lock: whoever tries next waits as long.
    Locked,
    /// Perhaps what was asked for, perhaps not.
    Unknown,
}

impl Failure {
    /// The store was closed, or its writer ended.
    pub fn stopped() -> Self {
        Self {
            message: "the store is closed: nothing is kept until the service is restarted".into(),
            fault: Fault::Unknown,
        }
    }

    /// What an error of SQLite means for the database at `path`.
    pub fn of(path: &Path, error: &Error) -> Self {
        let path = path.display();
        let message = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => format!(
                "the disk that holds {path} is full: make room, nothing is kept until then; writing resumes by itself"
            ),
            _ if is_damage(error) => format!(
                "the database {path} is damaged ({error}): restart the service, which sets a damaged file aside \
                 and begins a new one"
            ),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                format!(
                    "the database {path} can not be written ({error}): give the service the right to write it"
                )
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => format!(
                "the database {path} is locked by another program: end that program, writing resumes by itself"
            ),
            Some(ErrorCode::SystemIoFailure) => format!(
                "the disk that holds {path} failed ({error}): look at the disk and at the system's log"
            ),
            _ => format!("the database {path} failed: {error}"),
        };
        let fault = match error.sqlite_error_code() {
            _ if is_damage(error) => Fault::Damage,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Locked,
            _ => Fault::Unknown,
        };
        Self { message, fault }
    }
}

/// Whether the error says that the file's content is damaged: its structure, or a value that is none of ours.
pub(crate) fn is_damage(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
        || matches!(
            error,
            Error::InvalidColumnType(..)
                | Error::FromSqlConversionFailure(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::Utf8Error(..)
        )
}

impl From<Failure> for CommitError {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message }
    }
}

impl From<Failure> for HistoryError {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message }
    }
}

impl From<Failure> for OutboxError {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message }
    }
}

impl From<Failure> for PreferencesError {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message }
    }
}

impl From<Failure> for EventError {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message }
    }
}
