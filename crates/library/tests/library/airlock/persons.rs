//! What names a person.

use super::check;
use library::output::{Rule, look};
use std::collections::BTreeSet;

#[test]
fn what_names_a_person_is_found() {
    check(
        Rule::Identifier,
        &[
            "401-023-2137",
            "401 023 2137",
            "401.023.2137",
            "NHS4010232137",
            "40102 32137",
            "4 0 1 0 2 3 2 1 3 7",
            "SW1A1AA",
            "sw1a 1aa",
            "lives at M1 1AE",
            "MRN 1234567",
            "hospital number: 123456",
            "H1234567",
            "QQ123456C",
            "27 March 2026",
            "27th of March 2026",
            "March 27, 2026",
            "27-Mar-2026",
            "2026-03-27T10:00",
            "27/03/26",
            "27.03.2026",
            "born 12.3.85",
            "born on 12 Mar 85",
            "dob 20150327",
            "07700 900123",
            "+44 20 7946 0018",
            "020 7946 0018",
        ],
    );
    let finding = look(b"x\nborn 27/03/2015\n", &BTreeSet::new()).remove(0);
    assert_eq!((finding.line, finding.message.as_str()), (2, "A whole date stands here; give the year or the month"));
}
