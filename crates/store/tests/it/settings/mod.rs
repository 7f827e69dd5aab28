//! What is kept beside the events: every case on each database.

mod at_once;
mod kept;
mod migrations;
mod postgres_only;
#[path = "../../../../server/tests/it/postgres/server.rs"]
#[expect(dead_code, reason = "the tests of the service use more of it")]
mod server;
mod sessions;
mod shared_links;
mod views;

use std::sync::Arc;

use store::meta::{Place, Settings};

use self::server::Server;

/// A database of settings that is empty at first.
pub(super) struct Database {
    folder: tempfile::TempDir,
    url: Option<String>,
}

impl Database {
    fn in_file() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            url: None,
        }
    }

    async fn on(server: &Server, name: &str) -> Self {
        // Names of databases have at most 63 bytes, those of cases more.
        let name = &name[..name.len().min(60)];
        let mut connection = server.connect().await;
        server::run(&mut connection, &format!("CREATE DATABASE {name}")).await;
        Self {
            folder: tempfile::tempdir().unwrap(),
            url: Some(server.url_of("postgres", name)),
        }
    }

    fn place(&self) -> Place<'_> {
        match &self.url {
            Some(url) => Place::Postgres(url, self.folder.path()),
            None => Place::Folder(self.folder.path()),
        }
    }

    /// Opens it, as another process would.
    async fn open(&self) -> Arc<dyn Settings> {
        self.place().open().await.unwrap()
    }
}

/// Has every case pass on each database. A server is started for the cases of a module.
macro_rules! on_every_database {
    ($($module:ident { $($case:ident),+ $(,)? })+) => {
        mod sqlite {
            $(mod $module {$(
                #[tokio::test]
                async fn $case() {
                    let database = crate::settings::Database::in_file();
                    crate::settings::$module::$case(&database).await;
                }
            )+})+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $module() {
                let server = crate::settings::Server::start().await;
                $({
                    let case = stringify!($case);
                    println!("{case}");
                    let database = crate::settings::Database::on(&server, case).await;
                    crate::settings::$module::$case(&database).await;
                })+
            })+
        }
    };
}

on_every_database! {
    kept {
        keys_are_found_by_hash_until_they_are_revoked,
        what_becomes_of_a_key_is_noted_and_its_use_once_a_day,
        the_last_setting_holds,
        reports_belong_to_their_workspace,
        a_report_is_claimed_once_for_each_of_its_times,
        annotations_are_found_by_time_in_their_workspace_and_changed_by_version,
        funnels_belong_to_their_workspace,
        watched_rows_come_in_order_until_they_are_let_go,
    }
    sessions {
        a_session_is_found_by_its_hash_until_it_ends,
        a_revoked_key_ends_its_sessions_and_opens_none,
        what_is_over_goes_and_of_many_the_last_stay,
        whoever_is_erased_is_signed_in_no_longer,
        a_code_is_taken_once_and_in_time,
    }
    views {
        views_belong_to_their_workspace_and_are_changed_by_version,
        whoever_is_erased_is_named_by_no_view,
    }
    shared_links {
        a_link_is_found_by_its_hash_until_it_is_revoked,
        a_workspace_has_so_many_links_and_old_ones_are_forgotten,
        whoever_is_erased_is_in_no_link,
    }
    at_once {
        of_many_at_once_as_many_stay_as_there_is_room_for,
        of_many_secrets_at_once_one_holds,
        an_erased_person_is_in_no_row_that_is_watched,
        erasures_are_kept_until_they_are_lifted,
    }
    migrations {
        the_schema_is_taken_back_and_made_again,
        a_look_changes_nothing,
    }
}
