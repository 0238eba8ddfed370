//! From a number to its place in a drawing.

/// A straight scale: from numbers to pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    from: (f64, f64),
    to: (f64, f64),
}

impl Scale {
    /// The scale that takes the ends of the numbers to those of the pixels. Where all numbers are the same, they stand in the middle.
    pub(super) fn new(from: (f64, f64), to: (f64, f64)) -> Scale {
        Scale { from, to }
    }

    /// Where a number stands; what lies beyond an end stands at it.
    pub(super) fn place(&self, value: f64) -> f64 {
        let width = self.from.1 - self.from.0;
        let part = if width > 0.0 { ((value - self.from.0) / width).clamp(0.0, 1.0) } else { 0.5 };
        self.to.0 + part * (self.to.1 - self.to.0)
    }
}

/// The end of an axis from nothing: the next of 1, 2 and 5 times a power of ten.
pub(super) fn rounded_up(largest: f64) -> f64 {
    if largest <= 0.0 || !largest.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(largest.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power >= largest * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
    }

    #[test]
    fn a_number_stands_where_it_should() {
        let scale = Scale::new((0.0, 50.0), (100.0, 600.0));
        for (value, place) in [(0.0, 100.0), (25.0, 350.0), (50.0, 600.0), (80.0, 600.0), (-3.0, 100.0)] {
            is(scale.place(value), place);
        }
        is(Scale::new((3.0, 3.0), (0.0, 10.0)).place(3.0), 5.0);
    }

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (largest, end) in [(0.0, 1.0), (1.0, 1.0), (3.0, 5.0), (12.0, 20.0), (50.0, 50.0), (51.0, 100.0), (0.03, 0.05)] {
            is(rounded_up(largest), end);
        }
    }
}
