//! A proposal with criteria that a scientist applies otherwise. Points and class are summed in the same place as the engine's.

use super::{AcmgCode, Classification, Criterion, Pathogenicity, total};

impl Classification {
    /// Whether its class follows from points alone: not from a score of copies or the length of a repeat.
    pub fn is_by_points(&self) -> bool {
        self.score.is_none() && self.criteria.iter().all(|criterion| criterion.code.parse::<AcmgCode>().is_ok())
    }

    /// The same question with other criteria met. What was not evaluated stays, but for criteria that somebody judged.
    #[must_use]
    pub fn revised(&self, mut met: Vec<Criterion>, judged: &[AcmgCode]) -> Classification {
        let place = |criterion: &Criterion| AcmgCode::ALL.iter().position(|code| code.as_str() == criterion.code);
        met.sort_by_key(place);
        let is_unjudged = |line: &&String| !judged.iter().any(|code| line.starts_with(&format!("{code}:")));
        total(met, self.not_evaluated.iter().filter(is_unjudged).cloned().collect())
    }
}

/// A stretch of points that give one class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone {
    /// Class.
    pub class: Pathogenicity,
    /// Fewest points.
    pub least: i32,
    /// Most points.
    pub most: i32,
}

/// The classes along the points from `least` to `most`, benign first: as [`Pathogenicity::of_points`] has them.
pub fn zones(least: i32, most: i32) -> Vec<Zone> {
    let mut zones: Vec<Zone> = Vec::new();
    for points in least..=most {
        let class = Pathogenicity::of_points(points);
        match zones.last_mut().filter(|zone| zone.class == class) {
            Some(zone) => zone.most = points,
            None => zones.push(Zone { class, least: points, most: points }),
        }
    }
    zones
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Strength;

    /// Source: Tavtigian 2020, table 3, with the one supporting criterion for benign of Richards 2015, table 5.
    #[test]
    fn the_zones_are_those_of_the_points() {
        let drawn: Vec<(u8, i32, i32)> = zones(-8, 12).iter().map(|zone| (zone.class.class(), zone.least, zone.most)).collect();
        assert_eq!(drawn, [(1, -8, -7), (2, -6, -2), (3, -1, 5), (4, 6, 9), (5, 10, 12)]);
    }

    #[test]
    fn another_strength_is_summed_as_the_engine_sums() {
        let proposed = total(vec![Criterion::new("PM3", Strength::Moderate, "")], vec!["PM1: no hotspots".into(), "PP3: no score".into()]);
        let met = vec![Criterion::new("PP4", Strength::Moderate, ""), Criterion::new("PM3", Strength::Strong, "")];
        let revised = proposed.revised(met, &[AcmgCode::PP3]);
        assert_eq!((revised.points, revised.class), (6, Pathogenicity::LikelyPathogenic));
        assert_eq!(revised.criteria.iter().map(ToString::to_string).collect::<Vec<_>>(), ["PM3_Strong", "PP4_Moderate"]);
        assert_eq!(revised.not_evaluated, ["PM1: no hotspots"], "PP3 was judged by somebody");
        assert_eq!(proposed.revised(vec![], &[]).class, Pathogenicity::Uncertain);
    }
}
