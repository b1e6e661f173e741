//! ESPN's scoreboards as games: requests, politeness, lenient decoding.
