-- What a game has been through, beside the game as it was last seen.
ALTER TABLE games ADD COLUMN story TEXT; -- JSON of game_model::Story; null: none was kept yet

-- What happened, committed with the observation that found it.
CREATE TABLE events (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT    NOT NULL UNIQUE,
    league       TEXT    NOT NULL,
    game         TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    sequence     INTEGER NOT NULL, -- of its kind in its game
    observed_at  INTEGER NOT NULL,
    committed_at INTEGER NOT NULL,
    late         INTEGER NOT NULL,
    event        TEXT    NOT NULL  -- JSON of game_model::GameEvent
) STRICT;

CREATE TABLE webhooks (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    url        TEXT    NOT NULL,
    filter     TEXT    NOT NULL, -- JSON: what it wants to hear
    delay_ms   INTEGER NOT NULL,
    paused     INTEGER NOT NULL,
    secret     BLOB    NOT NULL, -- encrypted with a key that is not here
    created_at INTEGER NOT NULL
) STRICT;

-- Events on their way to webhooks, committed with the event.
CREATE TABLE deliveries (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook         INTEGER NOT NULL, -- number of the webhook
    event           INTEGER NOT NULL, -- number of the event
    state           TEXT    NOT NULL,
    queued_at       INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    last_error      TEXT,
    settled_at      INTEGER,          -- null: it waits
    UNIQUE (event, webhook)
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (id) WHERE settled_at IS NULL;
CREATE INDEX deliveries_waiting_of ON deliveries (webhook, id) WHERE settled_at IS NULL;
CREATE INDEX deliveries_of ON deliveries (webhook, id);

CREATE TRIGGER deliveries_forget AFTER DELETE ON events BEGIN
    DELETE FROM deliveries WHERE event = OLD.number;
END;
CREATE TRIGGER deliveries_end AFTER DELETE ON webhooks BEGIN
    DELETE FROM deliveries WHERE webhook = OLD.number;
END;
