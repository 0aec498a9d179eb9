//! Transcripts of the command line: each help text, and every kind of bad input that reaches it.
//!
//! `SNAPSHOTS=overwrite cargo test -p selfe-config --features bin --test cli` writes the
//! transcripts again.

mod support;

use selfe_config::model::{GitTarget, RepoSource};
use snapbox::{assert_data_eq, str};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const SOURCES: &str = "[sel4]
kernel = { path = 'deps/seL4' }
tools = { path = 'deps/seL4_tools' }
util_libs = { path = 'deps/util_libs' }
";

/// A folder for a project, and a cache of its own.
struct Project(tempfile::TempDir);

impl Project {
    fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("project")).unwrap();
        Project(dir)
    }

    fn with(sel4_toml: impl AsRef<[u8]>) -> Self {
        let project = Self::empty();
        fs::write(project.dir().join("sel4.toml"), sel4_toml).unwrap();
        project
    }

    fn dir(&self) -> std::path::PathBuf {
        self.0.path().join("project")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_selfe"));
        command.args(arguments).current_dir(self.dir()).stdin(Stdio::null());
        for name in [
            "SELFE_LOCKED",
            "SEL4_CONFIG_PATH",
            "SEL4_PLATFORM",
            "SEL4_OVERRIDE_ARCH",
            "SEL4_OVERRIDE_SEL4_ARCH",
        ] {
            command.env_remove(name);
        }
        command.env("SELFE_CACHE_DIR", self.0.path().join("cache"));
        command
    }

    /// The command, its output, and the exit code.
    fn transcript(&self, arguments: &[&str]) -> String {
        self.transcript_of(&mut self.command(arguments))
    }

    fn transcript_of(&self, command: &mut Command) -> String {
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        let said = format!(
            "$ selfe {}\n{}{}[exit code {}]\n",
            words.join(" "),
            text(&output.stdout),
            text(&output.stderr),
            output.status.code().unwrap_or(-1)
        );
        assert!(!said.contains("panicked"), "{said}");
        let real = self.0.path().canonicalize().unwrap();
        let said = said
            .replace(&real.display().to_string(), "[DIR]")
            .replace(&self.0.path().display().to_string(), "[DIR]");
        // A new release changes these, but no transcript.
        let newest = selfe_config::release::newest();
        let rev = |source: &RepoSource| match source {
            RepoSource::RemoteGit {
                target: GitTarget::Rev(rev),
                ..
            } => rev.clone(),
            other => panic!("{other:?} is not a commit"),
        };
        said.replace(&newest.name, "[NEWEST]")
            .replace(&rev(&newest.tools), "[COMMIT]")
            .replace(&rev(&newest.util_libs), "[COMMIT]")
    }
}

macro_rules! transcripts {
    ($($(#[$doc:meta])* $name:ident: $project:expr, $arguments:expr;)+) => {
        $($(#[$doc])*
        #[test]
        fn $name() {
            let project: Project = $project;
            let file = concat!("cli/", stringify!($name), ".txt");
            let data = snapbox::Data::read_from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file), None);
            assert_data_eq!(project.transcript(&$arguments), data);
        })+
    };
}

/// The help of each subcommand that `selfe --help` lists, in `cli/help_NAME.txt`.
#[test]
fn every_subcommand_s_help() {
    let project = Project::empty();
    let help = project.transcript(&["--help"]);
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed.map_while(|line| line.split_whitespace().next());
    let names: Vec<&str> = names.filter(|name| *name != "help").collect();
    assert!(names.len() > 5, "{help}");
    for name in names {
        let file = format!("cli/help_{name}.txt");
        let data = snapbox::Data::read_from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file), None);
        assert_data_eq!(project.transcript(&[name, "--help"]), data);
    }
}

fn good() -> Project {
    Project::with(format!(
        "{SOURCES}
[sel4.config]
KernelPrinting = true
KernelX86Sel4Arch = 'x86_64'

[sel4.config.debug]
KernelDebugBuild = true

[sel4.config.pc99]
KernelMaxNumNodes = 2

[build.pc99.debug]
make_root_task = 'make'
root_task_image = 'out/root-task.elf'

[metadata]
name = 'shared'

[metadata.debug]
name = 'debug'
"
    ))
}

fn kernel(source: &str) -> Project {
    Project::with(format!(
        "[sel4]\nkernel = {source}\ntools = {{ path = 't' }}\nutil_libs = {{ path = 'u' }}\n[build.pc99]\n"
    ))
}

/// A project with the fixture kernel, for its platform and for one without a verified
/// configuration.
fn fixture(sel4: &str, rest: &str) -> Project {
    let project = Project::with(format!(
        "[sel4]\nkernel = {{ path = 'kernel' }}\ntools = {{ path = 't' }}\nutil_libs = {{ path = 'u' }}\n{sel4}\n{rest}\n\
         [build.fixture]\n[platform.fixture]\nimage = 'multiboot'\noptions.KernelPlatform = 'fixture'\n\
         sel4_arch.x86_64.options.KernelSel4Arch = 'x86_64'\n"
    ));
    support::copy(&support::fixture(), &project.dir().join("kernel"));
    project
}

transcripts! {
    help: Project::empty(), ["--help"];
    help_cache_prune: Project::empty(), ["cache", "prune", "--help"];
    help_cache_verify: Project::empty(), ["cache", "verify", "--help"];
    an_empty_cache: Project::empty(), ["cache"];
    a_cache_size_of_words: Project::empty(), ["cache", "prune", "--max-size", "much"];
    platforms: Project::empty(), ["platforms"];
    config_debug: good(), ["config", "-p", "pc99", "--sel4_arch", "x86_64"];
    config_release: good(), ["config", "--release", "--arch", "x86", "--sel4_arch", "ia32"];
    config_default: Project::empty(), ["config", "--sel4_arch", "aarch32"];
    verified: fixture("", ""), ["verified"];
    verified_for_one_platform: fixture("", ""), ["verified", "-p", "fixture"];
    verified_for_no_platform: fixture("", ""), ["verified", "-p", "pc99"];
    config_verified: fixture("verified = 'FIXTURE'", ""), ["config"];
    config_of_no_verified_configuration: fixture("", "[sel4.config]\nFixtureSeconds = 1"), ["config"];
    config_that_leaves_a_verified_configuration: fixture("verified = 'FIXTURE'", "[sel4.config.debug]\nFixtureSeconds = 1"), ["config"];
    no_such_verified_configuration: fixture("verified = 'FIXTURES'", ""), ["build"];
    verified_configuration_of_another_board: fixture("verified = 'FIXTURE_MCS'", ""), ["build"];
    no_file: Project::empty(), ["build"];
    not_utf_8: Project::with(b"[sel4]\n# gr\xf6\xdfer\n"), ["build"];
    malformed: Project::with("[sel4\nkernel = 1\n"), ["build"];
    unknown_key: kernel("{ path = 'k', brnch = 'x' }"), ["build"];
    a_float: Project::with(format!("{SOURCES}[sel4.config]\nKernelNumDomains = 1.5\n")), ["config"];
    an_array: Project::with(format!("{SOURCES}[sel4.config]\nKernelNumDomains = [1]\n")), ["simulate"];
    branch_and_tag: kernel("{ git = 'https://example.com/k', branch = 'b', tag = 't' }"), ["fetch"];
    unknown_platform: good(), ["build", "-p", "pc98"];
    platform_not_set_up: good(), ["build", "-p", "sabre"];
    unknown_arch: good(), ["build", "--arch", "x64"];
    unknown_sel4_arch: good(), ["build", "--sel4_arch", "x64"];
    arch_of_another_family: good(), ["build", "--arch", "arm", "--sel4_arch", "x86_64"];
    sel4_arch_of_another_platform: good(), ["build", "-p", "pc99", "--sel4_arch", "aarch64"];
    no_kernel_there: kernel("{ path = 'nosuch' }"), ["build", "--sel4_arch", "x86_64"];
    not_a_kernel: kernel("{ path = '.' }"), ["build", "--sel4_arch", "x86_64"];
    url_like_an_option: kernel("{ git = '--upload-pack=evil', tag = 't' }"), ["fetch"];
    tag_like_an_option: kernel("{ git = 'https://example.com/k', tag = '-t' }"), ["fetch"];
    locked_without_a_lock: kernel("{ git = 'file:///nowhere/seL4', tag = '15.0.0' }"), ["config", "--locked", "--sel4_arch", "x86_64"];
    update_of_no_such_source: kernel("{ git = 'file:///nowhere/seL4', tag = '15.0.0' }"), ["update", "kernle"];
    update_of_what_can_t_move: kernel("{ path = 'k' }"), ["update"];
    build_dir_is_set: Project::with(format!("{SOURCES}build_dir = 'built'\n[build.pc99]\n")), ["build", "--sel4_arch", "x86_64"];
    both_profiles: good(), ["build", "--debug", "--release"];
    no_command: good(), ["biuld"];
    a_timeout_of_nothing: good(), ["run", "--timeout", "0", "x"];
    a_timeout_of_words: good(), ["simulate", "--timeout", "soon"];
    no_such_root_task: good(), ["run", "nosuch"];
    not_an_elf_file: good(), ["run", "sel4.toml"];
    a_folder_as_root_task: good(), ["run", "."];
    doctor_for_no_platform: good(), ["doctor", "-p", "pc98"];
}

#[test]
fn sel4_config_path_serves_where_no_folder_has_a_file() {
    let project = good();
    let elsewhere = Project::empty();
    let mut command = elsewhere.command(&["config", "--sel4_arch", "x86_64"]);
    let said = elsewhere.transcript_of(command.env("SEL4_CONFIG_PATH", project.dir().join("sel4.toml")));
    assert!(said.contains("[metadata]") && said.contains("[exit code 0]"), "{said}");
    let said = elsewhere.transcript_of(command.env("SEL4_CONFIG_PATH", "nosuch.toml"));
    assert!(
        said.contains("SEL4_CONFIG_PATH names nosuch.toml") && said.contains("[exit code 2]"),
        "{said}"
    );
    // A file in the folder or above it comes first.
    let said = project.transcript_of(
        project
            .command(&["config", "--sel4_arch", "x86_64"])
            .env("SEL4_CONFIG_PATH", "nosuch"),
    );
    assert!(said.contains("[exit code 0]"), "{said}");
}

/// A project for the fixture kernel.
fn with_options() -> Project {
    let kernel = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture-kernel");
    Project::with(format!(
        "[sel4]\nkernel = {{ path = '{}' }}\n[sel4.config]\nFixtureSeconds = 1\nFixtureForced = true\nFixtureFial = true\n\
         KernelArch = 'x86'\n[build.fixture]\n\
         [platform.fixture]\nimage = 'multiboot'\nsel4_arch.x86_64.options.KernelSel4Arch = 'x86_64'\n",
        kernel.display()
    ))
}

#[test]
fn the_kernel_says_what_options_it_has() {
    let project = with_options();
    let said = |arguments: &[&str]| {
        let output = project.command(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let real = project.dir().canonicalize().unwrap();
        let kernel = support::fixture().canonicalize().unwrap();
        said.replace(&real.display().to_string(), "[DIR]")
            .replace(&kernel.display().to_string(), "[KERNEL]")
    };
    let own = |said: String| {
        said.lines()
            .skip_while(|line| !line.starts_with("option "))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    // The first command configures the kernel, once, and prints what it settled on.
    let config = own(said(&["config"]));
    assert_data_eq!(
        &config,
        str![[r#"
option                     asked for  settled on  asked by                   why it differs
CMAKE_BUILD_TYPE           Release    Release     selfe
FixtureFial                ON         -           sel4.toml:6 [sel4.config]  this kernel has no such option; did you mean FixtureFails?
FixtureForced              ON         OFF         sel4.toml:5 [sel4.config]  it needs FixtureAllows, so it is OFF
FixtureSeconds             1          1           sel4.toml:4 [sel4.config]
KernelSel4Arch             x86_64     x86_64      platform fixture
LibSel4FunctionAttributes  public     public      selfe
KernelArch                 x86        -           sel4.toml:7 [sel4.config]  decided by KernelSel4Arch since 11.0.0

This kernel is configured but not built yet: `selfe build` builds it.

Verified: no. There is no verified configuration for platform fixture. The nearest one for x86_64 is FIXTURE, for fixture. Besides the board,
this one differs from it:
  FixtureSeconds = 1, there 0
`selfe verified` lists all of them with their platforms.

"#]]
    );
    assert_data_eq!(
        said(&["options"]),
        str![[r#"
FixtureAllows  on or off; default OFF
    Other options are possible.

FixtureFails  on or off; default OFF
    The build fails.

FixtureFile  text
    A file that the kernel holds.

FixtureFiles  text
    Files that are joined.

FixtureForced  on or off; default OFF
    here OFF ([DIR]/sel4.toml:5:1)
    not available: it needs FixtureAllows
    Off, unless it is allowed.

FixtureFound  text; default [KERNEL]/kernel/main.c
    A file that is looked for.

FixturePace  one of slow, quick; default slow
    How the fixture walks: one of several ways.

FixtureSeconds  number; default 0
    here 1 ([DIR]/sel4.toml:4:1)
    How long a build takes, in seconds.

8 options of seL4 15.0.1-fixture for fixture (x86_64)

"#]]
    );
    assert_data_eq!(
        said(&["options", "WALK"]),
        str![[r#"
FixturePace  one of slow, quick; default slow
    How the fixture walks: one of several ways.

1 of 8 options of seL4 15.0.1-fixture for fixture (x86_64)

"#]]
    );
    assert!(said(&["options", "nosuch"]).contains("has `nosuch` in its name or description"));
    assert_eq!(own(said(&["config"])), config);
    let cache = project.0.path().join("cache");
    let entries = fs::read_dir(cache.join("configured")).unwrap();
    let kernels = entries.filter(|entry| entry.as_ref().unwrap().path().is_dir());
    // This one, and the verified one that it is compared to.
    assert_eq!(kernels.count(), 2);
    assert!(!cache.join("settled").exists());
}

#[test]
fn a_repository_that_can_t_be_reached() {
    let said = kernel("{ git = 'file:///nosuch/repository', tag = '1' }").transcript(&["fetch"]);
    assert!(
        said.contains("can't fetch file:///nosuch/repository") && said.contains("[exit code 4]"),
        "{said}"
    );
}

#[test]
fn a_tag_that_is_not_there() {
    let git = |dir: &Path, arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
            .args(arguments)
            .current_dir(dir);
        assert!(command.output().unwrap().status.success());
    };
    let repository = tempfile::tempdir().unwrap();
    git(repository.path(), &["init", "--quiet"]);
    git(
        repository.path(),
        &["commit", "--quiet", "--allow-empty", "--message", "m"],
    );
    git(repository.path(), &["tag", "1.0.0"]);
    let source = format!("{{ git = 'file://{}', tag = '1.0.1' }}", repository.path().display());
    let said = kernel(&source).transcript(&["fetch"]);
    assert!(
        said.contains("did you mean 1.0.0?") && said.contains("[exit code 2]"),
        "{said}"
    );
}

#[test]
fn a_missing_tool() {
    let project = kernel("{ path = 'k' }");
    let mut command = project.command(&["build", "--sel4_arch", "x86_64"]);
    let said = project.transcript_of(command.env("PATH", project.dir()));
    assert!(
        said.contains("the program `gcc` was not found") && said.contains("[exit code 3]"),
        "{said}"
    );
    let mut command = project.command(&["doctor"]);
    let said = project.transcript_of(command.env("PATH", project.dir()).env("LIBCLANG_PATH", project.dir()));
    assert!(
        said.contains("missing: git, cmake, ninja") && said.contains("[exit code 3]"),
        "{said}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_of_this_computer_is_run_as_it_is() {
    let project = Project::empty();
    let code = |arguments: &[&str]| project.command(arguments).status().unwrap().code();
    assert_eq!(code(&["run", "/bin/sh", "-c", "exit 7"]), Some(7));
    assert_eq!(code(&["run", "/bin/true", "--", "--nocapture"]), Some(0));
}

/// A build and the commands that follow from it: sel4.lock is written, used without git, protected
/// from changes, and updated. A platform's name that would lead out of `target/`, or onto the next
/// line of a message.
#[test]
fn a_platform_s_name_is_not_a_path() {
    let project = good();
    for name in [
        "../../x",
        "/x",
        "a/b",
        "a\\b",
        "..",
        "a\ncargo::rustc-cfg=b",
        "\u{1b}[2J",
    ] {
        let from_variable = project.transcript_of(project.command(&["build"]).env("SEL4_PLATFORM", name));
        let with_arch = ["build", "--sel4_arch", "x86_64", "-p", name];
        for said in [
            project.transcript(&["config", "-p", name]),
            project.transcript(&with_arch),
            from_variable,
        ] {
            let said = said.split_once('\n').map_or("", |(_, rest)| rest);
            assert!(
                said.contains("can't be the name of a platform") && said.contains("[exit code 2]"),
                "{said}"
            );
        }
    }
    assert!(!project.dir().join("target").exists());
    let project = Project::with("[sel4]\nkernel = { path = 'k' }\n[build.'../x']\n");
    let said = project.transcript(&["build"]);
    assert!(
        said.contains("sel4.toml:3:8") && said.contains("can't be the name of a platform"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    let project = Project::empty();
    pipe(&project.dir().join("sel4.toml"));
    let said = project.transcript(&["config"]);
    assert!(
        said.contains("sel4.toml: it is a pipe") && said.contains("[exit code 2]"),
        "{said}"
    );
    fs::remove_file(project.dir().join("sel4.toml")).unwrap();
    fs::create_dir(project.dir().join("sel4.toml")).unwrap();
    assert!(project.transcript(&["config"]).contains("sel4.toml: it is a folder"));
    let project = good();
    pipe(&project.dir().join("sel4.lock"));
    let said = project.transcript(&["config"]);
    assert!(
        said.contains("sel4.lock: it is a pipe") && said.contains("[exit code 2]"),
        "{said}"
    );
}

#[test]
fn a_locked_project() {
    let project = Project::empty();
    let repository = support::repository(&project.0.path().canonicalize().unwrap());
    let asks_for = |target: &str| {
        let kernel = format!("{{ git = 'file://{}', {target} }}", repository.display());
        let root_task = "[build.fixture.debug]\nroot_task_image = 'none'\n\
                         make_root_task = 'echo SELFE_LOCKED=$SELFE_LOCKED; exit 1'\n";
        let text = support::text(&kernel, "").replace("[build.fixture]\n", root_task);
        fs::write(project.dir().join("sel4.toml"), text).unwrap();
    };
    let head = || support::git(&repository, &["rev-parse", "HEAD"])[..12].to_owned();
    asks_for("branch = 'main'");
    let said = project.transcript(&["build", "--locked"]);
    assert!(
        said.contains("the entry `kernel` is missing") && said.contains("[exit code 2]"),
        "{said}"
    );
    let said = project.transcript(&["config"]);
    assert!(
        said.contains("[exit code 0]") && !project.dir().join("sel4.lock").exists(),
        "{said}"
    );
    // The root task, which can't be made, comes after the kernel.
    let said = project.transcript(&["build"]);
    assert!(
        said.contains("\nSELFE_LOCKED=\n") && said.contains("[exit code 5]"),
        "{said}"
    );
    let first = head();

    support::git(&repository, &["commit", "--quiet", "--allow-empty", "-m", "More"]);
    let said = project.transcript(&["config"]);
    assert!(said.contains(&format!(" branch main at {first}")), "{said}");
    // A git that only records that it was run.
    let bin = project.0.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("git"), "#!/bin/sh\necho git was run >&2\nexit 99\n").unwrap();
    fs::set_permissions(bin.join("git"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    for arguments in [&["build"][..], &["build", "--locked"], &["fetch"], &["config"]] {
        let said = project.transcript_of(project.command(arguments).env("PATH", &path));
        assert!(!said.contains("git was run") && !said.contains("exit code 2"), "{said}");
        assert_eq!(
            said.contains("\nSELFE_LOCKED=1\n"),
            arguments.contains(&"--locked"),
            "{said}"
        );
    }
    let said = project.transcript_of(project.command(&["update"]).env("PATH", &path));
    assert!(said.contains("git was run") && said.contains("[exit code 4]"), "{said}");

    let said = project.transcript(&["update", "--dry-run"]);
    assert!(
        said.contains(&format!("kernel: branch main: {first} -> {}\n", head())),
        "{said}"
    );
    assert_eq!(
        project.transcript(&["update", "-v"]),
        said.replace("--dry-run", "-v")
            .replace("nothing was written: this was a dry run\n", "")
    );
    let said = project.transcript(&["update"]);
    assert!(
        said.contains(&format!("kernel: branch main: {} (unchanged)\n", head())),
        "{said}"
    );

    asks_for("tag = '1.0'");
    let said = project.transcript_of(project.command(&["fetch"]).env("SELFE_LOCKED", "1"));
    assert!(said.contains("the entry `kernel` is for something else"), "{said}");
    let said = project.transcript_of(project.command(&["fetch"]).env("SELFE_LOCKED", "maybe"));
    assert!(
        said.contains("SELFE_LOCKED is `maybe`") && said.contains("[exit code 2]"),
        "{said}"
    );
}

/// As with `| head`, which closes the pipe when it has enough.
#[test]
fn a_closed_pipe_ends_it_quietly() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_selfe"));
    let output = command.arg("platforms").stdout(writer).output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_report_says_what_is_installed_and_not_whose_it_is() {
    let dir = tempfile::Builder::new().prefix("whose-").tempdir().unwrap();
    let text = "[sel4]\nkernel = { path = './whose-kernel' }\n[build.pc99]\n";
    std::fs::write(dir.path().join("sel4.toml"), text).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_selfe"))
        .args(["doctor", "--report", "--sel4_arch", "x86_64"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for row in [
        "| selfe | ",
        "| rustc | rustc 1.",
        "| platform | pc99 (x86_64) |",
        "| kernel | a folder |",
        "| git | ",
    ] {
        assert!(table.contains(row), "no `{row}` in {table}");
    }
    assert!(!table.contains("whose"), "{table}");
}
