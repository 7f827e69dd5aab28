//! What engines say differently.

use super::Sql;

/// The differences between engines, without default bodies: a new engine does not compile until
/// each question is answered.
pub(crate) trait Dialect: Send + Sync {
    /// Whole-number division of a number that is not negative.
    fn divide(&self, number: Sql, divisor: i64) -> Sql;
    /// Remainder of a number that is not negative.
    fn remainder(&self, number: Sql, divisor: i64) -> Sql;
    /// Months since January 1970 of a day counted from 1970-01-01.
    fn month_of_day(&self, day: Sql) -> Sql;
    /// The number of different values that are not NULL, of rows that meet the condition.
    fn count_distinct(&self, value: Sql, condition: Option<Sql>) -> Sql;
    /// The sum over rows that meet the condition; 0 when there are none.
    fn sum(&self, value: Sql, condition: Option<Sql>) -> Sql;
    /// The smallest value of rows that meet the condition; NULL when there are none.
    fn min(&self, value: Sql, condition: Option<Sql>) -> Sql;
    /// The largest value of rows that meet the condition; NULL when there are none.
    fn max(&self, value: Sql, condition: Option<Sql>) -> Sql;
    /// One row for each element of a list column.
    fn unnest(&self, list: Sql) -> Sql;
    /// How many elements a list column has; NULL or 0 when it has none.
    fn length(&self, list: &str) -> Sql;
    /// Whether a list column has one of these texts, which are separated by commas.
    fn has_any(&self, list: &str, texts: Sql) -> Sql;
    /// The text of a first-level property in a JSON column; NULL when absent.
    fn property(&self, json: Sql, name: &str) -> Sql;
    /// A first-level property in a JSON column as a floating-point number; NULL where it is none.
    fn number(&self, json: Sql, name: &str) -> Sql;
    /// A whole number as a floating-point one.
    fn float(&self, number: Sql) -> Sql;
    /// A number that is not negative rounded to a whole one, halves up.
    fn round(&self, number: Sql) -> Sql;
    /// `WITH name AS (rows)`, made once and in full before it is used.
    fn made_first(&self, name: &'static str, rows: Sql) -> Sql;
    /// The texts of a list of any length, one in each row, as one bound value.
    fn listed(&self, texts: &[String]) -> Sql;
    /// The larger of two numbers.
    fn greatest(&self, left: Sql, right: Sql) -> Sql;
}
