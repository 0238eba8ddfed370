//! The column register: everything that may enter the library, and what must never. Files are written with the columns that are
//! marked for research here, and no others.

/// A column of the service or of the library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Table: `calls` or `people` of the library; `person` (who they are) or `order` (what was asked) of the service.
    pub table: &'static str,
    /// Name.
    pub name: &'static str,
    /// It may enter.
    pub research: bool,
    /// What it is, or why it stays outside.
    pub why: &'static str,
}

const fn enters(table: &'static str, name: &'static str, why: &'static str) -> Column {
    Column { table, name, research: true, why }
}

const fn stays(table: &'static str, name: &'static str, why: &'static str) -> Column {
    Column { table, name, research: false, why }
}

/// The register.
pub const COLUMNS: [Column; 44] = [
    enters("calls", "contig", "place on GRCh38"),
    enters("calls", "position", "place on GRCh38"),
    enters("calls", "position_end", "place on GRCh38"),
    enters("calls", "reference", "allele"),
    enters("calls", "alternate", "allele"),
    enters("calls", "gene", "symbol of a gene that the variant touches"),
    enters("calls", "consequence", "terms of the Sequence Ontology"),
    enters("calls", "impact", "class of the consequence"),
    enters("calls", "frequency", "in the population, from the reference pack"),
    enters("calls", "one", "numbers of people with one copy, or who were not read; a number is no identifier outside the library"),
    enters("calls", "one_bits", "the same, where they are many"),
    enters("calls", "two", "numbers of people with two copies"),
    enters("calls", "two_bits", "the same, where they are many"),
    enters("people", "no", "number in the library, shown as the pseudonym of a release"),
    enters("people", "first", "number of the person's first analysis; never shown"),
    enters("people", "family", "number of the family, shown as a pseudonym"),
    enters("people", "sex", "female, male or unknown"),
    enters("people", "born_from", "first of the five years in which they were born"),
    enters("people", "ancestry", "group, or UNKNOWN"),
    enters("people", "affected", "has the condition that was asked about"),
    enters("people", "solved", "a cause was reported"),
    enters("people", "present", "features of the HPO that were observed"),
    enters("people", "absent", "features of the HPO that were looked for"),
    stays("person", "nhs_number", "identifier"),
    stays("person", "family_name", "identifier"),
    stays("person", "given_name", "identifier"),
    stays("person", "birth_date", "a day of birth finds a person; the band of years enters"),
    enters("person", "sex", "as it is"),
    stays("order", "number", "leads back to the person"),
    stays("order", "test", "with a laboratory and a day it finds a person"),
    stays("order", "indication", "as the test"),
    stays("order", "directory_version", "tells the day of the order"),
    stays("order", "purpose", "not asked for yet"),
    stays("order", "panel", "its version tells the day of the order"),
    enters("order", "people", "who is of one family, and whether affected; no name"),
    enters("order", "observed", "terms of the HPO"),
    enters("order", "excluded", "terms of the HPO"),
    stays("order", "onsets", "not asked for yet"),
    stays("order", "eligibility", "free text"),
    stays("order", "history", "free text"),
    stays("order", "urgency", "not asked for yet"),
    stays("order", "laboratory", "where somebody is cared for"),
    stays("order", "turnaround_days_max", "as the test"),
    stays("order", "sender", "where somebody is cared for"),
];

/// Whether a column may enter the library.
pub fn enters_library(table: &str, name: &str) -> bool {
    COLUMNS.iter().any(|c| c.research && (c.table, c.name) == (table, name))
}
