//! Read models: one line per order and per person, written with the events that they follow from.

use crate::{
    SampleLine, Store,
    database::{Connection, DatabaseError, Row, Transaction, Value},
};
use access::Permit;
use care::{NhsNumber, OrderId, PatientId, StaffId};
use std::collections::BTreeSet;

/// An order as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderView {
    /// Order.
    pub id: OrderId,
    /// Number that people read out.
    pub number: String,
    /// Test code.
    pub test: String,
    /// Clinical indication.
    pub indication: String,
    /// Proband.
    pub patient_id: PatientId,
    /// Proband's name.
    pub patient: String,
    /// State in words.
    pub state: String,
    /// Who waits for whom.
    pub waiting: String,
    /// Requesting organisation.
    pub requester: String,
    /// Laboratory.
    pub laboratory: String,
    /// Day of submission.
    pub submitted: String,
    /// Day by which the report is due.
    pub due: String,
    /// Not shown in lists (entered in error).
    pub hidden: bool,
    /// Role whose turn it is; empty when it is nobody's.
    pub owner: String,
    /// Who has taken the work.
    pub assignee: String,
    /// Day until which the work rests; empty when it does not.
    pub rests: String,
    /// Day of the first report; empty before.
    pub reported: String,
    /// Day of the latest report, while nobody has said to have read it; else empty.
    pub unread: String,
}

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Words of a number, name, test or indication, or their beginnings.
    pub text: String,
    /// Only what waits for this role and does not rest on this day.
    pub turn: Option<(String, String)>,
    /// Also what is finished.
    pub finished: bool,
    /// Latest submitted first, instead of soonest due.
    pub latest_first: bool,
    /// Day and number of the last line before.
    pub after: Option<(String, String)>,
    /// Lines at most.
    pub most: u64,
}

/// Values of `listed`.
pub(crate) const OPEN: i64 = 2;
const FINISHED: i64 = 1;
const HIDDEN: i64 = 0;

/// What lists show of one order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderLines {
    /// Its line; nothing before it was submitted.
    pub view: Option<OrderView>,
    /// Lines of its samples.
    pub samples: Vec<SampleLine>,
    /// Laboratories that it was sent on to, in whose lists it stands as well.
    pub sent_on: Vec<String>,
    /// What was there before is taken away first.
    pub anew: bool,
}

impl OrderLines {
    pub(crate) async fn write(&self, transaction: &mut Transaction) -> Result<(), DatabaseError> {
        let Some(view) = &self.view else { return Ok(()) };
        if self.anew {
            for table in ["sample_view", "order_organisation", "order_word", "order_view"] {
                let sql = format!("DELETE FROM {table} WHERE order_id = $1");
                transaction.execute(&sql, vec![view.id.to_string().into()]).await?;
            }
        }
        view.write(transaction, &self.sent_on).await?;
        for sample in &self.samples {
            sample.write(transaction).await?;
        }
        Ok(())
    }
}

const COLUMNS: &str = "order_id, number, test, indication, patient_id, patient, state, waiting, requester, laboratory, submitted, due, hidden, owner, assignee, rests, reported, unread";

impl OrderView {
    async fn write(&self, transaction: &mut Transaction, sent_on: &[String]) -> Result<(), DatabaseError> {
        let sql = format!(
            "INSERT INTO order_view ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
             ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, waiting = excluded.waiting, hidden = excluded.hidden, due = excluded.due,
             owner = excluded.owner, assignee = excluded.assignee, rests = excluded.rests, reported = excluded.reported, unread = excluded.unread"
        );
        let text = |s: &String| s.clone().into();
        let values = vec![
            self.id.to_string().into(),
            text(&self.number),
            text(&self.test),
            text(&self.indication),
            self.patient_id.to_string().into(),
            text(&self.patient),
            text(&self.state),
            text(&self.waiting),
            text(&self.requester),
            text(&self.laboratory),
            text(&self.submitted),
            text(&self.due),
            i64::from(self.hidden).into(),
            text(&self.owner),
            text(&self.assignee),
            text(&self.rests),
            text(&self.reported),
            text(&self.unread),
        ];
        transaction.execute(&sql, values).await?;
        let mut values: Vec<Value> = vec![self.id.to_string().into()];
        values.extend(
            words(&[&self.number, &self.patient, &self.test, &self.indication].map(String::as_str).join(" ")).into_iter().map(Value::from),
        );
        let places: Vec<String> = (2..=values.len()).map(|n| format!("(${n}, $1)")).collect();
        let sql = format!("INSERT INTO order_word (word, order_id) VALUES {} ON CONFLICT DO NOTHING", places.join(", "));
        transaction.execute(&sql, values).await?;
        let organisations: BTreeSet<&String> = [&self.requester, &self.laboratory].into_iter().chain(sent_on).collect();
        list_for(transaction, self.id, organisations).await?;
        let sql = "UPDATE order_organisation SET listed = $1, owner = $2, rests = $3, due = $4 WHERE order_id = $5";
        let values = vec![self.listed().into(), text(&self.owner), text(&self.rests), text(&self.due), self.id.to_string().into()];
        transaction.execute(sql, values).await?;
        Ok(())
    }
}

/// Words of a text as they are kept: letters and digits in small letters, as hexadecimal, whose order is the same in every
/// collation. What stands before every number is no word.
fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let plain = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && *word != "og");
    plain.map(|word| word.bytes().map(|b| format!("{b:02x}")).collect()).collect()
}

impl OrderView {
    fn listed(&self) -> i64 {
        match self.state.as_str() {
            _ if self.hidden => HIDDEN,
            "Closed" | "Rejected" | "Cancelled" => FINISHED,
            _ => OPEN,
        }
    }
}

/// Puts an order into the lists of organisations.
async fn list_for(transaction: &mut Transaction, order: OrderId, organisations: BTreeSet<&String>) -> Result<(), DatabaseError> {
    let mut values: Vec<Value> = vec![order.to_string().into()];
    values.extend(organisations.into_iter().map(|code| Value::from(code.clone())));
    let places: Vec<String> = (2..=values.len()).map(|n| format!("(${n})")).collect();
    let sql = format!(
        "INSERT INTO order_organisation (organisation, order_id, listed, owner, rests, submitted, due, number)
         SELECT o.column1, v.order_id, {OPEN}, v.owner, v.rests, v.submitted, v.due, v.number
         FROM (VALUES {}) AS o JOIN order_view v ON v.order_id = $1 WHERE true ON CONFLICT DO NOTHING",
        places.join(", ")
    );
    transaction.execute(&sql, values).await.map(drop)
}

impl Store {
    /// Days from submission and first report of the last orders of a test that were reported; of nobody in particular.
    pub async fn reported_of_test(&self, test: &str, most: u64) -> anyhow::Result<Vec<(String, String)>> {
        let sql =
            format!("SELECT submitted, reported FROM order_view WHERE test = $1 AND reported > '' ORDER BY reported DESC LIMIT {most}");
        let rows = self.rows(&sql, vec![test.into()]).await?;
        rows.iter().map(|row| Ok((row.get("submitted")?, row.get("reported")?))).collect()
    }

    /// Of a test: open orders, and all that were submitted on a day or later. Counts of nobody in particular.
    pub async fn orders_of_test(&self, test: &str, since: &str) -> anyhow::Result<(usize, usize)> {
        let sql = "SELECT SUM(CASE WHEN state IN ('Closed', 'Rejected', 'Cancelled') THEN 0 ELSE 1 END) AS open,
                   SUM(CASE WHEN submitted >= $2 THEN 1 ELSE 0 END) AS year FROM order_view WHERE test = $1 AND hidden = 0";
        let rows = self.rows(sql, vec![test.into(), since.into()]).await?;
        let count = |column: &str| -> anyhow::Result<usize> {
            Ok(rows.first().map_or(Ok(None), |row| row.get::<Option<i64>>(column))?.unwrap_or(0) as usize)
        };
        Ok((count("open")?, count("year")?))
    }
}

fn named(rows: &[Row]) -> anyhow::Result<Vec<Vec<StaffId>>> {
    rows.iter().map(|row| Ok(serde_json::from_str(&row.get::<String>("named")?)?)).collect()
}

fn order_line(row: &Row) -> anyhow::Result<OrderView> {
    let text = |column: &str| row.get::<String>(column);
    Ok(OrderView {
        id: text("order_id")?.parse()?,
        number: text("number")?,
        test: text("test")?,
        indication: text("indication")?,
        patient_id: text("patient_id")?.parse()?,
        patient: text("patient")?,
        state: text("state")?,
        waiting: text("waiting")?,
        requester: text("requester")?,
        laboratory: text("laboratory")?,
        submitted: text("submitted")?,
        due: text("due")?,
        hidden: row.get::<i64>("hidden")? != 0,
        owner: text("owner")?,
        assignee: text("assignee")?,
        rests: text("rests")?,
        reported: text("reported")?,
        unread: text("unread")?,
    })
}

impl Store {
    /// Orders in the list of the reader's own organisation.
    pub async fn orders(&self, permit: &Permit, asked: &Listing) -> anyhow::Result<Vec<OrderView>> {
        let day = if asked.latest_first { "submitted" } else { "due" };
        let (order, beyond) = if asked.latest_first { ("DESC", "<") } else { ("ASC", ">") };
        let mut values: Vec<Value> = vec![permit.staff().organisation.to_string().into()];
        let mut with = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let mut tests = vec!["o.organisation = $1".to_owned()];
        tests.push(if asked.finished { format!("o.listed > {HIDDEN}") } else { format!("o.listed = {OPEN}") });
        if let Some((role, today)) = &asked.turn {
            tests.push(format!("o.owner = {} AND o.rests < {}", with(role.clone().into()), with(today.clone().into())));
        }
        if let Some((key, number)) = &asked.after {
            tests.push(format!("(o.{day}, o.number) {beyond} ({}, {})", with(key.clone().into()), with(number.clone().into())));
        }
        // Orders that have every word of the text, each perhaps only begun.
        let mut having = Vec::new();
        for word in words(&asked.text) {
            let (from, to) = (with(word.clone().into()), with(format!("{word}g").into()));
            having.push(format!("SELECT DISTINCT order_id FROM order_word WHERE word >= {from} AND word < {to}"));
        }
        let found = if having.is_empty() {
            String::new()
        } else {
            tests.push("o.order_id = w.order_id".into());
            format!("({}) w CROSS JOIN ", having.join(" INTERSECT "))
        };
        let columns = COLUMNS.split(", ").map(|c| format!("v.{c}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns} FROM {found}order_organisation o JOIN order_view v ON v.order_id = o.order_id WHERE {}
             ORDER BY o.{day} {order}, o.number {order} LIMIT {}",
            tests.join(" AND "),
            asked.most
        );
        self.rows(&sql, values).await?.iter().map(order_line).collect()
    }

    /// One order's line, to know whose it is before a permit is asked for.
    pub async fn order_view(&self, id: OrderId) -> anyhow::Result<Option<OrderView>> {
        let sql = format!("SELECT {COLUMNS} FROM order_view WHERE order_id = $1");
        self.rows(&sql, vec![id.to_string().into()]).await?.first().map(order_line).transpose()
    }

    /// Orders of a person.
    pub async fn orders_of(&self, _permit: &Permit, patient: PatientId) -> anyhow::Result<Vec<OrderView>> {
        let sql = format!("SELECT {COLUMNS} FROM order_view WHERE patient_id = $1 AND hidden = 0 ORDER BY submitted, number");
        self.rows(&sql, vec![patient.to_string().into()]).await?.iter().map(order_line).collect()
    }

    /// Orders that a stream belongs to, to write their lines.
    pub async fn orders_linked(&self, stream: &str) -> anyhow::Result<Vec<OrderId>> {
        let rows = self.rows("SELECT order_id FROM order_stream WHERE stream = $1 ORDER BY order_id", vec![stream.into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).collect()
    }

    /// Orders in the list of the reader's organisation whose report nobody has said to have read, longest first.
    pub async fn unread(&self, permit: &Permit, most: u64) -> anyhow::Result<Vec<OrderView>> {
        let columns = COLUMNS.split(", ").map(|c| format!("v.{c}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns} FROM order_view v JOIN order_organisation o ON o.order_id = v.order_id
             WHERE v.unread <> '' AND v.hidden = 0 AND o.organisation = $1 ORDER BY v.unread, v.number LIMIT {most}"
        );
        self.rows(&sql, vec![permit.staff().organisation.to_string().into()]).await?.iter().map(order_line).collect()
    }

    /// Orders whose latest report is of a day or before and nobody has said to have read, and that are not the work of a
    /// role already; of nobody in particular.
    pub async fn unread_since(&self, day: &str, owner: &str) -> anyhow::Result<Vec<OrderId>> {
        let sql = "SELECT order_id FROM order_view WHERE unread <> '' AND unread <= $1 AND hidden = 0 AND owner <> $2
                   ORDER BY unread, order_id";
        let rows = self.rows(sql, vec![day.into(), owner.into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).collect()
    }

    /// Orders of this organisation with relatives who may share a finding, by gene.
    pub async fn cascades(&self, permit: &Permit) -> anyhow::Result<Vec<OrderId>> {
        let sql = "SELECT order_id FROM cascade_view WHERE organisation = $1 ORDER BY gene, number";
        let rows = self.rows(sql, vec![permit.staff().organisation.to_string().into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).collect()
    }

    /// The order that a stream belongs to, such as a report's.
    pub async fn order_of_stream(&self, stream: &str) -> anyhow::Result<Option<OrderId>> {
        let rows = self.rows("SELECT order_id FROM order_stream WHERE stream = $1 LIMIT 1", vec![stream.into()]).await?;
        rows.first().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).transpose()
    }

    /// Every order that a person is part of, as the patient or as a relative, oldest first.
    pub async fn orders_with(&self, _permit: &Permit, patient: PatientId) -> anyhow::Result<Vec<OrderView>> {
        let columns = COLUMNS.split(", ").map(|c| format!("v.{c}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns} FROM order_view v JOIN order_stream s ON s.order_id = v.order_id
             WHERE s.stream = $1 AND v.hidden = 0 ORDER BY v.submitted, v.number"
        );
        self.rows(&sql, vec![patient.stream().into()]).await?.iter().map(order_line).collect()
    }

    /// The order with a number, to know whose it is before a permit is asked for.
    pub async fn order_by_number(&self, number: &str) -> anyhow::Result<Option<OrderView>> {
        let sql = format!("SELECT {COLUMNS} FROM order_view WHERE number = $1");
        self.rows(&sql, vec![number.into()]).await?.first().map(order_line).transpose()
    }

    /// Organisations that have a relationship with a person: those of the orders that the person is part of.
    pub async fn organisations_of(&self, patient: PatientId) -> anyhow::Result<Vec<String>> {
        let sql = "SELECT DISTINCT v.requester, v.laboratory FROM order_view v WHERE v.patient_id = $1
                   OR v.order_id IN (SELECT order_id FROM order_stream WHERE stream = $2)";
        let rows = self.rows(sql, vec![patient.to_string().into(), patient.stream().into()]).await?;
        let mut found = Vec::new();
        for row in &rows {
            found.push(row.get::<String>("requester")?);
            found.push(row.get::<String>("laboratory")?);
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// Who alone may open the record of a person; nothing when it is not restricted.
    pub async fn named_of(&self, patient: PatientId) -> anyhow::Result<Option<Vec<StaffId>>> {
        let rows = self.rows("SELECT named FROM restriction_view WHERE patient_id = $1", vec![patient.to_string().into()]).await?;
        Ok(named(&rows)?.pop())
    }

    /// Who alone may open an order, because somebody in it has a restricted record: those who are named for each of them.
    pub async fn named_of_order(&self, order: OrderId) -> anyhow::Result<Option<Vec<StaffId>>> {
        let sql =
            "SELECT r.named FROM order_stream s JOIN restriction_view r ON s.stream = 'patient/' || r.patient_id WHERE s.order_id = $1";
        let all = named(&self.rows(sql, vec![order.to_string().into()]).await?)?;
        Ok(all.into_iter().reduce(|some, others| some.into_iter().filter(|id| others.contains(id)).collect()))
    }

    /// The person with an NHS number.
    pub async fn patient_by_nhs_number(&self, _permit: &Permit, number: NhsNumber) -> anyhow::Result<Option<PatientId>> {
        let sql = "SELECT patient_id FROM patient_view WHERE nhs_number = $1";
        let rows = self.rows(sql, vec![String::from(number).into()]).await?;
        rows.first().map(|row| Ok(row.get::<String>("patient_id")?.parse()?)).transpose()
    }

    /// Every order that the journal knows.
    pub async fn all_orders(&self) -> anyhow::Result<Vec<OrderId>> {
        let rows = self.rows("SELECT DISTINCT stream FROM event WHERE stream LIKE 'order/%' ORDER BY stream", vec![]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("stream")?.trim_start_matches("order/").parse()?)).collect()
    }

    /// Writes what lists show of an order anew.
    pub async fn rewrite_order(&self, lines: &OrderLines) -> anyhow::Result<()> {
        let mut transaction = self.database.begin().await?;
        OrderLines { anew: true, ..lines.clone() }.write(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Takes lines out of the lists whose order the journal does not know; returns how many.
    pub async fn drop_unknown_orders(&self) -> anyhow::Result<u64> {
        let mut dropped = 0;
        for table in ["sample_view", "order_organisation", "order_word", "order_view"] {
            let sql = format!("DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.stream = 'order/' || {table}.order_id)");
            dropped += self.execute(&sql, vec![]).await?;
        }
        Ok(dropped)
    }
}
