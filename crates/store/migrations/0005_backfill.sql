-- The slates that the backfill asked for: what they showed is committed.
CREATE TABLE backfilled (
    league   TEXT    NOT NULL,
    year     INTEGER NOT NULL, -- ESPN's year of the season
    slate    TEXT    NOT NULL, -- JSON of game_model::SlateId
    asked_at INTEGER NOT NULL,
    settled  INTEGER NOT NULL, -- 1: nothing more is expected of it
    PRIMARY KEY (league, year, slate)
) STRICT, WITHOUT ROWID;
