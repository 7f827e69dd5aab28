//! What is answered holds, whatever happens: kills, full disks, damage, and two at once.

pub(crate) mod history;
mod stored;
mod tracking;

mod damaged_store;
mod disk;
mod ending;
mod killed_filler;
mod killed_import;
mod killed_merge;
mod killed_service;
mod locked;
mod retention;

/// Sends a signal to a process.
fn signal(pid: u32, name: &str) {
    let sent = std::process::Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status();
    assert!(sent.unwrap().success(), "kill -{name} {pid}");
}
