//! Points of which each field has a line of its own, put together.
//!
//! `influx_inspect export` and `influxd inspect export-lp` write series after series, and in each field after field.

use std::collections::BTreeMap;

use influx_schema::Piece;

/// Incomplete points that are kept at most: what fits in a few dozen megabytes.
const KEPT: usize = 50_000;

/// Points that are not known to be complete.
#[derive(Default)]
pub(super) struct Pieces {
    /// By series and timestamp, each with the number of its first line.
    waiting: BTreeMap<(String, i64), (u64, Piece)>,
    /// The series of the newest line.
    series: String,
    /// Points that are ready.
    ready: Vec<(u64, Piece)>,
}

impl Pieces {
    /// Takes what a line says.
    pub fn take(&mut self, number: u64, piece: Piece) {
        if piece.series() != self.series {
            self.leave_series();
            piece.series().clone_into(&mut self.series);
        }
        let place = (piece.series().to_owned(), piece.timestamp());
        if piece.is_whole() && !self.waiting.contains_key(&place) {
            self.ready.push((number, piece));
            return;
        }
        match self.waiting.get_mut(&place) {
            Some((_, there)) => there.add(piece),
            None => {
                self.waiting.insert(place, (number, piece));
            }
        }
        if self.waiting.len() > KEPT
            && let Some((_, oldest)) = self.waiting.pop_first()
        {
            self.ready.push(oldest);
        }
    }

    /// What is complete; a field that is not always there may come until the series is left.
    pub fn whole(&mut self) -> Vec<(u64, Piece)> {
        std::mem::take(&mut self.ready)
    }

    /// Everything that waits, complete or not.
    pub fn rest(&mut self) -> Vec<(u64, Piece)> {
        let mut rest = self.whole();
        rest.extend(std::mem::take(&mut self.waiting).into_values());
        rest
    }

    fn leave_series(&mut self) {
        let from = (std::mem::take(&mut self.series), i64::MIN);
        let to = (from.0.clone(), i64::MAX);
        let whole: Vec<_> = self
            .waiting
            .range(from..=to)
            .filter(|(_, (_, piece))| piece.is_whole())
            .map(|(place, _)| place.clone())
            .collect();
        self.ready.extend(whole.iter().filter_map(|place| self.waiting.remove(place)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRUINS: &str = "nhl_scores,away_team=Sabres,game_id=1,home_team=Bruins,status=live";
    const KINGS: &str = "nhl_scores,away_team=Ducks,game_id=2,home_team=Kings,status=live";

    fn take(pieces: &mut Pieces, number: u64, series: &str, fields: &str, timestamp: i64) -> usize {
        pieces.take(number, Piece::parse(&format!("{series} {fields} {timestamp}")).unwrap().unwrap());
        pieces.ready.len()
    }

    #[test]
    fn points_are_put_together_until_their_series_is_left() {
        let fields = [
            "away_score=1i",
            "home_score=2i",
            "observed_at=1795487400000000000i",
            "time_remaining=\"4:05\"",
            "venue=\"TD Garden\"",
        ];
        let mut pieces = Pieces::default();
        let mut number = 0;
        for field in fields {
            for timestamp in [5, 6] {
                number += 1;
                assert_eq!(take(&mut pieces, number, BRUINS, field, timestamp), 0, "the venue comes last");
            }
        }
        assert_eq!(take(&mut pieces, 11, KINGS, fields[0], 5), 2);
        let ready = pieces.whole();
        assert_eq!(ready.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2]);
        for (_, piece) in ready {
            assert_eq!(piece.finish().unwrap().0.venue.as_deref(), Some("TD Garden"));
        }
        let whole = fields[..4].join(",");
        assert_eq!(take(&mut pieces, 12, BRUINS, &whole, 7), 1, "a whole line waits for nothing");
        let rest = pieces.rest();
        assert_eq!(rest.len(), 2);
        let (number, incomplete) = &rest[1];
        assert!(*number == 11 && incomplete.clone().finish().is_err(), "told with its line at the end");
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut pieces = Pieces::default();
        for number in 0..=KEPT as u64 {
            take(&mut pieces, number, BRUINS, "away_score=1i", number.cast_signed());
        }
        assert_eq!((pieces.waiting.len(), pieces.whole().len()), (KEPT, 1));
    }
}
