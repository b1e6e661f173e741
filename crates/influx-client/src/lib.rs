//! The HTTP of InfluxDB 1, 2 and 3: write, ping, retention; errors that say what the caller can do.
