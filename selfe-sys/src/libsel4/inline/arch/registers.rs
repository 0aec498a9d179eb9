//! The system calls of architectures that pass everything in registers and differ in their names
//! alone: aarch64, arm and riscv.

/// Defines the functions that the parent module lists, except for the two about the IPC buffer.
///
/// `enter` is the instruction that enters the kernel. `with_reply` is what enters it with a reply
/// capability, which the second list of operands passes.
macro_rules! system_calls {
    (
        enter: $enter:literal,
        number: $number:tt,
        capability: $capability:tt,
        info: $info:tt,
        words: [$a:tt, $b:tt, $c:tt, $d:tt],
        with_reply($reply:ident): [$($line:literal),+] [$($operand:tt)+],
        second_capability: $second:tt,
    ) => {
        /// Message words in registers.
        pub const REGISTERS: usize = 4;

        #[inline(always)]
        pub unsafe fn null(number: isize) {
            // SAFETY: the system call is the caller's; the kernel keeps every register that is not
            // named here.
            unsafe { asm!($enter, in($number) number, options(nostack)) }
        }

        #[inline(always)]
        pub unsafe fn send_null(number: isize, to: usize, info: usize) {
            // SAFETY: as above.
            unsafe {
                asm!(
                    $enter,
                    in($number) number, inlateout($capability) to => _, inlateout($info) info => _,
                    options(nostack),
                );
            }
        }

        #[inline(always)]
        pub unsafe fn send(number: isize, to: usize, info: usize, words: Words) {
            // SAFETY: as above.
            unsafe {
                asm!(
                    $enter,
                    in($number) number, inlateout($capability) to => _, inlateout($info) info => _,
                    inlateout($a) words[0] => _, inlateout($b) words[1] => _,
                    inlateout($c) words[2] => _, inlateout($d) words[3] => _,
                    options(nostack),
                );
            }
        }

        #[cfg(not(KernelIsMCS))]
        #[inline(always)]
        pub unsafe fn reply(number: isize, info: usize, words: Words) {
            // SAFETY: as above.
            unsafe {
                asm!(
                    $enter,
                    in($number) number, inlateout($info) info => _,
                    inlateout($a) words[0] => _, inlateout($b) words[1] => _,
                    inlateout($c) words[2] => _, inlateout($d) words[3] => _,
                    options(nostack),
                );
            }
        }

        #[inline(always)]
        pub unsafe fn recv(number: isize, from: usize, $reply: usize) -> Received {
            let (badge, info, a, b, c, d);
            // SAFETY: as above.
            unsafe {
                #[cfg(KernelIsMCS)]
                asm!(
                    $($line,)+
                    in($number) number, inlateout($capability) from => badge, lateout($info) info,
                    lateout($a) a, lateout($b) b, lateout($c) c, lateout($d) d,
                    $($operand)+,
                    options(nostack),
                );
                #[cfg(not(KernelIsMCS))]
                asm!(
                    $enter,
                    in($number) number, inlateout($capability) from => badge, lateout($info) info,
                    lateout($a) a, lateout($b) b, lateout($c) c, lateout($d) d,
                    options(nostack),
                );
            }
            let _ = $reply;
            Received { badge, info, words: [a, b, c, d] }
        }

        #[inline(always)]
        pub unsafe fn send_recv(number: isize, to: usize, info: usize, words: Words, $reply: usize) -> Received {
            let (badge, info_back, a, b, c, d);
            // SAFETY: as above.
            unsafe {
                #[cfg(KernelIsMCS)]
                asm!(
                    $($line,)+
                    in($number) number, inlateout($capability) to => badge, inlateout($info) info => info_back,
                    inlateout($a) words[0] => a, inlateout($b) words[1] => b,
                    inlateout($c) words[2] => c, inlateout($d) words[3] => d,
                    $($operand)+,
                    options(nostack),
                );
                #[cfg(not(KernelIsMCS))]
                asm!(
                    $enter,
                    in($number) number, inlateout($capability) to => badge, inlateout($info) info => info_back,
                    inlateout($a) words[0] => a, inlateout($b) words[1] => b,
                    inlateout($c) words[2] => c, inlateout($d) words[3] => d,
                    options(nostack),
                );
            }
            let _ = $reply;
            Received { badge, info: info_back, words: [a, b, c, d] }
        }

        #[cfg(KernelIsMCS)]
        #[inline(always)]
        pub unsafe fn nb_send_recv(
            number: isize,
            to: usize,
            from: usize,
            info: usize,
            words: Words,
            $reply: usize,
        ) -> Received {
            let (badge, info_back, a, b, c, d);
            // SAFETY: as above.
            unsafe {
                asm!(
                    $($line,)+
                    in($number) number, inlateout($capability) from => badge, inlateout($info) info => info_back,
                    inlateout($a) words[0] => a, inlateout($b) words[1] => b,
                    inlateout($c) words[2] => c, inlateout($d) words[3] => d,
                    $($operand)+, in($second) to,
                    options(nostack),
                );
            }
            Received { badge, info: info_back, words: [a, b, c, d] }
        }
    };
}
