//! The contract of a store as cases: every implementation passes all of them.
//!
//! What is expected is worked out by hand, so that no implementation is the measure of another. A case
//! begins with a store that holds nothing.
//!
//! | trait | files |
//! |---|---|
//! | `EventLog` | `append`, `records`, `listing`, `export`, `dead_letters`, `removal` |
//! | `Questions` | `golden`, `counts`, `people`, `channels`, `analyses`, `ordered`, `measured` |
//! | `Changes` | `changes` |
//! | `Merges` | `merges`, `merged_records` |
//! | `Rollups` | `rollups` |
//! | `Erase` | `erase` |
//! | `EventStore` | `whole` |

mod analyses;
mod append;
mod changes;
mod channels;
mod counts;
mod dead_letters;
mod erase;
mod export;
mod golden;
mod listing;
mod measured;
mod merged_records;
mod merges;
mod ordered;
mod people;
mod place;
mod records;
mod removal;
mod rollups;
mod whole;

macro_rules! cases {
    ($place:ident; $($file:ident: $($case:ident),*;)*) => {
        $(
            mod $file {
                use super::super::{$file, place::{$place, Place}};

                $(
                    #[tokio::test]
                    async fn $case() {
                        let mut place = $place::open(&jiff::tz::TimeZone::UTC).await;
                        $file::$case(&mut place).await;
                    }
                )*
            }
        )*
    };
}

/// Runs the suite on an implementation.
macro_rules! suite {
    ($name:ident: $place:ident) => {
        mod $name {
            cases! {
                $place;
                append:
                    an_event_counts_once,
                    an_identity_without_a_time_counts_once_for_a_week,
                    another_identity_is_looked_for_and_not_kept,
                    what_the_sender_gave_no_identity_is_never_a_duplicate,
                    a_duplicate_changes_nothing,
                    batches_at_once_are_as_good_as_one_after_the_other,
                    the_order_of_arrival_changes_nothing;
                records:
                    a_record_keeps_what_an_earlier_one_said,
                    what_does_not_change_leaves_no_trace,
                    records_hold_in_the_order_in_which_they_are_put,
                    a_corrected_record_moves_history_both_ways,
                    any_event_makes_a_bot_unless_the_record_says_otherwise;
                listing:
                    the_newest_come_first,
                    an_event_is_shown_with_all_that_is_known,
                    the_key_of_the_message_is_shown_wherever_it_is_kept;
                export:
                    every_event_comes_once_in_the_order_of_arrival,
                    what_arrives_meanwhile_comes_last,
                    what_is_removed_meanwhile_holds_nothing_up;
                dead_letters:
                    the_newest_come_first_with_how_many_there_are;
                removal:
                    exactly_what_is_before_goes,
                    what_was_removed_counts_at_most_once_more,
                    everything_may_go;
                erase:
                    a_removed_person_is_as_if_they_had_never_been_there,
                    a_nameless_person_goes_on_to_count,
                    others_lose_what_names_the_person,
                    erasing_again_changes_nothing,
                    who_comes_again_is_somebody_new;
                golden:
                    cases_worked_out_by_hand;
                counts:
                    rows_and_the_first_event_are_those_of_a_workspace,
                    a_workspace_that_is_not_known_has_nothing,
                    a_span_is_an_estimate_while_it_holds_sampled_events;
                people:
                    people_are_told_in_the_order_in_which_they_are_asked_for,
                    people_are_picked_by_identifier_a_page_at_a_time,
                    people_are_found_by_what_may_be_seen_of_them;
                channels:
                    channels_are_listed_by_identifier,
                    names_and_kinds_are_told_where_they_are_known,
                    members_are_counted_where_no_record_tells;
                analyses:
                    who_signed_up_when_and_came_back,
                    a_list_narrows_as_its_values_do,
                    sets_of_people_by_day,
                    who_comes_back_by_sampled_events_counts_by_their_weights,
                    stages_of_sampled_people_are_weighted,
                    nothing_is_gathered_of_a_workspace_that_is_not_known;
                ordered:
                    events_come_in_order_of_time_and_of_arrival,
                    only_what_is_asked_for_comes,
                    nothing_comes_of_a_workspace_that_is_not_known;
                measured:
                    events_are_counted_by_how_late_they_came,
                    numbers_that_are_kept_are_those_of_the_events,
                    events_are_counted_by_a_property_that_is_a_number,
                    only_events_that_are_asked_for_have_numbers,
                    what_arrived_is_counted_whenever_it_happened;
                changes:
                    the_version_grows_with_everything_that_is_stored,
                    an_event_concerns_its_day_and_names_where_it_names_somebody_new,
                    records_concern_names_and_removal_concerns_everything,
                    dead_letters_concern_what_was_made_of_them,
                    an_answer_about_nothing_holds_until_there_is_something;
                merges:
                    two_identifiers_are_one_person_until_it_is_undone,
                    merges_form_a_forest,
                    the_person_that_counts_is_shown,
                    a_merge_concerns_the_days_of_what_is_merged;
                merged_records:
                    who_is_a_bot_is_decided_over_both,
                    whoever_is_one_person_signed_up_once;
                rollups:
                    filling_changes_no_answer,
                    what_arrives_or_is_taken_away_makes_days_dirty,
                    nothing_is_filled_where_nothing_is;
                whole:
                    workspaces_are_those_of_events_and_of_records,
                    facts_are_those_of_a_workspace,
                    nothing_is_read_or_written_after_the_end;
            }
        }
    };
}

suite!(duckdb: DuckDb);
suite!(duckdb_without_rollups: DuckDbWithoutRollups);
suite!(memory: InMemory);
suite!(clickhouse: ClickHouse);
suite!(clickhouse_without_rollups: ClickHouseWithoutRollups);
