use std::ops::ControlFlow;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::{topics, word::each_ascii_piece};

fn of(text: &str) -> Vec<String> {
    topics(&[text]).into_iter().map(String::from).collect()
}

#[test]
fn topics_worked_by_hand() {
    for (text, expected) in [
        // "deploy" and "broken" 6, "pipeline" 8, the pair (6 + 8) × 0.8 = 11.2.
        (
            "The deploy pipelines are broken?",
            &["deploy pipeline", "pipeline", "deploy", "broken"][..],
        ),
        // Punctuation ends a phrase.
        ("tests, docs", &["test", "doc"]),
        ("ok thanks, I think so", &[]),
        // Names and numbers weigh more: GitHub 6 + 4, v2 2 + 4.
        ("GitHub v2", &["github v2", "github", "v2"]),
        ("see src/main.rs or me@example.org or snake_case", &[]),
        ("commit 3f2a9bc0 of 2024-01-02 at 10:30", &["commit"]),
        ("the team's budget", &["team budget", "budget", "team"]),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
}

#[test]
fn no_topic_begins_or_ends_with_a_stop_word() {
    for text in [
        "We should really talk about the new release of the mobile app before the end of the week",
        "Wir sollten über die neue Version der mobilen Anwendung vor dem Ende der Woche sprechen",
        "Nous devons parler de la nouvelle version de l'application mobile avant la fin du mois",
        "Tenemos que hablar sobre la nueva versión de la aplicación móvil antes de fin de mes",
        "Precisamos falar sobre a nova versão do aplicativo móvel antes do fim do mês",
        "Dobbiamo parlare della nuova versione dell'applicazione mobile prima della fine del mese",
        "We moeten het hebben over de nieuwe versie van de mobiele toepassing voor het einde",
        "Нам нужно поговорить о новой версии мобильного приложения до конца этого месяца",
        "Ay sonundan önce mobil uygulamanın yeni sürümü hakkında bir toplantı yapmalıyız",
        "يجب أن نتحدث عن الإصدار الجديد من تطبيق الهاتف قبل نهاية هذا الشهر",
    ] {
        let found = of(text);
        assert!(!found.is_empty(), "{text}");
        let stop_words = [
            "the",
            "of",
            "we",
            "die",
            "der",
            "dem",
            "wir",
            "über",
            "de",
            "la",
            "nous",
            "du",
            "que",
            "a",
            "do",
            "della",
            "del",
            "het",
            "van",
            "voor",
            "о",
            "до",
            "bir",
            "hakkında",
            "عن",
            "من",
            "أن",
        ];
        for topic in &found {
            for word in topic.split(' ') {
                assert!(!stop_words.contains(&word), "{topic} of {text}");
            }
        }
    }
}

#[test]
fn scripts_without_spaces_are_cut_by_a_dictionary() {
    let found = of("我们讨论：人工智能项目");
    assert!(
        found.iter().any(|topic| topic.contains("人工智能")),
        "{found:?}"
    );
    let found = of("新しいデータベースを設計します");
    assert!(
        found.iter().any(|topic| topic.contains("データベース")),
        "{found:?}"
    );
}

#[test]
fn plurals_are_folded() {
    for (word, folded) in [
        ("deploys", "deploy"),
        ("boxes", "box"),
        ("classes", "class"),
        ("branches", "branch"),
        ("caches", "cache"),
        ("releases", "release"),
        ("sizes", "size"),
        ("cities", "city"),
        ("statuses", "status"),
        ("status", "status"),
        ("class", "class"),
        ("analysis", "analysis"),
        ("kubernetes", "kubernetes"),
        ("dns", "dns"),
    ] {
        assert_eq!(super::fold(word), folded);
    }
    // Whoever writes in capitals writes a name.
    assert_eq!(of("APIS of the VMS"), ["apis", "vms"]);
    // German makes no plurals with an s.
    assert!(of("Der Kurs des Unternehmens ist heute wieder gestiegen").contains(&"kurs".into()));
}

#[test]
fn long_texts_give_no_more_topics() {
    let text = "subjectalpha matter. subjectbeta plan. subjectgamma idea. ".repeat(200);
    assert_eq!(of(&text).len(), super::MAX_TOPICS);
}

proptest! {
    #[test]
    fn ascii_is_cut_where_unicode_cuts_it(part in "[a-c0-2.,;:'\"!?()*&%#+-]{0,12}") {
        let mut pieces = Vec::new();
        let cut = each_ascii_piece(&part, &mut |piece| {
            pieces.push(piece.to_owned());
            ControlFlow::Continue(())
        });
        prop_assert!(cut.is_continue());
        let expected: Vec<&str> = part.split_word_bounds().collect();
        prop_assert_eq!(pieces, expected);
    }
}
