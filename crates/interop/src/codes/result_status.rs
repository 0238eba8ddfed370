//! How final the result of another laboratory is, as it says so in either language.

use care::results::outside::ResultStatus;

/// Statuses as they are sent, in small letters. Sources: HL7 table 0123 (result status) and table 0271 (document completion status);
/// FHIR R4, diagnostic-report-status.
const STATUSES: &[(&str, ResultStatus)] = &[
    ("o", ResultStatus::Preliminary),
    ("i", ResultStatus::Preliminary),
    ("s", ResultStatus::Preliminary),
    ("a", ResultStatus::Preliminary),
    ("p", ResultStatus::Preliminary),
    ("r", ResultStatus::Preliminary),
    ("di", ResultStatus::Preliminary),
    ("do", ResultStatus::Preliminary),
    ("in", ResultStatus::Preliminary),
    ("ip", ResultStatus::Preliminary),
    ("pa", ResultStatus::Preliminary),
    ("registered", ResultStatus::Preliminary),
    ("partial", ResultStatus::Preliminary),
    ("preliminary", ResultStatus::Preliminary),
    ("f", ResultStatus::Final),
    ("au", ResultStatus::Final),
    ("la", ResultStatus::Final),
    ("final", ResultStatus::Final),
    ("c", ResultStatus::Corrected),
    ("corrected", ResultStatus::Corrected),
    ("amended", ResultStatus::Corrected),
    ("appended", ResultStatus::Corrected),
    ("x", ResultStatus::Cancelled),
    ("cancelled", ResultStatus::Cancelled),
    ("entered-in-error", ResultStatus::Cancelled),
];

/// The status that a text names, if it names one.
pub fn read(text: &str) -> Option<ResultStatus> {
    let text = text.trim().to_lowercase();
    STATUSES.iter().find(|(code, _)| *code == text).map(|(_, status)| *status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_to_be_final_is_never_final() {
        assert_eq!(["F", "final", " AU "].map(read), [Some(ResultStatus::Final); 3]);
        assert_eq!(["P", "partial", "R"].map(read), [Some(ResultStatus::Preliminary); 3]);
        assert_eq!(
            ["C", "amended", "X"].map(read),
            [Some(ResultStatus::Corrected), Some(ResultStatus::Corrected), Some(ResultStatus::Cancelled)]
        );
        assert_eq!(["", "U", "Z", "finish"].map(read), [None; 4]);
    }
}
