//! Memory: what is configured against what there is.

use sysinfo::System;

use super::{Check, rounded};
use crate::config::ByteSize;

const NAME: &str = "memory";

/// What there is of memory.
struct Found {
    /// What the machine has, or the container may use.
    limit: ByteSize,
    /// Whether it is a container's limit.
    is_container: bool,
    /// What is free now, as far as it is known.
    free: ByteSize,
}

/// Looks at the memory of the machine and of the container.
pub(super) fn check(wanted: ByteSize) -> Check {
    let mut system = System::new();
    system.refresh_memory();
    let total = system.total_memory();
    let container = system.cgroup_limits().map(|limits| limits.total_memory);
    let container = container.filter(|limit| *limit > 0 && *limit < total);
    judge(
        wanted,
        &Found {
            limit: ByteSize(container.unwrap_or(total)),
            is_container: container.is_some(),
            free: ByteSize(system.available_memory()),
        },
    )
}

fn judge(wanted: ByteSize, found: &Found) -> Check {
    let (limit, free) = (rounded(found.limit), rounded(found.free));
    if found.limit.bytes() == 0 {
        return Check::ok(NAME, "What memory there is cannot be seen here.");
    }
    if wanted > found.limit {
        let who = if found.is_container {
            "this container may use"
        } else {
            "this machine has"
        };
        return Check::failed(
            NAME,
            format!("ANALYTICS_MEMORY is {wanted}, but {who} {limit}."),
            "Lower ANALYTICS_MEMORY or raise the limit: beyond it the system ends the service.",
        );
    }
    if wanted > found.free {
        return Check::warning(
            NAME,
            format!("ANALYTICS_MEMORY is {wanted}, but only {free} are free now."),
            "Lower ANALYTICS_MEMORY, or stop something else, unless the service runs already.",
        );
    }
    Check::ok(
        NAME,
        format!("ANALYTICS_MEMORY is {wanted} of {limit}, {free} of which are free."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Status;

    fn found(limit: u64, is_container: bool, free: u64) -> Check {
        let (limit, free) = (ByteSize::mib(limit), ByteSize::mib(free));
        judge(
            ByteSize::mib(512),
            &Found {
                limit,
                is_container,
                free,
            },
        )
    }

    #[test]
    fn memory_is_judged_by_the_limit_and_then_by_what_is_free() {
        assert_eq!(found(2048, false, 1024).status, Status::Ok);
        assert_eq!(found(2048, false, 256).status, Status::Warning);
        assert_eq!(found(0, false, 0).status, Status::Ok);
        let small = found(256, true, 1024);
        assert_eq!(small.status, Status::Failed);
        assert_eq!(
            small.sentence,
            "ANALYTICS_MEMORY is 512M, but this container may use 256.0 MiB."
        );
        assert!(found(256, false, 256).sentence.contains("this machine has"));
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(!check(ByteSize::mib(1)).sentence.contains("cannot be seen"));
    }
}
