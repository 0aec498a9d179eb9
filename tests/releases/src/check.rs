//! What selfe does not know yet about a kernel: the part of `cargo xtask release-check` that reads
//! source trees and bindings.

use crate::checklist::{Checklist, State};
use crate::kernels::{self, CONFIGURATIONS, Configuration, Revision};
use crate::page;
use selfe_config::cache::Cache;
use selfe_config::kernel::Manifest;
use selfe_config::model::SeL4Arch;
use selfe_config::options::declared::Declarations;
use selfe_config::options::verified_config;
use selfe_config::progress::Progress;
use selfe_config::release::{self, GeneratedConfig, Layout, Recognised, Release};
use selfe_config::source::{self, Tree};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The configurations that are built for a kernel that is not a release. The page has no section to
/// compare it with, so these are enough.
const IN_SHORT: &[&str] = &["x86_64", "aarch64"];

/// A kernel's source tree and the release that it is compared with.
struct Kernel<'a> {
    revision: Revision<'a>,
    dir: PathBuf,
    recognised: Recognised,
}

/// Checks everything and prints the results.
///
/// # Errors
/// The kernel can't be fetched, or a file can't be read.
pub fn check(cache: &Cache, name: &str, list: &mut Checklist, progress: &dyn Progress) -> Result<(), Box<dyn Error>> {
    let kernel = fetch(cache, name, progress)?;
    let version = &kernel.recognised.version;
    list.add(
        State::Ok,
        format_args!("seL4 {name} is here; its VERSION says {version}"),
    );
    let (release, previous) = data(&kernel, list);
    let before = fetch(cache, &previous.name, progress)?;
    interface_files(&kernel, &release.layout, list);
    options(&kernel, &before, release, list)?;
    verified_configurations(&kernel, &before, list)?;
    let is_release = release.name == name;
    let configurations: Vec<Configuration> = CONFIGURATIONS
        .iter()
        .copied()
        .filter(|one| is_release || IN_SHORT.contains(&one.name))
        .collect();
    for configuration in &configurations {
        let what = format!("{} builds", configuration.name);
        match kernels::build(cache, kernel.revision, configuration, progress) {
            Ok(manifest) => build_files(&manifest, configuration.sel4_arch, &release.layout, &what, list),
            Err(error) => {
                list.add(State::ToDo, format_args!("{what}: it does not"));
                list.detail(error);
                return Ok(());
            }
        }
    }
    let old = (previous, before.revision);
    let section = page::changes(cache, old, (release, kernel.revision), &configurations, progress)?;
    interface(&section, is_release.then_some((release, previous)), list)?;
    if is_release && release == release::newest() {
        // `cargo xtask newest` writes the number wherever it appears, and a test of xtask fails if
        // one of the places is out of date.
        list.add(State::Ok, "the newest release");
    }
    Ok(())
}

/// The source tree of a tag or branch.
fn fetch<'a>(cache: &Cache, name: &'a str, progress: &dyn Progress) -> Result<Kernel<'a>, Box<dyn Error>> {
    let revision = Revision::named(name);
    let document = kernels::document(revision, &CONFIGURATIONS[0])?;
    let tree = source::resolve(cache, Tree::Kernel, &document.full().sel4.sources.kernel, progress)?;
    Ok(Kernel {
        revision,
        recognised: release::recognise(&tree.dir),
        dir: tree.dir,
    })
}

/// The release whose data is used, and the release to compare the kernel with.
fn data(kernel: &Kernel, list: &mut Checklist) -> (&'static Release, &'static Release) {
    let name = kernel.revision.name();
    if let Some(release) = release::by_name(name) {
        list.add(State::Ok, format_args!("selfe-config/releases/{name}.toml"));
        let before = release::all().iter().take_while(|other| other.name != name).last();
        // The oldest release has no predecessor and is compared with itself.
        return (release, before.unwrap_or(release));
    }
    let newest = kernel.recognised.release;
    match kernel.revision {
        Revision::Tag(_) => {
            list.add(
                State::ToDo,
                format_args!("selfe-config/releases/{name}.toml is not there"),
            );
            list.detail(format_args!(
                "copy {}.toml, correct what this list tells, and add it to FILES in selfe-config/src/release/mod.rs",
                newest.name
            ));
        }
        Revision::Branch(_) => {
            list.add(
                State::Ok,
                format_args!("no release yet: it is built with the data of {}", newest.name),
            );
        }
    }
    (newest, newest)
}

fn interface_files(kernel: &Kernel, layout: &Layout, list: &mut Checklist) {
    let of_arch = SeL4Arch::ALL
        .iter()
        .flat_map(|one| layout.interfaces_for(one.arch(), *one));
    let files: BTreeSet<String> = of_arch.chain([layout.syscalls.clone()]).collect();
    present(
        "descriptions of system calls and invocations",
        &kernel.dir,
        &files,
        list,
    );
}

fn build_files(manifest: &Manifest, sel4_arch: SeL4Arch, layout: &Layout, what: &str, list: &mut Checklist) {
    let ending = match layout.generated_config {
        GeneratedConfig::Json => "json",
        GeneratedConfig::Header => "h",
    };
    let mut files: BTreeSet<String> = layout.bitfields_for(sel4_arch.arch(), sel4_arch).into_iter().collect();
    files.insert(format!("kernel/gen_config/kernel/gen_config.{ending}"));
    present(
        &format!("{what}; bitfields and generated configuration"),
        &manifest.build_dir,
        &files,
        list,
    );
    for report in &manifest.reports {
        list.add(
            State::ToDo,
            format_args!("an option of selfe's own or of sel4.toml: {report}"),
        );
    }
}

fn present(what: &str, dir: &Path, files: &BTreeSet<String>, list: &mut Checklist) {
    let missing: Vec<&str> = files
        .iter()
        .map(String::as_str)
        .filter(|file| !dir.join(file).is_file())
        .collect();
    if missing.is_empty() {
        list.add(
            State::Ok,
            format_args!("{what}: {} files, where [layout] says", files.len()),
        );
    } else {
        list.add(State::ToDo, format_args!("{what}: some are not where [layout] says"));
        list.detail(missing.join("\n"));
    }
}

/// Compares the options that appeared and disappeared with the data of the release.
fn options(kernel: &Kernel, before: &Kernel, release: &Release, list: &mut Checklist) -> Result<(), Box<dyn Error>> {
    let (old, new) = (Declarations::read(&before.dir)?, Declarations::read(&kernel.dir)?);
    let names = |of: &Declarations| of.settable().map(str::to_owned).collect::<BTreeSet<String>>();
    let (old, new) = (names(&old), names(&new));
    let (mut added, mut removed) = (&new - &old, &old - &new);
    let total = new.len();
    if release.name == kernel.revision.name() {
        let changes = &release.changes;
        added.retain(|name| !changes.added.contains(name) && !changes.renamed.values().any(|to| to == name));
        let told = |name: &String| {
            changes.removed.contains(name) || changes.renamed.contains_key(name) || changes.implied.contains_key(name)
        };
        removed.retain(|name| !told(name));
    }
    let since = before.revision.name();
    if added.is_empty() && removed.is_empty() {
        list.add(
            State::Ok,
            format_args!("{total} options; none came or went since {since} of which [changes] does not tell"),
        );
        return Ok(());
    }
    let state = match kernel.revision {
        Revision::Tag(_) => State::ToDo,
        Revision::Branch(_) => State::Differs,
    };
    list.add(
        state,
        format_args!("options since {since}: the release's [changes] will have to tell"),
    );
    for (word, names) in [("new", added), ("gone", removed)] {
        if !names.is_empty() {
            list.detail(format_args!(
                "{word}: {}",
                names.into_iter().collect::<Vec<_>>().join(", ")
            ));
        }
    }
    Ok(())
}

fn verified_configurations(kernel: &Kernel, before: &Kernel, list: &mut Checklist) -> Result<(), Box<dyn Error>> {
    let names = |kernel: &Kernel| -> Result<BTreeSet<String>, Box<dyn Error>> {
        Ok(verified_config::list(&kernel.dir)?
            .into_iter()
            .map(|one| one.name)
            .collect())
    };
    let (old, new) = (names(before)?, names(kernel)?);
    let since = before.revision.name();
    if old == new {
        list.add(
            State::Ok,
            format_args!("{} verified configurations, those of {since}", new.len()),
        );
        return Ok(());
    }
    list.add(
        State::Differs,
        format_args!("{} verified configurations; since {since}", new.len()),
    );
    for (word, names) in [("new", &new - &old), ("gone", &old - &new)] {
        if !names.is_empty() {
            list.detail(format_args!(
                "{word}: {}",
                names.into_iter().collect::<Vec<_>>().join(", ")
            ));
        }
    }
    Ok(())
}

/// Compares the bindings with the section of the page, if there is one.
fn interface(section: &str, page: Option<(&Release, &Release)>, list: &mut Checklist) -> Result<(), Box<dyn Error>> {
    let Some((release, previous)) = page else {
        let is_same = !section.contains("\n- ");
        let state = if is_same { State::Ok } else { State::Differs };
        list.add(state, "the bindings, compared with those of the newest release:");
        list.detail(section.trim());
        return Ok(());
    };
    if release == previous {
        list.add(
            State::Ok,
            format_args!("{}: the oldest release has no section", page::FILE),
        );
        return Ok(());
    }
    let path = kernels::root().join(page::FILE);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    if page::has_section(&text, release, previous, section) {
        let lines = section.matches("\n- ").count();
        list.add(
            State::Ok,
            format_args!(
                "{} is current: {lines} lines on what changed since {}",
                page::FILE,
                previous.name
            ),
        );
    } else {
        list.add(
            State::ToDo,
            format_args!("{} is not current: `cargo xtask releases`", page::FILE),
        );
    }
    Ok(())
}
