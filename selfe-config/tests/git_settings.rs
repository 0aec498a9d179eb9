//! The user's git settings decide how a repository is reached, but do not affect the files from it.

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{git, repository};

/// A repository with everything that settings can alter: line endings, keywords, programs, links,
/// and attributes of its own.
fn kernel(dir: &Path) -> PathBuf {
    let kernel = repository(dir);
    fs::write(kernel.join("dos.txt"), "one\r\ntwo\r\n").unwrap();
    fs::write(kernel.join("ident.c"), "/* $Id$ */\n").unwrap();
    fs::write(kernel.join("program.sh"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(kernel.join("program.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("ident.c", kernel.join("link.c")).unwrap();
    git(&kernel, &["-c", "core.autocrlf=false", "add", "-A"]);
    git(&kernel, &["commit", "--quiet", "-m", "Files that settings alter"]);
    // Added after the files, so that these are committed unchanged.
    let attributes = "*.c ident text eol=crlf\n*.txt text\n*.sh filter=lfs\n*.md export-ignore\n";
    fs::write(kernel.join(".gitattributes"), attributes).unwrap();
    git(&kernel, &["add", ".gitattributes"]);
    git(&kernel, &["commit", "--quiet", "-m", "Attributes"]);
    git(&kernel, &["tag", "altered"]);
    kernel
}

/// Every file of the commit: its mode, its name and the id of its bytes.
fn expected(kernel: &Path) -> Vec<String> {
    let listed = git(kernel, &["ls-tree", "-r", "altered"]);
    listed.lines().map(|line| line.replace(" blob ", " ")).collect()
}

/// The same for a folder, as git computes it from the bytes.
fn found(kernel: &Path, dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(dir.join(&folder)).unwrap() {
            let below = folder.join(entry.unwrap().file_name());
            let path = dir.join(&below);
            let meta = fs::symlink_metadata(&path).unwrap();
            if meta.is_dir() {
                folders.push(below);
                continue;
            }
            if below == Path::new("complete.toml") {
                continue;
            }
            let bytes = match meta.is_symlink() {
                true => fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(),
                false => fs::read(&path).unwrap(),
            };
            let copy = kernel.parent().unwrap().join("bytes");
            fs::write(&copy, bytes).unwrap();
            let id = git(kernel, &["hash-object", "--no-filters", &copy.display().to_string()]);
            let mode = match (meta.is_symlink(), meta.permissions().mode() & 0o100) {
                (true, _) => "120000",
                (_, 0) => "100644",
                _ => "100755",
            };
            found.push(format!("{mode} {id}\t{}", below.display()));
        }
    }
    found.sort_by_key(|line| line.split_once('\t').unwrap().1.to_owned());
    found
}

/// The output of `selfe fetch` and the kernel's folder, with a global configuration of git and some
/// variables.
fn fetch(dir: &Path, source: &str, config: &str, variables: &[(&str, &str)]) -> Result<PathBuf, String> {
    let project = dir.join("project");
    fs::create_dir_all(&project).unwrap();
    for left in ["cache", "project/sel4.lock"] {
        let _ = fs::remove_dir_all(dir.join(left)).or_else(|_| fs::remove_file(dir.join(left)));
    }
    let text = support::text(source, "");
    fs::write(project.join("sel4.toml"), text).unwrap();
    fs::write(dir.join("gitconfig"), config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfe"));
    command.args(["fetch", "-p", "fixture"]).current_dir(&project);
    command.env("SELFE_CACHE_DIR", dir.join("cache"));
    command.env("GIT_CONFIG_GLOBAL", dir.join("gitconfig"));
    command.env_remove("SEL4_CONFIG_PATH").env_remove("SELFE_LOCKED");
    command.envs(variables.iter().copied()).stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout) + &text(&output.stderr);
    let line = said.lines().find_map(|line| line.strip_prefix("kernel "));
    match line {
        Some(path) if output.status.success() => Ok(PathBuf::from(path.trim())),
        _ => Err(format!("{}\n{said}", output.status)),
    }
}

#[test]
fn no_setting_alters_a_file_or_runs_a_program() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let kernel = kernel(dir);
    let expected = expected(&kernel);
    assert!(expected.len() > 10, "{expected:?}");
    let ran = dir.join("ran");
    let template = dir.join("template");
    for folder in ["template/hooks", "template/info", "xdg/git"] {
        fs::create_dir_all(dir.join(folder)).unwrap();
    }
    let hook = format!("#!/bin/sh\necho \"$0\" >>'{}'\ncat\n", ran.display());
    for name in [
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "pre-auto-gc",
    ] {
        let path = template.join("hooks").join(name);
        fs::write(&path, &hook).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let attributes = "* text eol=crlf filter=evil\n";
    for path in ["attributes", "template/info/attributes", "xdg/git/attributes"] {
        fs::write(dir.join(path), attributes).unwrap();
    }
    let at = |name: &str| dir.join(name).display().to_string();
    let program = template.join("hooks/post-checkout").display().to_string();
    let filter = format!("[filter \"evil\"]\nsmudge = {program}\nclean = {program}\nrequired = true\n");
    let setting = |section: &str, line: &str| format!("[{section}]\n{line}\n");
    let (template, xdg) = (at("template"), at("xdg"));
    let parameters = "'core.autocrlf=true' 'core.eol=crlf'";
    let none: &[(&str, &str)] = &[];
    let of_xdg = [("XDG_CONFIG_HOME", &xdg[..])];
    let of_template = [("GIT_TEMPLATE_DIR", &template[..])];
    let of_parameters = [("GIT_CONFIG_PARAMETERS", parameters)];
    let settings: Vec<(String, &[(&str, &str)])> = vec![
        (String::new(), none),
        (setting("core", &format!("attributesFile = {}", at("attributes"))), none),
        (
            filter.clone() + &setting("core", &format!("attributesFile = {}", at("attributes"))),
            none,
        ),
        (filter.clone(), &of_xdg),
        (
            setting(
                "filter \"lfs\"",
                &format!("smudge = {program}\nprocess = {program}\nrequired = true"),
            ),
            none,
        ),
        (setting("core", "autocrlf = true\neol = crlf\nsafecrlf = true"), none),
        (setting("core", &format!("hooksPath = {template}/hooks")), none),
        (setting("init", &format!("templateDir = {template}")), none),
        (filter, &of_template),
        (setting("core", &format!("fsmonitor = {program}")), none),
        (
            setting("core", "symlinks = false\nfileMode = false\nignoreCase = true"),
            none,
        ),
        (setting("core", "worktree = /no/such/folder"), none),
        (
            setting("core", "bare = false\nsparseCheckout = true\nquotePath = true"),
            none,
        ),
        (
            setting("core", "sharedRepository = 0600\nlogAllRefUpdates = always"),
            none,
        ),
        (setting("submodule", "recurse = true"), none),
        (
            setting(
                "fetch",
                "recurseSubmodules = true\nprune = true\nall = true\nwriteCommitGraph = true",
            ),
            none,
        ),
        (setting("transfer", "fsckObjects = true"), none),
        (
            setting("init", "defaultObjectFormat = sha256\ndefaultRefFormat = reftable"),
            none,
        ),
        (setting("safe", "bareRepository = explicit"), none),
        (setting("clone", "defaultRemoteName = other"), none),
        (setting("color", "ui = always") + &setting("core", "abbrev = 4"), none),
        (String::new(), &[("GIT_DEFAULT_HASH", "sha256")]),
        (String::new(), &[("GIT_DEFAULT_REF_FORMAT", "reftable")]),
        (
            String::new(),
            &[
                ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_KEY_0", "core.autocrlf"),
                ("GIT_CONFIG_VALUE_0", "true"),
            ],
        ),
        (String::new(), &of_parameters),
        (
            String::new(),
            &[
                ("GIT_DIR", "/no"),
                ("GIT_WORK_TREE", "/no"),
                ("GIT_COMMON_DIR", "/no"),
                ("GIT_INDEX_FILE", "/no"),
            ],
        ),
        (
            String::new(),
            &[
                ("GIT_OBJECT_DIRECTORY", "/no"),
                ("GIT_SHALLOW_FILE", "/no"),
                ("GIT_GRAFT_FILE", "/no"),
            ],
        ),
        (
            String::new(),
            &[
                ("GIT_ATTR_SOURCE", "HEAD"),
                ("GIT_NAMESPACE", "other"),
                ("GIT_REPLACE_REF_BASE", "refs/tags/"),
            ],
        ),
        (
            String::new(),
            &[
                ("GIT_LITERAL_PATHSPECS", "1"),
                ("GIT_PAGER", "false"),
                ("GIT_EXTERNAL_DIFF", "false"),
            ],
        ),
    ];
    let source = format!("{{ git = 'file://{}', tag = 'altered' }}", kernel.display());
    for (config, variables) in settings {
        let what = format!("{config}{variables:?}");
        let fetched = fetch(dir, &source, &config, variables).unwrap_or_else(|said| panic!("{what}: {said}"));
        assert_eq!(found(&kernel, &fetched), expected, "{what}");
        let ran = fs::read_to_string(&ran).unwrap_or_default();
        assert_eq!(ran, "", "{what}");
        assert!(!fetched.join(".git").exists(), "{what}");
        let left = fs::read_dir(dir.join("cache/tmp")).unwrap().count();
        assert_eq!(left, 0, "{what}");
    }
}

#[test]
fn a_mirror_of_the_user_s_and_ids_of_sha256_are_taken() {
    let dir = tempfile::tempdir().unwrap();
    let kernel = kernel(dir.path());
    let config = format!(
        "[url \"file://{}\"]\ninsteadOf = https://selfe.invalid/kernel\n",
        kernel.display()
    );
    let source = "{ git = 'https://selfe.invalid/kernel', tag = 'altered' }";
    let fetched = fetch(dir.path(), source, &config, &[]).unwrap();
    assert_eq!(found(&kernel, &fetched), expected(&kernel));
    let long = dir.path().join("long");
    support::copy(&support::fixture(), &long);
    git(&long, &["init", "--quiet", "--object-format=sha256"]);
    git(&long, &["add", "-A"]);
    git(&long, &["commit", "--quiet", "-m", "The fixture"]);
    git(&long, &["tag", "altered"]);
    let head = git(&long, &["rev-parse", "HEAD"]);
    for rev in [&head[..], &head[..10]] {
        let source = format!("{{ git = 'file://{}', rev = '{rev}' }}", long.display());
        let fetched = fetch(dir.path(), &source, "", &[]).unwrap();
        assert_eq!(found(&long, &fetched), expected(&long), "{rev}");
    }
}
