//! The list of an organisation's orders: found by the words of their lines, sorted, page by page.

use crate::{
    OrderView, Store,
    database::Value,
    line::TableRow,
    order::{Listed, birth_term, search_terms},
};
use access::Permit;
use care::Role;
use jiff::civil::Date;

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Words of a number, name, test or indication, or their beginnings.
    pub text: String,
    /// Only with somebody who was born on this day, where nobody's record is restricted.
    pub born: Option<Date>,
    /// Only what waits for this role and does not rest on this day.
    pub turn: Option<(Role, Date)>,
    /// Only what waits for this role, whether or not it rests.
    pub waits_for: Option<Role>,
    /// Only what is not reported yet and is due in these days: soonest due first.
    pub due: Option<DueIn>,
    /// Also what is finished.
    pub finished: bool,
    /// Latest submitted first, instead of soonest due.
    pub latest_first: bool,
    /// Day and number of the last line before.
    pub after: Option<(Date, String)>,
    /// Lines at most.
    pub most: u64,
}

/// Days in which a report is due.
#[derive(Clone, Copy, Debug)]
pub struct DueIn {
    /// The first; nothing where every earlier day counts.
    pub from: Option<Date>,
    /// The day after the last.
    pub before: Date,
}

/// How many orders of an organisation are not reported yet and late, and due in some days from today, each counted up to
/// `AWAITED_MAX`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Awaited {
    /// Past their day.
    pub late: usize,
    /// Due from today on.
    pub soon: usize,
}

/// Up to how many orders are counted that are late or due.
pub const AWAITED_MAX: i64 = 10_000;

/// Orders with a word that are few: they are looked through one by one, and sorted. Of more the list is gone through in its order.
const FEW_ORDERS: i64 = 2_000;
/// Rows with a word that are counted, and of these so many looked at, to say how many orders have the other words too.
const ROWS_COUNTED: i64 = 20_000;
const ROWS_SAMPLED: i64 = 250;

/// A word of a text that is searched for, perhaps only begun.
struct Word {
    from: String,
    /// What comes after every word that begins so.
    beyond: String,
    /// Rows with it, counted up to many more than a few: which of several words is the rarest decides how long a search takes.
    orders: i64,
}

/// The words of a text, the rarest first, and whether many orders have all of them.
struct SearchWords {
    rarest_first: Vec<Word>,
    are_common: bool,
}

/// Values of a statement, each with its place.
#[derive(Default)]
struct Values(Vec<Value>);

impl Values {
    fn with(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// Whether an order is due in some days.
    fn is_due(&mut self, due: DueIn) -> String {
        let from = due.from.map(|from| format!(" AND o.awaited >= {}", self.with(from.to_string()))).unwrap_or_default();
        format!(" AND o.awaited IS NOT NULL AND o.awaited < {}{from}", self.with(due.before.to_string()))
    }

    /// Whether a column of words has a word, perhaps only begun.
    fn begins(&mut self, column: &str, word: &Word) -> String {
        let (from, beyond) = (self.with(word.from.clone()), self.with(word.beyond.clone()));
        format!("{column} >= {from} AND {column} < {beyond}")
    }

    /// Whether an order has words.
    fn has(&mut self, order: &str, rarest_first: &[Word]) -> String {
        let of_word =
            |word| format!(" AND EXISTS (SELECT 1 FROM order_word h WHERE h.order_id = {order} AND {})", self.begins("h.word", word));
        rarest_first.iter().map(of_word).collect()
    }

    /// Orders that have words, looked for by the first of them.
    fn having(&mut self, rarest: &Word, others: &[Word]) -> String {
        let first = self.begins("a.word", rarest);
        format!("SELECT DISTINCT a.order_id FROM order_word a WHERE {first}{}", self.has("a.order_id", others))
    }
}

impl Store {
    /// Orders in the list of the reader's own organisation.
    pub async fn orders(&self, permit: &Permit, listing: &Listing) -> anyhow::Result<Vec<OrderView>> {
        let search = self.search_words(listing).await?;
        if search.rarest_first.iter().any(|word| word.orders == 0) {
            return Ok(vec![]);
        }
        let (sql, values) = listed(permit, listing, &search);
        self.rows(&sql, values).await?.iter().map(OrderView::read).collect()
    }

    /// How many orders of the reader's own organisation are late, and how many are due from today until before a day.
    pub async fn awaited(&self, permit: &Permit, today: Date, before: Date) -> anyhow::Result<Awaited> {
        let [mut late, mut soon] = [0, 0];
        for (due, number) in [(DueIn { from: None, before: today }, &mut late), (DueIn { from: Some(today), before }, &mut soon)] {
            let mut values = Values::default();
            let own = values.with(permit.staff().organisation.to_string());
            let rows = format!("SELECT 1 AS one FROM order_organisation o WHERE o.organisation = {own}{}", values.is_due(due));
            *number = self.counted(&rows, AWAITED_MAX, values).await? as usize;
        }
        Ok(Awaited { late, soon })
    }

    /// The words of what is searched for.
    async fn search_words(&self, listing: &Listing) -> anyhow::Result<SearchWords> {
        // Letters of a word are hexadecimal, so that every longer word comes before this.
        let word = |from: String| Word { beyond: format!("{from}g"), from, orders: 0 };
        let mut rarest_first: Vec<Word> = search_terms(&listing.text).into_iter().chain(listing.born.map(birth_term)).map(word).collect();
        // Where one of them is rare, nothing depends on how common the others are.
        for most in [FEW_ORDERS + 1, ROWS_COUNTED] {
            for word in &mut rarest_first {
                let mut values = Values::default();
                let rows = format!("SELECT 1 AS one FROM order_word WHERE {}", values.begins("word", word));
                word.orders = self.counted(&rows, most, values).await?;
            }
            if rarest_first.iter().any(|word| word.orders <= FEW_ORDERS) {
                break;
            }
        }
        rarest_first.sort_by_key(|word| word.orders);
        let are_common = match rarest_first.split_first() {
            Some((rarest, others)) if rarest.orders > FEW_ORDERS => others.is_empty() || self.are_common(rarest, others).await?,
            _ => false,
        };
        Ok(SearchWords { rarest_first, are_common })
    }

    /// Whether many orders have all of some words, as a part of those with the rarest says: two words that many have may be had by few
    /// together. It decides how orders are looked for, and not which are found.
    async fn are_common(&self, rarest: &Word, others: &[Word]) -> anyhow::Result<bool> {
        let mut values = Values::default();
        let some = format!("SELECT a.order_id FROM order_word a WHERE {} LIMIT {ROWS_SAMPLED}", values.begins("a.word", rarest));
        let having = format!("SELECT 1 AS one FROM ({some}) s WHERE 1 = 1{}", values.has("s.order_id", others));
        let with_all = self.counted(&having, ROWS_SAMPLED, values).await?;
        // Further words are looked for row by row, so that it is the dearer way for fewer orders already.
        Ok(rarest.orders * with_all / ROWS_SAMPLED > FEW_ORDERS / 2)
    }

    /// How many rows a statement has, counted up to so many.
    async fn counted(&self, rows: &str, most: i64, values: Values) -> anyhow::Result<i64> {
        let sql = format!("SELECT COUNT(*) AS n FROM ({rows} LIMIT {most}) counted");
        Ok(self.rows(&sql, values.0).await?.first().map_or(Ok(0), |row| row.get::<i64>("n"))?)
    }
}

/// The lines of some orders, which a statement names with the day and number that they are sorted by.
pub(crate) fn lines_of(orders: &str, direction: &str) -> String {
    // The orders first, then their lines: each is found by its identifier.
    format!(
        "SELECT {} FROM ({orders}) l CROSS JOIN order_view v WHERE v.order_id = l.order_id
         ORDER BY l.day {direction}, l.number {direction}",
        OrderView::columns("v.")
    )
}

/// The statement of a list.
fn listed(permit: &Permit, listing: &Listing, SearchWords { rarest_first, are_common }: &SearchWords) -> (String, Vec<Value>) {
    let is_latest_first = listing.latest_first && listing.due.is_none();
    let day = match listing.due {
        Some(_) => "awaited",
        None if is_latest_first => "submitted",
        None => "due",
    };
    let (direction, beyond) = if is_latest_first { ("DESC", "<") } else { ("ASC", ">") };
    let mut values = Values::default();
    let mut tests = format!("o.organisation = {}", values.with(permit.staff().organisation.to_string()));
    tests += &if let Some(due) = listing.due {
        // What is awaited is open: an index of its own has it by day.
        values.is_due(due)
    } else if listing.finished {
        // Kept out of the choice of an index: those by day have both kinds in one order.
        format!(" AND +o.listed > {}", Listed::Hidden as i64)
    } else {
        format!(" AND o.listed = {}", Listed::Open as i64)
    };
    if let Some((role, today)) = &listing.turn {
        tests += &format!(" AND o.owner = {} AND o.rests < {}", values.with(role.as_str()), values.with(today.to_string()));
    }
    if let Some(role) = listing.waits_for {
        tests += &format!(" AND o.owner = {}", values.with(role.as_str()));
    }
    if let Some((key, number)) = &listing.after {
        let (key, number) = (values.with(key.to_string()), values.with(number.clone()));
        tests += &format!(" AND (o.{day}, o.number) {beyond} ({key}, {number})");
    }
    // Orders that have every word of the text, each perhaps only begun: few are looked up, of many the list is gone through.
    let found = match rarest_first.split_first() {
        Some((rarest, others)) if !are_common => {
            tests += " AND o.order_id = w.order_id";
            format!("({}) w CROSS JOIN ", values.having(rarest, others))
        }
        _ => {
            tests += &values.has("o.order_id", rarest_first);
            String::new()
        }
    };
    let first = format!(
        "SELECT o.order_id, o.{day} AS day, o.number FROM {found}order_organisation o WHERE {tests}
         ORDER BY o.{day} {direction}, o.number {direction} LIMIT {}",
        listing.most
    );
    (lines_of(&first, direction), values.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::Slice;
    use care::{
        OrderId, PatientId, Staff, StaffId,
        ordering::{order::StateKind, progress::Stage},
    };
    use uuid::Uuid;

    fn reader() -> Permit {
        let staff = Staff {
            id: StaffId(Uuid::from_u128(7)),
            name: "Leo".into(),
            role: Role::Clinician,
            organisation: "RP4".parse().expect("a code"),
            organisation_name: "Hospital".into(),
        };
        let resource =
            access::Resource { organisations: vec![staff.organisation.clone()], name: "service".into(), ..access::Resource::default() };
        access::decide(&staff, access::Action::SeeWorkList, &resource).expect("a clinician sees a list")
    }

    async fn put(store: &Store, n: i8, patient: &str, state: StateKind) {
        let id = OrderId(Uuid::from_u128(n as u128));
        let view = OrderView {
            id,
            number: format!("OG-{n}"),
            test: "R29.4".parse().expect("a code"),
            indication: "Intellectual disability".into(),
            patient_id: PatientId(Uuid::from_u128(n as u128)),
            patient: patient.into(),
            state,
            stage: Stage::AwaitingData,
            requester: "RP4".parse().expect("a code"),
            laboratory: "699X0".parse().expect("a code"),
            submitted: jiff::civil::date(2026, 11, n),
            due: jiff::civil::date(2026, 12, 20 - n),
            assignee: None,
            rests: None,
            reported: None,
            unread: None,
            placer: String::new(),
        };
        let row = vec![
            id.to_string().into(),
            (view.listed() as i64).into(),
            view.submitted.to_string().into(),
            view.due.to_string().into(),
            view.number.clone().into(),
            view.awaited().map(|day| day.to_string()).into(),
        ];
        let terms = search_terms(&format!("{} {patient}", view.number));
        Slice::new("an order", id.to_string(), [view]).write(&mut store.database.clone()).await.expect("written");
        let sql = "INSERT INTO order_organisation (organisation, order_id, listed, owner, rests, submitted, due, number, awaited)
                   VALUES ('RP4', $1, $2, '', '', $3, $4, $5, $6)";
        store.execute(sql, row).await.expect("written");
        for word in terms {
            let values = vec![word.into(), id.to_string().into()];
            store.execute("INSERT INTO order_word (word, order_id) VALUES ($1, $2)", values).await.expect("written");
        }
    }

    async fn found(store: &Store, listing: &Listing, are_common: bool) -> Vec<String> {
        let mut search = store.search_words(listing).await.expect("counted");
        search.are_common = are_common;
        let (sql, values) = listed(&reader(), listing, &search);
        let rows = store.rows(&sql, values).await.expect("read");
        rows.iter().map(|row| OrderView::read(row).expect("a line").number).collect()
    }

    #[tokio::test]
    async fn a_word_that_many_orders_have_finds_what_a_word_of_a_few_finds() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        for (n, patient, state) in [
            (1, "Ada Hart", StateKind::InProgress),
            (2, "Ben Hart", StateKind::InProgress),
            (3, "Ada Ames", StateKind::Closed),
            (4, "Adam Hart", StateKind::Closed),
            (5, "Ada Hart", StateKind::EnteredInError),
        ] {
            put(&store, n, patient, state).await;
        }
        for text in ["", "ada", "hart", "ada hart", "ad ha", "og-2 ben", "nobody"] {
            for (finished, latest_first) in [(false, false), (true, false), (true, true)] {
                let listing = Listing { text: text.into(), finished, latest_first, most: 10, ..Listing::default() };
                let (few, many) = (found(&store, &listing, false).await, found(&store, &listing, true).await);
                assert_eq!(few, many, "{text}");
                let whole: Vec<String> = store.orders(&reader(), &listing).await.expect("read").into_iter().map(|v| v.number).collect();
                assert_eq!(whole, many, "{text}");
            }
        }
        let all = Listing { text: "ad hart".into(), finished: true, latest_first: true, most: 10, ..Listing::default() };
        assert_eq!(found(&store, &all, true).await, ["OG-4", "OG-1"], "no order that was entered in error");
        let open = Listing { text: "hart".into(), most: 10, ..Listing::default() };
        assert_eq!(found(&store, &open, true).await, ["OG-2", "OG-1"], "soonest due first");
    }

    #[tokio::test]
    async fn what_is_due_is_listed_and_counted_by_its_day_and_what_is_finished_is_not() {
        use jiff::civil::date;
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        // Order n is due on day 20 - n.
        for (n, state) in [
            (1, StateKind::InProgress),
            (2, StateKind::OnHold),
            (3, StateKind::Closed),
            (4, StateKind::Submitted),
            (5, StateKind::EnteredInError),
            (9, StateKind::Accepted),
        ] {
            put(&store, n, "Ada Hart", state).await;
        }
        let (today, week) = (date(2026, 12, 16), date(2026, 12, 19));
        let late = DueIn { from: None, before: today };
        let soon = DueIn { from: Some(today), before: week };
        let list = async |due, text: &str, after| {
            // The order by submission is none of what is due.
            let listing = Listing { due: Some(due), text: text.into(), latest_first: true, after, most: 10, ..Listing::default() };
            store.orders(&reader(), &listing).await.expect("read").into_iter().map(|view| view.number).collect::<Vec<_>>()
        };
        assert_eq!(list(late, "", None).await, ["OG-9"]);
        assert_eq!(list(soon, "", None).await, ["OG-4", "OG-2"]);
        assert_eq!(list(soon, "hart og-2", None).await, ["OG-2"]);
        assert_eq!(list(soon, "", Some((date(2026, 12, 16), "OG-4".into()))).await, ["OG-2"]);
        assert_eq!(store.awaited(&reader(), today, week).await.expect("counted"), Awaited { late: 1, soon: 2 });
    }
}
