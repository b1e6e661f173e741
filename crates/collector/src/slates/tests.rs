//! Tests of `slates`.
