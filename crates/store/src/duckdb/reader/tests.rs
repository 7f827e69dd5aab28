//! Questions that are interrupted, and time that is waited.

use tokio::time::{sleep, timeout};

use super::*;

/// A question that would take hours.
const ENDLESS: &str = "SELECT count(*) FROM range(1000000) a, range(1000000) b \
                       WHERE a.range * b.range % 7 = 3";
const SOON: Duration = Duration::from_secs(20);

fn readers(timeout: Duration) -> Readers {
    let connection = Connection::open_in_memory().unwrap();
    Readers::new(&connection, 1, timeout).unwrap()
}

fn endless(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(ENDLESS).map_err(classify)
}

async fn nobody_asks(readers: &Readers) {
    let ended = async {
        while lock(&readers.pool).lent > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, ended).await.expect("a question runs on");
}

#[tokio::test]
async fn a_question_is_interrupted_when_whoever_asks_leaves() {
    let readers = readers(Duration::from_hours(1));
    for is_long in [false, true] {
        let asking = async {
            if is_long {
                readers.run_long(endless).await
            } else {
                readers.run(endless).await
            }
        };
        let begun = async {
            while lock(&readers.pool).lent == 0 {
                sleep(Duration::from_millis(5)).await;
            }
            sleep(Duration::from_millis(50)).await;
        };
        tokio::select! {
            answer = asking => panic!("{answer:?}"),
            () = begun => {}
        }
        nobody_asks(&readers).await;
    }
    let answer = readers.run(|_| Ok(7)).await.unwrap();
    assert_eq!(answer, 7, "the connection is another question's");
}

#[tokio::test]
async fn the_time_of_a_question_includes_what_it_waits_for() {
    let readers = readers(Duration::from_hours(1));
    let timeout = |error| matches!(error, Err(StoreError::Timeout(_)));
    // All of its time has passed in some line: nothing is left to work in.
    assert!(timeout(readers.run_until(Instant::now(), endless).await));
    nobody_asks(&readers).await;
    // A place is waited for as long as there is time, and no longer.
    let (first, second) = (readers.run_long(endless), readers.run_long(endless));
    let waiting = async {
        while lock(&readers.pool).lent < 2 {
            sleep(Duration::from_millis(5)).await;
        }
        let deadline = Instant::now() + Duration::from_millis(50);
        let refused = readers.run_until(deadline, |_| Ok(())).await;
        assert!(matches!(refused, Err(StoreError::Crowded)));
    };
    tokio::select! {
        answer = first => panic!("{answer:?}"),
        answer = second => panic!("{answer:?}"),
        () = waiting => {}
    }
    nobody_asks(&readers).await;
}
