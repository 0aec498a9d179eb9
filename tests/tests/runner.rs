//! The workspace's own runner for cargo, with a cargo that builds nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn selfe_is_where_cargo_put_it() {
    let dir = tempfile::Builder::new().prefix("a \"user's\" ").tempdir().unwrap();
    let selfe = dir.path().join("selfe");
    script(&selfe, "echo \"selfe $*\"");
    let quoted = selfe.display().to_string().replace('"', "\\\"");
    let artifact =
        format!(r#"{{"reason":"compiler-artifact","target":{{"name":"selfe"}},"executable":"{quoted}","fresh":true}}"#);
    fs::write(dir.path().join("messages"), format!(
        "{{\"reason\":\"compiler-artifact\",\"executable\":null}}\n{artifact}\n{{\"reason\":\"build-finished\",\"success\":true}}\n"
    ))
    .unwrap();
    script(
        &dir.path().join("cargo"),
        "test -z \"${CARGO_BUILD_TARGET-}\" && cat \"${0%/*}/messages\"",
    );
    let root_task = dir.path().join("root-task");
    fs::write(&root_task, "no program of the host's").unwrap();
    let path = format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap());
    let output = Command::new(selfe_tests::root().join(".cargo/runner"))
        .arg(&root_task)
        .arg("--flag")
        .env("PATH", path)
        .env("CARGO_BUILD_TARGET", "aarch64-unknown-none")
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("selfe run {} --flag\n", root_task.display()),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
