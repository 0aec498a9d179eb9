//! Tests of `record.rs`.

use super::*;
use std::os::unix::fs::symlink;

fn folder() -> (tempfile::TempDir, Record) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("sub")).unwrap();
    fs::write(dir.path().join("sub/a"), "text").unwrap();
    fs::write(dir.path().join("50% é\n"), "").unwrap();
    symlink("sub/a", dir.path().join("link")).unwrap();
    let record = Record::of(dir.path()).unwrap();
    (dir, record)
}

#[test]
fn a_marker_is_read_as_it_was_written_and_not_when_it_was_cut() {
    let (_dir, record) = folder();
    for text in ["", "key = 'value'\n", "no line break", "with\n# comment\n"] {
        let sealed = record.seal(text);
        assert_eq!(Record::unseal(&sealed), Some((text.to_owned(), record.clone())));
        for end in (0..sealed.len()).filter(|end| sealed.is_char_boundary(*end)) {
            assert_eq!(Record::unseal(&sealed[..end]), None, "cut at {end}");
        }
        assert_eq!(Record::unseal(&sealed.replace(" 4 ", " 5 ")), None);
    }
}

#[test]
fn every_kind_of_damage_shows() {
    type Harm = (&'static str, fn(&Path), &'static [&'static str]);
    let harms: &[Harm] = &[
        ("nothing", |_| {}, &[]),
        (
            "cut",
            |dir| fs::write(dir.join("sub/a"), "te").unwrap(),
            &["sub/a has another size"],
        ),
        (
            "edited",
            |dir| fs::write(dir.join("sub/a"), "Text").unwrap(),
            &["sub/a has another content"],
        ),
        (
            "empty",
            |dir| fs::write(dir.join("sub/a"), "").unwrap(),
            &["sub/a has another size"],
        ),
        (
            "removed",
            |dir| fs::remove_dir_all(dir.join("sub")).unwrap(),
            &["sub/a is not there"],
        ),
        (
            "added",
            |dir| fs::write(dir.join("sub/b"), "").unwrap(),
            &["sub/b does not belong there"],
        ),
        (
            "Python's",
            |dir| {
                fs::create_dir(dir.join("sub/__pycache__")).unwrap();
                fs::write(dir.join("sub/__pycache__/x.pyc"), "").unwrap();
            },
            &[],
        ),
        (
            "a program",
            |dir| fs::set_permissions(dir.join("sub/a"), fs::Permissions::from_mode(0o755)).unwrap(),
            &["sub/a is of another kind"],
        ),
        (
            "another link",
            |dir| {
                fs::remove_file(dir.join("link")).unwrap();
                symlink("sub/b", dir.join("link")).unwrap();
            },
            &["link has another content"],
        ),
        (
            "a pipe",
            |dir| {
                fs::remove_file(dir.join("sub/a")).unwrap();
                let made = std::process::Command::new("mkfifo").arg(dir.join("sub/a")).status();
                assert!(made.unwrap().success());
            },
            &["sub/a has another size"],
        ),
    ];
    for (name, harm, expected) in harms {
        let (dir, record) = folder();
        let before = fingerprint(dir.path(), "").unwrap();
        harm(dir.path());
        let told: Vec<String> = record
            .damages(dir.path())
            .unwrap()
            .iter()
            .map(Damage::to_string)
            .collect();
        assert_eq!(told, *expected, "{name}");
        let is_same = fingerprint(dir.path(), "").unwrap() == before;
        assert_eq!(is_same, expected.is_empty(), "{name}");
    }
}
