//! The functions that are written by hand in `src/libsel4/inline/`: system calls, and access to the
//! IPC buffer.

use crate::declared;
use selfe_config::kernel::Manifest;
use selfe_config::model::SeL4Arch;

/// All other functions that enter the kernel use these.
const NAMES: &[&str] = &[
    "seL4_(Call|NBRecv|NBSend|NBSendRecv|NBSendWait|NBWait|Poll|Recv|Reply|ReplyRecv|Send|Signal|Wait|Yield)(WithMRs)?",
    "seL4_(SetTLSBase|VMEnter)",
    "seL4_(Benchmark|Debug)[A-Z].*",
    "seL4_(Get|Set)(Cap|CapReceivePath|IPCBuffer|MR|UserData)",
    "seL4_GetBadge",
];

/// Whether a kernel's system calls are inline Rust. An x86_64 kernel with `sysenter` is for
/// processors without `syscall`; its system calls are libsel4.a's functions.
pub fn inline(manifest: &Manifest) -> bool {
    manifest.sel4_arch != SeL4Arch::X86_64 || manifest.options.get("KernelSyscall").is_none_or(|by| by != "sysenter")
}

/// Their names, as regular expressions.
pub fn names() -> impl Iterator<Item = String> {
    NAMES.iter().map(|&name| name.to_owned())
}

/// Tells the crate which functions libsel4 has, as `libsel4_has = "NAME"`: kernels differ by
/// release and options.
pub fn tell(in_c: &syn::File) {
    println!("cargo::rustc-check-cfg=cfg(libsel4_has, values(any()))");
    for name in declared::functions(in_c).keys() {
        println!("cargo::rustc-cfg=libsel4_has={name:?}");
    }
}
