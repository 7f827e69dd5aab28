//! Platform health: a score of 0 to 100, the parts that it is made of, and how both went over time.
//!
//! What a value is worth, and how parts make the score, is said in [`domain::health`]; here they are
//! measured, over the span and in each of its buckets.

mod answer;
mod measured;

use std::collections::HashMap;

use domain::{
    health::{self, HealthPart},
    metric::Metric,
    query::{Population, Query},
    ratio::{Amount, Ratio},
    time::{Bucket, Instant, Range, days_in},
};
use engine::measured::{ArrivalScan, KEPT, KeptNumber, ValueCount, ValueScan, Values};
use store::{Origin, Table};

pub use answer::{
    HealthBucket, HealthCounts, HealthNumbers, HealthPartRow, NumberChange, PartNumbers,
    PlatformHealthAnswer,
};
use measured::{Counted, Told};

use super::{
    Ask, BucketSpan, Change, QueryError, QueryService, Run, aligned::Aligned, meta::Fields,
    series::Point, value::total,
};

/// What errors are measured by.
const ERRORS: [Metric; 2] = [Metric::Errors, Metric::ActivePeople];
/// What shows that some source tells of errors.
const TOLD: [Metric; 2] = [Metric::Errors, Metric::Timings];
/// The number of decimals of scores.
const DECIMALS: u32 = 1;

/// Which metric each field is.
const FIELDS: Fields = &[
    ("counts.errors", Metric::Errors),
    ("counts.activeUsers", Metric::ActivePeople),
    ("series.errors.value", Metric::ErrorsPerPerson),
];

/// What was counted over a span, and in each of its buckets by their beginning.
struct Span {
    whole: Counted,
    buckets: HashMap<Instant, Counted>,
}

impl Span {
    /// Returns what was counted in a bucket.
    fn bucket(&mut self, bucket: Instant) -> &mut Counted {
        self.buckets.entry(bucket).or_default()
    }
}

impl QueryService {
    /// Answers how the platform does.
    pub async fn platform_health(&self, ask: &Ask) -> Result<PlatformHealthAnswer, QueryError> {
        let run = self.begin(ask);
        let ever = Query::totals(
            ask.workspace.clone(),
            ask.zone.clone(),
            Range::before(ask.window.range.to()),
            &TOLD,
        );
        let (ever, totals, before, series) = tokio::try_join!(
            run.query("ever", ever.of(Population::Everyone)),
            run.query("errors", ask.now(&ERRORS)),
            run.query_if("errors before", ask.before(&ERRORS)),
            run.series(&ERRORS),
        )?;
        let told = Told {
            arrivals: ask.filter.is_everything(),
            errors: (0..TOLD.len()).any(|metric| !total(&ever, metric).is_zero()),
        };
        // One after the other: each may be large, and an asker has one turn of these at a time.
        let mut now = run.measured(ask.window.range, &totals, told).await?;
        let mut earlier = match ask.window.previous.zip(before) {
            Some((range, totals)) => Some(run.measured(range, &totals, told).await?),
            None => None,
        };
        let whole_before = earlier.as_ref().map(|span| span.whole.clone());
        let parts = self.health_parts(&now.whole, whole_before.as_ref(), told);
        let score = |counted: &Counted| counted.score(&self.health_weights, told);
        Ok(PlatformHealthAnswer {
            score: NumberChange::of(
                score(&now.whole),
                whole_before.as_ref().and_then(score),
                DECIMALS,
            ),
            formula: health::FORMULA,
            parts,
            counts: HealthCounts::of(&now.whole, whole_before.as_ref(), told),
            series: self.health_series(ask, &series, (&mut now, earlier.as_mut()), told),
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(
                "The weighted mean of the scores of the parts, 0 to 100. Each part is measured, and becomes a \
                 score by its formula; a part that is not known is null, says why, and takes no weight.",
            )
            .with(FIELDS),
            explain: run.explanation(),
        })
    }

    fn health_parts(
        &self,
        now: &Counted,
        before: Option<&Counted>,
        told: Told,
    ) -> Vec<HealthPartRow> {
        let weight = |part: HealthPart| self.health_weights.of(part);
        let is_known = |part: &HealthPart| now.tenths(*part, told).is_some();
        let known = HealthPart::ALL.into_iter().filter(is_known);
        let all: u32 = known.map(weight).sum();
        let row = |part: HealthPart| {
            let definition = part.definition();
            let value = |counted: &Counted| counted.value(part, told);
            let score = |counted: &Counted| {
                let tenths = counted.tenths(part, told)?;
                Ratio::new(tenths.into(), 10)
            };
            let share = Ratio::new(weight(part).into(), all.into()).filter(|_| is_known(&part));
            HealthPartRow {
                part: definition.name,
                title: definition.title,
                value: NumberChange::of(value(now), before.and_then(value), definition.decimals),
                unit: definition.unit,
                better_when: if definition.best > definition.worst {
                    "up"
                } else {
                    "down"
                },
                score: NumberChange::of(score(now), before.and_then(score), DECIMALS),
                weight: weight(part),
                weight_percent: share.map_or(0.0, |share| share.percent(1)),
                reason: now.reason(part, told),
                formula: part.formula(),
                definition: definition.text,
            }
        };
        HealthPart::ALL.map(row).into()
    }

    fn health_series(
        &self,
        ask: &Ask,
        series: &[Point],
        (now, mut before): (&mut Span, Option<&mut Span>),
        told: Told,
    ) -> Vec<HealthBucket> {
        let aligned = Aligned::of(ask);
        let numbers = |span: &mut Span, range: Range, bucket: Bucket, errors: &[Amount]| {
            let counted = span.bucket(bucket.start);
            (counted.errors, counted.people) = (errors[0], errors[1]);
            counted.days = days_in(range.since(bucket.start).until(bucket.end), &ask.zone);
            counted.numbers(&self.health_weights, told)
        };
        let mut buckets = Vec::with_capacity(series.len());
        for (place, (bucket, point)) in aligned.now.iter().zip(series).enumerate() {
            let span = BucketSpan::of(*bucket, ask.window.range);
            let compared = before.as_deref_mut().zip(ask.window.previous);
            let previous = compared.and_then(|(earlier, range)| {
                let bucket = aligned.before(place)?;
                Some(numbers(earlier, range, bucket, point.before.as_ref()?))
            });
            buckets.push(HealthBucket {
                date: point.date.clone(),
                end: span.end,
                complete: span.complete,
                numbers: numbers(now, ask.window.range, *bucket, &point.values),
                previous,
            });
        }
        buckets
    }
}

impl HealthCounts {
    fn of(now: &Counted, before: Option<&Counted>, told: Told) -> Self {
        let change = |of: fn(&Counted) -> Amount| Change::of(of(now), before.map(of));
        Self {
            accepted: told.arrivals.then(|| change(|counted| counted.accepted)),
            failed: told.arrivals.then(|| change(|counted| counted.failed)),
            timely: change(|counted| counted.lags.count()),
            historical: change(|counted| counted.historical),
            errors: told.errors.then(|| change(|counted| counted.errors)),
            active_users: change(|counted| counted.people),
            measured: change(|counted| counted.latencies.count()),
        }
    }
}

fn values(counts: &[ValueCount]) -> Values {
    let counts = counts.iter();
    counts
        .map(|count| (count.value, Amount::of(count.weight)))
        .collect()
}

fn by_bucket(counts: &[ValueCount]) -> impl Iterator<Item = &[ValueCount]> {
    counts.chunk_by(|count, next| count.bucket == next.bucket)
}

impl Run<'_> {
    /// Measures a span; `totals` are its errors and its people.
    async fn measured(&self, range: Range, totals: &Table, told: Told) -> Result<Span, QueryError> {
        let ask = self.ask;
        let mut span = Span {
            whole: Counted {
                errors: total(totals, 0),
                people: total(totals, 1),
                days: if range == ask.window.range {
                    ask.window.days
                } else {
                    days_in(range, &ask.zone)
                },
                ..Counted::default()
            },
            buckets: HashMap::new(),
        };
        let [lag, latency] = KEPT;
        let lags = self.values(range, lag).await?;
        span.whole.set_lags(values(&lags));
        for of_bucket in by_bucket(&lags) {
            span.bucket(of_bucket[0].bucket).set_lags(values(of_bucket));
        }
        let latencies = self.values(range, latency).await?;
        span.whole.latencies = values(&latencies);
        for of_bucket in by_bucket(&latencies) {
            span.bucket(of_bucket[0].bucket).latencies = values(of_bucket);
        }
        if told.arrivals {
            self.add_arrivals(range, &mut span).await?;
        }
        Ok(span)
    }

    async fn values(
        &self,
        range: Range,
        KeptNumber { number, predicate }: KeptNumber,
    ) -> Result<Vec<ValueCount>, QueryError> {
        let ask = self.ask;
        let scan = ValueScan {
            workspace: ask.workspace.clone(),
            range,
            population: ask.population,
            predicate,
            filter: ask.filter.clone(),
            number,
            grain: ask.grain,
            zone: ask.zone.clone(),
            from_events: self.is_from_events(),
        };
        let (values, origin) = self.store().values(&scan).await?;
        self.noted(origin);
        Ok(values)
    }

    async fn add_arrivals(&self, range: Range, span: &mut Span) -> Result<(), QueryError> {
        let ask = self.ask;
        let scan = ArrivalScan {
            workspace: ask.workspace.clone(),
            range,
            grain: ask.grain,
            zone: ask.zone.clone(),
        };
        for one in self.store().arrivals(&scan).await? {
            let (accepted, failed) = (Amount::of(one.accepted), Amount::whole(one.refused));
            for counted in [&mut span.whole, span.buckets.entry(one.bucket).or_default()] {
                counted.accepted = counted.accepted + accepted;
                counted.failed = counted.failed + failed;
            }
        }
        self.noted(Origin::default());
        Ok(())
    }
}
