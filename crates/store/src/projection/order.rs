//! Orders in lists: a line each, for every organisation that sees it, found by the words of its line.

use super::Slice;
use crate::database::Connection;
use crate::{
    Happened, MilestoneLine, OrderView, happened,
    line::line,
    order::{birth_term, placer, search_terms},
};
use anyhow::Context;
use care::{
    OrderId, PatientId, Role,
    event::{Event, StreamName},
    ordering::{
        milestones::{Milestone, folded},
        order,
        status::Status,
    },
};
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet};

/// Stands in lists for the name of somebody whose record is restricted.
pub const RESTRICTED: &str = "Restricted record";

line! {
    /// An order in the lists of one organisation, with the keys that they are sorted by.
    struct ListRow in "order_organisation" keys 2 of "order_id" {
        organisation: String = "organisation",
        order: OrderId = "order_id",
        listed: i64 = "listed",
        /// Whose turn it is; empty for nobody's.
        owner: String = "owner",
        /// Day until which the work rests; empty while it does not.
        rests: String = "rests",
        submitted: Date = "submitted",
        due: Date = "due",
        number: String = "number",
        urgent: bool = "urgent",
        /// Day of the latest report, while nobody has said to have read it.
        unread: Option<Date> = "unread",
        /// Day on which the report is due, while the order is open and was never reported.
        awaited: Option<Date> = "awaited",
    }
}

impl ListRow {
    fn new(organisation: String, view: &OrderView, urgent: bool) -> ListRow {
        ListRow {
            organisation,
            order: view.id,
            listed: view.listed() as i64,
            owner: view.turn().map_or("", Role::as_str).into(),
            rests: view.rests.map_or_else(String::new, |day| day.to_string()),
            submitted: view.submitted,
            due: view.due,
            number: view.number.clone(),
            urgent,
            unread: view.unread,
            awaited: view.awaited(),
        }
    }
}

line! {
    /// A word by which an order is found.
    struct WordRow in "order_word" keys 2 of "order_id" {
        word: String = "word",
        order: OrderId = "order_id",
    }
}

/// An order as the events of its streams leave it.
struct Folded {
    order: OrderId,
    status: Status,
    times: Times,
    reached: ReachedAt,
}

impl Folded {
    fn new(order: OrderId, happened: &[Happened]) -> anyhow::Result<Folded> {
        let mut times = Times::default();
        let events = happened.iter().map(|one| (one.at, one.recorded()));
        let (status, reached) =
            folded(events, |at, name, event| times.see(order, at, (name, event))).with_context(|| format!("folding order {order}"))?;
        Ok(Folded { order, status, times, reached: reached.map(|(_, at)| at) })
    }

    /// The people of the request.
    fn people(&self) -> Vec<PatientId> {
        self.status.order.request.iter().flat_map(|request| &request.people).map(|person| person.patient).collect()
    }

    fn is_known(&self, person: PatientId) -> bool {
        self.status.people.iter().any(|(known, _)| *known == person)
    }

    /// Adds the records of people that are in none of its streams.
    fn add_people(&mut self, records: &BTreeMap<String, Vec<Happened>>) -> anyhow::Result<()> {
        for person in self.people() {
            if self.is_known(person) {
                continue;
            }
            for one in records.get(&person.stream()).into_iter().flatten() {
                let (name, event) = one.recorded().read().with_context(|| one.name())?;
                self.status.apply(&name, &event)?;
            }
        }
        Ok(())
    }
}

/// The rows of orders, from the events of all of their streams and of their people's records: two statements for many orders.
pub(super) async fn of_orders(db: &mut impl Connection, orders: &[OrderId]) -> anyhow::Result<Vec<Slice>> {
    let mut happened = happened::in_orders(db, orders, &[]).await?;
    let mut all = Vec::with_capacity(orders.len());
    for order in orders {
        all.push(Folded::new(*order, &happened.remove(order).unwrap_or_default())?);
    }
    let missing = |one: &Folded| one.people().into_iter().filter(|person| !one.is_known(*person)).collect::<Vec<_>>();
    let missing: BTreeSet<String> = all.iter().flat_map(missing).map(care::PatientId::stream).collect();
    let records = happened::in_streams(db, &missing.into_iter().collect::<Vec<_>>()).await?;
    let mut rows = Vec::new();
    for mut one in all {
        one.add_people(&records)?;
        rows.extend(slices(one.order, &one.status, one.times, one.reached));
    }
    Ok(rows)
}

/// When an order reached each milestone.
type ReachedAt = [Option<Timestamp>; Milestone::ALL.len()];

/// The same in the list of an organisation.
fn milestone_line(organisation: String, view: &OrderView, reached: ReachedAt) -> MilestoneLine {
    let [requested_at, consents_at, samples_at, data_at, analysed_at, interpreted_at, reported_at, acknowledged_at] = reached;
    MilestoneLine {
        organisation,
        order: view.id,
        number: view.number.clone(),
        listed: view.listed() as i64,
        reported: view.reported,
        requested_at,
        consents_at,
        samples_at,
        data_at,
        analysed_at,
        interpreted_at,
        reported_at,
        acknowledged_at,
    }
}

/// When an order was sent, and first reported.
struct Times {
    submitted: Date,
    reported: Option<Date>,
}

impl Default for Times {
    fn default() -> Times {
        Times { submitted: day(Timestamp::UNIX_EPOCH), reported: None }
    }
}

impl Times {
    /// Of the order's own stream alone: people and their choices may be known for years before.
    fn see(&mut self, order: OrderId, at: Timestamp, (name, event): (&StreamName, &Event)) {
        if name.parse::<OrderId>().ok() != Some(order) {
            return;
        }
        match event {
            Event::Order(order::Event::Submitted { .. }) => self.submitted = day(at),
            Event::Order(order::Event::Reported { .. } | order::Event::ReportedElsewhere { .. }) => {
                self.reported = self.reported.or(Some(day(at)));
            }
            _ => {}
        }
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn slices(order: OrderId, status: &Status, times: Times, reached: ReachedAt) -> Vec<Slice> {
    let view = view(order, status, times);
    let owner = order.to_string();
    let name = view.as_ref().map_or_else(|| order.stream(), |view| format!("order {}", view.number));
    let seen_by = |view: &OrderView| -> BTreeSet<String> {
        let own = [&view.requester, &view.laboratory].map(ToString::to_string);
        own.into_iter().chain(status.sent_on().iter().map(ToString::to_string)).collect()
    };
    let urgent = status.order.request.as_ref().is_some_and(|request| request.urgency == order::Urgency::Urgent);
    let lists = view.iter().flat_map(|view| seen_by(view).into_iter().map(move |organisation| ListRow::new(organisation, view, urgent)));
    let days = view.iter().flat_map(|view| seen_by(view).into_iter().map(move |organisation| milestone_line(organisation, view, reached)));
    let found_by = view.iter().flat_map(|view| {
        let text = [&view.number, &view.patient, view.test.as_str(), &view.indication, &names(status)].join(" ");
        search_terms(&text).into_iter().chain(births(status)).map(move |word| WordRow { word, order })
    });
    let (lists, found_by) = (Slice::new(&name, owner.clone(), lists), Slice::new(&name, owner.clone(), found_by));
    let days = Slice::new(&name, owner.clone(), days);
    vec![Slice::new(&name, owner, view), lists, days, found_by]
}

/// The names of everybody in an order, who find it; nobody's where the record of anybody in it is restricted.
fn names(status: &Status) -> String {
    if status.is_restricted() {
        return String::new();
    }
    status.order.request.iter().flat_map(|request| &request.people).map(|person| person.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// Days on which the people of an order were born, as words; nobody's where the record of anybody in it is restricted.
fn births(status: &Status) -> BTreeSet<String> {
    if status.is_restricted() {
        return BTreeSet::new();
    }
    let people: BTreeSet<PatientId> = status.order.request.iter().flat_map(|request| &request.people).map(|one| one.patient).collect();
    let known = status.people.iter().filter(|(person, _)| people.contains(person));
    known.filter_map(|(_, record)| Some(birth_term(record.demographics.as_ref()?.birth_date))).collect()
}

/// An order's line from its state; nothing before it was submitted.
fn view(id: OrderId, status: &Status, times: Times) -> Option<OrderView> {
    let request = status.order.request.as_ref()?;
    let proband = request.proband()?;
    Some(OrderView {
        id,
        number: request.number.clone(),
        test: request.test.clone(),
        indication: request.indication.clone(),
        patient_id: proband.patient,
        patient: if status.is_restricted() { RESTRICTED.into() } else { proband.name.clone() },
        state: status.order.state.kind(),
        stage: status.stage(),
        requester: status.order.requester.as_ref()?.organisation.clone(),
        laboratory: request.laboratory.clone(),
        submitted: times.submitted,
        due: times.submitted.saturating_add(Span::new().days(i64::from(request.turnaround_days_max))),
        assignee: status.work.assignee.as_ref().map(|staff| staff.name.clone()),
        rests: status.work.snoozed_until,
        reported: times.reported,
        unread: status.unread().map(day),
        placer: request.sender.as_ref().map_or_else(String::new, |sender| placer(sender.client, &sender.number)),
    })
}
