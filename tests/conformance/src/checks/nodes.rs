//! With several nodes: a thread on every other node runs while this node is busy.

use crate::ensure;
use crate::failure::{Checked, Outcome};
use crate::root::Root;
use crate::thread::Thread;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The first thread makes no system call meanwhile, and no other thread of its node needs a turn.
pub fn check(root: &mut Root) -> Checked {
    if root.info.numNodes == 1 {
        return Ok(Outcome::Skipped("the kernel has one node"));
    }
    for node in 1..root.info.numNodes {
        COUNT.store(0, SeqCst);
        let thread = Thread::on_node(root, 0, node)?;
        thread.start(counts, 0)?;
        let mut turns = 0_u32;
        while COUNT.load(SeqCst) < 1000 && turns < 100_000_000 {
            turns += 1;
            core::hint::spin_loop();
        }
        let count = COUNT.load(SeqCst);
        ensure!(count >= 1000, "the thread on node {node} counted to {count}");
        thread.suspend()?;
    }
    Ok(Outcome::Ok)
}

fn counts(_: usize) {
    loop {
        COUNT.fetch_add(1, SeqCst);
    }
}
