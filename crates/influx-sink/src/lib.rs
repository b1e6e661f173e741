//! Drains an outbox of line protocol into InfluxDB: batches, retry, circuit breaker.
