//! Effects of a variant against the control, with their variances (delta method: Deng, Knoblich, Lu 2018).

/// What is known of a metric in one arm: its mean and the variance of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arm {
    /// Units.
    pub n: f64,
    /// Mean, or ratio of means.
    pub mean: f64,
    /// Variance of a unit; of a mean it is divided by the units.
    pub variance: f64,
}

/// Sums of one quantity over the units of an arm.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// Units.
    pub n: f64,
    /// Sum.
    pub sum: f64,
    /// Sum of squares.
    pub squares: f64,
}

impl Sums {
    /// Adds a unit.
    pub fn add(&mut self, value: f64) {
        self.n += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn plus(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }

    /// Returns the mean; 0 of no unit.
    pub fn mean(self) -> f64 {
        if self.n > 0.0 { self.sum / self.n } else { 0.0 }
    }

    /// Returns the variance with `n − 1`; 0 of fewer than two units.
    pub fn variance(self) -> f64 {
        covariance(self.n, self.sum, self.sum, self.squares)
    }

    /// Returns the arm of a mean.
    pub fn arm(self) -> Arm {
        Arm {
            n: self.n,
            mean: self.mean(),
            variance: self.variance(),
        }
    }
}

/// Returns the covariance with `n − 1`; 0 of fewer than two units.
pub fn covariance(n: f64, x: f64, y: f64, products: f64) -> f64 {
    if n <= 1.0 {
        0.0
    } else {
        (products - x * y / n) / (n - 1.0)
    }
}

/// Returns the arm of a share: `m(1 − m)`.
pub fn proportion(n: f64, successes: f64) -> Arm {
    let mean = if n > 0.0 { successes / n } else { 0.0 };
    Arm {
        n,
        mean,
        variance: mean * (1.0 - mean),
    }
}

/// Returns the arm of a ratio of sums `M/D`: `(s²_M − 2R·s_MD + R²·s²_D)/d̄²`; `None` without a denominator.
pub fn ratio(numerator: Sums, denominator: Sums, products: f64) -> Option<Arm> {
    let below = denominator.mean();
    if below == 0.0 {
        return None;
    }
    let r = numerator.mean() / below;
    let shared = covariance(numerator.n, numerator.sum, denominator.sum, products);
    let spread = numerator.variance() - 2.0 * r * shared + r * r * denominator.variance();
    Some(Arm {
        n: numerator.n,
        mean: r,
        variance: spread / (below * below),
    })
}

/// How an effect is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// By how much of the control's mean.
    Relative,
    /// In the metric's unit.
    Absolute,
}

/// An effect, its variance, and what the variance is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The difference.
    pub value: f64,
    /// Its variance.
    pub variance: f64,
    /// Units of both arms.
    pub n: f64,
    /// Degrees of freedom (Satterthwaite 1946).
    pub freedom: f64,
}

/// Returns the effect of a variant; `None` when an arm is too small, nothing varies, or the control's mean is 0 where it
/// divides.
pub fn effect(control: Arm, variant: Arm, difference: Difference) -> Option<Effect> {
    if control.n < 2.0 || variant.n < 2.0 {
        return None;
    }
    let (a, b) = (control.variance / control.n, variant.variance / variant.n);
    let (value, variance) = match difference {
        Difference::Absolute => (variant.mean - control.mean, a + b),
        Difference::Relative => {
            let m = control.mean;
            if m == 0.0 {
                return None;
            }
            let spread = b / m.powi(2) + a * variant.mean.powi(2) / m.powi(4);
            ((variant.mean - m) / m.abs(), spread)
        }
    };
    let freedom = (a + b).powi(2) / (a * a / (control.n - 1.0) + b * b / (variant.n - 1.0));
    let is_usable = variance > 0.0 && variance.is_finite() && value.is_finite();
    is_usable.then_some(Effect {
        value,
        variance,
        n: control.n + variant.n,
        freedom,
    })
}

/// A metric and the same metric before exposure, in one arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adjusted {
    /// After exposure.
    pub post: Sums,
    /// Before exposure.
    pub pre: Sums,
    /// Sum of the products of both.
    pub products: f64,
}

impl Adjusted {
    fn covariance(self) -> f64 {
        covariance(self.post.n, self.post.sum, self.pre.sum, self.products)
    }
}

/// What adjustment by the time before exposure did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cuped {
    /// The effect.
    pub effect: Effect,
    /// How much of a difference before counts.
    pub theta: f64,
    /// Correlation of before and after.
    pub correlation: f64,
}

/// The least correlation that is worth an adjustment.
const CORRELATED: f64 = 0.1;

/// Returns the effect adjusted by the same metric before exposure (CUPED: Deng, Xu, Kohavi, Walker, WSDM 2013); the
/// relative one is divided by the unadjusted mean of the control, as `gbstats` does. `None` as for [`effect`].
pub fn cuped(control: Adjusted, variant: Adjusted, difference: Difference) -> Option<Cuped> {
    // Both arms together, as if they were one.
    let joint = Adjusted {
        post: control.post.plus(variant.post),
        pre: control.pre.plus(variant.pre),
        products: control.products + variant.products,
    };
    let (before, after) = (joint.pre.variance(), joint.post.variance());
    let shared = joint.covariance();
    let is_flat = before <= 0.0 || after <= 0.0;
    let theta = if is_flat { 0.0 } else { shared / before };
    let correlation = if is_flat {
        0.0
    } else {
        shared / (before * after).sqrt()
    };
    let plain = effect(control.post.arm(), variant.post.arm(), difference)?;
    if theta == 0.0 {
        return Some(Cuped {
            effect: plain,
            theta,
            correlation,
        });
    }
    let (a, b) = (control.post.mean(), variant.post.mean());
    let moved = (b - theta * variant.pre.mean()) - (a - theta * control.pre.mean());
    let own = |arm: Adjusted, of_post: f64, of_shared: f64| {
        of_post * arm.post.variance() + theta * theta * arm.pre.variance()
            - 2.0 * theta * of_shared * arm.covariance()
    };
    let (value, variance) = match difference {
        Difference::Absolute => (
            moved,
            own(control, 1.0, 1.0) / control.post.n + own(variant, 1.0, 1.0) / variant.post.n,
        ),
        Difference::Relative => {
            let of_control = own(control, (b / a).powi(2), b / a) / (control.post.n * a * a);
            (
                moved / a.abs(),
                own(variant, 1.0, 1.0) / (variant.post.n * a * a) + of_control,
            )
        }
    };
    let adjusted = Effect {
        value,
        variance,
        ..plain
    };
    Some(Cuped {
        effect: adjusted,
        theta,
        correlation,
    })
}

impl Cuped {
    /// Returns whether before and after are related enough for the adjustment to be shown.
    pub fn is_worth_it(&self) -> bool {
        self.correlation.abs() >= CORRELATED
    }
}
