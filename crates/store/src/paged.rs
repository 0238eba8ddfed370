//! A list in pages: some lines, which of all they are, and how many there are.

use crate::{
    Store,
    database::Value,
    line::{TableRow, count},
};

/// Lines of a page.
pub const LINES_MAX: u64 = 50;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<L> {
    /// Its lines.
    pub lines: Vec<L>,
    /// Which page it is, from 1.
    pub number: u64,
    /// Lines of the whole list.
    pub total: u64,
}

impl<L> Paged<L> {
    /// A page of a list that is held whole; a number beyond the last is the last.
    pub fn cut(all: Vec<L>, page: u64) -> Paged<L> {
        let total = all.len() as u64;
        let number = page.clamp(1, pages(total));
        let lines = all.into_iter().skip(((number - 1) * LINES_MAX) as usize).take(LINES_MAX as usize).collect();
        Paged { lines, number, total }
    }

    /// Pages of the whole list: one, at the least.
    pub fn pages(&self) -> u64 {
        pages(self.total)
    }

    /// The page of that number, or the nearest that there is.
    pub fn nearest(&self, number: u64) -> u64 {
        number.clamp(1, self.pages())
    }

    /// Which line of the whole list is the first of this page, from 1; nought where there is none.
    pub fn first(&self) -> u64 {
        if self.lines.is_empty() { 0 } else { (self.number - 1) * LINES_MAX + 1 }
    }

    /// Which is the last.
    pub fn last(&self) -> u64 {
        if self.lines.is_empty() { 0 } else { self.first() + self.lines.len() as u64 - 1 }
    }

    /// The page before.
    pub fn previous(&self) -> Option<u64> {
        (self.number > 1).then(|| self.number - 1)
    }

    /// The page after.
    pub fn next(&self) -> Option<u64> {
        (self.number < self.pages()).then(|| self.number + 1)
    }
}

fn pages(total: u64) -> u64 {
    total.div_ceil(LINES_MAX).max(1)
}

impl Store {
    /// A page of the lines that a condition leaves, in an order. A page beyond the last is the last.
    pub(crate) async fn paged<L: TableRow>(&self, these: &str, order: &str, values: Vec<Value>, number: u64) -> anyhow::Result<Paged<L>> {
        let sql = format!("SELECT COUNT(*) AS n FROM {} WHERE {these}", L::TABLE);
        let total = count(&self.rows(&sql, values.clone()).await?)?;
        let number = number.clamp(1, pages(total));
        let rest = format!("WHERE {these} ORDER BY {order} LIMIT {LINES_MAX} OFFSET {}", (number - 1) * LINES_MAX);
        Ok(Paged { lines: self.lines(&rest, values).await?, number, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_which_lines_it_has_and_what_is_before_and_after_it() {
        let page = |number, lines, total| Paged { lines: vec![(); lines], number, total };
        let of = |page: &Paged<()>| (page.first(), page.last(), page.pages(), page.previous(), page.next());
        assert_eq!(of(&page(1, 0, 0)), (0, 0, 1, None, None));
        assert_eq!(of(&page(1, 50, 50)), (1, 50, 1, None, None));
        assert_eq!(of(&page(1, 50, 101)), (1, 50, 3, None, Some(2)));
        assert_eq!(of(&page(2, 50, 101)), (51, 100, 3, Some(1), Some(3)));
        assert_eq!(of(&page(3, 1, 101)), (101, 101, 3, Some(2), None));
    }

    #[test]
    fn a_list_that_is_held_whole_is_cut_into_pages_and_none_is_beyond_the_last() {
        let cut = |page| Paged::cut((1..=101).collect::<Vec<u64>>(), page);
        assert_eq!((cut(1).lines.len(), cut(1).lines[0], cut(1).total), (50, 1, 101));
        assert_eq!((cut(3).lines, cut(9).number, cut(0).number), (vec![101], 3, 1));
    }
}
