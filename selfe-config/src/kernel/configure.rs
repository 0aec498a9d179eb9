//! Configuring a build tree: CMake's part of a build.

use super::build_paths::BuildPaths;
use super::error::KernelError;
use super::plan::{self, Plan};
use super::runner::Runner;
use crate::cache::{Cache, io_error};
use crate::model::Arch;
use crate::model::contextualized::Context;
use crate::options::input::FOLDER;
use crate::progress::Progress;
use crate::tools;
use std::path::{Path, PathBuf};

/// A configured tree, with the tools and paths that it was configured with.
pub struct Configured<'a> {
    pub(crate) tools: Runner<'a>,
    pub(crate) tree: PathBuf,
    pub(crate) place: BuildPaths,
}

/// Configures the kernel as planned, in an empty folder.
///
/// # Errors
/// A tool is missing, or CMake fails.
pub(crate) fn configure<'a>(
    cache: &Cache,
    plan: &Plan,
    context: &Context,
    dir: &Path,
    log: &'a Path,
    progress: &'a dyn Progress,
) -> Result<Configured<'a>, KernelError> {
    // Remove the log of an earlier attempt: it would only confuse.
    let _ = std::fs::remove_file(log);
    let cmake = tools::find("cmake")?;
    tools::find("ninja")?;
    // The kernel's build calls it without checking that it exists.
    tools::find("xmllint")?;
    if context.arch != Arch::X86 {
        // The device tree's compiler.
        tools::find("dtc")?;
    }
    let mut tools = plan.tools(cache, context.arch, log, progress)?;
    let (project, tree) = (dir.join("project"), dir.join("tree"));
    let list = project.join("CMakeLists.txt");
    for folder in [&project, &tree] {
        std::fs::create_dir(folder).map_err(io_error("create", folder))?;
    }
    std::fs::write(&list, plan::PROJECT).map_err(io_error("write", &list))?;
    for named in &plan.files {
        named.write(&dir.join(FOLDER))?;
    }
    let in_place: Vec<&Path> = plan.files.iter().flat_map(|named| named.folders()).collect();
    let names: Vec<String> = (0..in_place.len()).map(|number| format!("files{number}")).collect();
    let mut folders = vec![("build", dir), ("kernel", plan.kernel.dir.as_path())];
    folders.extend(names.iter().map(String::as_str).zip(in_place));
    let mut place = BuildPaths::new(dir, &folders)?;
    place.serve(dir, &mut tools)?;
    let mut command = tools.command(&cmake);
    let arguments = plan.cmake_arguments(&tree, &project);
    command.args(arguments.iter().map(|argument| place.seen_in(argument)));
    command.arg(format!("-DSELFE_FLAGS={}", place.flags()));
    place.run_in(&mut command, &tree);
    tools.run(&format!("configuring {}", name(context)), command)?;
    Ok(Configured { tools, tree, place })
}

/// What is configured and built, for messages.
pub(crate) fn name(context: &Context) -> String {
    format!("seL4 for {} ({})", context.platform, context.sel4_arch)
}
