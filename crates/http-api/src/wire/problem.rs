//! What is wrong, as clients get it.

use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A sentence that says what to do.
    #[schema(examples("hours is \"0\"; allowed are whole numbers from 1 to 720"))]
    pub(crate) detail: String,
}
