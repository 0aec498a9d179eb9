//! "Did you mean": the known word nearest to a misspelt one.

/// The word of `known` that was probably meant by `word`, if one is near enough.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR_ENOUGH: f64 = 0.75;
    let lower = word.to_lowercase();
    let rated = known.into_iter().map(|name| {
        (
            strsim::normalized_damerau_levenshtein(&lower, &name.to_lowercase()),
            name,
        )
    });
    let best = rated.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= NEAR_ENOUGH).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_a_slip_and_leaves_strangers_alone() {
        let known = ["kernel", "tools", "util_libs", "KernelPrinting"];
        assert_eq!(nearest("kernal", known), Some("kernel"));
        assert_eq!(nearest("kernelprinting", known), Some("KernelPrinting"));
        assert_eq!(nearest("banana", known), None);
    }
}
