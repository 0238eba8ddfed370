//! Numbers that hospitals give people. A number means nothing without whoever gave it: two trusts give the same number to two
//! people, and a person has one of each.

use serde::{Deserialize, Serialize};

/// A hospital's own number of a person, with who gave it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HospitalNumber {
    /// The number as it was written.
    pub value: String,
    /// Who gave it, as the sender says: a namespace such as `RP4`, an address or an OID; empty where it does not say.
    pub authority: String,
    /// ODS code of the organisation that knows the person by it.
    pub organisation: String,
}

impl HospitalNumber {
    /// A number as an organisation's system sends it.
    pub fn new(value: &str, authority: &str, organisation: &str) -> HospitalNumber {
        let [value, authority, organisation] = [value, authority, organisation].map(|text| text.trim().to_owned());
        HospitalNumber { value, authority, organisation }
    }

    /// What it is kept by: an address or an OID is of one authority everywhere, any other name within its organisation alone.
    pub fn key(&self) -> String {
        let (authority, number) = (self.authority.to_uppercase(), self.plain());
        if self.is_global() {
            format!("{authority}|{number}")
        } else {
            format!("{}|{authority}|{number}", self.organisation.to_uppercase())
        }
    }

    /// All that it is found by: an organisation names itself as the one that gave a number, or nobody.
    pub fn keys(&self) -> Vec<String> {
        let organisation = self.organisation.to_uppercase();
        let mut keys = vec![self.key()];
        if self.giver() == organisation {
            let other = if self.authority.is_empty() { organisation.clone() } else { String::new() };
            keys.push(format!("{organisation}|{other}|{}", self.plain()));
        }
        keys
    }

    /// Who gave it, in capitals: the organisation where nobody is named.
    fn giver(&self) -> String {
        if self.authority.is_empty() { self.organisation.to_uppercase() } else { self.authority.to_uppercase() }
    }

    fn plain(&self) -> String {
        self.value.to_uppercase().split_whitespace().collect()
    }

    fn is_global(&self) -> bool {
        let is_oid = self.authority.contains('.') && self.authority.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        self.authority.contains(':') || is_oid
    }

    /// The same number of the same authority: by its key; or an organisation's own, which another one names by the organisation's code.
    pub fn is_same(&self, other: &HospitalNumber) -> bool {
        let is_own = |number: &HospitalNumber| number.giver() == number.organisation.to_uppercase();
        let is_of_one = (is_own(self) || is_own(other)) && self.giver() == other.giver();
        self.key() == other.key() || (is_of_one && self.plain() == other.plain())
    }

    /// As people read it: `A78 (RP4)`.
    pub fn label(&self) -> String {
        let authority = if self.authority.is_empty() { &self.organisation } else { &self.authority };
        format!("{} ({authority})", self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_of_its_authority() {
        let number = HospitalNumber::new;
        assert!(number("a 78", "RP4", "RP4").is_same(&number("A78 ", "rp4", "RP4")));
        assert!(!number("A78", "PAS", "RP4").is_same(&number("A78", "PAS", "RVV")), "a name that two trusts use");
        let (url, oid) = ("https://hospital.example/mrn", "2.16.840.1.113883.2.1.99");
        assert!(number("A78", url, "RP4").is_same(&number("A78", url, "RVV")), "an address is of one authority everywhere");
        assert!(number("A78", oid, "RP4").is_same(&number("A78", oid, "RVV")));
        assert!(!number("A78", url, "RP4").is_same(&number("A79", url, "RP4")));
        assert!(number("A78", "", "RP4").is_same(&number("A78", "RP4", "RP4")), "a trust's own number, named by its code or not");
        assert_eq!(number("A78", "", "RP4").keys(), ["RP4||A78", "RP4|RP4|A78"]);
        assert_eq!((number("A78", "RP4", "RP4").keys().len(), number("A78", "PAS", "RP4").keys().len()), (2, 1));
        assert!(number("A78", "RP4", "RJ1").is_same(&number("A78", "", "RP4")), "as another organisation names it");
        assert!(!number("A78", "", "RJ1").is_same(&number("A78", "", "RP4")));
        assert!(!number("A78", "RP4", "RJ1").is_same(&number("A79", "RP4", "RP4")));
        assert_eq!((number("A78", "", "RP4").label(), number("A78", "PAS", "RP4").label()), ("A78 (RP4)".into(), "A78 (PAS)".into()));
    }
}
