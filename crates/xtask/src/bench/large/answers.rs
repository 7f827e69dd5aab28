//! How long answers take: made for the question, remembered, and made from raw events.

use std::{path::Path, thread, time::Duration};

use anyhow::Result;
use tokio::runtime::Runtime;

use super::{
    LIMITS,
    question::{Instants, Question},
    row::Row,
    start,
    times::{Draws, Times},
};
use crate::{
    bench::{
        REST, history,
        load::{Connection, Peer},
        process::{forget_peak, memory},
    },
    product::{Binary, Service},
};

/// Time after which a question is asked no more, so that a slow service is measured, too.
const BUDGET: Duration = Duration::from_mins(1);
/// Draws of a question on raw events.
const RAW_DRAWS: Draws = Draws {
    most: 5,
    budget: Duration::from_secs(10),
};
/// Nothing is remembered.
const FRESH: [(&str, &str); 1] = [("ANALYTICS_CACHE_TTL", "0")];
/// Answers are remembered, as they are unless somebody says otherwise.
const REMEMBERING: [(&str, &str); 1] = [("ANALYTICS_CACHE_TTL", "300")];
/// Nothing is remembered or filled, and what takes too long is given up.
const RAW: [(&str, &str); 3] = [
    ("ANALYTICS_CACHE_TTL", "0"),
    ("ANALYTICS_ROLLUPS", "false"),
    ("ANALYTICS_QUERY_TIMEOUT", "10"),
];

/// What was measured of a service that has nothing to do but answer.
pub(super) struct Answers {
    pub(super) rows: Vec<Row>,
    /// From the start of the process to its first healthy answer.
    pub(super) start: Duration,
    /// Memory before the first question, in megabytes.
    pub(super) rest: f64,
    /// Most memory while answers were made, in megabytes.
    pub(super) peak: f64,
}

/// Asks every question in each way.
pub(super) fn measure(
    runtime: &Runtime,
    binary: &Binary,
    store: &Path,
    draws: usize,
) -> Result<Answers> {
    let questions = Question::all();
    let draws = Draws {
        most: draws,
        budget: BUDGET,
    };
    println!("asking {} questions {} times", questions.len(), draws.most);
    let service = start(binary, store, &FRESH)?;
    let took = service.start_took();
    thread::sleep(REST);
    let rest = memory(service.process())?.now;
    forget_peak(service.process());
    let fresh = runtime.block_on(ask_fresh(&Peer::of(&service), &questions, draws))?;
    let peak = memory(service.process())?.peak;
    service.stop()?;

    println!("asking for remembered answers");
    let service = start(binary, store, &REMEMBERING)?;
    let remembered = runtime.block_on(ask_again(&Peer::of(&service), &questions, draws))?;
    service.stop()?;

    println!("asking for answers from raw events");
    let settings = [LIMITS.as_slice(), &RAW].concat();
    let service = Service::start_with(binary, store, &settings)?;
    let raw = runtime.block_on(ask_fresh(&Peer::of(&service), &questions, RAW_DRAWS))?;
    service.stop()?;

    let rows = questions.into_iter().zip(fresh).zip(remembered).zip(raw);
    let rows = rows.map(|(((question, fresh), remembered), raw)| Row {
        question,
        fresh,
        remembered,
        raw,
    });
    Ok(Answers {
        rows: rows.collect(),
        start: took,
        rest,
        peak,
    })
}

/// Asks in rounds, each time as of another instant, so that no answer is known and whatever
/// disturbs the machine for a while disturbs all questions alike.
async fn ask_fresh(peer: &Peer, questions: &[Question], draws: Draws) -> Result<Vec<Times>> {
    let mut connection = Connection::open(peer).await?;
    let mut instants = Instants::after(history::end()?);
    let mut all = vec![Times::default(); questions.len()];
    for _ in 0..draws.most {
        for (question, times) in questions.iter().zip(&mut all) {
            if times.wants_more(draws) {
                let question = question.at(instants.draw());
                times.ask(&mut connection, &question).await?;
            }
        }
    }
    Ok(all)
}

/// Asks each question once for the service to know it, and then again and again.
async fn ask_again(peer: &Peer, questions: &[Question], draws: Draws) -> Result<Vec<Times>> {
    let mut connection = Connection::open(peer).await?;
    let mut instants = Instants::after(history::end()?);
    let mut all = Vec::new();
    for question in questions {
        let question = question.at(instants.draw());
        connection.ask(&question).await?;
        let mut times = Times::default();
        // What was not remembered once would only be made again and again.
        while times.wants_more(draws) && times.remembered == times.count() {
            times.ask(&mut connection, &question).await?;
        }
        all.push(times);
    }
    Ok(all)
}
