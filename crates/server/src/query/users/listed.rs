//! Rows of people picked and sorted by what no single question tells: by records, by where they stand,
//! and those without activity.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use domain::{
    engagement::{Level, score},
    filter::{Field, Filter},
    metric::Metric,
    time::{Instant, Range},
};
use store::{PersonRow, Search, StoreError, TableRow};

use super::{
    METRICS, Page, Standing, UserMetric, UserSort, UsersRequest, answer::UserRow,
    beginning::Beginning, place, standing::ByPerson,
};
use crate::query::{QueryError, Run, value::count};

impl Run<'_> {
    /// Returns people of all who are known, in the order asked for.
    pub(super) async fn listed_rows(&self, request: &UsersRequest) -> Result<Page, QueryError> {
        let ask = self.ask;
        let (told, scores) = tokio::try_join!(self.told(request), self.scores())?;
        let told = Arc::new(told);
        let wanted = Wanted {
            filter: ask.filter.clone(),
            search: request.search(),
            active: request.only_active(),
            role: request.role.clone(),
            level: request.level,
            lifecycle: request.lifecycle,
            posted: request.posted,
            cohort: (request.metric == UserMetric::Retention).then_some(ask.window.range),
            as_of: ask.window.as_of,
            told: Arc::clone(&told),
        };
        let picked = self.store().pick_people(
            &ask.workspace,
            ask.population,
            Box::new(move |person| wanted.picks(person)),
            0,
            u32::MAX,
        );
        let (people, total) = picked.await?;
        let (by, as_of) = ((request.sort, request.ascending), ask.window.as_of);
        let of_all = Arc::clone(&told);
        let sorted = tokio::task::spawn_blocking(move || sorted(people, by, as_of, &of_all)).await;
        let people = sorted.map_err(|error| StoreError::Engine(Box::new(error)))?;
        let page = people.iter().skip(request.offset as usize);
        let rows = page.take(request.limit as usize).map(|person| {
            let active = told.active(&person.id);
            let mut row = UserRow::of(&person.id, Some(person), active, request.with_email);
            let features = told.features.as_ref();
            row.features = features.map(|of| of.get(&person.id).cloned().unwrap_or_default());
            row
        });
        let features = told.features.as_ref().map(|of| {
            let used = of.values().map(|features| features.len() as u64);
            used.collect()
        });
        Ok(Page {
            rows: rows.collect(),
            total,
            scores,
            features,
        })
    }

    /// Returns what events tell of everybody, as far as the request needs it.
    async fn told(&self, request: &UsersRequest) -> Result<Told, QueryError> {
        let ask = self.ask;
        let standings = async {
            let wanted = request.lifecycle.is_some() || request.sort == UserSort::Lifecycle;
            if wanted {
                self.standings(None).await
            } else {
                Ok(HashMap::new())
            }
        };
        let posters = async {
            if request.posted.is_none() {
                return Ok(HashSet::new());
            }
            let ever = Range::before(ask.window.range.to());
            let messages = ask.over(ever, &[Metric::Messages]);
            let people = self.by_person("messages ever", messages).await?;
            let posters = people.into_iter().filter(|(_, row)| count(row, 0) > 0);
            Ok::<_, QueryError>(posters.map(|(id, _)| id).collect())
        };
        let before = async {
            match request.sort {
                UserSort::PreviousMessages => self.messages_before(None).await,
                _ => Ok(None),
            }
        };
        let beginnings = async {
            let wanted = request.metric == UserMetric::Retention
                || matches!(request.sort, UserSort::FirstSeen | UserSort::SignedUpAt);
            if wanted {
                self.beginnings(None).await
            } else {
                Ok(HashMap::new())
            }
        };
        let features = async {
            if request.is_about_features() {
                self.features_of_people().await.map(Some)
            } else {
                Ok(None)
            }
        };
        let (rows, standings, posters, before, beginnings, features) = tokio::try_join!(
            self.by_person("people", ask.now(&METRICS)),
            standings,
            posters,
            before,
            beginnings,
            features,
        )?;
        Ok(Told {
            rows,
            standings,
            posters,
            before,
            beginnings,
            features,
        })
    }
}

/// What events tell of everybody.
struct Told {
    rows: ByPerson,
    standings: HashMap<String, Standing>,
    posters: HashSet<String>,
    before: Option<ByPerson>,
    beginnings: HashMap<String, Beginning>,
    features: Option<HashMap<String, BTreeMap<String, u64>>>,
}

impl Told {
    /// Returns what somebody did who was active: an event of the chat itself makes nobody so.
    fn active(&self, id: &str) -> Option<&TableRow> {
        let row = self.rows.get(id);
        row.filter(|row| count(row, place::DAYS_ACTIVE) > 0)
    }

    fn beginning(&self, person: &PersonRow, as_of: Instant) -> Beginning {
        let events = self.beginnings.get(&person.id).copied();
        events.unwrap_or_default().of(person, as_of)
    }
}

/// Whom a request picks.
struct Wanted {
    filter: Filter,
    search: Option<Search>,
    active: Option<bool>,
    role: Option<String>,
    level: Option<Level>,
    lifecycle: Option<Standing>,
    posted: Option<bool>,
    /// When they signed up.
    cohort: Option<Range>,
    as_of: Instant,
    told: Arc<Told>,
}

impl Wanted {
    fn picks(&self, person: &PersonRow) -> bool {
        let (name, email) = (person.name.as_deref(), person.email.as_deref());
        let row = self.told.active(&person.id);
        let is_found = |search: &Search| {
            let mut aliases = person.aliases.iter();
            search.finds(&person.id, name, email) || aliases.any(|id| search.finds(id, None, None))
        };
        let is_of_level = |level: Level| {
            let raw = row.and_then(|row| row.values[place::ENGAGEMENT]);
            Level::of(raw.map_or(0, score)) == level
        };
        let signed_up = |cohort: Range| {
            let at = self.told.beginning(person, self.as_of).signed_up;
            at.is_some_and(|at| cohort.contains(at))
        };
        let stands = |there: Standing| self.told.standings.get(&person.id) == Some(&there);
        let posted = |posted: bool| self.told.posters.contains(&person.id) == posted;
        self.active.is_none_or(|active| row.is_some() == active)
            && self
                .role
                .as_ref()
                .is_none_or(|role| person.role.as_ref() == Some(role))
            && self.level.is_none_or(is_of_level)
            && self.lifecycle.is_none_or(stands)
            && self.posted.is_none_or(posted)
            && self.cohort.is_none_or(signed_up)
            && self.filter.admits(&Field::User, &person.id)
            && self.search.as_ref().is_none_or(is_found)
    }
}

/// What rows are compared by.
enum Key {
    Number(f64),
    Text(String),
}

impl Key {
    fn at(at: Instant) -> Self {
        Self::Number(at.as_millis() as f64)
    }

    fn of(sort: UserSort, person: &PersonRow, as_of: Instant, told: &Told) -> Option<Self> {
        if let Some(place) = sort.place() {
            let row = told.active(&person.id);
            let zero = METRICS[place].is_zero_when_absent().then_some(0.0);
            return row
                .and_then(|row| row.values[place])
                .or(zero)
                .map(Self::Number);
        }
        match sort {
            UserSort::Name => {
                let name = person.name.as_ref().unwrap_or(&person.id);
                Some(Self::Text(name.to_lowercase()))
            }
            UserSort::Role => person.role.clone().map(Self::Text),
            UserSort::CreatedAt => person.created_at.map(Self::at),
            UserSort::FirstSeen => told.beginning(person, as_of).first_seen.map(Self::at),
            UserSort::SignedUpAt => told.beginning(person, as_of).signed_up.map(Self::at),
            UserSort::IsDeactivated => Some(Self::Number(person.is_deactivated.into())),
            UserSort::Lifecycle => {
                let stands = told.standings.get(&person.id);
                stands.map(|standing| Self::Number(f64::from(*standing as u8)))
            }
            UserSort::PreviousMessages => {
                let row = told.before.as_ref()?.get(&person.id);
                Some(Self::Number(
                    row.and_then(|row| row.values[0]).unwrap_or(0.0),
                ))
            }
            UserSort::Features => {
                let features = told.features.as_ref()?.get(&person.id);
                Some(Self::Number(features.map_or(0, BTreeMap::len) as f64))
            }
            // Ties go by identifier, and people come in that order.
            _ => Some(Self::Text(person.id.clone())),
        }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.total_cmp(right),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

/// Returns people in order: what is unknown comes last, and ties go by identifier.
fn sorted(
    people: Vec<PersonRow>,
    (sort, ascending): (UserSort, bool),
    as_of: Instant,
    told: &Told,
) -> Vec<PersonRow> {
    let key = |person: PersonRow| (Key::of(sort, &person, as_of, told), person);
    let mut keyed: Vec<(Option<Key>, PersonRow)> = people.into_iter().map(key).collect();
    keyed.sort_by(|(left, _), (right, _)| match (left, right) {
        (Some(left), Some(right)) if ascending => left.cmp(right),
        (Some(left), Some(right)) => right.cmp(left),
        (left, right) => right.is_some().cmp(&left.is_some()),
    });
    keyed.into_iter().map(|(_, person)| person).collect()
}
