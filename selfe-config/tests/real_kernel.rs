//! The real kernel, fetched and built through the cache.

use selfe_config::cache::Cache;
use selfe_config::kernel::{self, KernelError, Verdict};
use selfe_config::model::{Arch, Document, Platform, SeL4Arch};
use selfe_config::progress::Silent;

/// What sel4.toml asks for here is wrong in each of the four ways that the kernel says nothing about.
const NOT_TAKEN: &str = "
[sel4.config.pc99]
KernelNumPrioritys = 256
KernelArmHypervisorSupport = true
KernelMaxVPIDs = 5
KernelFSGSBase = 'gdt'
";

#[test]
fn an_option_that_was_not_taken_is_reported_by_name() {
    let text = format!("{}{NOT_TAKEN}", selfe_config::model::document::DEFAULT_TEXT);
    let document = Document::parse(&text, None).unwrap();
    let platform = Platform("pc99".into());
    let config = document
        .contextualize(Arch::X86, SeL4Arch::X86_64, true, &platform)
        .unwrap();
    let cache = Cache::open().unwrap();
    let build = || kernel::build(&cache, &config, document.platform(&platform).unwrap(), &Silent);
    let first = match build() {
        Err(KernelError::Source(error)) if error.is_unreachable() => {
            return selfe_tests::skip("real_kernel", &error.to_string());
        }
        other => other.unwrap(),
    };
    let verdict = |name: &str| {
        let report = first.manifest.reports.iter().find(|report| report.name == name);
        report.map(|report| report.verdict.clone()).unwrap()
    };
    assert_eq!(
        verdict("KernelNumPrioritys"),
        Verdict::Unknown {
            nearest: Some("KernelNumPriorities".into()),
            past: None
        }
    );
    assert_eq!(verdict("KernelArmHypervisorSupport"), Verdict::NotHere);
    assert_eq!(
        verdict("KernelMaxVPIDs"),
        Verdict::Forced {
            value: "0".into(),
            needs: vec!["KernelVTX".into()]
        }
    );
    let valid = vec!["inst".into(), "msr".into()];
    assert_eq!(
        verdict("KernelFSGSBase"),
        Verdict::Replaced {
            value: "inst".into(),
            valid
        }
    );
    assert_eq!(first.manifest.kernel_version, "16.0.0");
    assert!(first.manifest.libsel4.is_file() && first.manifest.kernel_elf.is_some());
    assert_eq!(build().unwrap(), first);
}
