-- The time of the oldest row that this service observed itself: what was imported is not whole since its oldest row.
ALTER TABLE counters ADD COLUMN own_since INTEGER; -- null: nothing was observed yet
UPDATE counters SET own_since = (SELECT min(observed_at) FROM observations);
