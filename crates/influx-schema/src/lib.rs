//! One observation of a game as one InfluxDB point: its series, fields, timestamp and bytes.
