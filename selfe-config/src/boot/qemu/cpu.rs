//! A CPU on which the kernel boots.
//!
//! A kernel that was configured for a CPU feature prints one line or hangs silently if the feature
//! is missing. So QEMU is asked first: it creates the machine's CPU without running it and reports
//! the features that the CPU has with the chosen accelerator.

use super::command::Settings;
use super::error::{QemuError, Unmet};
use crate::boot::outcome::ConsoleError;
use crate::kernel::Manifest;
use crate::platform::{CpuFeature, QemuMachine};
use crate::progress::Progress;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long QEMU may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The arguments that choose the CPU: empty if the user's own arguments do; or else the platform's
/// model; or else this computer's own CPU, if only that has the features that the kernel needs.
///
/// # Errors
/// No CPU suits the kernel, or QEMU has no such CPU.
pub(crate) fn choose(
    qemu: &Path,
    data: &QemuMachine,
    manifest: &Manifest,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Vec<String>, QemuError> {
    let usual = match (&data.cpu, settings.value_of("cpu")) {
        (Some(cpu), None) => vec!["-cpu".to_owned(), cpu.clone()],
        _ => Vec::new(),
    };
    let wanted = wanted(data, manifest);
    if wanted.is_empty() {
        return Ok(usual);
    }
    let machine = machine_arguments(data, settings);
    let unmet = Probe::start(qemu, &[machine.clone(), usual.clone()].concat())?.unmet(&wanted)?;
    if unmet.is_empty() {
        return Ok(usual);
    }
    let chosen_by_user = ["cpu", "accel", "enable-kvm", "machine", "M"]
        .iter()
        .any(|option| settings.has(option));
    if !chosen_by_user && kvm_is_usable() {
        let own = ["-accel", "kvm", "-cpu", "host"].map(str::to_owned).to_vec();
        let probed = Probe::start(qemu, &[machine, own.clone()].concat()).and_then(|probe| probe.unmet(&wanted));
        if probed.is_ok_and(|unmet| unmet.is_empty()) {
            let features: Vec<&str> = unmet.iter().map(|unmet| unmet.feature.as_str()).collect();
            progress.warn(&format!(
                "the kernel needs {}, which QEMU does not emulate: using this computer's own CPU through KVM",
                features.join(", ")
            ));
            return Ok(own);
        }
    }
    let cpu = settings.value_of("cpu").or(data.cpu.as_deref()).unwrap_or("default");
    Err(QemuError::Cpu {
        cpu: cpu.to_owned(),
        unmet,
        usual: data.cpu.clone().filter(|usual| usual != cpu),
    })
}

/// The features that this kernel needs.
fn wanted<'a>(data: &'a QemuMachine, manifest: &Manifest) -> Vec<&'a CpuFeature> {
    let is_on = |feature: &&CpuFeature| manifest.gen_config.get(&feature.config) == Some(&feature.is);
    data.cpu_features.iter().filter(is_on).collect()
}

/// The part of the command line that decides the CPU.
fn machine_arguments(data: &QemuMachine, settings: &Settings) -> Vec<String> {
    let mut arguments = Vec::new();
    if let Some(machine) = &data.machine {
        arguments.extend(["-machine".to_owned(), machine.clone()]);
    }
    let mut extra = settings.extra.iter();
    while let Some(argument) = extra.next() {
        match argument.trim_start_matches('-') {
            "cpu" | "accel" | "machine" | "M" => {
                arguments.extend([Some(argument), extra.next()].into_iter().flatten().cloned())
            }
            "enable-kvm" => arguments.push(argument.clone()),
            _ => {}
        }
    }
    arguments
}

fn kvm_is_usable() -> bool {
    std::fs::File::options().read(true).write(true).open("/dev/kvm").is_ok()
}

/// A paused QEMU that answers questions.
struct Probe {
    child: Child,
    answers: Receiver<serde_json::Value>,
    command: String,
    cpu: String,
}

impl Probe {
    fn start(qemu: &Path, arguments: &[String]) -> Result<Self, QemuError> {
        let mut command = Command::new(qemu);
        command
            .args(arguments)
            .args(["-nodefaults", "-display", "none", "-S", "-qmp", "stdio"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        super::process::dies_with_us(&mut command);
        let mut child = command.spawn().map_err(|source| ConsoleError {
            action: "start",
            machine: qemu.display().to_string(),
            source,
        })?;
        let (sender, answers) = channel();
        if let Some(out) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(Result::ok) {
                    let Ok(message) = serde_json::from_str::<serde_json::Value>(&line) else {
                        continue;
                    };
                    let is_answer = message.get("return").is_some() || message.get("error").is_some();
                    if is_answer && sender.send(message).is_err() {
                        break;
                    }
                }
            });
        }
        let cpu = arguments
            .iter()
            .position(|argument| argument.trim_start_matches('-') == "cpu");
        Ok(Probe {
            child,
            answers,
            command: format!("{} {}", qemu.display(), arguments.join(" ")),
            cpu: cpu
                .and_then(|at| arguments.get(at + 1))
                .map_or("default", String::as_str)
                .to_owned(),
        })
    }

    /// The needed features that the CPU lacks.
    fn unmet(mut self, wanted: &[&CpuFeature]) -> Result<Vec<Unmet>, QemuError> {
        self.ask(r#"{"execute":"qmp_capabilities"}"#)?;
        let cpus = self.ask(r#"{"execute":"query-cpus-fast"}"#)?;
        let path = cpus["return"][0]["qom-path"].as_str().unwrap_or_default().to_owned();
        let mut unmet = Vec::new();
        for feature in wanted {
            let question = serde_json::json!({
                "execute": "qom-get",
                "arguments": { "path": path, "property": feature.qemu },
            });
            // A QEMU that does not know the feature does not have it.
            if self.ask(&question.to_string())?["return"] != serde_json::Value::Bool(true) {
                unmet.push(Unmet {
                    feature: feature.qemu.clone(),
                    option: feature.option.clone(),
                    otherwise: feature.otherwise.clone(),
                });
            }
        }
        Ok(unmet)
    }

    fn ask(&mut self, question: &str) -> Result<serde_json::Value, QemuError> {
        if let Some(input) = &mut self.child.stdin {
            // If QEMU has ended, the missing answer shows it.
            let _ = writeln!(input, "{question}").and_then(|()| input.flush());
        }
        self.answers.recv_timeout(PATIENCE).map_err(|error| {
            // It has ended, or will never answer.
            let _ = self.child.kill();
            let mut said = String::new();
            if let Some(mut stderr) = self.child.stderr.take() {
                let _ = stderr.read_to_string(&mut said);
            }
            let said = match (said.trim(), error) {
                ("", RecvTimeoutError::Timeout) => "it does not answer",
                ("", RecvTimeoutError::Disconnected) => "it ended without a message",
                (said, _) => said,
            };
            QemuError::Probe {
                cpu: self.cpu.clone(),
                cause: said.to_owned(),
                command: self.command.clone(),
            }
        })
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // It is paused and holds nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
