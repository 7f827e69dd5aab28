use super::*;

fn found(within: &str, text: &str) -> Vec<(usize, String)> {
    let modules = ["config", "ingest", "query", "api", "app", "importer"];
    let modules = modules.iter().map(ToString::to_string).collect();
    check_file(Path::new(within), Path::new(within), text, &modules)
        .into_iter()
        .map(|violation| (violation.line, violation.what))
        .collect()
}

fn lines(within: &str, text: &str) -> Vec<usize> {
    found(within, text)
        .into_iter()
        .map(|(line, _)| line)
        .collect()
}

#[test]
fn a_forbidden_use_is_named_with_its_line_and_rule() {
    assert_eq!(
        found(
            "query/run.rs",
            "//! Doc.\n\nuse crate::ingest::Ingest;\nuse crate::query::Ask;\n"
        ),
        [(
            3,
            "`query` may not use `ingest`: it uses no other module".to_owned()
        )]
    );
}

#[test]
fn groups_count_by_their_first_names_on_their_own_lines() {
    let text =
        "use crate::{\n    config::{Config, query},\n    query::{Ask, ingest},\n    api,\n};\n";
    assert_eq!(lines("ingest/mod.rs", text), [3, 4]);
}

#[test]
fn paths_inside_code_and_macros_count() {
    let text = "fn a() {\n    let x = crate::query::b();\n    vec![crate :: api :: c]\n}\n";
    assert_eq!(lines("ingest/service.rs", text), [2, 3]);
    assert_eq!(
        lines("ingest/service.rs", "pub(in crate::query) fn a() {}"),
        [1]
    );
    assert_eq!(lines("ingest/service.rs", "m! { $crate::query::Ask }"), [1]);
}

#[test]
fn supers_that_leave_the_module_count_and_others_do_not() {
    assert_eq!(
        lines("ingest/service.rs", "use super::super::query::Ask;"),
        [1]
    );
    assert_eq!(lines("ingest/service.rs", "use super::query;"), NONE);
    assert_eq!(lines("ingest/service.rs", "pub(super) fn query() {}"), NONE);
    assert_eq!(lines("ingest/mod.rs", "use super::query::Ask;"), [1]);
    assert_eq!(
        lines("ingest/a/b.rs", "use super::super::super::{query, config};"),
        [1]
    );
}

#[test]
fn comments_texts_and_tests_do_not_count() {
    let text = r##"
// use crate::query::A;
/* crate::query /* crate::api */ */
/// [`crate::query`]
const A: &str = "crate::query::A \" crate::api";
const B: &str = r#"crate::query " "#;
const C: char = '"';
fn d<'a>(_: &'a str) {}
#[cfg(test)]
mod tests {
    use crate::query::E;
    fn f() { { } }
}
#[cfg(test)]
use crate::query::{G, I};
use crate::query::H;
"##;
    assert_eq!(lines("ingest/mod.rs", text), [16]);
}

#[test]
fn names_that_only_look_like_paths_do_not_count() {
    for text in [
        "use my_crate::query; use other::crate_::query; use redis::server::query;",
        "let server = query::a;",
    ] {
        assert_eq!(lines("ingest/mod.rs", text), NONE);
    }
}

#[test]
fn a_module_without_a_rule_is_named() {
    assert_eq!(
        found("gadget.rs", ""),
        [(1, "no rule says what module `gadget` may use".to_owned())]
    );
}

#[test]
fn the_parts_that_put_everything_together_use_everything() {
    assert_eq!(lines("app.rs", "use crate::{api, query, ingest};"), NONE);
    assert_eq!(lines("main.rs", "use server::api;"), NONE);
}

#[test]
fn modules_for_tests_only_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod a;\nmod b;");
    write("a/mod.rs", "mod c;\n#[cfg(test)]\nmod tests;");
    write("a/c.rs", "#[cfg(test)]\nmod fixture;");
    write("a/c/fixture.rs", "");
    write("a/tests/mod.rs", "mod one;");
    write("a/tests/one.rs", "");
    write("b.rs", "");
    let found: Vec<_> = sources(folder.path())
        .unwrap()
        .iter()
        .map(|file| {
            file.strip_prefix(folder.path())
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    assert_eq!(found, ["a/c.rs", "a/mod.rs", "b.rs", "lib.rs"]);
}

#[test]
fn this_workspace_keeps_its_rules() {
    let violations = check(&crate::root()).unwrap();
    assert_eq!(violations, []);
}

const NONE: [usize; 0] = [];
