//! Where the service listens and what it may use of the machine.

use std::{net::IpAddr, path::PathBuf};

use domain::time::WeekStart;
use jiff::tz::TimeZone;

use crate::config::{
    kind::{
        ByteSize, Choice, FLAG, FOLDER, LISTEN_ADDRESS, Maybe, ROLES, Roles, Size, TEXT, ZONE,
        whole,
    },
    setting::{SYSTEM_FOLDER, Surroundings},
};

const MEMORY: Size = Size {
    min: ByteSize::mib(64),
    max: ByteSize::mib(4 << 20),
};

const WEEK_START: Choice<WeekStart> = Choice(&[
    (WeekStart::Monday, &["monday"]),
    (WeekStart::Sunday, &["sunday"]),
    (WeekStart::Saturday, &["saturday"]),
]);

section! {
    /// Where the service listens, and what it may use of the machine.
    pub struct Service = "Service" {
        /// Whether the service works; if not, it opens no data, says `disabled` at `/health` and
        /// refuses everything else.
        enabled: bool = FLAG, "ANALYTICS_ENABLED", default "true";

        /// Address to listen on: `::` takes IPv4 and IPv6 on every interface, `127.0.0.1` takes
        /// only callers on this machine.
        host: IpAddr = LISTEN_ADDRESS, "ANALYTICS_HOST", default "::";

        /// Port of the API and the pages; `0` lets the system choose, for tests.
        port: u16 = whole::<u16>(0, 65_535), "ANALYTICS_PORT" or "PORT", default "3106";

        /// Host name under which a reverse proxy serves the pages, for links in reports and
        /// messages; the proxy itself has to be told as well.
        route: Option<String> = Maybe(TEXT), "ANALYTICS_ROUTE";

        /// Time zone of days, hours and weekdays in every answer that does not ask for another.
        timezone: TimeZone = ZONE, "ANALYTICS_TIMEZONE", default "UTC";

        /// The day that weeks begin with: as buckets, in `thisWeek` and `lastWeek`, and of cohorts.
        week_start: WeekStart = WEEK_START, "ANALYTICS_WEEK_START", default "monday";

        /// Folder of the embedded store and the records.
        data_dir: PathBuf = FOLDER, "ANALYTICS_DATA_DIR",
            derived "`/var/lib/analytics` where it exists, else `$XDG_DATA_HOME/nchat-analytics`, \
                     else `~/.local/share/nchat-analytics`"
            default_folder;

        /// Memory that everything together stays within: the store, the rollups and the answers in
        /// memory get their parts of it.
        memory: ByteSize = MEMORY, "ANALYTICS_MEMORY",
            derived "the limit of the container, else `512M`" default_memory;

        /// What this instance does, where several share the work: answer questions and have the pages
        /// (`api`), take events in (`collector`), and do what is to be done once for all of them (`worker`),
        /// when it leads.
        roles: Roles = ROLES, "ANALYTICS_ROLES", default "api,collector,worker";

        /// Number of cores that questions and the filling of days may use.
        threads: usize = whole::<usize>(1, 256), "ANALYTICS_THREADS",
            derived "the number of cores, at most 4" default_threads;
    }
}

/// Returns one of so many equal parts of all memory, for the default of a setting.
pub(super) fn part_of_memory(surroundings: &Surroundings<'_>, parts: u64, bounds: &Size) -> String {
    let memory = (surroundings.given)("ANALYTICS_MEMORY").and_then(ByteSize::parse);
    let memory = memory.unwrap_or_else(|| memory_here(surroundings));
    // A size out of bounds is reported under its own name, not once more under this one.
    ByteSize(memory.bytes() / parts)
        .clamp(bounds.min, bounds.max)
        .to_string()
}

/// Returns the memory there is when nobody says how much to use.
fn memory_here(surroundings: &Surroundings<'_>) -> ByteSize {
    let limit = surroundings.machine.container_memory;
    limit
        .unwrap_or(ByteSize::mib(512))
        .clamp(MEMORY.min, MEMORY.max)
}

fn default_memory(surroundings: &Surroundings<'_>) -> String {
    memory_here(surroundings).to_string()
}

fn default_folder(surroundings: &Surroundings<'_>) -> String {
    if surroundings.machine.has_system_folder {
        return SYSTEM_FOLDER.to_owned();
    }
    let folder = |name| (surroundings.given)(name).map(PathBuf::from);
    // The XDG specification: a relative path is to be ignored.
    let data_home = folder("XDG_DATA_HOME").filter(|folder| folder.is_absolute());
    let data_home = data_home.or_else(|| folder("HOME").map(|home| home.join(".local/share")));
    match data_home {
        Some(data_home) => data_home.join("nchat-analytics").display().to_string(),
        None => SYSTEM_FOLDER.to_owned(),
    }
}

fn default_threads(surroundings: &Surroundings<'_>) -> String {
    surroundings.machine.cores.clamp(1, 4).to_string()
}
