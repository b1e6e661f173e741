-- Times are nanoseconds since the Unix epoch. References are by id and kept by the writer alone.

-- The games, each as it was last seen.
CREATE TABLE games (
    id          INTEGER PRIMARY KEY,
    league      TEXT    NOT NULL,
    espn_id     TEXT    NOT NULL,
    start       INTEGER NOT NULL,
    settled     INTEGER NOT NULL, -- 1: nothing more is expected of it
    observed_at INTEGER NOT NULL, -- when it was last committed
    observation INTEGER NOT NULL, -- its newest row of history
    game        TEXT    NOT NULL, -- JSON of game_model::Game
    UNIQUE (league, espn_id)
) STRICT;
CREATE INDEX games_by_start ON games (league, start);
CREATE INDEX games_unsettled ON games (league) WHERE settled = 0;

-- Measurement and tags of points, written once however many points have them.
CREATE TABLE series (
    id           INTEGER PRIMARY KEY,
    game         INTEGER NOT NULL,
    status       TEXT    NOT NULL,
    period_field TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    UNIQUE (game, text, period_field)
) STRICT;

CREATE TABLE venues (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- The history: everything that determines the bytes of a point.
CREATE TABLE observations (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    game           INTEGER NOT NULL,
    series         INTEGER NOT NULL,
    observed_at    INTEGER NOT NULL,
    timestamp      INTEGER NOT NULL,
    away_score     INTEGER NOT NULL,
    home_score     INTEGER NOT NULL,
    period         TEXT,
    time_remaining TEXT    NOT NULL,
    venue          INTEGER
) STRICT;
CREATE INDEX observations_by_game ON observations (game, timestamp);
CREATE INDEX observations_by_time ON observations (observed_at);

-- Ranges of history that are still to be considered for the outbox.
CREATE TABLE unqueued (
    first INTEGER PRIMARY KEY,
    last  INTEGER NOT NULL
) STRICT;

-- The lines that wait for InfluxDB.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    observation INTEGER,
    line        BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_by_observation ON outbox (observation);

-- The lines that InfluxDB refused, under the id they had in the outbox.
CREATE TABLE dead_letters (
    id           INTEGER PRIMARY KEY,
    observation  INTEGER,
    line         BLOB    NOT NULL,
    reason       TEXT    NOT NULL,
    server       TEXT    NOT NULL,
    set_aside_at INTEGER NOT NULL
) STRICT;

-- One row, changed in the transaction that changes what it counts:
-- accepted = delivered + rows of outbox + set_aside.
CREATE TABLE counters (
    only            INTEGER PRIMARY KEY CHECK (only = 1),
    accepted        INTEGER NOT NULL,
    delivered       INTEGER NOT NULL,
    set_aside       INTEGER NOT NULL,
    delivered_bytes INTEGER NOT NULL,
    pending_bytes   INTEGER NOT NULL,
    observations    INTEGER NOT NULL,
    queued_through  INTEGER NOT NULL -- rows of history up to this id were queued, or are in unqueued
) STRICT;
INSERT INTO counters VALUES (1, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE preferences (
    user  TEXT PRIMARY KEY,
    teams TEXT NOT NULL -- JSON: ids of teams by the key of their league
) STRICT;
