//! The machine that the figures were measured on.

use std::{fs, path::Path, thread};

/// Returns the machine in words, as far as the system tells; `scratch` is where the data lay.
pub(super) fn machine(scratch: &Path) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let cpu = field(&cpu, "model name").unwrap_or("unknown processor");
    let cores = thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = read("/proc/meminfo");
    let memory = field(&memory, "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<f64>().ok())
        .map_or("?".to_owned(), |kilobytes| {
            format!("{:.1}", kilobytes / f64::from(1 << 20))
        });
    let kernel = read("/proc/sys/kernel/osrelease");
    let mounts = read("/proc/mounts");
    let file_system = file_system(&mounts, scratch).unwrap_or("unknown");
    format!(
        "{cpu}, {cores} cores, {memory} GB memory, Linux {}, data on {file_system}",
        kernel.trim()
    )
}

/// Returns the sentence that figures begin with: on which machine, how busy it was before.
pub(super) fn measured_on(machine: &str, load: &str) -> String {
    format!(
        "Measured with version {} on {machine}; load of the machine before: {load}. The client runs on the same cores.\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// Returns how busy the machine was of late: processes that wanted to run, over one minute.
pub(super) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("?").to_owned()
}

/// Returns the value of `name: value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim())
    })
}

/// Returns the kind of file system that holds a path: that of the longest mount point above it.
fn file_system<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let mount = |line: &'a str| {
        let mut words = line.split_whitespace().skip(1);
        Some((words.next()?, words.next()?))
    };
    mounts
        .lines()
        .filter_map(mount)
        .filter(|(point, _)| path.starts_with(point))
        .max_by_key(|(point, _)| point.len())
        .map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        let text = "processor\t: 0\nmodel name\t: A processor @ 2 GHz\nmodel\t\t: 85\n";
        assert_eq!(field(text, "model name"), Some("A processor @ 2 GHz"));
        assert_eq!(field(text, "flags"), None);
    }

    #[test]
    fn the_longest_mount_point_above_counts() {
        let mounts =
            "overlay / overlay rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/vdb /tmp/a/b ext4 rw 0 0\n";
        let kind = |path| file_system(mounts, Path::new(path));
        assert_eq!(kind("/tmp/a/c"), Some("tmpfs"));
        assert_eq!(kind("/tmp/a/b/c"), Some("ext4"));
        assert_eq!(kind("/home"), Some("overlay"));
    }
}
