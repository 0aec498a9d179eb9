//! Tables for people: columns as wide as their widest cell.

use anstream::println;

/// Prints rows with two spaces between their columns and none at the end of a line.
pub fn print<const N: usize>(rows: &[[String; N]]) {
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    for row in rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
