//! Boots of the real kernel with small root tasks in C: what `selfe` makes of each way of ending a
//! run.

use selfe_config::kernel::Manifest;
use selfe_tests::{Run, has_sources, run, skip};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A root task that ends in the way that it was compiled for: `ENDING`.
const ROOT_TASK: &str = r#"
#include <sel4/sel4.h>
static void print(const char *s) { for (; *s; s++) seL4_DebugPutChar(*s); }
void __assert_fail(const char *a, const char *b, int c, const char *d) { for (;;); }
char *strcpy(char *to, const char *from) { char *at = to; while ((*at++ = *from++)); return to; }
#ifdef KEY
__attribute__((section(".note.selfe"), used, aligned(4)))
static const struct { unsigned n, d, t; char name[8]; char key[64]; } note = { 6, 64, 1, "selfe", KEY };
#endif
__attribute__((used, aligned(16))) char stack[65536];
void start(void) {
    print("hello from C\n");
    ENDING
    for (;;) seL4_Yield();
}
__asm__(".globl _start\n_start: lea stack+65536(%rip), %rsp\ncall start\n");
"#;

const EXIT_3: &str = r#"print("\033]selfe;exit=3\007");"#;

struct Project {
    dir: tempfile::TempDir,
    manifest: Manifest,
}

/// The kernel build of the default configuration; without it the test is skipped.
fn manifest(test: &str) -> Option<Manifest> {
    static MANIFEST: OnceLock<Manifest> = OnceLock::new();
    for tool in ["gcc", "cmake", "ninja", "qemu-system-x86_64"] {
        if let Err(missing) = selfe_config::tools::find(tool) {
            skip(test, &missing.to_string());
            return None;
        }
    }
    if !has_sources(test) {
        return None;
    }
    Some(
        MANIFEST
            .get_or_init(|| {
                use selfe_config::model::{Arch, Document, Platform, SeL4Arch};
                let (document, platform) = (Document::embedded(), Platform("pc99".to_owned()));
                let config = document
                    .contextualize(Arch::X86, SeL4Arch::X86_64, true, &platform)
                    .unwrap();
                let cache = selfe_config::cache::Cache::open().unwrap();
                let data = document.platform(&platform).unwrap();
                selfe_config::build::build(&cache, &config, data, &selfe_config::progress::Silent)
                    .unwrap()
                    .manifest
            })
            .clone(),
    )
}

impl Project {
    /// A project with that root task; `extra` is appended to its sel4.toml.
    fn new(test: &str, ending: &str, key: bool, extra: &str) -> Option<Self> {
        let manifest = manifest(test)?;
        let project = Project {
            // Both characters have a meaning in QEMU's own syntax.
            dir: tempfile::Builder::new().prefix("a project, ").tempdir().unwrap(),
            manifest,
        };
        fs::write(project.path("root.c"), ROOT_TASK.replace("ENDING", ending)).unwrap();
        let default = selfe_config::model::document::DEFAULT_TEXT;
        let build = "[build.pc99.debug]\nmake_root_task = 'sh make.sh'\nroot_task_image = 'root.elf'";
        let text = default.replace("[build.pc99]", build) + extra;
        fs::write(project.path("sel4.toml"), text).unwrap();
        let includes: Vec<String> = project
            .manifest
            .include_dirs
            .iter()
            .map(|dir| format!("-I'{}'", dir.display()))
            .collect();
        let key = if key {
            format!("-DKEY='\"{}\"'", project.manifest.key)
        } else {
            String::new()
        };
        let make = format!(
            "test \"$SEL4_PLATFORM $SEL4_OVERRIDE_ARCH $SEL4_OVERRIDE_SEL4_ARCH\" = 'pc99 x86 x86_64' || exit 9\n\
             test -f \"$SEL4_CONFIG_PATH\" || exit 8\necho this is no result\n\
             exec gcc -O1 -w -ffreestanding -fno-stack-protector -fno-pic -nostdlib -static -no-pie {} {key} root.c '{}' -o root.elf\n",
            includes.join(" "),
            project.manifest.libsel4.display()
        );
        fs::write(project.path("make.sh"), make).unwrap();
        Some(project)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn selfe(&self, arguments: &[&str]) -> Run {
        self.selfe_in(self.dir.path(), arguments)
    }

    fn selfe_in(&self, dir: &Path, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_selfe"));
        command
            .args(arguments)
            .current_dir(dir)
            .env_remove("SEL4_CONFIG_PATH")
            .env_remove("SEL4_PLATFORM");
        run(&mut command)
    }
}

#[test]
fn the_root_task_s_code_is_passed_on() {
    let Some(project) = Project::new("the_root_task_s_code_is_passed_on", EXIT_3, true, "") else {
        return;
    };
    let below = project.path("src");
    fs::create_dir(&below).unwrap();
    let run = project.selfe_in(&below, &["simulate", "--timeout", "60"]);
    assert_eq!(run.code, Some(3), "{}{}", run.out, run.err);
    assert!(
        run.out.contains("hello from C\n") && !run.out.contains("selfe;exit"),
        "{}",
        run.out
    );
    assert!(!run.err.contains("terminating"), "{}", run.err);

    let run = project.selfe(&["build"]).success();
    let lines: Vec<&Path> = run.out.lines().map(Path::new).collect();
    assert_eq!(lines[0], project.manifest.build_dir);
    assert!(
        lines.len() == 3 && lines[1..].iter().all(|path| path.is_file()),
        "{}",
        run.out
    );
    assert!(
        lines[1].ends_with("target/sel4/x86_64/pc99/debug/kernel.elf"),
        "{}",
        run.out
    );

    let run = project.selfe_in(
        Path::new("/"),
        &["run", "--timeout", "60", project.path("root.elf").to_str().unwrap()],
    );
    assert_eq!(run.code, Some(3), "{}{}", run.out, run.err);
}

#[test]
fn a_root_task_without_end_is_stopped() {
    let Some(project) = Project::new("a_root_task_without_end_is_stopped", "", false, "") else {
        return;
    };
    let run = project.selfe(&["simulate", "--timeout", "4"]);
    assert_eq!(run.code, Some(124), "{}{}", run.out, run.err);
    assert!(run.out.contains("hello from C"), "{}", run.out);
    // It has no note about its kernel.
    let run = project.selfe(&["run", "root.elf"]);
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("does not say which kernel"), "{}", run.err);
}

#[test]
fn a_fault_ends_the_run() {
    let Some(project) = Project::new("a_fault_ends_the_run", "*(volatile int *)16 = 1;", false, "") else {
        return;
    };
    let began = Instant::now();
    let run = project.selfe(&["simulate", "--timeout", "60"]);
    assert_eq!(run.code, Some(6), "{}{}", run.out, run.err);
    assert!(run.err.contains("\"rootserver\""), "{}", run.err);
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[test]
fn the_kernel_s_halt_ends_the_run() {
    let Some(project) = Project::new("the_kernel_s_halt_ends_the_run", "seL4_DebugHalt();", false, "") else {
        return;
    };
    let run = project.selfe(&["simulate", "--timeout", "60"]);
    assert_eq!(run.code, Some(6), "{}{}", run.out, run.err);
    assert!(
        run.err
            .contains("the kernel halted: Debug halt syscall from user thread"),
        "{}",
        run.err
    );
}

/// Pages of the root task in addition to its own few.
fn with_pages(count: usize) -> String {
    format!("static volatile char more[{count} * 4096]; more[0] = 1; {EXIT_3}")
}

#[test]
fn a_boot_that_fails_is_told_with_the_kernel_s_reason() {
    let test = "a_boot_that_fails_is_told_with_the_kernel_s_reason";
    // There is a slot for each page, but none for what follows.
    let Some(project) = Project::new(test, &with_pages(4030), false, "") else {
        return;
    };
    let run = project.selfe(&["simulate", "--timeout", "60"]);
    assert_eq!(run.code, Some(6), "{}{}", run.out, run.err);
    for words in [
        "error: the kernel did not boot: ERROR: can't add another cap, all 4096 (=2^",
        "help: raise KernelRootCNodeSizeBits",
    ] {
        assert!(run.err.contains(words), "no `{words}` in {}", run.err);
    }
}

#[test]
fn what_can_t_boot_is_refused_before_it_does() {
    let test = "what_can_t_boot_is_refused_before_it_does";
    let Some(project) = Project::new(test, &with_pages(5000), true, "") else {
        return;
    };
    for arguments in [&["build"][..], &["simulate"], &["run", "root.elf"]] {
        let run = project.selfe(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}{}", run.out, run.err);
        assert!(
            run.err.contains("KernelRootCNodeSizeBits = 13"),
            "{arguments:?}: {}",
            run.err
        );
        assert_eq!(run.out, "", "QEMU was started");
    }
    let Some(project) = Project::new(test, &with_pages(1000), true, "") else {
        return;
    };
    project.selfe(&["build"]).success();
    let run = project.selfe(&["run", "--qemu", "-m", "--qemu", "4", "root.elf"]);
    assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
    assert!(run.err.contains("`-m 4` has no room"), "{}", run.err);
}

/// At once, while the image is packed or QEMU is asked about its CPU; and while the root task runs.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_leaves_nothing_behind() {
    use std::io::{BufRead, BufReader};
    let Some(project) = Project::new("a_signal_leaves_nothing_behind", "", true, "") else {
        return;
    };
    project.selfe(&["build"]).success();
    let temporary = project.path("temporary");
    fs::create_dir(&temporary).unwrap();
    let start = || {
        // Under `nohup` and the like a signal is ignored, and selfe leaves it ignored.
        Command::new("env")
            .args(["--default-signal", env!("CARGO_BIN_EXE_selfe")])
            .args(["run", "--timeout", "60", "root.elf"])
            .current_dir(project.dir.path())
            .env("TMPDIR", &temporary)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let left = || fs::read_dir(&temporary).unwrap().count();
    let is_running = || {
        let lines = fs::read_dir("/proc").unwrap().flatten();
        let lines = lines.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
        let place = temporary.to_str().unwrap().replace(',', ",,");
        lines
            .into_iter()
            .any(|line| String::from_utf8_lossy(&line).contains(&place))
    };
    for (signal, code) in [
        ("INT", Some(130)),
        ("TERM", Some(143)),
        ("HUP", Some(129)),
        ("KILL", None),
    ] {
        for moment in [0, 20, 60, 150, u64::MAX] {
            let mut selfe = start();
            let out = selfe.stdout.take().unwrap();
            if moment == u64::MAX {
                let mut lines = BufReader::new(out).lines();
                assert!(lines.any(|line| line.unwrap().contains("hello from C")));
            } else {
                // Timing is not checked: whatever selfe is doing then, the rest holds.
                std::thread::sleep(Duration::from_millis(moment));
            }
            // Before its own first instruction a signal has the same effect as on any program.
            let has_begun = moment == u64::MAX;
            let kill = Command::new("kill")
                .args(["-s", signal, &selfe.id().to_string()])
                .status();
            assert!(kill.unwrap().success());
            let ended = selfe.wait().unwrap();
            assert!(!has_begun || ended.code() == code, "{signal} at {moment}: {ended}");
            if signal != "KILL" {
                assert_eq!(left(), 0, "{signal} at {moment}");
            }
            let patience = Instant::now();
            while is_running() && patience.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(20));
            }
            assert!(!is_running(), "QEMU outlives {signal} at {moment}");
        }
    }
    assert_ne!(
        left(),
        0,
        "a killed process can't tidy up; or this test does not see what it left"
    );
    let mut next = start();
    let mut lines = BufReader::new(next.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("hello from C")));
    assert_eq!(left(), 1, "the next run removes what the killed ones left");
    next.kill().unwrap();
    next.wait().unwrap();
}

#[test]
fn a_kernel_that_shows_nothing_is_announced() {
    let silent = "\n[sel4.config.pc99]\nKernelPrinting = false\nKernelDebugBuild = false\n";
    let Some(project) = Project::new("a_kernel_that_shows_nothing_is_announced", "", false, silent) else {
        return;
    };
    let run = project.selfe(&["simulate", "--timeout", "4"]);
    assert_eq!(run.code, Some(124), "{}{}", run.out, run.err);
    assert!(run.err.contains("KernelPrinting is off"), "{}", run.err);
}

#[test]
fn a_cpu_on_which_the_kernel_would_hang_is_refused() {
    let Some(project) = Project::new("a_cpu_on_which_the_kernel_would_hang_is_refused", EXIT_3, true, "") else {
        return;
    };
    let run = project.selfe(&["simulate", "--", "-cpu", "Nehalem"]);
    assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
    for words in [
        "`Nehalem`",
        "KernelFSGSBase = \"msr\"",
        "KernelHugePage = false",
        "KernelFPU = \"FXSAVE\"",
    ] {
        assert!(run.err.contains(words), "{words} is missing in {}", run.err);
    }
    assert_eq!(run.out, "", "QEMU was started");
}

#[test]
fn a_root_task_of_another_kernel_or_computer_is_refused() {
    let Some(project) = Project::new("a_root_task_of_another_kernel_or_computer_is_refused", EXIT_3, true, "") else {
        return;
    };
    let make = fs::read_to_string(project.path("make.sh")).unwrap();
    let quoted = |key: &str| format!("\"{key}\"");
    fs::write(
        project.path("make.sh"),
        make.replace(&quoted(&project.manifest.key), &quoted(&"0".repeat(64))),
    )
    .unwrap();
    let run = project.selfe(&["build"]);
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("was linked for another kernel build"), "{}", run.err);
    let run = project.selfe(&["run", "root.elf"]);
    assert_eq!(run.code, Some(6), "{}", run.err);
    assert!(run.err.contains("is not in the cache"), "{}", run.err);

    let make = |line: &str| fs::write(project.path("make.sh"), line).unwrap();
    for (line, words) in [
        ("gcc -x c -c - -m32 -o root.elf </dev/null", "a program for ia32"),
        ("cp /bin/sh root.elf", "dynamically linked"),
        ("cp make.sh root.elf", "not an ELF file"),
        ("head -c 100 /bin/sh >root.elf", "damaged ELF file"),
        ("rm -f root.elf", "there is no root task at"),
    ] {
        make(line);
        let run = project.selfe(&["simulate"]);
        assert_eq!(run.code, Some(2), "{line}: {}", run.err);
        assert!(run.err.contains(words), "{line}: {}", run.err);
    }
    make("echo no compiler today; exit 3");
    let run = project.selfe(&["build"]);
    assert_eq!(run.code, Some(5), "{}", run.err);
    assert!(
        run.err.contains("`make_root_task` failed") && run.err.contains("no compiler today"),
        "{}",
        run.err
    );
}

/// `objcopy` is not needed to make the image, but is a good judge of it.
#[test]
fn the_kernel_s_image_is_what_objcopy_makes() {
    let test = "the_kernel_s_image_is_what_objcopy_makes";
    let Some(project) = Project::new(test, EXIT_3, true, "") else {
        return;
    };
    let Ok(objcopy) = selfe_config::tools::find("objcopy") else {
        return skip(test, "there is no objcopy");
    };
    let run = project.selfe(&["build"]).success();
    let theirs = project.path("objcopy.elf");
    let kernel = project.manifest.kernel_elf.as_ref().unwrap();
    let status = Command::new(objcopy)
        .args(["-O", "elf32-i386"])
        .arg(kernel)
        .arg(&theirs)
        .status()
        .unwrap();
    assert!(status.success());
    let segments = |path: &Path| {
        use object::read::elf::{FileHeader, ProgramHeader};
        let data = fs::read(path).unwrap();
        let header = object::elf::FileHeader32::<object::LittleEndian>::parse(&*data).unwrap();
        let e = object::LittleEndian;
        let segments = header.program_headers(e, &*data).unwrap().iter().map(|s| {
            // The first segment contains the headers, and so the places of the sections.
            let content = s.data(e, &*data).unwrap();
            let content = if s.p_offset(e) == 0 {
                content[232..].to_vec()
            } else {
                content.to_vec()
            };
            (
                s.p_offset(e),
                s.p_vaddr(e),
                s.p_paddr(e),
                s.p_memsz(e),
                s.p_flags(e),
                content,
            )
        });
        (header.e_entry(e), header.e_machine(e), segments.collect::<Vec<_>>())
    };
    let ours = run.out.lines().nth(1).unwrap();
    assert!(segments(Path::new(ours)) == segments(&theirs));
}

/// Tests of a crate that depends on selfe-sys contain the note of its kernel, but are not root
/// tasks.
#[test]
fn a_program_of_this_computer_is_run_here() {
    const HOSTED: &str = r#"
#include <stdio.h>
__attribute__((section(".note.selfe"), used, aligned(4)))
static const struct { unsigned n, d, t; char name[8]; char key[64]; } note = { 6, 64, 1, "selfe", KEY };
int main(int count, char **words) { for (int i = 1; i < count; i++) puts(words[i]); return 7; }
"#;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("hosted.c"), HOSTED).unwrap();
    if selfe_config::tools::find("gcc").is_err() {
        skip("a_program_of_this_computer_is_run_here", "there is no gcc");
        return;
    }
    let key = format!("-DKEY=\"{}\"", "0".repeat(64));
    let selfe = |arguments: &[&str]| {
        run(Command::new(env!("CARGO_BIN_EXE_selfe"))
            .args(arguments)
            .current_dir(dir.path()))
    };
    for (way, name) in [
        ("-pie", "pie"),
        ("-no-pie", "fixed"),
        ("-static", "static"),
        ("-static-pie", "static_pie"),
    ] {
        let mut gcc = Command::new("gcc");
        gcc.args(["-w", "-fPIE", &key, way, "hosted.c", "-o", name])
            .current_dir(dir.path());
        run(&mut gcc).success();
        let words = ["--timeout", "none", "--help", "-v", "--", "last"];
        let ran = selfe(&[&["run", "--timeout", "60", name], &words[..]].concat());
        assert_eq!(ran.code, Some(7), "{way}: {}", ran.err);
        assert_eq!(ran.out.lines().collect::<Vec<_>>(), words, "{way}");
    }
    // A root task whose build script does not set the link arguments: nothing on this computer
    // could start it.
    fs::write(
        dir.path().join("root.c"),
        HOSTED.replace("int main", "int _start").replace("puts(words[i])", ""),
    )
    .unwrap();
    let mut gcc = Command::new("gcc");
    gcc.args(["-w", "-fPIE", &key, "-pie", "-nostdlib", "root.c", "-o", "root"])
        .current_dir(dir.path());
    run(&mut gcc).success();
    assert_ne!(selfe(&["run", "root"]).code, Some(7));
}
