use proptest::prelude::*;

use super::*;

fn list(terms: &[&str]) -> Vec<Box<str>> {
    terms.iter().map(|&term| term.into()).collect()
}

fn content(words: u32) -> Content {
    Content {
        words: Some(words),
        ..Content::default()
    }
}

#[test]
fn a_message_with_everything() {
    let text = "Hi @ana and <@U123|bo>, see <#C9|general> and https://GitHub.com/a/b?x=#no :+1: 🎉 \
                #Launch `#code`";
    assert_eq!(
        read(text, None),
        Content {
            // Hi, ana, and, bo, see, general, and, Launch, code.
            words: Some(9),
            mentions: list(&["ana", "U123"]),
            hashtags: list(&["launch"]),
            links: list(&["github.com"]),
            emoji: list(&["+1", "tada"]),
            domains: list(&["github.com"]),
            urls: list(&["https://github.com/a/b"]),
            ..Content::default()
        }
    );
}

#[test]
fn no_text_has_no_number_of_words() {
    assert_eq!(read("", None), Content::default());
    assert_eq!(read(" \n", None), Content::default());
    assert_eq!(read("?!", None), content(0));
}

#[test]
fn words() {
    for (text, words) in [
        ("It's 3.5 times as fast, isn't it?", 7),
        ("naïve café", 2),
        (
            "see https://example.com/a/long/path and <https://example.com|the site>",
            4,
        ),
        ("run `cargo test` now", 4),
        ("look:\n```\nlet x = 1;\n```\ndone", 2),
        ("look:\n~~~\nlet x = 1;\n~~~\ndone", 2),
        (":smile: 😀", 0),
        ("@ana.lima #one_two <!here>", 3),
        ("東京", 2),
    ] {
        assert_eq!(read(text, None).words, Some(words), "{text}");
    }
}

#[test]
fn mentions() {
    for (text, names) in [
        (
            "@ana, @bo.stone. (@Cleo-9) @ana",
            &["ana", "bo.stone", "Cleo-9"][..],
        ),
        ("<@U1> <@W2|dee>", &["U1", "W2"]),
        ("@józef and @李", &["józef", "李"]),
        (
            "mail me@example.org, @types/node, medium.com/@someone, a @ b, @5",
            &[],
        ),
        ("@here @channel @everyone @all <!channel>", &[]),
        ("`@code` ```@block``` https://social.example/@ana", &[]),
    ] {
        assert_eq!(read(text, None).mentions, list(names), "{text}");
    }
}

#[test]
fn hashtags() {
    for (text, tags) in [
        (
            "#Release (#v2) #one_two #release",
            &["release", "v2", "one_two"][..],
        ),
        (
            "#Straße #ÉTÉ #日本語 ＃全角 #हिन्दी",
            &["straße", "été", "日本語", "全角", "हिन्दी"],
        ),
        ("#party🎉 #a#b", &["party", "a"]),
        (
            "#123 # a C# F#m ##title &#39; page/#part <#C1|general> #1️⃣",
            &[],
        ),
        (
            "`#code` ``a ` #b`` ```\n#block\n``` https://example.com/#part",
            &[],
        ),
        ("```\n#never closed", &[]),
        ("a lone ` #tick", &["tick"]),
        ("a lone ` #tick\nand another `", &["tick"]),
    ] {
        assert_eq!(read(text, None).hashtags, list(tags), "{text}");
    }
}

#[test]
fn links() {
    for (text, hosts) in [
        (
            "http://a.example/x?y, (https://B.example:8080) [c](https://c.example/d)",
            &["a.example", "b.example", "c.example"][..],
        ),
        (
            "<https://a.example/x|label> <https://b.example>",
            &["a.example", "b.example"],
        ),
        ("https://user@a.example https://a.example", &["a.example"]),
        (
            "ftp://a.example a.example mailto:x@a.example <mailto:x@a.example|x>",
            &[],
        ),
        ("`https://a.example` ```https://b.example```", &[]),
    ] {
        assert_eq!(read(text, None).links, list(hosts), "{text}");
    }
}

#[test]
fn emoji() {
    for (text, names) in [
        (
            ":tada::+1: (:party_parrot:) :wave::skin-tone-3:",
            &["tada", "+1", "party_parrot", "wave"][..],
        ),
        (
            "👍🏽👍 👨‍👩‍👧🇩🇪🇫🇷 1️⃣ ❤️",
            &["+1", "family_man_woman_girl", "de", "fr", "one", "heart"],
        ),
        ("nice:\n:Thumbsup:, :100:!", &["+1", "100"]),
        ("🫱🏻‍🫲🏿 🤷‍♀️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", &["handshake", "woman_shrugging", "england"]),
        ("👍‍👎", &["+1", "-1"]),
        ("A ↔ B © ™ ☺ ☎︎ 🇩 →", &[]),
        (
            ":10:30: at 10:30:15 a:b:c std::vec::Vec C++ :: ::x:: C:\\foo:\\ [[:space:]] :ref:`x`",
            &[],
        ),
        (
            ": a: :-) :) :( ::: :b c: fe80::1:abc:d {\"a\":1,\"b\":2} :z:z: :q:",
            &[],
        ),
        ("`:tada:` ```:tada: 🎉``` https://example.com/:tada:/x", &[]),
    ] {
        assert_eq!(read(text, None).emoji, list(names), "{text}");
    }
}

#[test]
fn a_given_list_wins_after_the_same_normalisation() {
    let given = SourceAnnotations {
        mentions: Some(vec![
            "<@U1|ana>".into(),
            "@bo".into(),
            "U1".into(),
            "@here".into(),
        ]),
        links: Some(vec![
            "GitHub.com".into(),
            "https://github.com/x".into(),
            "ftp://x".into(),
        ]),
        emoji: Some(vec![
            ":thumbsup:".into(),
            "👍🏽".into(),
            ":big_smile:".into(),
            " ".into(),
        ]),
    };
    let found = read("@cy https://a.example :tada: #tag …", Some(&given));
    assert_eq!(
        found,
        Content {
            words: Some(2),
            mentions: list(&["U1", "bo"]),
            hashtags: list(&["tag"]),
            links: list(&["github.com"]),
            emoji: list(&["+1", "smile"]),
            domains: list(&["github.com"]),
            urls: list(&["https://github.com/x"]),
            ..Content::default()
        }
    );
    let nothing = SourceAnnotations {
        emoji: Some(Vec::new()),
        ..SourceAnnotations::default()
    };
    assert_eq!(read(":tada: @cy", Some(&nothing)).emoji, list(&[]));
    assert_eq!(read(":tada: @cy", Some(&nothing)).mentions, list(&["cy"]));
}

#[test]
fn terms_are_bounded() {
    let many = (0..200)
        .map(|n| format!("#t{n}"))
        .collect::<Vec<_>>()
        .join(" ");
    assert_eq!(read(&many, None).hashtags.len(), MAX_TERMS);
    let long = format!(
        "#{0} @{0} :{0}: https://{0}.example",
        "x".repeat(MAX_TERM_LENGTH + 1)
    );
    // The overlong shortcode is prose; the overlong tag and name are words of their sentence.
    assert_eq!(read(&long, None), content(3));
}

/// Text made of what the reader looks for, which random characters hardly ever form.
fn chat() -> impl Strategy<Value = String> {
    let parts = [
        "a",
        "B",
        "9",
        "_",
        " ",
        "\n",
        "#",
        "＃",
        "@",
        ":",
        "::",
        "<",
        ">",
        "|",
        "!",
        "`",
        "``",
        "```",
        "~~~",
        "/",
        "//",
        "http://",
        "https",
        "[",
        "]",
        ".",
        "-",
        "+1",
        "smile",
        "skin-tone-2",
        "👍",
        "\u{1f3fd}",
        "\u{200d}",
        "\u{fe0f}",
        "\u{20e3}",
        "🇩",
        "👨",
        "❤",
        "İ",
        "ß",
        "न्",
        "東",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..40).prop_map(|v| v.concat())
}

proptest! {
    #[test]
    fn any_text_gives_bounded_terms_once(text in prop_oneof![any::<String>(), chat()]) {
        let found = read(&text, None);
        for terms in [
            &found.mentions,
            &found.hashtags,
            &found.links,
            &found.emoji,
            &found.domains,
            &found.topics,
        ] {
            prop_assert!(terms.len() <= MAX_TERMS);
            for (index, term) in terms.iter().enumerate() {
                prop_assert!(!term.is_empty() && term.len() <= MAX_TERM_LENGTH);
                prop_assert!(!terms[..index].contains(term));
            }
        }
        for name in &found.emoji {
            prop_assert_eq!(emoji_name(name), Some(name.clone()));
        }
    }

    #[test]
    fn the_name_of_a_name_is_itself(raw in prop_oneof![any::<String>(), chat()]) {
        if let Some(name) = emoji_name(&raw) {
            prop_assert_eq!(emoji_name(&name), Some(name));
        }
    }

    #[test]
    fn what_was_read_is_read_the_same_when_given(text in chat()) {
        let found = read(&text, None);
        let given = |terms: &[Box<str>]| Some(terms.iter().map(ToString::to_string).collect());
        let given = SourceAnnotations {
            mentions: given(&found.mentions),
            links: given(&found.links),
            emoji: given(&found.emoji),
        };
        prop_assert_eq!(read(&text, Some(&given)), found);
    }
}

proptest! {
    #[test]
    fn words_are_those_of_unicode_however_they_are_counted(
        text in "([a-zA-Z0-9_.,'’:;!?()\\-\"/@é日🎉 \t\n]|[0-9]{2}[.,:'_][a-z0-9]{2}){0,30}",
    ) {
        let by_unicode: usize = text.unicode_words().count();
        prop_assert_eq!(count_words(&text), by_unicode, "{:?}", text);
    }
}
