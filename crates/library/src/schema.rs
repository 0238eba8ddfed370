//! The tables of a workspace as they are explained: columns with types and meanings, and rows that are invented, so that whoever
//! writes a query sees what it will meet, and nothing of anybody.

/// A table of a workspace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Table {
    /// Name.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Columns, in their order.
    pub columns: &'static [Column],
    /// A query over it.
    pub example: &'static str,
}

/// A column of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type, for people.
    pub kind: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Its value in each invented row.
    pub invented: [&'static str; ROWS],
}

/// Invented rows of a table.
const ROWS: usize = 3;

const fn column(name: &'static str, kind: &'static str, meaning: &'static str, invented: [&'static str; ROWS]) -> Column {
    Column { name, kind, meaning, invented }
}

impl Table {
    /// The invented rows.
    pub fn invented(&self) -> Vec<Vec<&'static str>> {
        (0..ROWS).map(|row| self.columns.iter().map(|column| column.invented[row]).collect()).collect()
    }
}

const PERSON: Column = column(
    "person",
    "text",
    "pseudonym, in this release and for this project alone; it is counted, grouped by and compared with person of another table",
    ["P-invented-01", "P-invented-02", "P-invented-03"],
);
const CONTIG: Column = column("contig", "whole number", "1 to 22; 23 is X, 24 is Y, 25 is the mitochondrion", ["1", "2", "23"]);
const POSITION: Column = column("position", "whole number", "first base on GRCh38, from 1", ["1001", "2002", "3003"]);
const POSITION_END: Column = column("position_end", "whole number", "last base of the reference that is changed", ["1001", "2004", "3003"]);
const REFERENCE: Column = column("reference", "text", "allele of the reference", ["A", "GTC", "C"]);
const ALTERNATE: Column = column("alternate", "text", "allele instead of it; of a structural variant its kind", ["T", "G", "G"]);
const GENE: Column =
    column("gene", "text", "symbol of a gene that the variant touches; empty where it touches none", ["GENE1", "GENE2", ""]);
const CONSEQUENCE: Column = column(
    "consequence",
    "text",
    "what it does to the gene, in terms of the Sequence Ontology",
    ["stop_gained", "inframe_deletion", "intergenic_variant"],
);
const IMPACT: Column = column("impact", "whole number", "0 high, 1 moderate, 2 low, 3 modifier (classes of Ensembl)", ["0", "1", "3"]);
const FREQUENCY: Column = column(
    "frequency",
    "number from 0 to 1, or nothing",
    "in the population, by the reference pack; nothing where it was not seen",
    ["0.0002", "", "0.12"],
);

/// Every table that is there always.
pub const TABLES: [Table; 4] = [
    Table {
        name: "calls",
        about: "A row for each variant that somebody carries, in each gene that it touches.",
        columns: &[
            PERSON,
            CONTIG,
            POSITION,
            POSITION_END,
            REFERENCE,
            ALTERNATE,
            GENE,
            CONSEQUENCE,
            IMPACT,
            FREQUENCY,
            column("copies", "whole number", "on how many copies: 1 or 2", ["1", "1", "2"]),
        ],
        example: "SELECT gene, COUNT(DISTINCT person) AS n FROM calls WHERE impact = 0 GROUP BY gene",
    },
    Table {
        name: "variants",
        about: "A row for each variant that 5 people or more carry, in each gene that it touches, with how many carry it, rounded to the \
                nearest 5. At desks for rows of people every variant is there, with exact numbers.",
        columns: &[
            CONTIG,
            POSITION,
            POSITION_END,
            REFERENCE,
            ALTERNATE,
            GENE,
            CONSEQUENCE,
            IMPACT,
            FREQUENCY,
            column("carriers", "whole number", "people who carry it", ["10", "5", "640"]),
            column("alleles", "whole number", "copies of it: who has it on both counts twice", ["10", "10", "700"]),
        ],
        example: "SELECT gene, SUM(alleles) AS alleles FROM variants WHERE frequency IS NULL GROUP BY gene",
    },
    Table {
        name: "people",
        about: "A row for each person.",
        columns: &[
            PERSON,
            column(
                "family",
                "text",
                "pseudonym of the family, the same for relatives who were tested together; used as person is",
                ["F-invented-01", "F-invented-01", "F-invented-02"],
            ),
            column("sex", "text", "female, male or unknown", ["female", "male", "female"]),
            column("ancestry", "text", "AFR, AMR, EAS, EUR, MID, SAS or UNKNOWN: which group common variants fit", ["EUR", "EUR", "SAS"]),
            column("born_from", "whole number", "first of the five years in which they were born", ["2015", "1985", "1990"]),
            column("affected", "true or false", "has the condition that was asked about", ["true", "false", "true"]),
            column("solved", "true or false", "a cause was reported", ["false", "false", "true"]),
        ],
        example: "SELECT sex, COUNT(*) AS n FROM people WHERE affected GROUP BY sex",
    },
    Table {
        name: "features",
        about: "A row for each feature that was looked for in somebody. What was not looked for has no row.",
        columns: &[
            PERSON,
            column("term", "text", "term of the Human Phenotype Ontology", ["HP:0001250", "HP:0001263", "HP:0001250"]),
            column("present", "true or false", "false where it was looked for and is absent", ["true", "false", "true"]),
        ],
        example: "SELECT term, COUNT(DISTINCT person) AS n FROM features WHERE present GROUP BY term",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register;

    #[test]
    fn every_column_says_what_it_is_and_no_invented_row_can_be_anybodys() {
        for table in TABLES {
            assert!(table.columns.iter().all(|c| !c.kind.is_empty() && !c.meaning.is_empty()), "{}", table.name);
            assert!(table.example.contains(&format!("FROM {}", table.name)));
            let names: std::collections::BTreeSet<&str> = table.columns.iter().map(|c| c.name).collect();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            // A pseudonym of a release is `P-` and twelve hexadecimal digits.
            let is_pseudonym =
                |text: &str| text.strip_prefix("P-").is_some_and(|rest| rest.len() == 12 && rest.bytes().all(|b| b.is_ascii_hexdigit()));
            assert!(!table.invented().iter().flatten().any(|value| is_pseudonym(value)), "{}", table.name);
        }
    }

    #[test]
    fn a_workspace_shows_no_column_that_stays_outside_the_library() {
        let outside = |name: &str| register::COLUMNS.iter().any(|c| !c.research && c.name == name);
        let known: Vec<&str> = TABLES.iter().flat_map(|t| t.columns).map(|c| c.name).filter(|name| outside(name)).collect();
        assert_eq!(known, Vec::<&str>::new());
    }
}
