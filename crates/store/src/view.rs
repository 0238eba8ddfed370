//! Orders that wait, and what is looked up of an order or a person.

use crate::database::{Row, Value};
use crate::{
    Entry, Lookup, OrderView, Paged, Store,
    family::by_order,
    happened::{AT_ONCE, places},
    journal::COLUMNS,
    line::{Stored, TableRow, count},
    listing::lines_of,
    order::{Listed, placer},
    paged::LINES_MAX,
    projection::DEATH_SAID,
};
use access::Permit;
use care::{
    AnalysisId, NhsNumber, OrderId, PatientId, Role, StaffId, directory::TestCode, event::StreamName, people::identifier::HospitalNumber,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, btree_map};

impl Store {
    /// Days from submission and first report of the last orders of a test that were reported; of nobody in particular.
    pub async fn reported_of_test(&self, test: &TestCode, most: u64) -> anyhow::Result<Vec<(Date, Date)>> {
        let sql =
            format!("SELECT submitted, reported FROM order_view WHERE test = $1 AND reported > '' ORDER BY reported DESC LIMIT {most}");
        let rows = self.rows(&sql, vec![test.as_str().into()]).await?;
        rows.iter().map(|row| Ok((Date::of_row(row, "submitted")?, Date::of_row(row, "reported")?))).collect()
    }

    /// Orders of some tests, open ones first, then the latest; and how many there are.
    pub async fn orders_of_tests(&self, _permit: &Permit, tests: &[TestCode], most: u64) -> anyhow::Result<(Vec<OrderView>, usize)> {
        if tests.is_empty() {
            return Ok((vec![], 0));
        }
        let values = || tests.iter().map(|test| Value::from(test.to_string())).collect::<Vec<_>>();
        let these = format!("WHERE test IN ({}) AND hidden = 0", places(tests.len()));
        let rows = self.rows(&format!("SELECT COUNT(*) AS n FROM order_view {these}"), values()).await?;
        let count = count(&rows)? as usize;
        // Which they are is found by an index alone, and only their lines are read.
        let sql = format!(
            "SELECT {} FROM (SELECT order_id FROM order_view {these} ORDER BY is_final, submitted DESC, number LIMIT {most}) l
             CROSS JOIN order_view v WHERE v.order_id = l.order_id ORDER BY v.is_final, v.submitted DESC, v.number",
            OrderView::columns("v.")
        );
        let views = self.rows(&sql, values()).await?.iter().map(OrderView::read).collect::<anyhow::Result<_>>()?;
        Ok((views, count))
    }

    /// Of a test: open orders, and all that were submitted on a day or later. Counts of nobody in particular.
    pub async fn orders_of_test(&self, test: &TestCode, since: Date) -> anyhow::Result<(usize, usize)> {
        let sql = "SELECT CAST(SUM(1 - is_final) AS BIGINT) AS open,
                   CAST(SUM(CASE WHEN submitted >= $2 THEN 1 ELSE 0 END) AS BIGINT) AS year FROM order_view WHERE test = $1 AND hidden = 0";
        let rows = self.rows(sql, vec![test.as_str().into(), since.to_string().into()]).await?;
        let count = |column: &str| -> anyhow::Result<usize> {
            Ok(rows.first().map_or(Ok(None), |row| row.get::<Option<i64>>(column))?.unwrap_or(0) as usize)
        };
        Ok((count("open")?, count("year")?))
    }
}

fn named(rows: &[Row]) -> anyhow::Result<Vec<Vec<StaffId>>> {
    rows.iter().map(|row| Ok(serde_json::from_str(&row.get::<String>("named")?)?)).collect()
}

impl Store {
    /// Open orders in the list of the reader's own organisation that wait for their family or for samples, earliest submitted first; a
    /// few beside them, whose report somebody has to see read, wait for the same roles.
    pub async fn waiting_for_family(&self, permit: &Permit, most: u64) -> anyhow::Result<Vec<OrderView>> {
        let first = format!(
            "SELECT order_id, submitted AS day, number FROM order_organisation
             WHERE organisation = $1 AND listed = {} AND owner IN ($2, $3) ORDER BY submitted, number LIMIT {most}",
            Listed::Open as i64
        );
        let roles = [Role::GenomicAssociate, Role::LaboratoryScientist].map(|role| Value::from(role.as_str()));
        let values = [permit.staff().organisation.to_string().into()].into_iter().chain(roles).collect();
        self.rows(&lines_of(&first, "ASC"), values).await?.iter().map(OrderView::read).collect()
    }

    /// How many open orders in the list of the reader's own organisation wait for each role, most first; for nobody while the program
    /// works on them.
    pub async fn waiting_by_role(&self, permit: &Permit) -> anyhow::Result<Vec<(Option<Role>, usize)>> {
        let sql = format!(
            "SELECT owner, COUNT(*) AS n FROM order_organisation WHERE organisation = $1 AND listed = {}
             GROUP BY owner ORDER BY n DESC, owner",
            Listed::Open as i64
        );
        let rows = self.rows(&sql, vec![permit.staff().organisation.to_string().into()]).await?;
        let role = |owner: &str| Role::ALL.into_iter().find(|role| role.as_str() == owner);
        rows.iter().map(|row| Ok((role(&row.get::<String>("owner")?), row.get::<i64>("n")? as usize))).collect()
    }

    /// One order's line, to know whose it is before a permit is asked for.
    pub async fn order_view(&self, id: OrderId) -> anyhow::Result<Option<OrderView>> {
        self.line("WHERE order_id = $1", vec![id.to_string().into()]).await
    }

    /// Orders of a person.
    pub async fn orders_of(&self, _permit: &Permit, patient: PatientId) -> anyhow::Result<Vec<OrderView>> {
        self.lines("WHERE patient_id = $1 AND hidden = 0 ORDER BY submitted, number", vec![patient.to_string().into()]).await
    }

    /// Orders of some people, of each oldest first.
    pub async fn orders_of_people(&self, _permit: &Permit, people: &[PatientId]) -> anyhow::Result<Vec<OrderView>> {
        let mut found = Vec::new();
        for some in people.chunks(AT_ONCE) {
            let rest = format!("WHERE patient_id IN ({}) AND hidden = 0 ORDER BY submitted, number", places(some.len()));
            found.extend(self.lines(&rest, some.iter().map(|person| person.to_string().into()).collect()).await?);
        }
        Ok(found)
    }

    /// Orders that a stream belongs to, to write their lines.
    pub async fn orders_linked(&self, stream: &str) -> anyhow::Result<Vec<OrderId>> {
        let rows = self.rows("SELECT order_id FROM order_stream WHERE stream = $1 ORDER BY order_id", vec![stream.into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).collect()
    }

    /// A page of the orders in the list of the reader's organisation whose report nobody has said to have read, longest first.
    pub async fn unread_page(&self, permit: &Permit, page: u64) -> anyhow::Result<Paged<OrderView>> {
        let these = format!("organisation = $1 AND unread IS NOT NULL AND +listed > {}", Listed::Hidden as i64);
        let values = || vec![Value::from(permit.staff().organisation.to_string())];
        let total = count(&self.rows(&format!("SELECT COUNT(*) AS n FROM order_organisation WHERE {these}"), values()).await?)?;
        let number = Paged::<OrderView> { lines: vec![], number: 1, total }.nearest(page);
        let first = format!(
            "SELECT order_id, unread AS day, number FROM order_organisation
             WHERE {these} ORDER BY unread, number LIMIT {LINES_MAX} OFFSET {}",
            (number - 1) * LINES_MAX
        );
        let rows = self.rows(&lines_of(&first, "ASC"), values()).await?;
        Ok(Paged { lines: rows.iter().map(OrderView::read).collect::<anyhow::Result<_>>()?, number, total })
    }

    /// Organisations that asked for the tests whose reports, in the list of the reader's organisation, nobody has said to have read.
    pub async fn unread_requesters(&self, permit: &Permit) -> anyhow::Result<BTreeSet<String>> {
        let sql = format!(
            "SELECT DISTINCT v.requester AS requester FROM order_organisation o CROSS JOIN order_view v
             WHERE v.order_id = o.order_id AND o.organisation = $1 AND o.unread IS NOT NULL AND +o.listed > {}",
            Listed::Hidden as i64
        );
        let rows = self.rows(&sql, vec![permit.staff().organisation.to_string().into()]).await?;
        rows.iter().map(|row| Ok(row.get("requester")?)).collect()
    }

    /// Orders in the list of the reader's organisation whose report nobody has said to have read, longest first.
    pub async fn unread(&self, permit: &Permit, most: u64) -> anyhow::Result<Vec<OrderView>> {
        let first = format!(
            "SELECT order_id, unread AS day, number FROM order_organisation
             WHERE organisation = $1 AND unread IS NOT NULL AND +listed > {} ORDER BY unread, number LIMIT {most}",
            Listed::Hidden as i64
        );
        self.rows(&lines_of(&first, "ASC"), vec![permit.staff().organisation.to_string().into()])
            .await?
            .iter()
            .map(OrderView::read)
            .collect()
    }

    /// Orders whose latest report is of a day or before and nobody has said to have read, and that are not the work of a
    /// role already; of nobody in particular.
    pub async fn unread_since(&self, day: Date, turn: Role) -> anyhow::Result<Vec<OrderId>> {
        let sql = "SELECT order_id FROM order_view WHERE unread <= $1 AND hidden = 0 AND turn IS DISTINCT FROM $2
                   ORDER BY unread, order_id";
        let rows = self.rows(sql, vec![day.to_string().into(), turn.as_str().into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).collect()
    }

    /// Orders of this organisation with relatives who may share a finding, by gene, each with every event of its streams: in one query.
    pub async fn cascades(&self, permit: &Permit) -> anyhow::Result<Vec<(OrderId, Vec<Entry>)>> {
        let sql = format!(
            "SELECT of_order, {COLUMNS} FROM event JOIN (
                 SELECT s.stream AS of_stream, v.order_id AS of_order, v.gene AS of_gene, v.number AS of_number
                 FROM cascade_view v JOIN order_stream s ON s.order_id = v.order_id WHERE v.organisation = $1
             ) linked ON linked.of_stream = event.stream ORDER BY of_gene, of_number, position"
        );
        by_order(&self.rows(&sql, vec![permit.staff().organisation.to_string().into()]).await?)
    }

    /// The order that a stream belongs to, such as a report's.
    pub async fn order_of_stream(&self, stream: &str) -> anyhow::Result<Option<OrderId>> {
        let rows = self.rows("SELECT order_id FROM order_stream WHERE stream = $1 LIMIT 1", vec![stream.into()]).await?;
        rows.first().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).transpose()
    }

    /// Every order that a person is part of, as the patient or as a relative, oldest first.
    pub async fn orders_with(&self, _permit: &Permit, patient: PatientId) -> anyhow::Result<Vec<OrderView>> {
        let columns = OrderView::columns("v.");
        let sql = format!(
            "SELECT {columns} FROM order_view v JOIN order_stream s ON s.order_id = v.order_id
             WHERE s.stream = $1 AND v.hidden = 0 ORDER BY v.submitted, v.number"
        );
        self.rows(&sql, vec![patient.stream().into()]).await?.iter().map(OrderView::read).collect()
    }

    /// The order with a number, to know whose it is before a permit is asked for.
    pub async fn order_by_number(&self, number: &str) -> anyhow::Result<Option<OrderView>> {
        self.line("WHERE number = $1", vec![number.into()]).await
    }

    /// Orders that have a number of a system, in whichever namespace and of whichever person, those entered in error as well.
    pub async fn orders_of_placer(&self, _permit: &Permit, client: StaffId, number: &str) -> anyhow::Result<Vec<OrderView>> {
        // The index has those that a system sent: that it is asked for nothing else is said so that it is used.
        let rest = "WHERE placer = $1 AND placer <> '' ORDER BY submitted, number";
        self.lines(rest, vec![placer(client, number).into()]).await
    }

    /// Organisations that have a relationship with a person: those of the orders that the person is part of.
    pub async fn organisations_of(&self, patient: PatientId) -> anyhow::Result<Vec<String>> {
        // Each by an index: an alternative to a list of orders would be looked for in every order.
        let sql = "SELECT DISTINCT v.requester, v.laboratory FROM order_view v WHERE v.order_id IN (
                       SELECT order_id FROM order_view WHERE patient_id = $1 UNION SELECT order_id FROM order_stream WHERE stream = $2
                   )";
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

    /// Whose records are restricted, of some people.
    pub async fn restricted_among(&self, people: &[PatientId]) -> anyhow::Result<BTreeSet<PatientId>> {
        let mut found = BTreeSet::new();
        for some in people.chunks(AT_ONCE) {
            let sql = format!("SELECT patient_id FROM restriction_view WHERE patient_id IN ({})", places(some.len()));
            for row in self.rows(&sql, some.iter().map(|person| person.to_string().into()).collect()).await? {
                found.insert(row.get::<String>("patient_id")?.parse()?);
            }
        }
        Ok(found)
    }

    /// Which of some orders in the list of the reader's organisation are urgent.
    pub async fn urgent_among(&self, permit: &Permit, orders: &[OrderId]) -> anyhow::Result<BTreeSet<OrderId>> {
        let organisation = permit.staff().organisation.to_string();
        let mut found = BTreeSet::new();
        for some in orders.chunks(AT_ONCE) {
            let (those, own) = (places(some.len()), some.len() + 1);
            let sql =
                format!("SELECT order_id FROM order_organisation WHERE organisation = ${own} AND urgent = 1 AND order_id IN ({those})");
            let mut values: Vec<Value> = some.iter().map(|order| order.to_string().into()).collect();
            values.push(organisation.clone().into());
            for row in self.rows(&sql, values).await? {
                found.insert(row.get::<String>("order_id")?.parse()?);
            }
        }
        Ok(found)
    }

    /// Who alone may open an order, because somebody in it has a restricted record: those who are named for each of them.
    pub async fn named_of_order(&self, order: OrderId) -> anyhow::Result<Option<Vec<StaffId>>> {
        // From the streams of the order to the records, however many are restricted: what follows `patient/` is whose record it is.
        let sql = "SELECT r.named FROM order_stream s JOIN restriction_view r ON r.patient_id = substr(s.stream, 9)
                   WHERE s.order_id = $1 AND s.stream LIKE 'patient/%'";
        let all = named(&self.rows(sql, vec![order.to_string().into()]).await?)?;
        Ok(all.into_iter().reduce(|some, others| some.into_iter().filter(|id| others.contains(id)).collect()))
    }

    /// The same of several orders, by order; nothing of those in which nobody's record is restricted.
    pub async fn named_of_orders(&self, orders: &[OrderId]) -> anyhow::Result<BTreeMap<OrderId, Vec<StaffId>>> {
        let mut found: BTreeMap<OrderId, Vec<StaffId>> = BTreeMap::new();
        for some in orders.chunks(AT_ONCE) {
            let sql = format!(
                "SELECT s.order_id, r.named FROM order_stream s JOIN restriction_view r ON r.patient_id = substr(s.stream, 9)
                 WHERE s.order_id IN ({}) AND s.stream LIKE 'patient/%'",
                places(some.len())
            );
            for row in self.rows(&sql, some.iter().map(|order| order.to_string().into()).collect()).await? {
                let named: Vec<StaffId> = serde_json::from_str(&row.get::<String>("named")?)?;
                match found.entry(row.get::<String>("order_id")?.parse()?) {
                    btree_map::Entry::Vacant(first) => {
                        first.insert(named);
                    }
                    btree_map::Entry::Occupied(mut others) => others.get_mut().retain(|id| named.contains(id)),
                }
            }
        }
        Ok(found)
    }

    /// The person with an NHS number.
    pub async fn patient_by_nhs_number(&self, _permit: &Permit, number: NhsNumber) -> anyhow::Result<Option<PatientId>> {
        let sql = "SELECT patient_id FROM patient_view WHERE nhs_number = $1";
        let rows = self.rows(sql, vec![String::from(number).into()]).await?;
        rows.first().map(|row| Ok(row.get::<String>("patient_id")?.parse()?)).transpose()
    }

    /// People of an organisation's orders whose death a hospital's system says and nobody has checked, with their names, a number of them
    /// at the most.
    pub async fn deaths_to_check(&self, _permit: &Permit, organisation: &str, most: u64) -> anyhow::Result<Vec<(PatientId, String)>> {
        let sql = format!(
            "SELECT p.patient_id AS patient_id, p.given_name AS given_name, p.family_name AS family_name FROM patient_view p
             WHERE p.death <> '' AND p.death = '{DEATH_SAID}' AND EXISTS (
                 SELECT 1 FROM order_stream s JOIN order_organisation o ON o.order_id = s.order_id
                 WHERE s.stream = 'patient/' || p.patient_id AND o.organisation = $1
             ) ORDER BY p.family_name, p.given_name, p.patient_id LIMIT {most}"
        );
        let name = |row: &Row| -> anyhow::Result<String> {
            Ok(format!("{} {}", row.get::<String>("given_name")?, row.get::<String>("family_name")?))
        };
        let rows = self.rows(&sql, vec![organisation.into()]).await?;
        rows.iter().map(|row| Ok((row.get::<String>("patient_id")?.parse()?, name(row)?))).collect()
    }

    /// The people with a number of a hospital: more than one where it was given twice.
    pub async fn patients_by_hospital_number(&self, _permit: &Permit, number: &HospitalNumber) -> anyhow::Result<Vec<PatientId>> {
        let found = Lookup::HospitalNumber(number.clone()).find(&mut self.database.clone()).await?;
        found.iter().map(|id| Ok(id.parse()?)).collect()
    }

    /// Every order that the journal knows.
    pub async fn all_orders(&self) -> anyhow::Result<Vec<OrderId>> {
        let rows = self.rows("SELECT stream FROM event WHERE sequence = 1 AND stream LIKE 'order/%' ORDER BY stream", vec![]).await?;
        rows.iter().map(|row| Ok(StreamName::read(&row.get::<String>("stream")?)?.parse()?)).collect()
    }

    /// Analyses that are queued or running, with their orders: those whose report is due first, then the oldest.
    pub async fn open_analyses(&self) -> anyhow::Result<Vec<(OrderId, AnalysisId)>> {
        let sql = "SELECT j.order_id AS order_id, j.subject AS subject FROM job j LEFT JOIN order_view v ON v.order_id = j.order_id
                   WHERE j.kind = 'analysis' ORDER BY COALESCE(v.due, ''), j.queued, j.subject";
        let rows = self.rows(sql, vec![]).await?;
        let analysis = |row: &Row| -> anyhow::Result<(OrderId, AnalysisId)> {
            let subject = row.get::<String>("subject")?;
            Ok((OrderId::of_row(row, "order_id")?, StreamName::read(&subject)?.parse()?))
        };
        rows.iter().map(analysis).collect()
    }
}
