-- A line that found no room in the outbox waits in its row of history.
ALTER TABLE observations ADD COLUMN deferred INTEGER NOT NULL DEFAULT 0; -- 1: its line is still to be queued
CREATE INDEX observations_deferred ON observations (deferred) WHERE deferred = 1;

-- accepted = delivered + rows of outbox + deferred + set_aside, and set_aside = rows of dead_letters + discarded.
ALTER TABLE counters ADD COLUMN deferred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN discarded INTEGER NOT NULL DEFAULT 0;

-- What the header of the file says as well, so that a damaged header can be told from another program's.
CREATE TABLE about (
    only    INTEGER PRIMARY KEY CHECK (only = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO about VALUES (1, 2);

-- How far the sending of a range of history to a server got.
CREATE TABLE replays (
    since      INTEGER NOT NULL,
    until      INTEGER NOT NULL,
    league     TEXT    NOT NULL, -- empty: all
    target     TEXT    NOT NULL,
    through    INTEGER NOT NULL, -- the last row of history that was sent
    sent       INTEGER NOT NULL, -- rows that were sent
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (since, until, league, target)
) STRICT, WITHOUT ROWID;
