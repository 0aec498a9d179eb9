//! Settings for the user's own work: none breaks or redirects a build, and those that say where
//! packages come from still apply.

mod support;

use selfe_config::cache::Cache;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::{Notes, build_with, copy, document, fixture, repository, tag};

/// The child's side: it builds with settings that the test chooses.
#[test]
fn child() {
    support::be_child();
}

/// Makes a wheel that stands for PyPI's package: its modules are empty.
const WHEEL: &str = r#"
import sys, zipfile
name, version, *modules = sys.argv[2:]
with zipfile.ZipFile(f"{sys.argv[1]}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    info = f"{name}-{version}.dist-info"
    files = {f"{module}.py": "" for module in modules}
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    for file, text in files.items():
        wheel.writestr(file, text)
"#;

/// What the scripts of every kernel import.
const MODULES: &[&str] = &["jinja2", "yaml", "lxml", "ply", "six", "future"];

fn python(arguments: &[&str]) -> Output {
    let output = Command::new("python3").arg("-I").args(arguments).output();
    output.unwrap_or_else(|error| panic!("python3: {error}"))
}

/// A folder of wheels with everything that a build installs, also as an index.
fn wheels(dir: &Path) -> PathBuf {
    let wheels = dir.join("simple/sel4-deps");
    fs::create_dir_all(&wheels).unwrap();
    let modules = ["jinja2", "yaml", "lxml", "ply", "six", "future", "past"];
    let arguments = [
        &["-c", WHEEL, wheels.to_str().unwrap(), "sel4_deps", "0.9.0"],
        &modules[..],
    ]
    .concat();
    let output = python(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let link = "<a href='sel4_deps-0.9.0-py3-none-any.whl'>sel4_deps-0.9.0-py3-none-any.whl</a>";
    fs::write(wheels.join("index.html"), link).unwrap();
    wheels
}

/// Whether this machine's Python can make environments.
fn makes_environments(test: &str) -> bool {
    let can = python(&["-c", "import ensurepip, venv"]).status.success();
    if !can {
        selfe_tests::skip(test, "the system's Python has no python3-venv");
    }
    can
}

/// A test's own environment, and the output of the script that installs into it, run in a user's
/// environment.
struct Installer {
    dir: tempfile::TempDir,
    wheels: PathBuf,
}

impl Installer {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let wheels = wheels(dir.path());
        let made = python(&["-m", "venv", dir.path().join("env").to_str().unwrap()]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        fs::create_dir_all(dir.path().join("home/.config/pip")).unwrap();
        // Files in the current folder are not modules of pip or Python.
        for module in ["pip.py", "six.py", "ast.py"] {
            fs::create_dir_all(dir.path().join("here")).unwrap();
            fs::write(
                dir.path().join("here").join(module),
                "raise SystemExit('taken from here')",
            )
            .unwrap();
        }
        Installer { dir, wheels }
    }

    /// Installs with these variables and this text of pip.conf; `[DIR]` in them is the test's
    /// folder.
    fn install(&self, variables: &[(&str, &str)], conf: &str) -> Output {
        let dir = self.dir.path().to_str().unwrap();
        let filled = |text: &str| text.replace("[DIR]", dir);
        fs::write(self.dir.path().join("home/.config/pip/pip.conf"), filled(conf)).unwrap();
        self.uninstall();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kernel/python/install.py");
        let mut command = Command::new(self.python());
        command.arg("-I").arg(script).arg("sel4-deps==0.9.0");
        command.current_dir(self.dir.path().join("here"));
        let ours =
            |name: &str| name.starts_with("PIP_") || name.starts_with("XDG_") || name.to_lowercase().contains("proxy");
        for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        command.env("HOME", self.dir.path().join("home"));
        command.envs(variables.iter().map(|(name, value)| (name, filled(value))));
        command.output().unwrap()
    }

    /// Run by hand: pip takes its time.
    fn uninstall(&self) {
        let lib = fs::read_dir(self.dir.path().join("env/lib")).unwrap();
        let packages = lib.map(|entry| entry.unwrap().path().join("site-packages"));
        for file in packages
            .flat_map(|dir| fs::read_dir(dir).unwrap())
            .map(|file| file.unwrap())
        {
            let name = file.file_name().into_string().unwrap();
            if name.starts_with("sel4_deps") {
                fs::remove_dir_all(file.path()).unwrap();
            } else if MODULES.iter().any(|module| name == format!("{module}.py")) {
                fs::remove_file(file.path()).unwrap();
            }
        }
        assert!(!self.imports());
    }

    fn python(&self) -> PathBuf {
        self.dir.path().join("env/bin/python3")
    }

    fn imports(&self) -> bool {
        let output = Command::new(self.python())
            .args(["-I", "-c", "import jinja2, six"])
            .output();
        output.unwrap().status.success()
    }

    fn assert_installs(&self, variables: &[(&str, &str)], conf: &str) {
        let output = self.install(variables, conf);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && self.imports(),
            "{variables:?} {conf:?}: {said}"
        );
    }
}

/// Settings that would make pip do something else, as a variable and as a line of pip.conf.
const DIVERTING: &[(&str, &str)] = &[
    ("user", "1"),
    ("target", "[DIR]/elsewhere"),
    ("prefix", "[DIR]/elsewhere"),
    ("root", "[DIR]/elsewhere"),
    ("dry-run", "1"),
    ("require-hashes", "1"),
    ("python", "/no/such/python"),
    ("constraint", "/no/such/file"),
    ("requirement", "/no/such/file"),
    ("editable", "[DIR]/nowhere"),
    ("no-binary", ":all:"),
    ("no-build-isolation", "0"),
    ("platform", "win32"),
    ("python-version", "2.7"),
    ("log", "/no/such/dir/log"),
    ("report", "/no/such/dir/report"),
    ("quiet", "3"),
    ("require-virtualenv", "1"),
];

#[test]
fn settings_of_pip_neither_break_nor_divert_the_environment() {
    if !makes_environments("settings::pip") {
        return;
    }
    let installer = Installer::new();
    let from = [("PIP_FIND_LINKS", "[DIR]/simple/sel4-deps"), ("PIP_NO_INDEX", "1")];
    let variable = |name: &str| format!("PIP_{}", name.to_uppercase().replace('-', "_"));
    let variables: Vec<(String, &str)> = DIVERTING.iter().map(|(name, value)| (variable(name), *value)).collect();
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    installer.assert_installs(&[&from[..], &variables].concat(), "");
    let lines: Vec<String> = DIVERTING
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    for section in ["global", "install"] {
        installer.assert_installs(&from, &format!("[{section}]\n{}", lines.join("\n")));
    }
    assert!(!installer.dir.path().join("elsewhere").exists());
}

#[test]
fn settings_of_python_and_the_locale_change_nothing_in_the_environment() {
    if !makes_environments("settings::python") {
        return;
    }
    let installer = Installer::new();
    let from = [("PIP_FIND_LINKS", "[DIR]/simple/sel4-deps"), ("PIP_NO_INDEX", "1")];
    let settings = [
        ("PYTHONHOME", "/no/such/folder"),
        ("PYTHONPATH", "[DIR]/here"),
        ("PYTHONSTARTUP", "[DIR]/here/pip.py"),
        ("PYTHONOPTIMIZE", "2"),
        ("PYTHONWARNINGS", "error"),
        ("PYTHONUTF8", "0"),
        ("PYTHONIOENCODING", "ascii"),
        ("PYTHONPLATLIBDIR", "nowhere"),
        ("PYTHONUSERBASE", "[DIR]/here"),
        ("VIRTUAL_ENV", "/no/such/environment"),
        ("CONDA_PREFIX", "/no/such/environment"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "nosuch"),
        ("CC", "/no/such/compiler"),
    ];
    installer.assert_installs(&[&from[..], &settings].concat(), "");
}

#[test]
fn mirrors_and_proxies_keep_working() {
    if !makes_environments("settings::mirrors") {
        return;
    }
    let installer = Installer::new();
    let nowhere = ("PIP_INDEX_URL", "file:///no/such/index");
    let index = format!("file://{}", installer.wheels.parent().unwrap().display());
    installer.assert_installs(&[("PIP_INDEX_URL", &index)], "");
    installer.assert_installs(&[nowhere, ("PIP_EXTRA_INDEX_URL", &index)], "");
    // As in pip: a variable overrides a file, and `install` overrides `global`.
    installer.assert_installs(
        &[("PIP_INDEX_URL", &index)],
        "[global]\nindex-url = file:///no/such/index",
    );
    installer.assert_installs(
        &[],
        &format!("[install]\nindex_url = {index}\n[global]\nindex-url = file:///no/such/index"),
    );
    installer.assert_installs(
        &[("PIP_NO_INDEX", "1")],
        "[global]\nfind-links =\n    [DIR]/nowhere\n    [DIR]/simple/sel4-deps",
    );
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let (told, hears) = std::sync::mpsc::channel();
    // Without a caller it ends with the test program.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = [0; 64];
            let read = stream.read(&mut line).unwrap();
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = told.send(String::from_utf8_lossy(&line[..read]).into_owned());
        }
    });
    let settings = [
        ("PIP_INDEX_URL", "http://index.invalid/simple"),
        ("PIP_TRUSTED_HOST", "index.invalid"),
        ("PIP_RETRIES", "0"),
        ("http_proxy", &proxy),
    ];
    let output = installer.install(&settings, "");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let asked = hears.try_recv().unwrap_or(said);
    assert!(
        asked.starts_with("GET http://index.invalid/simple/sel4-deps/"),
        "{asked}"
    );
}

#[test]
fn a_file_that_pip_can_t_read_is_named() {
    if !makes_environments("settings::broken_file") {
        return;
    }
    let installer = Installer::new();
    let output = installer.install(&[], "user = true\n");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("home/.config/pip/pip.conf"),
        "{said}"
    );
    assert!(said.contains("error: pip can't read its settings"), "{said}");
}

#[test]
fn a_build_makes_its_environment_in_spite_of_them_and_leaves_nothing_behind() {
    let has_packages = python(&["-c", "import jinja2, yaml, lxml, ply"]).status.success();
    if has_packages {
        return selfe_tests::skip("settings::build", "the system's Python has the packages");
    }
    if !makes_environments("settings::build") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let kernel = dir.path().join("kernel");
    copy(&fixture(), &kernel);
    fs::create_dir_all(kernel.join("tools/python-deps")).unwrap();
    let wheels = wheels(dir.path());
    let temporary = dir.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let kernel = format!("{{ path = '{}' }}", kernel.display());
    let build = |python: &str| {
        let mut command = support::child(&dir.path().join("cache"), &kernel, "");
        for name in ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"] {
            command.env_remove(name);
        }
        command
            .env("PIP_FIND_LINKS", &wheels)
            .env("PIP_NO_INDEX", "1")
            .env("TMPDIR", &temporary);
        command.envs([
            ("PIP_USER", "1"),
            ("PYTHONHOME", "/no/such/folder"),
            ("PYTHONWARNINGS", "error"),
        ]);
        // A Python in another place is the same Python.
        let bin = dir.path().join(python);
        fs::create_dir_all(&bin).unwrap();
        let real = python_s_own_file();
        fs::write(bin.join("python3"), format!("#!/bin/sh\nexec {real} \"$@\"\n")).unwrap();
        fs::set_permissions(bin.join("python3"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let path = [bin].into_iter().chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(path).unwrap());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    build("first");
    build("second");
    let environments: Vec<PathBuf> = fs::read_dir(dir.path().join("cache/python"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    let [environment] = &environments[..] else {
        panic!("two Pythons of one version have an environment each: {environments:?}")
    };
    let marker = fs::read_to_string(environment.join("complete.toml")).unwrap();
    assert!(
        marker.contains("first/python3") && marker.contains("version = "),
        "{marker}"
    );
    assert!(!environment.join("tmp").exists());
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
}

fn python_s_own_file() -> String {
    let output = python(&["-c", "import sys; print(sys.executable, end='')"]);
    String::from_utf8(output.stdout).unwrap()
}

/// Settings that people use for their own work with the tools of a build.
const OF_TOOLS: &[&str] = &[
    "AR AS ASM CC CXX LD NM OBJCOPY RANLIB STRIP",
    "ASMFLAGS CFLAGS CPPFLAGS CXXFLAGS LDFLAGS CPATH C_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX",
    "CCC_OVERRIDE_OPTIONS DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES SOURCE_DATE_EPOCH",
    "CMAKE_ASM_COMPILER_LAUNCHER CMAKE_BUILD_TYPE CMAKE_CONFIG_TYPE CMAKE_C_COMPILER_LAUNCHER CMAKE_C_LINKER_LAUNCHER",
    "CMAKE_GENERATOR CMAKE_GENERATOR_PLATFORM CMAKE_GENERATOR_TOOLSET CMAKE_PREFIX_PATH CMAKE_TOOLCHAIN_FILE",
    "CMAKE_BUILD_PARALLEL_LEVEL CMAKE_EXPORT_COMPILE_COMMANDS CMAKE_INCLUDE_PATH CMAKE_PROGRAM_PATH seL4_DIR seL4_ROOT",
    "GNUMAKEFLAGS MAKEFILES MAKEFLAGS MFLAGS NINJA_STATUS ARCH CROSS_COMPILE CROSS_COMPILER_PREFIX LLVM O V TRIPLE",
    "CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR RUSTC RUSTC_WRAPPER RUSTFLAGS",
    "CONDA_PREFIX PYTHONHOME PYTHONOPTIMIZE PYTHONPATH PYTHONSTARTUP PYTHONWARNINGS VIRTUAL_ENV",
    "BASH_ENV CDPATH ENV GREP_OPTIONS IFS LANG LANGUAGE LC_ALL LC_MESSAGES POSIXLY_CORRECT TERM TZ",
    "XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR HOME USER TMPDIR",
    "QEMU_BINARY QEMU_DTB QEMU_DTS QEMU_MACHINE KernelPlatform KernelSel4Arch",
];

#[test]
fn settings_of_the_tools_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let kernel = tag(&repository(dir.path()), "1.0");
    let cache = dir.path().join("cache");
    let build = |settings: &[(&str, &str)]| {
        let mut command = support::child(&cache, &kernel, "");
        command.envs(settings.iter().copied());
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{settings:?}: {said}");
    };
    let names: Vec<&str> = OF_TOOLS.iter().flat_map(|line| line.split(' ')).collect();
    let all: Vec<(&str, &str)> = names.iter().map(|name| (*name, "/no/such/thing")).collect();
    build(&all);
    let notes = Notes::default();
    build_with(&Cache::at(&cache).unwrap(), &document(&kernel, ""), &notes).unwrap();
    assert_eq!(notes.lines(), Vec::<String>::new(), "the same build serves");
    // Where dots and letters have another meaning.
    build(&[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")]);
}

#[test]
fn the_file_mode_mask_changes_nothing() {
    for mask in ["077", "000"] {
        let dir = tempfile::tempdir().unwrap();
        let kernel = tag(&repository(dir.path()), "1.0");
        let child = support::child(&dir.path().join("cache"), &kernel, "");
        let mut command = Command::new("sh");
        command.args(["-c", "umask $0 && exec \"$@\"", mask]);
        command.arg(child.get_program()).args(child.get_args());
        let set = child.get_envs().filter_map(|(name, value)| Some((name, value?)));
        let output = command.envs(set).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "umask {mask}: {said}");
        let made = fs::read_dir(dir.path().join("cache/build")).unwrap().count();
        assert!(made > 0, "umask {mask}: nothing was built");
    }
}
