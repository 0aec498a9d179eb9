//! Arguments of the user's with which the kernel would hang silently.
//!
//! If a device tree describes the machine, the kernel is configured for a certain amount of memory,
//! number of CPUs and privilege level, and detects none of them at boot.

use super::command::{Settings, nodes};
use super::error::QemuError;
use crate::image::Guest;
use crate::kernel::Manifest;
use crate::platform::QemuMachine;

/// Checks that the user's arguments leave the machine as the kernel was configured for it.
pub(crate) fn check(data: &QemuMachine, manifest: &Manifest, settings: &Settings) -> Result<(), QemuError> {
    let conflict = |option: &str, value: &str, wants: String, advice: &str| {
        Err(QemuError::Conflict {
            wants,
            argument: format!("-{option} {value}"),
            advice: format!("leave `-{option}` out{advice}"),
        })
    };
    if let (Some(given), Some(wanted)) = (settings.value_of("m").and_then(bytes), bytes(&data.memory))
        && given < wanted
    {
        let value = settings.value_of("m").unwrap_or_default();
        let advice = match manifest.asked.contains_key("QEMU_MEMORY") {
            true => ", or set QEMU_MEMORY in [sel4.config] of sel4.toml to the same number of MiB",
            false => ": the board has that much",
        };
        return conflict("m", value, format!("{} of memory", data.memory), advice);
    }
    let wanted = nodes(manifest).unwrap_or(1);
    if let Some(value) = settings.value_of("smp")
        && cpus(value).is_some_and(|given| given < wanted)
    {
        let advice = ", or set KernelMaxNumNodes in [sel4.config] of sel4.toml to the same number";
        return conflict("smp", value, format!("{wanted} CPUs"), advice);
    }
    for option in ["machine", "M"] {
        let properties = data.machine.as_deref().unwrap_or_default().split(',').skip(1);
        if let Some(value) = settings.value_of(option)
            && let Some(missing) = properties
                .into_iter()
                .find(|wanted| !value.split(',').any(|given| given == *wanted))
        {
            return conflict(
                option,
                value,
                format!("a machine with {missing}"),
                &format!(", or add {missing} to it"),
            );
        }
    }
    Ok(())
}

/// Checks that the machine's memory can hold the root task: the file that it is loaded from and the
/// loaded pages.
pub(crate) fn check_memory(data: &QemuMachine, guest: &Guest, settings: &Settings) -> Result<(), QemuError> {
    let given = settings.value_of("m").unwrap_or(&data.memory);
    match bytes(given) {
        Some(memory) if guest.loaded.saturating_add(guest.in_file) >= memory => Err(QemuError::Memory {
            memory: given.to_owned(),
            loaded: guest.loaded >> 20,
            in_file: guest.in_file >> 20,
        }),
        _ => Ok(()),
    }
}

/// QEMU's `-m`: MiB, or a number with a unit, by itself or as `size=`.
fn bytes(memory: &str) -> Option<u64> {
    let size = memory
        .split(',')
        .find_map(|part| part.strip_prefix("size=").or((!part.contains('=')).then_some(part)))?;
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match size[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "M" | "MB" => 20,
        "K" | "KB" => 10,
        "G" | "GB" => 30,
        "T" | "TB" => 40,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// QEMU's `-smp`: a number, by itself or as `cpus=`.
fn cpus(smp: &str) -> Option<u32> {
    let count = smp
        .split(',')
        .find_map(|part| part.strip_prefix("cpus=").or((!part.contains('=')).then_some(part)))?;
    count.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_task_larger_than_the_memory_is_refused() {
        let platform = crate::platform::lookup("pc99").unwrap();
        let mut data = platform
            .sel4_arch
            .iter()
            .find_map(|(_, arch)| arch.simulate.clone())
            .unwrap();
        data.memory = "512".to_owned();
        let guest = |loaded, in_file| Guest {
            loaded,
            in_file,
            ..Guest::default()
        };
        let check =
            |guest, settings: &Settings| check_memory(&data, &guest, settings).map_err(|error| error.to_string());
        assert_eq!(check(guest(1 << 20, 1 << 20), &Settings::default()), Ok(()));
        let error = check(guest(400 << 20, 200 << 20), &Settings::default()).unwrap_err();
        assert!(
            error.contains("400 MiB") && error.contains("200 MiB") && error.contains("-m 512"),
            "{error}"
        );
        let more = Settings {
            extra: ["-m", "2G"].map(str::to_owned).to_vec(),
            ..Settings::default()
        };
        assert_eq!(check(guest(400 << 20, 200 << 20), &more), Ok(()));
    }

    #[test]
    fn sizes_and_counts_are_read_as_qemu_does() {
        assert_eq!(bytes("1024"), bytes("1G"));
        assert_eq!(bytes("4095M"), Some(4095 << 20));
        assert_eq!(bytes("slots=2,size=2G"), Some(2 << 30));
        assert_eq!(bytes("lots"), None);
        assert_eq!((cpus("2"), cpus("cores=2,cpus=4"), cpus("x")), (Some(2), Some(4), None));
    }
}
