//! A small ESPN on loopback: replays captured scoreboards, shifts their dates, misbehaves on request.
