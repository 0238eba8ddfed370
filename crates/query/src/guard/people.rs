//! Whose the rows of a plan node are.

use datafusion::{
    arrow::datatypes::Field,
    common::{Column, DFSchema},
};
use std::collections::BTreeSet;

/// Columns that say whose a row is, or that lead to them: they are compared with each other and counted, and nothing else.
const NAMES: [&str; 2] = ["person", "family"];
/// Columns of places: they are no quantities, and a sum of them tells of one place.
const PLACES: [&str; 3] = ["contig", "position", "position_end"];

/// A table that holds rows of people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Table {
    Calls,
    People,
    Features,
    /// One that is not known: nothing of it is shown.
    Unknown,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Who, or whose family.
    Name,
    /// A whole quantity as it stands in a table, or a count of somebody's rows: nobody chose it for one person.
    Whole,
    /// The same that is no whole number: a share of a population.
    Share,
    /// Anything else, also what a query made.
    Other,
}

impl Kind {
    /// Whether it may be added up.
    pub fn is_quantity(self) -> bool {
        matches!(self, Kind::Whole | Kind::Share)
    }
}

/// How many rows somebody may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rows {
    /// One at most.
    One,
    /// As many as the tables have.
    Own,
    /// As many as a query made of them.
    Many,
}

/// Somebody whose a row is. Of a join of two people each row is of both.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Identity {
    /// Columns that say who; none where a query left them out.
    pub columns: BTreeSet<usize>,
    /// The column of the query outside that says the same.
    pub outer: Option<Column>,
}

/// Whose the rows of a node are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct People {
    pub identities: Vec<Identity>,
    /// What each column holds.
    pub kinds: Vec<Kind>,
    pub rows: Rows,
}

/// Two identities of which a condition says that they are one, or an identity of which it says that it is one outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Equality {
    Within(usize, usize),
    Outside(usize, Column),
}

impl Identity {
    /// The same where a column stands elsewhere: `sources` holds for each new column the one that it was.
    pub fn at_columns(&self, sources: &[Option<usize>]) -> Identity {
        let is_own = |source: &Option<usize>| source.is_some_and(|source| self.columns.contains(&source));
        let columns = (0..sources.len()).filter(|column| is_own(&sources[*column])).collect();
        Identity { columns, outer: self.outer.clone() }
    }
}

impl People {
    pub fn of_table(schema: &DFSchema, table: Table) -> People {
        let is_known = table != Table::Unknown;
        let kind = |field: &Field| match field.name().as_str() {
            name if NAMES.contains(&name) || !is_known => Kind::Name,
            name if PLACES.contains(&name) => Kind::Other,
            _ if field.data_type().is_floating() => Kind::Share,
            _ => Kind::Whole,
        };
        let columns = schema.fields().iter().enumerate().filter(|(_, field)| is_known && field.name() == NAMES[0]);
        People {
            identities: vec![Identity { columns: columns.map(|(column, _)| column).collect(), outer: None }],
            kinds: schema.fields().iter().map(|field| kind(field)).collect(),
            rows: if table == Table::People { Rows::One } else { Rows::Own },
        }
    }

    pub fn is_name(&self, column: usize) -> bool {
        self.kinds.get(column) == Some(&Kind::Name)
    }

    /// Whose a column says that a row is.
    pub fn identity_of(&self, column: usize) -> Option<usize> {
        self.identities.iter().position(|identity| identity.columns.contains(&column))
    }

    /// Whose the rows are, if they are of one each.
    pub fn only_identity(&self) -> Option<&Identity> {
        match &self.identities[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The same where a condition holds of every row.
    pub fn with_equal(mut self, equalities: &[Equality]) -> People {
        let mut number: Vec<usize> = (0..self.identities.len()).collect();
        for equality in equalities {
            match equality {
                Equality::Within(one, other) => {
                    let (kept, merged) = (number[*one].min(number[*other]), number[*one].max(number[*other]));
                    number.iter_mut().filter(|number| **number == merged).for_each(|number| *number = kept);
                }
                Equality::Outside(one, outer) => self.identities[*one].outer = Some(outer.clone()),
            }
        }
        let mut identities: Vec<Option<Identity>> = vec![None; number.len()];
        for (identity, kept) in self.identities.into_iter().zip(number) {
            let whole = identities[kept].get_or_insert_default();
            whole.columns.extend(identity.columns);
            whole.outer = whole.outer.take().or(identity.outer);
        }
        self.identities = identities.into_iter().flatten().collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(columns: &[&[usize]]) -> People {
        let identities = columns.iter().map(|columns| Identity { columns: columns.iter().copied().collect(), outer: None }).collect();
        People { identities, kinds: vec![], rows: Rows::Own }
    }

    #[test]
    fn people_who_are_equal_are_one() {
        let three = people(&[&[0], &[3], &[5]]);
        assert_eq!(three.clone().with_equal(&[]), three);
        assert_eq!(three.clone().with_equal(&[Equality::Within(2, 0)]), people(&[&[0, 5], &[3]]));
        assert_eq!(three.with_equal(&[Equality::Within(1, 2), Equality::Within(2, 0)]), people(&[&[0, 3, 5]]));
    }

    #[test]
    fn a_name_that_a_query_leaves_out_is_lost() {
        let one = people(&[&[0, 2]]).identities.remove(0);
        assert_eq!(one.at_columns(&[Some(1), Some(2), None]).columns, BTreeSet::from([1]));
        assert_eq!(one.at_columns(&[Some(1), None]).columns, BTreeSet::new());
    }
}
