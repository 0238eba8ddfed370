//! How a relative is related to the patient.

use care::ordering::family::Relationship;

/// Relationship of a RelatedPerson's code. Source: HL7 v3 RoleCode,
/// `http://terminology.hl7.org/CodeSystem/v3-RoleCode`.
pub fn role_code(code: &str) -> Option<Relationship> {
    Some(match code {
        // A gestational mother (GESTM) may be nobody's genetic mother.
        "MTH" | "NMTH" | "NMTHF" => Relationship::Mother,
        "FTH" | "NFTH" | "NFTHF" => Relationship::Father,
        "SIB" | "NSIB" | "BRO" | "SIS" | "NBRO" | "NSIS" | "TWIN" | "TWINBRO" | "TWINSIS" => Relationship::Sibling,
        "FTWIN" | "FTWINBRO" | "FTWINSIS" | "ITWIN" | "ITWINBRO" | "ITWINSIS" => Relationship::Sibling,
        "HSIB" | "HBRO" | "HSIS" => Relationship::HalfSibling,
        "CHILD" | "NCHILD" | "SON" | "DAU" | "SONC" | "DAUC" => Relationship::Child,
        "GRPRN" | "GRMTH" | "GRFTH" | "MGRMTH" | "MGRFTH" | "PGRMTH" | "PGRFTH" => Relationship::Grandparent,
        "AUNT" | "UNCLE" | "MAUNT" | "PAUNT" | "MUNCLE" | "PUNCLE" => Relationship::AuntOrUncle,
        "COUSN" | "MCOUSN" | "PCOUSN" => Relationship::Cousin,
        "DOMPART" | "SPS" | "HUSB" | "WIFE" | "SIGOTHR" => Relationship::Partner,
        _ => return None,
    })
}

/// The parent that a next of kin (`NK1-3`) is; other relatives are not read into an order. Source: HL7 table 0063, and the codes
/// of v3 that senders write there.
pub fn parent(code: &str) -> Option<Relationship> {
    match code.to_uppercase().as_str() {
        "MTH" | "NMTH" | "MOTHER" => Some(Relationship::Mother),
        "FTH" | "NFTH" | "FATHER" => Some(Relationship::Father),
        _ => None,
    }
}
