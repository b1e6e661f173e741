//! Who meets whom: rounds in which every team plays once.

/// A game of two teams by their numbers, the home team first.
pub(super) type Pair = (usize, usize);

/// Rounds in which every pair of teams meets once, by the circle method. The number of teams is even.
pub(super) fn rounds(teams: usize) -> Vec<Vec<Pair>> {
    let others = teams - 1;
    let round = |round: usize| {
        let pair = |place: usize| {
            let (one, other) = if place == 0 {
                (others, round % others)
            } else {
                ((round + place) % others, (round + others - place) % others)
            };
            if (round + place).is_multiple_of(2) { (one, other) } else { (other, one) }
        };
        (0..teams / 2).map(pair).collect()
    };
    (0..others).map(round).collect()
}

/// Takes one game of every team out of these rounds, at most so many of a round: that round is the teams' week off.
pub(super) fn take_one_of_each(rounds: &mut [Vec<Pair>], teams: usize, at_most: usize) -> Vec<Pair> {
    let mut search = Search { rounds, at_most, free: vec![true; teams], taken: Vec::new() };
    let found = search.go_on();
    debug_assert!(found, "rounds of all teams have such games");
    let taken = search.taken;
    let mut games = Vec::new();
    for (round, pair) in taken {
        rounds[round].retain(|of_round| *of_round != pair);
        games.push(pair);
    }
    games
}

struct Search<'a> {
    rounds: &'a [Vec<Pair>],
    at_most: usize,
    free: Vec<bool>,
    taken: Vec<(usize, Pair)>,
}

impl Search<'_> {
    /// Takes games until every team has one; takes the last one back where that leads nowhere.
    fn go_on(&mut self) -> bool {
        let Some((_, choices)) = (0..self.free.len())
            .filter(|team| self.free[*team])
            .map(|team| (team, self.choices(team)))
            .min_by_key(|(_, choices)| choices.len())
        else {
            return true;
        };
        for (round, pair) in choices {
            self.take(round, pair, false);
            if self.go_on() {
                return true;
            }
            self.taken.pop();
            self.free[pair.0] = true;
            self.free[pair.1] = true;
        }
        false
    }

    fn take(&mut self, round: usize, pair: Pair, free: bool) {
        self.taken.push((round, pair));
        self.free[pair.0] = free;
        self.free[pair.1] = free;
    }

    /// The games of a team that can be taken, those of the rounds first of which the fewest were.
    fn choices(&self, team: usize) -> Vec<(usize, Pair)> {
        let taken_of = |round: usize| self.taken.iter().filter(|(of, _)| *of == round).count();
        let of_round = |(round, pairs): (usize, &Vec<Pair>)| {
            let pair = pairs.iter().copied().find(|pair| pair.0 == team || pair.1 == team)?;
            let fits = self.free[pair.0] && self.free[pair.1] && taken_of(round) < self.at_most;
            fits.then_some((round, pair))
        };
        let mut choices: Vec<_> = self.rounds.iter().enumerate().filter_map(of_round).collect();
        choices.sort_by_key(|(round, _)| taken_of(*round));
        choices
    }
}
