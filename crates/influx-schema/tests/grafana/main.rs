//! The dashboards under `deploy/grafana`: every query in `InfluxQL` is run on a real InfluxDB 1 that holds games
//! written by hand, and gives what a person would expect. Queries in Flux have no server here: what they name is
//! held against a point's tags and fields.

mod dashboard;
mod flux;
mod game;
mod games;
mod live;
mod season;
mod server;
mod variables;
