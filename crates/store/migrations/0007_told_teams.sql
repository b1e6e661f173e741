-- Lines tell a team by its nickname alone. Its row says what is known of the one team that is called so; it is
-- corrected when a game names that team, or another of the same nickname.
CREATE TABLE new_past_teams (
    id           INTEGER PRIMARY KEY,
    league       TEXT NOT NULL,
    franchise    TEXT NOT NULL, -- ESPN's numeric id, or the team's id where there is none
    team_id      TEXT NOT NULL,
    name         TEXT NOT NULL,
    nickname     TEXT NOT NULL,
    abbreviation TEXT NOT NULL,
    told         TEXT NOT NULL, -- the nickname by which alone lines tell it; empty where a game named it
    UNIQUE (league, franchise, team_id, name, nickname, abbreviation, told)
) STRICT;
INSERT INTO new_past_teams
    SELECT id, league, franchise, team_id, name, nickname, abbreviation,
        iif(abbreviation = '' AND franchise = team_id, nickname, '')
    FROM past_teams;
DROP TABLE past_teams;
ALTER TABLE new_past_teams RENAME TO past_teams;

-- How often in a row a slate came back empty on which there are games by the calendar of its season.
ALTER TABLE backfilled ADD COLUMN empty INTEGER NOT NULL DEFAULT 0;
