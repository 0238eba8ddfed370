//! Reports that version 1 signed: their content is read as what it says, and says the same when it is written again.

use care::{
    ordering::family::{Affected, Relationship},
    people::patient::{Identity, Sex},
    results::report::{Content, PopulationFrequency, ReportQuestion},
};
use genome::{HgncId, Pathogenicity, Zygosity};
use jiff::civil::Date;
use serde_json::Value;

const VERSION_1: &str = include_str!("fixtures/report-content-v1.json");

fn contents() -> [Content; 4] {
    serde_json::from_str(VERSION_1).expect("content of version 1 is read")
}

#[test]
fn the_patient_and_the_relatives_of_version_1_are_lifted() {
    let [full, newborn, fetus, oldest] = contents();
    assert_eq!(full.patient.nhs_number().map(String::from).as_deref(), Some("4010232137"));
    assert_eq!((full.patient.name.as_str(), full.patient.birth_date), ("Ada Bell", Date::constant(2020, 6, 1)));
    assert_eq!(full.patient.sex, Sex::Female);
    let relatives: Vec<_> = full.relatives.iter().map(|r| (r.relationship, r.name.as_str(), r.affected)).collect();
    let expected = [
        (Relationship::Mother, "May Bell", Affected::No),
        (Relationship::Sibling, "Tom Bell", Affected::Yes),
        (Relationship::AuntOrUncle, "Una Bell", Affected::Unknown),
    ];
    assert_eq!(relatives, expected);
    assert_eq!(newborn.patient.identity, Identity::Unavailable("newborn (in theatre)".into()));
    assert_eq!((newborn.patient.birth_date, newborn.patient.sex), (Date::constant(2024, 2, 29), Sex::Unknown));
    assert_eq!((fetus.patient.identity, fetus.patient.sex), (Identity::Fetus, Sex::Male));
    assert_eq!((oldest.question, oldest.interim, oldest.headline()), (ReportQuestion::Cause, false, "A genetic cause was found"));
}

#[test]
fn the_variants_of_version_1_are_lifted() {
    use Pathogenicity::{Benign, LikelyBenign, LikelyPathogenic, Pathogenic, Uncertain};
    let [full, _, _, oldest] = contents();
    let coded = |index: usize| {
        let c = &full.variants[index].coded;
        (c.gene, c.variant.as_ref().map(ToString::to_string), c.zygosity)
    };
    assert_eq!(coded(0), (Some(HgncId(5008)), Some("1-100-N-<DEL=200>".into()), None));
    assert_eq!(coded(1), (None, None, None));
    assert_eq!(coded(2), (Some(HgncId(5008)), Some("1-119757272-C-T".into()), Some(Zygosity::Homozygous)));
    assert_eq!(coded(3).2, Some(Zygosity::NoCall));
    assert_eq!(full.variants[2].inheritance.frequency, Some(PopulationFrequency::Share(0.000_012)));
    assert_eq!(full.variants[3].inheritance.frequency, Some(PopulationFrequency::NotEvaluated));
    let classes: Vec<Pathogenicity> = full.variants.iter().map(|v| v.class).collect();
    assert_eq!(classes, [Pathogenic, LikelyPathogenic, Uncertain, LikelyBenign, Benign, LikelyPathogenic]);
    let cascade: Vec<Pathogenicity> = full.pathogenic().map(|v| v.class).collect();
    assert_eq!(cascade, [Pathogenic, LikelyPathogenic, LikelyPathogenic], "relatives are tested for these alone");
    assert_eq!((oldest.variants[0].coded.gene, oldest.variants[0].secondary), (None, false));
}

#[test]
fn what_is_written_again_differs_from_version_1_where_it_is_typed_and_nowhere_else() {
    let before: Value = serde_json::from_str(VERSION_1).expect("JSON");
    for (content, before) in contents().iter().zip(before.as_array().expect("a list")) {
        let after = serde_json::to_value(content).expect("JSON");
        assert_eq!(&serde_json::from_value::<Content>(after.clone()).expect("read again"), content);
        let mut expected = before.clone();
        for key in ["patient", "relatives"] {
            expected[key] = after[key].clone();
        }
        for key in ["asked", "headline", "interim"] {
            if before.get(key).is_none() {
                expected[key] = after[key].clone();
            }
        }
        for (index, variant) in content.variants.iter().enumerate() {
            let printed = before["variants"][index]["inheritance"].as_str().expect("text");
            assert_eq!(variant.inheritance.to_string(), printed);
            for key in ["inheritance", "secondary", "coded"] {
                if key == "inheritance" || before["variants"][index].get(key).is_none() {
                    expected["variants"][index][key] = after["variants"][index][key].clone();
                }
            }
        }
        assert_eq!(after, expected);
    }
}
