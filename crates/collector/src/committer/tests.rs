//! Tests of `committer`.
