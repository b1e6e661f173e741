//! The HTTP interface on port 8005: routes, wire types, errors, health and metrics.
