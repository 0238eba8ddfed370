//! Where a bundle says what an order has in each field of its form.

use super::{
    bundle_index::BundleIndex,
    json::{codes, list},
    observation::gestation_days,
};
use crate::incoming_order::{Code, Places};

/// Elements of the proband's request, and observations; of what is not there, where it should be referred to.
pub(super) fn places(index: &BundleIndex, request: usize) -> Places {
    let element = |path: &str| index.path(request, path);
    let of_pregnancy = index.resources_of_kind("Observation").find(|(_, resource)| gestation_days(resource).is_some());
    let gestation = of_pregnancy.map_or_else(|| element(".supportingInfo"), |(place, _)| index.path(place, ".component"));
    let fields = vec![
        ("test", element(".code")),
        ("eligibility", element(".code")),
        ("organisation", element(".requester")),
        ("gestation", gestation),
        ("fetus", element(".subject")),
        ("family", element(".subject")),
        ("diagnosis", element(".reasonCode")),
        ("specimen", element(".specimen")),
    ];
    let resource = index.resource(request);
    let mut named: Vec<(Code, String)> = codes(&resource["code"]).map(|code| (code, element(".code"))).collect();
    for (nth, reason) in list(resource, "/reasonCode").iter().enumerate() {
        named.extend(codes(reason).map(|code| (code, element(&format!(".reasonCode[{nth}]")))));
    }
    Places { fields, codes: named }
}
