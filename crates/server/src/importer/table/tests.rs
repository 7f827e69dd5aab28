use std::{io::Read, path::Path};

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::Instant,
};

use super::{
    CellNotes,
    reader::{FromRow, RecordTable},
};
use crate::importer::ImportError;

/// Returns the records of a table, and its notes as code and text.
fn read<T: FromRow>(
    content: impl Read + Send + 'static,
) -> Result<(Vec<T>, Vec<String>), ImportError> {
    let mut table = RecordTable::<T>::new(Path::new("table.csv"), Box::new(content))?;
    let (mut records, mut notes) = (Vec::new(), CellNotes::default());
    loop {
        let share = table.next_share(&mut notes)?;
        if share.is_empty() {
            break;
        }
        records.extend(share);
    }
    let notes = notes.iter().flat_map(|(defect, cells)| {
        let code = defect.code();
        let examples = cells.examples.iter();
        let more = cells.count - cells.examples.len() as u64;
        let more = (more > 0).then(|| format!("{code} {more} more"));
        examples
            .map(move |what| format!("{code} {what}"))
            .chain(more)
    });
    Ok((records, notes.collect()))
}

fn people(content: &'static str) -> Result<Vec<PersonRecord>, ImportError> {
    let (records, notes) = read(content.as_bytes())?;
    assert_eq!(notes, Vec::<String>::new());
    Ok(records)
}

fn channels(content: &'static str) -> Result<Vec<ChannelRecord>, ImportError> {
    let (records, notes) = read(content.as_bytes())?;
    assert_eq!(notes, Vec::<String>::new());
    Ok(records)
}

fn person(id: &str) -> PersonRecord {
    PersonRecord::new(UserId::new(id).unwrap())
}

fn channel(id: &str) -> ChannelRecord {
    ChannelRecord::new(ChannelId::new(id).unwrap())
}

#[test]
fn people_under_the_names_archives_use() {
    let content = "\u{feff}user_id,display_name,is_bot,tz,first_message_at,messages\n\
        b_1,\"Bot, the\",1,,2018-02-26T16:02:06Z,10\n\
        \n\
        u_1,Imani,0,Europe/London,,\n";
    let expected = vec![
        PersonRecord {
            name: Some("Bot, the".to_owned()),
            is_bot: Some(true),
            // 2018-02-26T16:02:06Z
            first_seen_at: Some(Instant::from_millis(1_519_660_926_000)),
            ..person("b_1")
        },
        PersonRecord {
            name: Some("Imani".to_owned()),
            is_bot: Some(false),
            ..person("u_1")
        },
    ];
    assert_eq!(people(content).unwrap(), expected);
}

#[test]
fn people_as_slack_lists_its_members_and_as_people_write_tables() {
    let content = "username,email,status,userid,fullname\n\
        ann,ann@example.org,Primary Owner,U1,Ann Reed\n\
        ci,,Bot,U2,\n\
        bob,,Deactivated,U3,Bob\n";
    let expected = vec![
        PersonRecord {
            name: Some("Ann Reed".to_owned()),
            email: Some("ann@example.org".to_owned()),
            role: Some("owner".to_owned()),
            is_deactivated: Some(false),
            ..person("U1")
        },
        PersonRecord {
            // Of several names the first that is filled.
            name: Some("ci".to_owned()),
            is_bot: Some(true),
            ..person("U2")
        },
        PersonRecord {
            name: Some("Bob".to_owned()),
            is_deactivated: Some(true),
            ..person("U3")
        },
    ];
    assert_eq!(people(content).unwrap(), expected);

    let content = "User ID; ignored,Created At,isActive,role\nU1,1433558319,no,Admin\n";
    assert!(matches!(
        people(content),
        Err(ImportError::MissingColumn {
            column: "user_id",
            ..
        })
    ));
    let content = "User ID,Created At,isActive,role\nU1,1433558319,no,Admin\n";
    let expected = PersonRecord {
        role: Some("Admin".to_owned()),
        created_at: Some(Instant::from_millis(1_433_558_319_000)),
        is_deactivated: Some(true),
        ..person("U1")
    };
    assert_eq!(people(content).unwrap(), [expected]);
}

#[test]
fn channels_with_their_kind_members_and_owner() {
    let content = "channel_id,name,created_at,is_archived,member_count,type,owner,slug\n\
        C1,general,2020-11-05T10:53:29.000Z,0,1118,public,U1,gen\n\
        C2,board,2020-11-05,1,,dm,,\n";
    let expected = vec![
        ChannelRecord {
            name: Some("general".to_owned()),
            kind: Some(ChannelKind::Public),
            is_archived: Some(false),
            member_count: Some(1118),
            owner: Some(UserId::new("U1").unwrap()),
            slug: Some("gen".to_owned()),
            created_at: Some(Instant::from_millis(1_604_573_609_000)),
            ..channel("C1")
        },
        ChannelRecord {
            name: Some("board".to_owned()),
            kind: Some(ChannelKind::Direct),
            is_archived: Some(true),
            created_at: Some(Instant::from_millis(1_604_534_400_000)),
            ..channel("C2")
        },
    ];
    assert_eq!(channels(content).unwrap(), expected);
    let private = ChannelRecord {
        kind: Some(ChannelKind::Private),
        ..channel("C3")
    };
    assert_eq!(channels("id,is_private\nC3,yes\n").unwrap(), [private]);
}

#[test]
fn a_wrong_cell_costs_the_cell_and_a_row_of_nobody_the_row() {
    let content = "id,Member Count,is_private,created,owner\n\
        C1,5,maybe,yesterday,null\n\
        C2,many,yes,2020-11-05,U1\n\
        ,1,no,,\n\
        undefined,1,no,,\n";
    let (records, notes) = read::<ChannelRecord>(content.as_bytes()).unwrap();
    let expected = vec![
        ChannelRecord {
            member_count: Some(5),
            ..channel("C1")
        },
        ChannelRecord {
            kind: Some(ChannelKind::Private),
            owner: Some(UserId::new("U1").unwrap()),
            created_at: Some(Instant::from_millis(1_604_534_400_000)),
            ..channel("C2")
        },
    ];
    assert_eq!(records, expected);
    assert_eq!(
        notes,
        [
            "placeholder_identifier table.csv:2 owner: null",
            "placeholder_identifier table.csv:4",
            "placeholder_identifier table.csv:5 id: undefined",
            "unreadable_value table.csv:2 is_private: maybe",
            "unreadable_value table.csv:2 created: yesterday",
            "unreadable_value table.csv:3 Member Count: many",
        ]
    );
    // Latin-1, as spreadsheets of old write it.
    let (records, notes) = read::<PersonRecord>(&b"id,name\nU1,Ren\xe9\nU2,Bo\n"[..]).unwrap();
    assert_eq!(records[0].name.as_deref(), Some("Ren\u{fffd}"));
    assert_eq!(records.len(), 2);
    assert_eq!(notes, ["bad_characters table.csv:2"]);
    assert_eq!(
        channels("name\nx\n").unwrap_err().to_string(),
        "`table.csv` has no column `channel_id`; its first line must name the columns"
    );
    assert!(channels("id,created_at\nC1,-9223372036854775808\n").is_ok());
    assert!(matches!(people(""), Err(ImportError::MissingColumn { .. })));
}

#[test]
fn slacks_own_list_of_members_is_read_whatever_the_status() {
    let content = "\
username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp
ada,ada@example.org,Primary Owner,1,0,0,U1,Ada One,Ada,
cy,cy@example.org,Deactivated,0,0,0,U3,Cy Three,,
dot,,Bot,0,0,0,U4,Dot,,
,eve@example.org,Member of the board,0,0,0,U5,,,
fay,fay@example.org,Multi-Channel Guest,1,0,0,U6,Fay,,1735689600
";
    let (records, notes) = read::<PersonRecord>(content.as_bytes()).unwrap();
    let told: Vec<_> = records
        .iter()
        .map(|person| {
            (
                person.id.as_str(),
                person.name.as_deref(),
                person.role.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("U1", Some("Ada"), Some("owner")),
            ("U3", Some("Cy Three"), None),
            ("U4", Some("Dot"), None),
            ("U5", None, None),
            ("U6", Some("Fay"), Some("guest")),
        ]
    );
    assert_eq!(
        notes,
        ["unreadable_value table.csv:5 status: Member of the board"]
    );
}

#[test]
fn a_row_without_end_is_refused_and_rows_without_number_are_not() {
    for head in ["id,name\nU1,Ada\nU2,\"", "\""] {
        let endless = head.as_bytes().chain(std::io::repeat(b'x'));
        let error = read::<PersonRecord>(endless).unwrap_err().to_string();
        assert!(error.contains("goes on for more than 1 MiB"), "{error}");
    }
    let name = "x".repeat(300);
    let rows: Vec<String> = (0..5_000).map(|n| format!("U{n},{name}\n")).collect();
    let content = format!("id,name\n{}", rows.concat());
    let (records, _) = read::<PersonRecord>(std::io::Cursor::new(content)).unwrap();
    assert_eq!(records.len(), 5_000);
}

#[test]
fn rows_of_nobody_are_counted_and_a_few_are_named() {
    let content = format!("id,is_bot\n{}U1,1\n", ",x\n".repeat(50_000));
    let (records, notes) = read::<PersonRecord>(std::io::Cursor::new(content)).unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(notes.len(), 11);
    assert_eq!(notes[0], "placeholder_identifier table.csv:2");
    assert_eq!(notes[10], "placeholder_identifier 49990 more");
}

#[test]
fn a_share_is_bounded_in_bytes_and_so_is_each_record() {
    let long = "é".repeat(100_000);
    let rows: Vec<String> = (0..40)
        .map(|n| format!("U{n},{long},{long},{long}\n"))
        .collect();
    let content = format!("id,name,email,role\n{}", rows.concat());
    let content = Box::new(std::io::Cursor::new(content));
    let mut table = RecordTable::<PersonRecord>::new(Path::new("table.csv"), content).unwrap();
    let mut notes = CellNotes::default();
    let mut records = Vec::new();
    loop {
        let share = table.next_share(&mut notes).unwrap();
        if share.is_empty() {
            break;
        }
        assert!(share.len() < 10, "{}", share.len());
        records.extend(share);
    }
    assert_eq!(records.len(), 40);
    for record in records {
        for text in [record.name, record.email, record.role] {
            assert_eq!(text.map(|text| text.len()), Some(1_024));
        }
    }
    let counts: Vec<_> = notes
        .iter()
        .map(|(defect, cells)| (defect.code(), cells.count))
        .collect();
    assert_eq!(counts, [("string_too_long", 120)]);
}
