//! The workspace's own commands, as `cargo xtask COMMAND`.
//!
//! They only combine commands that a user could type: cargo's and those of `selfe`. There are few
//! dependencies, so that the first command on a new machine starts at once.

mod bench;
mod bindings;
mod boot;
mod demo;
mod distro;
mod lint;
mod matrix;
mod newest;
mod releases;
mod run;
mod sel4_src;
mod setup;
mod tally;
mod test;
mod toolchain;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  setup   install what the kernel's build and QEMU need (selfe doctor --fix)
  demo    set up, then boot the example application on seL4 in QEMU
  test    set up, then run every test; ends with `N passed, N failed, N skipped`
  boot    build and boot cases of tests/matrix.toml: CASE…, --all, --releases, or --list for their names;
          --kernels before these builds the kernels alone, which needs no Rust target
  distro  demo, test and the kernels of every release on another distribution of Debian's, in a root file system below target: SUITE,
          such as trixie; SUITE COMMAND… runs one command of xtask there; needs root and debootstrap
  bench   what system calls, programs and builds cost, in C and in Rust; fails where something is above its bound
  bindings
          check the bindings of each sel4_arch on its processor and with its C compiler, or of CASE…, --releases
  sel4-src
          fill the crate sel4-src with the sources of a release before it is packaged: TAG; --into DIR fills a copy of it
  releases
          write docs/releases.md, which says what each release of seL4 changes; --check says whether it is current
  release-check
          what selfe has yet to know about a release: TAG, or a branch of the kernel's repository
  newest  write the number of the newest release that selfe knows into sel4.toml, the template and the README
  lint    clippy and rustdoc with warnings denied

Environment:
  SELFE_REQUIRE_ALL=1   a test that would be skipped fails instead
  SELFE_CACHE_DIR       where sources and kernel builds are kept";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["setup"] => setup::setup().and_then(|()| {
            setup::emulators();
            setup::whole_matrix()
        }),
        ["demo"] => demo::demo(),
        ["test"] => test::test(),
        ["boot", ref arguments @ ..] => boot::boot(arguments),
        ["distro", ref arguments @ ..] => distro::distro(arguments),
        ["bench", ref arguments @ ..] => bench::bench(arguments),
        ["bindings", ref arguments @ ..] => bindings::bindings(arguments),
        ["sel4-src", ref arguments @ ..] => sel4_src::sel4_src(arguments),
        ["releases", ref arguments @ ..] => releases::page(arguments),
        ["release-check", ref arguments @ ..] => releases::check(arguments),
        ["newest"] => newest::newest(),
        ["lint"] => lint::lint(),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        [] => Err(run::Failure::usage(HELP.to_owned())),
        _ => Err(run::Failure::usage(format!(
            "unknown command: {}\n\n{HELP}",
            arguments.join(" ")
        ))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}
