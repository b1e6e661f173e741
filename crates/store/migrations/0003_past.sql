-- The games as history tells them, one row each, kept in the transaction that changes the game.

-- Teams under every name that a game gave them.
CREATE TABLE past_teams (
    id           INTEGER PRIMARY KEY,
    league       TEXT NOT NULL,
    franchise    TEXT NOT NULL, -- ESPN's numeric id, or the team's id where there is none
    team_id      TEXT NOT NULL,
    name         TEXT NOT NULL,
    nickname     TEXT NOT NULL,
    abbreviation TEXT NOT NULL,
    UNIQUE (league, franchise, team_id, name, nickname, abbreviation)
) STRICT;

-- The newest observation of each game, or the newest that saw it finished.
CREATE TABLE past_games (
    game        INTEGER PRIMARY KEY,
    league      TEXT    NOT NULL,
    espn_id     TEXT    NOT NULL,
    begins      INTEGER,          -- the year in which its season begins
    season      TEXT,             -- JSON of game_model::Season
    week        TEXT,
    status      TEXT    NOT NULL,
    start       INTEGER NOT NULL,
    start_text  TEXT    NOT NULL,
    observed_at INTEGER NOT NULL,
    home        INTEGER NOT NULL,
    away        INTEGER NOT NULL,
    home_score  INTEGER NOT NULL,
    away_score  INTEGER NOT NULL,
    period      TEXT              -- JSON of game_model::Period
) STRICT;
CREATE INDEX past_games_by_season ON past_games (league, begins, start);
CREATE INDEX past_games_by_start ON past_games (start, league, espn_id);
CREATE INDEX past_games_by_league ON past_games (league, start, espn_id);
CREATE INDEX past_games_by_home ON past_games (home, begins, start);
CREATE INDEX past_games_by_away ON past_games (away, begins, start);

CREATE TRIGGER past_games_forget AFTER DELETE ON games BEGIN
    DELETE FROM past_games WHERE game = OLD.id;
END;
