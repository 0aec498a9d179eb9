use super::*;

fn guest(nonce: Option<&str>, stack: Option<std::ops::Range<u64>>) -> Guest {
    Guest {
        nonce: nonce.map(str::to_owned),
        stack,
        ..Guest::default()
    }
}

fn scan_as(guest: &Guest, pieces: &[&[u8]]) -> (String, Vec<Observation>) {
    let mut scanner = Scanner::new(guest);
    let mut out = Vec::new();
    let mut found = Vec::new();
    for piece in pieces {
        found.extend(scanner.feed(piece, &mut out));
    }
    out.extend(scanner.finish());
    (String::from_utf8_lossy(&out).into_owned(), found)
}

/// A program without a place for a nonce.
fn scan(text: &str) -> Vec<Observation> {
    scan_as(&Guest::default(), &[text.as_bytes()]).1
}

/// A program that knows a nonce, after the kernel has booted.
fn scan_booted(text: &str) -> Vec<Observation> {
    let text = format!("{BOOTED}\r\n{text}");
    scan_as(&guest(Some("abc123"), None), &[text.as_bytes()]).1
}

fn halted(reason: &str) -> Observation {
    Observation::End(End::Halted(reason.to_owned()))
}

fn fault(what: &str, instruction: &str, thread: Option<&str>) -> Fault {
    Fault {
        what: what.to_owned(),
        instruction: instruction.to_owned(),
        thread: thread.map(str::to_owned),
        is_overflow: false,
    }
}

const VM: &str = "vm fault on data at address 0x10 with status 0x6";
const CAUGHT_TEXT: &str = "Caught cap fault in send phase at address 0\nwhile trying to handle:\n";
const MCS_TEXT: &str = "Found thread has no fault handler while trying to handle:\n";

#[test]
fn the_exit_is_found_and_taken_out_however_it_is_cut() {
    for (nonce, whole) in [
        (None, "before\x1b]selfe;exit=-42\x07after"),
        (Some("abc123"), "before\x1b]selfe;exit=-42;abc123\x07after"),
    ] {
        let whole = whole.as_bytes();
        for cut in 0..whole.len() {
            let (shown, found) = scan_as(&guest(nonce, None), &[&whole[..cut], &whole[cut..]]);
            assert_eq!(
                (shown.as_str(), found),
                ("beforeafter", vec![Observation::Exit(-42)]),
                "cut at {cut}"
            );
        }
    }
}

#[test]
fn what_only_resembles_it_is_shown() {
    for text in [
        "\x1b]0;title\x07",
        "\x1b]selfe;exit=\x07",
        "\x1b]selfe;exit=12",
        "\x1b]selfe;exit=99999999999999999\x07",
        "\x1b[1m\x1b\x1b",
        "\x1b]selfe;exit=1-2\x07",
    ] {
        assert_eq!(
            scan_as(&Guest::default(), &[text.as_bytes()]),
            (text.to_owned(), Vec::new())
        );
    }
    let (shown, found) = scan_as(&Guest::default(), &[b"\x1b\x1b]selfe;exit=0\x07"]);
    assert_eq!((shown.as_str(), found), ("\x1b", vec![Observation::Exit(0)]));
}

#[test]
fn an_exit_without_the_boot_s_nonce_is_output_like_any_other() {
    let text = "\x1b]selfe;exit=0\x07\x1b]selfe;exit=0;abc124\x07\x1b]selfe;exit=101;abc123\x07";
    let (shown, found) = scan_as(&guest(Some("abc123"), None), &[text.as_bytes()]);
    assert_eq!(shown, "\x1b]selfe;exit=0\x07\x1b]selfe;exit=0;abc124\x07");
    assert_eq!(found, [Observation::Stranger(0), Observation::Exit(101)]);
}

#[test]
fn a_message_counts_with_the_boot_s_nonce_and_before_the_end() {
    let text = "a\x1b]selfe;test=begin,3;abc123\x07b\x1b]selfe;test=end;abc124\x07\x1b]selfe;test=end\x07";
    let (shown, found) = scan_as(&guest(Some("abc123"), None), &[text.as_bytes()]);
    assert_eq!(shown, "ab\x1b]selfe;test=end;abc124\x07\x1b]selfe;test=end\x07");
    let message = Observation::Message {
        name: "test".to_owned(),
        value: "begin,3".to_owned(),
    };
    assert_eq!(found, [message]);
    let late = b"\x1b]selfe;exit=0;abc123\x07\x1b]selfe;test=begin,3;abc123\x07";
    assert_eq!(scan_as(&guest(Some("abc123"), None), &[late]).1, [Observation::Exit(0)]);
    // Without a nonce nothing distinguishes a message from a text.
    let (shown, found) = scan_as(&Guest::default(), &[b"\x1b]selfe;test=begin,3\x07"]);
    assert_eq!((shown.as_str(), found), ("\x1b]selfe;test=begin,3\x07", Vec::new()));
}

#[test]
fn the_kernel_s_last_word_counts_with_a_reason() {
    let line = "seL4 called fail at boot_sys.c:723 in function boot_sys, saying \"no\"";
    assert_eq!(scan_booted(&format!("{line}\r\nhalting...")), [halted(line)]);
    // Output of a program on the same line before it.
    let debug = "abcDebug halt syscall from user thread 0xffffff8001 \"rootserver\"";
    assert_eq!(
        scan_booted(&format!(
            "{debug}\nhalting...\nKernel entry via Syscall, number: -12, DebugHalt\n"
        )),
        [halted(debug)]
    );
    assert_eq!(scan_booted("halting...\n"), []);
    assert_eq!(scan_booted("Mapping\nhalting..."), []);
    assert_eq!(scan_booted("my own halting... is not meant\n"), []);
    assert_eq!(
        scan("Booting all finished, dropped to user space\nhalting..."),
        [halted("it printed `halting...`")]
    );
}

#[test]
fn what_goes_on_has_not_ended() {
    let line = "seL4 called fail at x.c:1 in function f, saying \"no\"";
    for more in ["x", "\nx", "\r\n\r\nx"] {
        assert_eq!(
            scan_booted(&format!("{line}\nhalting...{more}")),
            [halted(line), Observation::GoesOn],
            "{more:?}"
        );
    }
}

#[test]
fn the_words_of_a_failure_alone_end_nothing() {
    for text in [
        "seL4 failed assertion 'x' at y:1 in function z\n",
        "seL4 called fail at x\n",
        "boot_sys failed for some reason\n",
        "KERNEL DATA ABORT!\n",
        "while trying to handle:\n",
        "in thread 0xffffff801fe08400 \"rootserver\" at address 0x401000\n",
        "Caught a fly\nwhile trying to handle:\nvm fault on data at address 0x1 with status 0x2at address 0x3\n",
        "Caught cap fault in send phase at address 0\nand more\nwhile trying to handle:\nnull faultat address 0x3\n",
        "abort() called.\n",
    ] {
        assert_eq!(scan_booted(text), [], "{text}");
    }
}

#[test]
fn a_boot_that_fails_is_told_with_its_reason() {
    let cause = "ERROR: can't add another cap, all 4096 (=2^12) slots used";
    let text = format!(
        "Starting node #0\n{cause}\nseL4 called fail at b.c:7 in function boot_sys, saying \"boot_sys failed for some reason :(\n\"\nhalting...\nKernel entry via Interrupt, irq 0\n"
    );
    assert_eq!(
        scan_as(&guest(Some("abc123"), None), &[text.as_bytes()]).1,
        [Observation::End(End::NotBooted(cause.to_owned()))]
    );
    assert_eq!(
        scan(&format!("{cause}\nhalting...")),
        [Observation::End(End::NotBooted(cause.to_owned()))]
    );
    assert_eq!(
        scan("ELF-loader started\nERROR: no room\nHALT due to call to abort()\n"),
        [Observation::End(End::NotBooted("ERROR: no room".to_owned()))]
    );
}

/// Every form of every kind of fault.
#[test]
fn an_unhandled_fault_of_the_first_thread_is_found() {
    for what in [
        VM,
        "vm fault on code at address 0xdeadbeef with status 0x14",
        "vm fault on data at address 0 with status 0xffffff",
        "user exception 0x6 code 0",
        "unknown syscall 0x3e7",
        "cap fault in send phase at address 0x1f4",
        "cap fault in receive phase at address 0",
        "null fault",
        "unknown fault",
    ] {
        for begin in [CAUGHT_TEXT, MCS_TEXT] {
            let found = Observation::End(End::Faulted(fault(what, "0x401000", Some("rootserver"))));
            let debug = format!(
                "{begin}{what}\nin thread 0xffffff801fe08400 \"rootserver\" at address 0x401000\nWith stack:\n"
            );
            assert_eq!(scan_booted(&debug), std::slice::from_ref(&found), "{debug}");
            assert_eq!(
                scan_booted(&format!("a prompt> {debug}").replace('\n', "\r\n")),
                [found]
            );
            let release = format!("{begin}{what}at address 0x401000\nWith stack:\n0x40afc8: 0x1\n");
            let found = Observation::End(End::Faulted(fault(what, "0x401000", None)));
            assert_eq!(scan_booted(&release), [found], "{release}");
        }
    }
}

#[test]
fn a_timeout_fault_ends_its_own_line() {
    let what = "Timeout fault for 0x1";
    let debug = format!("{MCS_TEXT}{what}\n\nin thread 0xffffff801fe08400 \"rootserver\" at address 0x401000\n");
    assert_eq!(
        scan_booted(&debug),
        [Observation::End(End::Faulted(fault(
            what,
            "0x401000",
            Some("rootserver")
        )))]
    );
    let release = format!("{MCS_TEXT}{what}\nat address 0x401000\n");
    assert_eq!(
        scan_booted(&release),
        [Observation::End(End::Faulted(fault(what, "0x401000", None)))]
    );
}

#[test]
fn a_long_line_before_the_fault_hides_nothing() {
    let begin = "x".repeat(5000);
    let text = format!("{begin}{MCS_TEXT}{VM}at address 0x401000\n");
    assert_eq!(scan_booted(&text).len(), 1);
    let text = format!("{begin}{CAUGHT_TEXT}{VM}at address 0x401000\n");
    assert_eq!(scan_booted(&text).len(), 1);
}

#[test]
fn a_fault_of_another_thread_is_told_and_ends_nothing() {
    let child = "child of: 'rootserver'";
    let debug = |name: &str, sp: &str| {
        format!(
            "{CAUGHT_TEXT}{VM}\nin thread 0xffffff801fe08400 \"{name}\" at address 0x401000\nWith stack:\n{sp}: 0x0\n"
        )
    };
    let stack = guest(Some("abc123"), Some(0x40_0000..0x41_0000));
    let of = |text: &str| scan_as(&stack, &[text.as_bytes()]).1;
    let other = Observation::OtherThread(fault(VM, "0x401000", Some(child)));
    assert_eq!(of(&debug(child, "0x500000")), std::slice::from_ref(&other));
    assert_eq!(scan(&debug(child, "0x500000")), std::slice::from_ref(&other));
    // Another program's stack has the first thread's addresses.
    assert_eq!(of(&debug(child, "0x40fff0")), [other]);
    // The first thread may have been renamed.
    assert_eq!(
        of(&debug("main", "0x40fff0")),
        [Observation::End(End::Faulted(fault(VM, "0x401000", Some("main"))))]
    );
    // A kernel that does not name threads: the stack shows it.
    let release = |sp: &str| format!("{CAUGHT_TEXT}{VM}at address 0x401000\nWith stack:\n{sp}\n");
    let nameless = fault(VM, "0x401000", None);
    let first = Observation::End(End::Faulted(nameless.clone()));
    assert_eq!(of(&release("0x40fff0: 0x1")), std::slice::from_ref(&first));
    assert_eq!(
        of(&release("0x500000: 0x1")),
        [first.clone(), Observation::GoesOn, Observation::OtherThread(nameless)]
    );
    // A wild stack pointer shows nothing.
    assert_eq!(of(&release("0xdead0000: INVALID")), std::slice::from_ref(&first));
    assert_eq!(of(&release("RSP not aligned")), [first]);
}

#[test]
fn an_overflow_of_another_thread_s_stack_is_not_the_first_one_s() {
    let stack = guest(Some("abc123"), Some(0x40_0000..0x41_0000));
    let of = |address: &str, sp: &str, thread: &str| {
        let what = format!("vm fault on data at address {address} with status 0x6");
        let text = format!("{CAUGHT_TEXT}{what}{thread}at address 0x401000\nWith stack:\n{sp}: INVALID\n");
        scan_as(&stack, &[text.as_bytes()]).1
    };
    let goes_on = |found: &[Observation]| {
        matches!(
            found,
            [Observation::End(_), Observation::GoesOn, Observation::OtherThread(_)]
        )
    };
    let ends = |found: &[Observation]| matches!(found, [Observation::End(_)]);
    assert!(goes_on(&of("0x500ff8", "0x500ff8", "")));
    assert!(goes_on(&of("0x500ff8", "0x500f00", "")));
    // The first thread's own, in its guard page and just below.
    assert!(ends(&of("0x400ff8", "0x400ff8", "")));
    assert!(ends(&of("0x3fff00", "0x3ffe00", "")));
    // A wild pointer.
    assert!(ends(&of("0x10", "0xdead0000", "")));
    let named = "\nin thread 0xffffff801fe08400 \"main\" ";
    assert!(ends(&of("0x400ff8", "0x400ff8", named)));
    assert!(matches!(
        &of("0x500ff8", "0x500ff8", named)[..],
        [Observation::OtherThread(_)]
    ));
}

#[test]
fn no_word_is_the_kernel_s_where_it_prints_nothing() {
    let guest = guest(Some("abc123"), None);
    let words = format!(
        "{MCS_TEXT}{VM}at address 0x401000\nseL4 failed assertion 'x' at y:1 in function z\nhalting...\nabort() called.\n"
    );
    let found = |has_loader: bool, before: &str| {
        let mut scanner = Scanner::of_silent_kernel(&guest, has_loader);
        scanner.feed(
            format!("{before}{words}\x1b]selfe;exit=7;abc123\x07").as_bytes(),
            &mut Vec::new(),
        )
    };
    assert_eq!(found(false, ""), [Observation::Exit(7)]);
    for last in [
        "Enabling MMU and jumping to entry point...",
        "Jumping to kernel-image entry point...",
    ] {
        let before = format!("ELF-loader started on CPU\n{last}\r\n\n");
        assert_eq!(found(true, &before), [Observation::Exit(7)]);
    }
    // The loader has a message of its own.
    let mut scanner = Scanner::of_silent_kernel(&guest, true);
    assert_eq!(
        scanner.feed(b"ERROR: no room\nabort() called.\n", &mut Vec::new()),
        [Observation::End(End::NotBooted("ERROR: no room".to_owned()))]
    );
}

#[test]
fn a_fault_below_the_stack_is_an_overflow() {
    let stack = guest(Some("abc123"), Some(0x40_0000..0x41_0000));
    let text = format!("{CAUGHT_TEXT}vm fault on data at address 0x400ff8 with status 0x6at address 0x401000\n");
    let found = scan_as(&stack, &[text.as_bytes()]).1;
    assert!(
        matches!(&found[..], [Observation::End(End::Faulted(fault))] if fault.is_overflow),
        "{found:?}"
    );
}
