use std::path::Path;

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::Instant,
};

use super::{channels, people, reader::Table};
use crate::importer::ImportError;

fn table(content: &'static str) -> Result<Table<&'static [u8]>, ImportError> {
    Table::new(Path::new("table.csv"), content.as_bytes())
}

fn people(content: &'static str) -> Result<Vec<PersonRecord>, ImportError> {
    people::read(table(content)?)
}

fn channels(content: &'static str) -> Result<Vec<ChannelRecord>, ImportError> {
    channels::read(table(content)?)
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
    let content = "channel_id,name,created_at,is_archived,member_count,type,owner\n\
        C1,general,2020-11-05T10:53:29.000Z,0,1118,public,U1\n\
        C2,board,2020-11-05,1,,dm,\n";
    let expected = vec![
        ChannelRecord {
            name: Some("general".to_owned()),
            kind: Some(ChannelKind::Public),
            is_archived: Some(false),
            member_count: Some(1118),
            owner: Some(UserId::new("U1").unwrap()),
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
fn a_wrong_cell_names_its_line_its_column_and_what_it_should_be() {
    let message = |result: Result<Vec<ChannelRecord>, ImportError>| result.unwrap_err().to_string();
    assert_eq!(
        message(channels("id,Member Count\nC1,5\nC2,many\n")),
        "line 3 of `table.csv`: `Member Count` is `many`, expected a whole number; correct the \
         cell or leave it empty"
    );
    assert_eq!(
        message(channels("name\nx\n")),
        "`table.csv` has no column `channel_id`; its first line must name the columns"
    );
    assert!(channels("id,name\n,x\n").is_err());
    assert!(channels("id,created_at\nC1,-9223372036854775808\n").is_ok());
    assert!(people("id,status\nU1,on holiday\n").is_err());
    assert!(matches!(people(""), Err(ImportError::MissingColumn { .. })));
}
