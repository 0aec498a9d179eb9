//! QEMU's command line for each platform, and for what the user and the kernel request.

use selfe_config::boot::qemu::{CommandLine, Machine, Settings, arguments};
use selfe_config::image::{Guest, Image};
use selfe_config::kernel::Manifest;
use selfe_config::platform;
use snapbox::assert_data_eq;
use std::path::PathBuf;

fn manifest(platform: &str, sel4_arch: &str, gen_config: &[(&str, &str)]) -> Manifest {
    let own = |text: &str| text.to_owned();
    let data = platform::lookup(platform).unwrap();
    let (_, arch) = data
        .sel4_arch
        .iter()
        .find(|(arch, _)| arch.as_str() == sel4_arch)
        .unwrap();
    let asked = data.options.iter().chain(&arch.options);
    let mut manifest: Manifest = toml::from_str(include_str!("manifest.toml")).unwrap();
    manifest.sel4_arch = sel4_arch.parse().unwrap();
    manifest.arch = manifest.sel4_arch.arch();
    manifest.platform = own(platform);
    manifest.asked = asked.map(|(name, value)| (name.clone(), value.to_string())).collect();
    manifest.gen_config = gen_config.iter().map(|(name, value)| (own(name), own(value))).collect();
    manifest
}

fn line(manifest: &Manifest, settings: &Settings) -> String {
    let machine = Machine {
        platform: platform::lookup(&manifest.platform).unwrap(),
        manifest,
    };
    let data = machine.simulate().unwrap();
    let image = Image {
        kernel: PathBuf::from("images/kernel.elf"),
        root_task: Some(PathBuf::from("images/a,b.elf")),
        firmware: None,
        guest: Guest::default(),
    };
    let cpu: Vec<String> = data
        .cpu
        .iter()
        .flat_map(|cpu| ["-cpu".to_owned(), cpu.clone()])
        .collect();
    let boot = CommandLine {
        data: &data,
        manifest,
        image: &image,
        settings,
        cpu: &cpu,
    };
    format!("{} {}", data.qemu, arguments(&boot).join(" "))
}

#[test]
fn every_platform_s_line() {
    let mut lines = String::new();
    for data in platform::all() {
        for (sel4_arch, arch) in &data.sel4_arch {
            let manifest = manifest(&data.name, sel4_arch.as_str(), &[("MAX_NUM_NODES", "1")]);
            if arch.simulate.is_some() {
                lines += &format!("{} {sel4_arch}: {}\n", data.name, line(&manifest, &Settings::default()));
            } else {
                let machine = Machine {
                    platform: data,
                    manifest: &manifest,
                };
                lines += &format!("{} {sel4_arch}: {}\n", data.name, machine.simulate().unwrap_err());
            }
        }
    }
    assert_data_eq!(lines, snapbox::file!["simulate/platforms.txt"]);
}

#[test]
fn the_kernel_s_nodes_and_the_user_s_arguments() {
    let manifest = manifest("pc99", "x86_64", &[("MAX_NUM_NODES", "4")]);
    let settings = Settings {
        timeout: None,
        serial: Some(vec!["-serial".to_owned(), "file:log".to_owned()]),
        extra: vec!["-s".to_owned()],
        keep_going: false,
        shows_boot: false,
    };
    assert_data_eq!(line(&manifest, &settings), snapbox::file!["simulate/user.txt"]);
}
