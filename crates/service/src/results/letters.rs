//! Letters in plain words, from the same source as the report, with what stands above a letter.

pub use render::letter::{READING_AGE_MAX, Reader, letter, reading_age};

use super::content::FOR_CORONER;
use care::{people::patient::Identity, results::report::Content};
use jiff::Timestamp;

/// What stands above a letter, as far as the report knows it; the telephone number and the postal address of a clinic are kept nowhere.
pub struct Head {
    /// When the report was signed that the letter says.
    pub at: Timestamp,
    /// Whom it is for and where it comes from.
    rows: Vec<[String; 2]>,
}

impl Head {
    /// The rows, with the local day first.
    pub fn dated(&self, day: String) -> Vec<[String; 2]> {
        std::iter::once(["Date of the result".to_owned(), day]).chain(self.rows.iter().cloned()).collect()
    }
}

/// What stands above a letter. A relative is told neither whose test it was nor who asked for it; their clinic is.
pub fn head(content: &Content, reader: Reader) -> Head {
    let [clinician, clinic] = &content.requester;
    let clinic = without_coroner(clinic);
    let row = |label: &str, value: &str| [label.to_owned(), value.to_owned()];
    let mut rows = match reader {
        Reader::Patient => {
            let [name, number, born, _] = render::printed::patient(&content.patient);
            let birth = match content.patient.identity {
                Identity::Fetus => "Expected date of birth",
                Identity::NhsNumber(_) | Identity::Unavailable(_) => "Date of birth",
            };
            vec![row("Patient", &name), row(birth, &born), row("NHS number", &number), row("Test asked for by", clinician)]
        }
        Reader::Relative => vec![],
    };
    rows.push(row("Clinic", clinic));
    rows.retain(|[_, value]| !value.trim().is_empty());
    Head { at: content.authorised, rows }
}

/// The organisation that asked, without the coroner for whom: a relative learns from no letter that somebody has died.
fn without_coroner(organisation: &str) -> &str {
    organisation.split(FOR_CORONER).next().unwrap_or(organisation)
}

/// Whether a paragraph of a letter is a heading: it ends without a stop.
pub fn is_heading(paragraph: &str) -> bool {
    !paragraph.ends_with(['.', ',', '!', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letter_says_that_a_coroner_asked() {
        let organisation = format!("Northbridge Hospital{FOR_CORONER}Ada Lovell, Northbridge)");
        assert_eq!(without_coroner(&organisation), "Northbridge Hospital");
        assert_eq!(without_coroner("Northbridge Hospital"), "Northbridge Hospital");
        assert_eq!(without_coroner(""), "");
    }
}
