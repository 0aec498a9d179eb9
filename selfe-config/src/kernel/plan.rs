//! What a build will do, computed before anything is built: the tools, CMake's command line and the
//! key of the cache entry.

use super::error::KernelError;
use super::manifest::LoaderSources;
use super::runner::Runner;
use super::{environment, identity, python};
use crate::cache::{Cache, hash};
use crate::model::contextualized::Contextualized;
use crate::model::{Arch, RepoSource};
use crate::options::declared::Declarations;
use crate::options::files::{self, NamedFiles};
use crate::options::input::FOLDER;
use crate::options::verified_config::{self, VerifiedConfig};
use crate::options::{self, KernelOptions, boards, compare, wrong_values};
use crate::platform::{ImageKind, PlatformArch, PlatformData};
use crate::progress::Progress;
use crate::release::{self, Recognised, Release};
use crate::source::{self, Identity, Source, Tree};
use crate::tools::compiler::Clang;
use std::path::{Path, PathBuf};

/// The CMake project that imports the kernel.
pub const PROJECT: &str = include_str!("../../cmake/CMakeLists.txt");

/// Changes whenever the meaning of a cache entry changes.
const FORMAT: &str = "5";

/// What a build will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The kernel's source tree.
    pub kernel: Source,
    /// The release that it is, or is treated as.
    pub release: Recognised,
    /// The options that it declares.
    pub declared: Declarations,
    /// The options that are passed to it.
    pub options: KernelOptions,
    /// The C compiler.
    pub compiler: PathBuf,
    /// The prefix of the C compiler's tools.
    pub(crate) compiler_prefix: Option<String>,
    /// Additional settings if the compiler is clang.
    pub(crate) clang: Option<Clang>,
    /// The folders that are searched before `PATH`.
    pub(crate) path_first: Vec<PathBuf>,
    /// The sources of a bootable image; none if the kernel needs no loader.
    pub(crate) loader: Option<LoaderSources>,
    /// The verified configuration that the options start from, if sel4.toml names one.
    pub verified: Option<VerifiedConfig>,
    /// The files that options name.
    pub(crate) files: Vec<NamedFiles>,
    /// SHA-256 of the identity of compiler and binutils.
    pub(crate) tools_identity: String,
    /// SHA-256 of all inputs.
    pub key: String,
}

/// The sources of a bootable image. They are fetched when an image is made.
fn loader_sources(
    config: &Contextualized,
    platform: &PlatformData,
    arch: &PlatformArch,
    release: &Release,
) -> Option<LoaderSources> {
    (platform.image == ImageKind::Elfloader).then(|| {
        let sources = config.sel4_sources.for_release(config.follows_release, release);
        let opensbi = arch.opensbi.as_ref();
        LoaderSources {
            tools: config.pins.pinned(&sources.tools),
            util_libs: config.pins.pinned(&sources.util_libs),
            opensbi: opensbi.map(|usual| config.pins.pinned(&config.firmware(usual))),
        }
    })
}

/// The kernel's declared options, after values in sel4.toml were checked against them.
fn check(
    options: &KernelOptions,
    config: &Contextualized,
    kernel: &Path,
    release: &Release,
) -> Result<Declarations, KernelError> {
    let declared = Declarations::read(kernel).map_err(crate::cache::io_error("read", kernel))?;
    let wrong = wrong_values(options, &declared, &config.asked_at);
    if !wrong.is_empty() {
        return Err(KernelError::WrongValues(wrong));
    }
    if config.deny_ignored_options {
        let own = options.options.iter().filter(|(name, _)| options.is_own(name));
        let unknown =
            own.filter_map(|(name, option)| compare::unknown(name, &option.value.to_string(), &declared, release));
        let reports = options.translated.iter().cloned().chain(unknown);
        let told: Vec<String> = reports
            .map(|report| options.describe(&report, &config.asked_at))
            .collect();
        if !told.is_empty() {
            return Err(KernelError::Ignored(told));
        }
    }
    Ok(declared)
}

impl Plan {
    /// Resolves the sources, finds the tools and computes the key. A missing source is fetched, but
    /// nothing is built.
    ///
    /// # Errors
    /// A source or a tool can't be obtained, or the platform does not run the architecture.
    pub fn new(
        cache: &Cache,
        config: &Contextualized,
        platform: &PlatformData,
        progress: &dyn Progress,
    ) -> Result<Self, KernelError> {
        let arch = options::platform_arch(config, platform)?;
        let path_first = options::path_first(config);
        let compiler = options::compiler(config, arch)?;
        let kernel = source::resolve_pinned(cache, Tree::Kernel, &config.sel4_sources.kernel, &config.pins, progress)?;
        let release = release::recognise(&kernel.dir);
        if let Some(since) = platform.since.as_ref().filter(|since| release.is_before(since)) {
            return Err(KernelError::PlatformTooNew {
                platform: platform.name.clone(),
                since: since.clone(),
                version: release.version,
            });
        }
        let mut options = options::options(config, platform, release.release)?;
        boards::settle(&mut options, config, platform, &kernel.dir).map_err(KernelError::WrongValues)?;
        let value = |name: &str| options.options.get(name).map(|option| option.value.to_string());
        if let Some(why) = release.release.objection(config.context.arch, value) {
            return Err(KernelError::Unbuildable {
                why: why.to_owned(),
                version: release.version,
            });
        }
        let declared = check(&options, config, &kernel.dir, release.release)?;
        options.use_compiler(&compiler);
        let verified = verified_config::start(&mut options, config, platform, &kernel.dir, &declared)?;
        let files = files::named(&options, &declared, config)?;
        let mut plan = Plan {
            files,
            tools_identity: String::new(),
            kernel,
            declared,
            options,
            compiler: compiler.path,
            compiler_prefix: compiler.prefix,
            clang: compiler.clang,
            path_first,
            loader: loader_sources(config, platform, arch, release.release),
            release,
            verified,
            key: String::new(),
        };
        plan.tools_identity = plan.identify_tools(config, platform, progress);
        plan.key = plan.compute_key(config);
        Ok(plan)
    }

    /// The same plan with other options.
    pub(crate) fn with_options(&self, options: KernelOptions, config: &Contextualized) -> Self {
        let mut plan = Plan {
            options,
            verified: None,
            ..self.clone()
        };
        plan.files
            .retain(|named| plan.options.options.contains_key(&named.option));
        plan.key = plan.compute_key(config);
        plan
    }

    /// Every input of the result: what is built, the tools that build it, and the environment
    /// variables that reach them.
    fn compute_key(&self, config: &Contextualized) -> String {
        let context = &config.context;
        let mut parts: Vec<String> = vec![
            FORMAT.to_owned(),
            PROJECT.to_owned(),
            self.kernel.identity.word().to_owned(),
            context.platform.to_string(),
            context.sel4_arch.to_string(),
            context.is_debug.to_string(),
            self.tools_identity.clone(),
        ];
        if let Identity::Content(_) = self.kernel.identity {
            // The results contain the folder's path, so the same content in another folder is
            // another build.
            parts.push(self.kernel.dir.display().to_string());
        }
        for (name, option) in &self.options.options {
            // The content of a file counts, not the spelling of its path.
            let named = self.files.iter().find(|named| named.option == *name);
            let value = named.map_or_else(|| option.value.to_string(), NamedFiles::identity);
            parts.extend([name.clone(), value]);
        }
        // The manifest names them for whoever makes an image.
        parts.extend(self.loader.iter().map(|loader| format!("{loader:?}")));
        hash(parts.iter().map(String::as_bytes))
    }

    /// The programs that decide the result, and the environment variables that they see.
    fn identify_tools(&self, config: &Contextualized, platform: &PlatformData, progress: &dyn Progress) -> String {
        let tools = Runner {
            path_first: self.path_first.clone(),
            log: Path::new(""),
            progress,
        };
        let prefix = self.compiler_prefix.as_deref();
        let mut words = identity::compiler(&tools, &self.compiler, prefix, self.clang.is_some());
        if config.context.arch != Arch::X86 {
            words.push(identity::named(&tools, "dtc"));
        }
        // The kernel gets the device tree of QEMU's own machines from QEMU.
        let simulate = platform
            .sel4_arch
            .get(&config.context.sel4_arch)
            .and_then(|arch| arch.simulate.as_ref());
        let asks = self.options.options.get("KernelPlatform");
        if let Some(simulate) = simulate
            && asks.is_some_and(|name| name.value.to_string().starts_with("qemu-"))
        {
            words.push(identity::named(&tools, &simulate.qemu));
        }
        for (name, value) in environment::keyed() {
            words.extend([name, value].map(|word| word.to_string_lossy().into_owned()));
        }
        hash(words.iter().map(String::as_bytes))
    }

    /// CMake's arguments, given a build tree and the folder of our CMake project.
    pub fn cmake_arguments(&self, build: &Path, project: &Path) -> Vec<String> {
        let kernel = &self.kernel.dir;
        let mut arguments: Vec<String> = ["-G", "Ninja", "-Wno-dev", "-S"].map(str::to_owned).to_vec();
        arguments.extend([
            project.display().to_string(),
            "-B".to_owned(),
            build.display().to_string(),
        ]);
        let toolchain = if self.clang.is_some() {
            "llvm.cmake"
        } else {
            "gcc.cmake"
        };
        arguments.push(format!("-DCMAKE_TOOLCHAIN_FILE={}", kernel.join(toolchain).display()));
        arguments.push(format!("-DCMAKE_MODULE_PATH={}", kernel.display()));
        let copies = project.with_file_name(FOLDER);
        let of_kernel = self
            .options
            .options
            .iter()
            .filter(|(name, _)| !options::is_of_loader(name));
        arguments.extend(of_kernel.map(|(name, option)| {
            let named = self.files.iter().find(|named| named.option == *name);
            let value = named.map_or_else(|| option.value.to_string(), |named| named.value(&copies));
            format!("-D{name}={value}")
        }));
        arguments
    }

    /// Whether the sources and the files that options name are still those of the key.
    ///
    /// # Errors
    /// They are not, or can't be read any more.
    pub(crate) fn check_unchanged(
        &self,
        cache: &Cache,
        config: &Contextualized,
        progress: &dyn Progress,
    ) -> Result<(), KernelError> {
        if self.kernel.is_damaged(cache) {
            // The next attempt fetches it again.
            return Err(KernelError::SourceChanged(self.kernel.dir.clone()));
        }
        if let Identity::Content(_) = self.kernel.identity {
            let now = RepoSource::LocalPath(self.kernel.dir.clone());
            let now = source::resolve_pinned(cache, Tree::Kernel, &now, &config.pins, progress)?;
            if now.identity != self.kernel.identity {
                return Err(KernelError::SourceChanged(self.kernel.dir.clone()));
            }
        }
        let files = files::named(&self.options, &self.declared, config)?;
        match files
            .iter()
            .zip(&self.files)
            .find(|(now, then)| now.is_in_place() && now != then)
        {
            Some((now, _)) => Err(KernelError::SourceChanged(
                now.read.first().cloned().unwrap_or_default(),
            )),
            None => Ok(()),
        }
    }

    /// Whether the kernel's scripts need Python packages, according to the kernel itself.
    fn needs_packages(&self) -> bool {
        self.kernel.dir.join("tools/python-deps").is_dir()
    }

    /// The Python packages that they need.
    fn python(&self, arch: Arch) -> python::Needs<'_> {
        python::Needs {
            release: self.release.release,
            device_tree: arch != Arch::X86,
        }
    }

    /// Whether [`Plan::tools`] has nothing to install.
    pub(crate) fn packages_are_at_hand(&self, cache: &Cache, arch: Arch) -> bool {
        !self.needs_packages() || python::is_at_hand(cache, self.python(arch))
    }

    /// The tools' environment, with the Python packages that the scripts need.
    ///
    /// # Errors
    /// The packages can't be obtained.
    pub(crate) fn tools<'a>(
        &self,
        cache: &Cache,
        arch: Arch,
        log: &'a Path,
        progress: &'a dyn Progress,
    ) -> Result<Runner<'a>, KernelError> {
        let mut path_first = self.path_first.clone();
        if self.needs_packages() {
            path_first.extend(python::find(cache, self.python(arch), progress)?);
        }
        Ok(Runner {
            path_first,
            log,
            progress,
        })
    }
}
