//! Bytes of instructions of programs for the host's kernel, in release.

use crate::run::{Failure, cargo, clean, run, target_dir};
use object::{Object, ObjectSection};

/// Package and program.
const PROGRAMS: &[(&str, &str)] = &[
    ("selfe-root-tasks", "smallest"),
    ("example_application", "example_application"),
];

/// The programs with the sizes of their text.
///
/// # Errors
/// One does not build.
pub fn text() -> Result<Vec<(&'static str, u64)>, Failure> {
    let size = |&(package, program): &(&str, &'static str)| {
        run(clean(cargo([
            "build",
            "--quiet",
            "--release",
            "-p",
            package,
            "--bin",
            program,
        ])))?;
        let path = target_dir().join("release").join(program);
        let wrong = |why: String| Failure::step(format!("{}: {why}", path.display()), None);
        let bytes = std::fs::read(&path).map_err(|error| wrong(error.to_string()))?;
        let file = object::File::parse(&*bytes).map_err(|error| wrong(error.to_string()))?;
        let text = file.section_by_name(".text");
        Ok((program, text.ok_or_else(|| wrong("it has no text".to_owned()))?.size()))
    };
    PROGRAMS.iter().map(size).collect()
}
