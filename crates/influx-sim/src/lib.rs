//! A small InfluxDB 2 and 3 on loopback, for tests: write, ping, buckets, retention, and faults.
