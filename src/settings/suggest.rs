//! "Did you mean" suggestions: the nearest known word to an unknown one.

/// The nearest known word, at a distance of at most a third of the letters of `wrong`.
pub fn suggest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|word| (distance(wrong, word), word)).min_by_key(|(distance, _)| *distance)?;
    let most = (wrong.chars().count().max(3) / 3).max(1);
    (near.0 <= most).then_some(near.1)
}

/// Number of letters to insert, delete or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i.saturating_add(1);
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            left = above
                .saturating_add(1)
                .min(left.saturating_add(1))
                .min(corner.saturating_add(usize::from(from != *to)));
            corner = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(suggest("nods", ["lb", "nodes"].into_iter()), Some("nodes"));
        assert_eq!(suggest("zebra", ["lb", "nodes"].into_iter()), None);
    }
}
