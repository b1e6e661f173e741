//! How long a server keeps points.

/// How long a bucket or database keeps points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Whole days; none: for ever.
    pub days: Option<u32>,
    /// Seconds; 0: for ever.
    pub seconds: u64,
}

/// What became of a retention that was to be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionChange {
    /// Before; none: there was no such bucket or database.
    pub before: Option<Retention>,
    /// Now, as the server gives it when it is asked.
    pub after: Retention,
    /// The bucket or database was made.
    pub created: bool,
    /// Something was changed at all.
    pub changed: bool,
}
