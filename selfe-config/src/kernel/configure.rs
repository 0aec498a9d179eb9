//! Configuring a build tree: CMake's part of a build.

use super::cmake::Tools;
use super::{KernelError, Plan, plan};
use crate::cache::{Cache, io_error};
use crate::model::Arch;
use crate::model::contextualized::Context;
use crate::progress::Progress;
use crate::tools;
use std::path::{Path, PathBuf};

/// A tree that is configured, and the tools that did it.
pub struct Configured<'a> {
    pub tools: Tools<'a>,
    pub tree: PathBuf,
}

/// Configures the kernel as planned, in an empty folder.
///
/// # Errors
/// A tool is missing, or CMake fails.
pub fn configure<'a>(
    cache: &Cache,
    plan: &Plan,
    context: &Context,
    dir: &Path,
    log: &'a Path,
    progress: &'a dyn Progress,
) -> Result<Configured<'a>, KernelError> {
    // A log of an earlier try would only confuse.
    let _ = std::fs::remove_file(log);
    let cmake = tools::find("cmake")?;
    tools::find("ninja")?;
    // The kernel's build calls it without asking whether it is there.
    tools::find("xmllint")?;
    if context.arch != Arch::X86 {
        // The device tree's compiler.
        tools::find("dtc")?;
    }
    let tools = plan.tools(cache, context.arch, log, progress)?;
    let (project, tree) = (dir.join("project"), dir.join("tree"));
    let list = project.join("CMakeLists.txt");
    std::fs::create_dir(&project).map_err(io_error("create", &project))?;
    std::fs::write(&list, plan::PROJECT).map_err(io_error("write", &list))?;
    let mut command = tools.command(&cmake);
    command.args(plan.cmake_arguments(&tree, &project));
    tools.run(&format!("configuring {}", name(context)), command)?;
    Ok(Configured { tools, tree })
}

/// What is configured and built, for people.
pub fn name(context: &Context) -> String {
    format!("seL4 for {} ({})", context.platform, context.sel4_arch)
}
