//! Logs through the crate `log`.
#![no_std]
#![no_main]

selfe_start::entry!(main);

fn main() {
    log::error!("the first message");
    log::info!("the second one");
    log::debug!("the third one, of {}", 3);
}
