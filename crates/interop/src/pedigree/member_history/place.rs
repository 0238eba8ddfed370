//! Where a relative stands in the family, by how they are related to the patient.

use care::people::patient::Sex;

/// A parent or grandparent: of each there is one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Slot {
    Mother,
    Father,
    MaternalGrandmother,
    MaternalGrandfather,
    PaternalGrandmother,
    PaternalGrandfather,
}

/// Where a relative stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    One(Slot),
    Sibling,
    Child,
    /// Of the mother's or the father's side.
    AuntOrUncle(Slot),
    /// Of the mother's or the father's side.
    Cousin(Slot),
    /// A niece or nephew.
    SiblingsChild,
    Partner,
    /// What says too little, such as an aunt of no side or a half-sibling: a parent must be named.
    Unknown,
}

/// Codes, the words that people write for them, place and sex. Source: HL7 v3 RoleCode, branch FamilyMember.
#[rustfmt::skip]
const PLACES: &[(&[&str], Place, Sex)] = &[
    (&["MTH", "NMTH", "NMTHF", "mother", "mum", "72705000"], Place::One(Slot::Mother), Sex::Female),
    (&["FTH", "NFTH", "NFTHF", "father", "dad", "66839005"], Place::One(Slot::Father), Sex::Male),
    (&["MGRMTH", "maternal grandmother", "mother's mother"], Place::One(Slot::MaternalGrandmother), Sex::Female),
    (&["MGRFTH", "maternal grandfather", "mother's father"], Place::One(Slot::MaternalGrandfather), Sex::Male),
    (&["PGRMTH", "paternal grandmother", "father's mother"], Place::One(Slot::PaternalGrandmother), Sex::Female),
    (&["PGRFTH", "paternal grandfather", "father's father"], Place::One(Slot::PaternalGrandfather), Sex::Male),
    (&["SIS", "NSIS", "TWINSIS", "FTWINSIS", "ITWINSIS", "sister", "27733009"], Place::Sibling, Sex::Female),
    (&["BRO", "NBRO", "TWINBRO", "FTWINBRO", "ITWINBRO", "brother", "70924004"], Place::Sibling, Sex::Male),
    (&["SIB", "NSIB", "TWIN", "FTWIN", "ITWIN", "sibling", "twin"], Place::Sibling, Sex::Unknown),
    (&["DAU", "NDAU", "DAUC", "daughter", "66089001"], Place::Child, Sex::Female),
    (&["SON", "NSON", "SONC", "son", "65616008"], Place::Child, Sex::Male),
    (&["CHILD", "NCHILD", "child"], Place::Child, Sex::Unknown),
    (&["MAUNT", "maternal aunt"], Place::AuntOrUncle(Slot::Mother), Sex::Female),
    (&["MUNCLE", "maternal uncle"], Place::AuntOrUncle(Slot::Mother), Sex::Male),
    (&["PAUNT", "paternal aunt"], Place::AuntOrUncle(Slot::Father), Sex::Female),
    (&["PUNCLE", "paternal uncle"], Place::AuntOrUncle(Slot::Father), Sex::Male),
    (&["MCOUSN", "maternal cousin"], Place::Cousin(Slot::Mother), Sex::Unknown),
    (&["PCOUSN", "paternal cousin"], Place::Cousin(Slot::Father), Sex::Unknown),
    (&["NIECE", "niece"], Place::SiblingsChild, Sex::Female),
    (&["NEPHEW", "nephew"], Place::SiblingsChild, Sex::Male),
    (&["NIENEPH"], Place::SiblingsChild, Sex::Unknown),
    (&["HUSB", "husband"], Place::Partner, Sex::Male),
    (&["WIFE", "wife"], Place::Partner, Sex::Female),
    (&["SPS", "DOMPART", "SIGOTHR", "spouse", "partner"], Place::Partner, Sex::Unknown),
    // Who bore a child may have borne another's.
    (&["HSIS", "half-sister", "AUNT", "aunt", "GRMTH", "grandmother", "GESTM", "gestational mother"], Place::Unknown, Sex::Female),
    (&["HBRO", "half-brother", "UNCLE", "uncle", "GRFTH", "grandfather"], Place::Unknown, Sex::Male),
];

/// Place and sex by a code or by the words; the first that is known counts.
pub(super) fn read<'t>(texts: impl Iterator<Item = &'t str>) -> (Place, Sex) {
    let found =
        texts.map(str::trim).find_map(|text| PLACES.iter().find(|(names, ..)| names.iter().any(|name| name.eq_ignore_ascii_case(text))));
    found.map_or((Place::Unknown, Sex::Unknown), |(_, place, sex)| (*place, *sex))
}

impl Slot {
    pub(super) fn sex(self) -> Sex {
        match self {
            Slot::Mother | Slot::MaternalGrandmother | Slot::PaternalGrandmother => Sex::Female,
            Slot::Father | Slot::MaternalGrandfather | Slot::PaternalGrandfather => Sex::Male,
        }
    }

    /// Whose parent it is; none where it is the patient's own.
    pub(super) fn child(self) -> Option<Slot> {
        match self {
            Slot::Mother | Slot::Father => None,
            Slot::MaternalGrandmother | Slot::MaternalGrandfather => Some(Slot::Mother),
            Slot::PaternalGrandmother | Slot::PaternalGrandfather => Some(Slot::Father),
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Slot::Mother => "mother",
            Slot::Father => "father",
            Slot::MaternalGrandmother => "maternal grandmother",
            Slot::MaternalGrandfather => "maternal grandfather",
            Slot::PaternalGrandmother => "paternal grandmother",
            Slot::PaternalGrandfather => "paternal grandfather",
        }
    }
}
