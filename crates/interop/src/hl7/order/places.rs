//! Where a message says what an order has in each field of its form.

use super::{
    super::segment::Segment,
    group::{Group, Patient},
    question::Question,
    test_code,
};
use crate::incoming_order::{Code, Places};

/// Where the segments of an order say what it has; of what is not there, where it should be.
pub(super) fn places(group: &Group, patient: &Patient) -> Places {
    let segments: Vec<&Segment> = patient.about.iter().chain(&group.rest).copied().collect();
    let in_segment = |segment: Option<&Segment>, name: &str, field: usize| {
        segment.map_or_else(|| format!("{name}-{field}"), |segment| segment.place_of_field(field))
    };
    let answer = |questions: &[Question]| answers(&segments, questions).first().map(|obx| obx.place_of_field(5));
    let observation = || "OBX".to_owned();
    let mut fields = vec![
        ("test", in_segment(group.obr, "OBR", 4)),
        ("eligibility", in_segment(group.obr, "OBR", 4)),
        ("organisation", in_segment(group.orc, "ORC", 21)),
        ("gestation", answer(&[Question::Gestation, Question::DeliveryDate]).unwrap_or_else(observation)),
        ("fetus", answer(&[Question::WhichFetus]).unwrap_or_else(observation)),
        ("diagnosis", answer(&[Question::Diagnosis]).unwrap_or_else(|| in_segment(group.obr, "OBR", 31))),
        ("family", patient.contacts.first().map_or_else(|| "NK1".to_owned(), |contact| contact.place())),
    ];
    let specimens: Vec<&&Segment> = segments.iter().filter(|segment| segment.name == "SPM").collect();
    if let [specimen] = specimens.as_slice() {
        fields.push(("specimen", specimen.place_of_field(2)));
    }
    Places { fields, codes: codes(group, &segments) }
}

/// Observations that answer one of some questions.
fn answers<'m>(segments: &[&'m Segment], questions: &[Question]) -> Vec<&'m Segment> {
    segments.iter().copied().filter(|segment| segment.name == "OBX" && questions.contains(&Question::read(segment))).collect()
}

/// Codes that name the test: of the request, and of answers that say which is meant.
fn codes(group: &Group, segments: &[&Segment]) -> Vec<(Code, String)> {
    let placed = |codes: Vec<Code>, place: String| codes.into_iter().map(move |code| (code, place.clone()));
    let requested = group.obr.into_iter().flat_map(|obr| placed(test_code::requested(obr, 4), obr.place_of_field(4)));
    let answered = answers(segments, &[Question::Indication, Question::TestCode]);
    let answered = answered.into_iter().flat_map(|obx| placed(test_code::answered(obx), obx.place_of_field(5)));
    requested.chain(answered).collect()
}
