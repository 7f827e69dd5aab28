//! What is found without being asked for.

use crate::config::kind::FLAG;

section! {
    /// What the service finds without being asked for.
    pub struct Insight = "Insights" {
        /// Whether trends, forecasts and recommendations are computed.
        ml: bool = FLAG, "ANALYTICS_ENABLE_ML_INSIGHTS", default "true", later "the insight engine";

        /// Whether unusual values are looked for.
        anomaly: bool = FLAG, "ANALYTICS_ENABLE_ANOMALY_DETECTION", default "true",
            later "the insight engine";
    }
}
