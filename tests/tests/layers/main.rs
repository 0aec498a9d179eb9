//! selfe-config's modules only import downwards, in the order on the crate's front page.

mod checker;
mod imports;

use checker::{Layers, problems};
use imports::Source;
use selfe_tests::{root, text};

const SRC: &str = "selfe-config/src";

fn layers() -> Layers {
    Layers::parse(&text(format!("{SRC}/lib.rs"))).expect("lib.rs has the picture of the layers")
}

#[test]
fn no_import_runs_up_and_none_makes_a_circle() {
    let layers = layers();
    let found = problems(&layers, &Source::read(&root().join(SRC)));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn contributing_shows_the_same_picture() {
    let layers = layers();
    // It is part of a list item there.
    let contributing = text("CONTRIBUTING.md").replace("\n  ", "\n");
    assert!(
        contributing.contains(&layers.picture),
        "CONTRIBUTING.md shows other layers than selfe-config/src/lib.rs; copy this picture there:\n{}",
        layers.picture
    );
}

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    let source = |(path, text): &(&str, &str)| Source::parse(path, text);
    files.iter().map(source).collect()
}

#[test]
fn an_import_that_runs_up_is_found() {
    let layers =
        Layers::parse("//! ```text\n//! layers, from the top down:\n//! high\n//! low other\n//! ```\n").unwrap();
    let found = |files: &[(&str, &str)]| problems(&layers, &sources(files));
    let fine = [
        ("high/mod.rs", "mod a;\npub use a::Thing;"),
        ("high/a.rs", "use crate::low::X;\npub struct Thing;"),
        (
            "low.rs",
            "pub struct X;\n#[cfg(test)]\nmod tests { use crate::high::Thing; }",
        ),
        ("other.rs", ""),
    ];
    assert_eq!(found(&fine), [""; 0]);
    let up = found(&[
        fine[0],
        fine[1],
        ("low.rs", "\nfn f() { crate::high::Thing; }"),
        fine[3],
    ]);
    assert_eq!(up.len(), 1, "{up:?}");
    assert!(up[0].starts_with("selfe-config/src/low.rs:2: "), "{up:?}");
    let beside = found(&[fine[0], fine[1], fine[2], ("other.rs", "use crate::low::X;")]);
    assert!(beside[0].contains("stand on one layer"), "{beside:?}");
    let unknown = found(&[fine[0], fine[1], fine[2], fine[3], ("new.rs", "")]);
    assert!(unknown[0].contains("`new` is on no layer"), "{unknown:?}");
}

#[test]
fn a_circle_in_one_room_is_found() {
    let layers = Layers::parse("//! ```text\n//! layers, from the top down:\n//! room\n//! ```\n").unwrap();
    let found = problems(
        &layers,
        &sources(&[
            ("room/mod.rs", "mod a;\nmod b;\npub use b::B;"),
            ("room/a.rs", "use super::B;\npub struct A;"),
            ("room/b.rs", "use super::a::A;\npub struct B;"),
        ]),
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("room/a.rs") && found[0].contains("room/b.rs"),
        "{found:?}"
    );
}
