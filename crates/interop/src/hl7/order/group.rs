//! The orders of a message, each with its own patient: segments by where they stand. Source: HL7 2.5.1, chapter 4.4 (ORM_O01, OML_O21,
//! OML_O33, OML_O35, OMG_O19).

use super::super::{Message, incoming_result::OWN_NUMBER, segment::Segment};

/// A patient of a message and what is said of them before the first order.
#[derive(Clone, Default)]
pub(super) struct Patient<'m> {
    pub pid: Option<&'m Segment>,
    pub contacts: Vec<&'m Segment>,
    /// Notes, diagnoses, observations before an order: they belong to each order of the patient.
    pub about: Vec<&'m Segment>,
}

/// One order of a message: its `ORC`, its `OBR`, and what stands with it.
pub(super) struct Group<'m> {
    /// Which patient of the message.
    patient: usize,
    pub orc: Option<&'m Segment>,
    pub obr: Option<&'m Segment>,
    /// What follows it, and specimens that stand before it.
    pub rest: Vec<&'m Segment>,
    /// A result of before, sent beside an order.
    pub is_prior: bool,
    /// Not the first test under its `ORC`.
    pub is_further: bool,
}

/// The groups of a message in order, with their patients.
pub(super) struct Groups<'m> {
    pub orders: Vec<Group<'m>>,
    /// A patient after whom no order stands before another patient or the end, where the message has other patients.
    pub stray: Option<&'m Segment>,
    patients: Vec<Patient<'m>>,
}

impl<'m> Groups<'m> {
    /// Cuts a message into its orders.
    pub fn read(message: &'m Message) -> Groups<'m> {
        let mut walk = Walk::new(message);
        message.segments().iter().for_each(|segment| walk.step(segment));
        if !walk.groups.is_empty() {
            walk.leave_pending();
        }
        Groups { orders: walk.groups, stray: walk.stray, patients: walk.patients }
    }

    /// A request that stands before its order, so that of each order it is not certain which request is its: without an `ORC` before
    /// it, and with one after it that is of the same patient and of no result of before.
    pub fn early(&self) -> Option<[&'m Segment; 2]> {
        let pairs = self.orders.iter().zip(self.orders.iter().skip(1));
        let is_early = |(one, next): &(&Group, &Group)| one.orc.is_none() && !one.is_prior && !next.is_prior && one.patient == next.patient;
        pairs.filter(is_early).find_map(|(one, next)| Some([one.obr?, next.orc?]))
    }

    /// The patient of an order.
    pub fn patient(&self, group: &Group) -> &Patient<'m> {
        &self.patients[group.patient]
    }
}

impl Group<'_> {
    /// Order control (`ORC-1`, table 0119), in capitals.
    pub fn control(&self) -> String {
        self.orc.map_or_else(String::new, |orc| orc.get(1, 1).to_uppercase())
    }

    /// The sender's number of the order, where it stands.
    pub fn number(&self) -> Option<(String, String)> {
        let stated = self.numbered().into_iter().flatten().find(|segment| !segment.get(2, 1).is_empty());
        stated.map(|segment| (segment.get(2, 1), segment.place_of_field(2)))
    }

    /// Whose number it is, as far as that stands beside it: the namespace, else the universal identifier. Source: HL7 2.5.1, chapter
    /// 2.A.28 (EI).
    pub fn number_system(&self) -> String {
        let number = self.number().map(|(number, _)| number);
        let same = self.numbered().into_iter().flatten().filter(|segment| Some(segment.get(2, 1)) == number);
        let mut stated = same.flat_map(|segment| [segment.get(2, 2), segment.get(2, 3)]);
        stated.find(|system| !system.is_empty()).unwrap_or_default()
    }

    /// The segments in which the number may stand, the one that counts first: a further test under one `ORC` may have its own.
    fn numbered(&self) -> [Option<&Segment>; 2] {
        if self.is_further { [self.obr, self.orc] } else { [self.orc, self.obr] }
    }

    /// Numbers of this service that stand as those of who fills the order (ORC-3, OBR-3); of a further test under one `ORC` its own.
    pub fn own_numbers(&self) -> Vec<String> {
        let of_order = self.orc.filter(|_| !self.is_further);
        let fillers = [of_order, self.obr].into_iter().flatten().map(|segment| segment.get(3, 1).to_uppercase());
        fillers.filter(|number| number.starts_with(OWN_NUMBER)).collect()
    }

    /// The number of the request where it is another than that of the order, with its place.
    pub fn other_number(&self) -> Option<(String, String)> {
        let (orc, obr) = (self.orc?, self.obr.filter(|_| !self.is_further)?);
        let (of_order, of_request) = (orc.get(2, 1), obr.get(2, 1));
        let differs = !of_order.is_empty() && !of_request.is_empty() && of_order != of_request;
        differs.then(|| (of_request, obr.place_of_field(2)))
    }

    /// Where the number stands or should.
    pub fn place(&self) -> String {
        let fallback = || self.orc.or(self.obr).map_or_else(|| "ORC-2".to_owned(), |segment| segment.place_of_field(2));
        self.number().map_or_else(fallback, |(_, place)| place)
    }
}

/// To what a segment belongs that is none of its own group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    /// To the patient.
    Patient,
    /// To specimens that stand before their orders.
    Specimens,
    /// To the last order.
    Order,
}

/// Where in a message one is.
struct Walk<'m> {
    groups: Vec<Group<'m>>,
    patients: Vec<Patient<'m>>,
    /// Whose orders these are.
    current: usize,
    /// A patient who was named and has no order yet.
    pending: Option<usize>,
    orc: Option<&'m Segment>,
    here: Here,
    /// Specimens and what is said of them, where they stand before their orders.
    lead: Vec<&'m Segment>,
    specimens_lead: bool,
    /// A request without order control, after a patient, is a result of before.
    prior_without_orc: bool,
    /// The first patient who was left without an order.
    stray: Option<&'m Segment>,
}

impl<'m> Walk<'m> {
    fn new(message: &Message) -> Walk<'m> {
        let place = |names: &[&str]| message.segments().iter().position(|s| names.contains(&s.name.as_str()));
        let first_order = place(&["ORC", "OBR"]).unwrap_or(usize::MAX);
        let by_specimen = ["O33", "O35", "O39"].contains(&message.header(9, 2).to_uppercase().as_str());
        Walk {
            groups: vec![],
            patients: vec![Patient::default()],
            current: 0,
            pending: None,
            orc: None,
            here: Here::Patient,
            lead: vec![],
            specimens_lead: by_specimen || place(&["SPM"]).is_some_and(|specimen| specimen < first_order),
            prior_without_orc: ["OML", "OMG"].contains(&message.header(9, 1).to_uppercase().as_str()),
            stray: None,
        }
    }

    fn step(&mut self, segment: &'m Segment) {
        match segment.name.as_str() {
            "MSH" => {}
            "PID" => self.patient(segment),
            "NK1" => self.named().contacts.push(segment),
            "ORC" => self.order(segment),
            "OBR" => self.request(segment),
            "SPM" if self.specimens_lead => {
                // Specimens that follow each other share their orders; one after an order begins anew.
                if self.here != Here::Specimens {
                    self.lead.clear();
                }
                self.here = Here::Specimens;
                self.lead.push(segment);
            }
            _ if self.here == Here::Specimens => self.lead.push(segment),
            _ => match self.groups.last_mut() {
                Some(last) if self.here == Here::Order => last.rest.push(segment),
                _ => self.named().about.push(segment),
            },
        }
    }

    /// The patient who was named last.
    fn named(&mut self) -> &mut Patient<'m> {
        let index = self.pending.unwrap_or(self.current);
        &mut self.patients[index]
    }

    fn patient(&mut self, pid: &'m Segment) {
        if !self.pending.is_some_and(|pending| self.patients[pending].pid.is_some_and(|named| is_same(named, pid))) {
            self.leave_pending();
        }
        self.patients.push(Patient { pid: Some(pid), ..Patient::default() });
        self.pending = Some(self.patients.len() - 1);
        (self.orc, self.here) = (None, Here::Patient);
        self.lead.clear();
    }

    /// Nobody asked anything for the patient who was named last.
    fn leave_pending(&mut self) {
        let left = self.pending.and_then(|pending| self.patients[pending].pid);
        self.stray = self.stray.or(left);
    }

    fn order(&mut self, orc: &'m Segment) {
        let is_prior = orc.get(1, 1).eq_ignore_ascii_case("PR");
        self.orc = Some(orc);
        self.open(None, is_prior, false);
    }

    fn request(&mut self, obr: &'m Segment) {
        let is_open = self.here == Here::Order;
        match self.groups.last_mut() {
            Some(last) if is_open && last.obr.is_none() => last.obr = Some(obr),
            last => {
                let after_patient = self.pending.is_some() && self.orc.is_none() && self.prior_without_orc;
                let is_prior = last.is_some_and(|last| after_patient || (is_open && last.is_prior));
                let is_further = self.orc.is_some() && is_open;
                self.open(Some(obr), is_prior, is_further);
            }
        }
    }

    /// Begins an order. A patient who is named for results of before is not the patient of the orders after them.
    fn open(&mut self, obr: Option<&'m Segment>, is_prior: bool, is_further: bool) {
        let last_prior = self.groups.last().filter(|last| last.is_prior).map(|last| last.patient);
        let patient = match (is_prior, self.pending) {
            (true, Some(pending)) => pending,
            (true, None) => last_prior.unwrap_or(self.current),
            (false, pending) => {
                self.current = pending.unwrap_or(self.current);
                self.current
            }
        };
        self.pending = None;
        self.here = Here::Order;
        let rest = if is_prior { vec![] } else { self.lead.clone() };
        self.groups.push(Group { patient, orc: self.orc, obr, rest, is_prior, is_further });
    }
}

/// The same patient, named twice: numbers, name and birth as they stand.
fn is_same(one: &Segment, other: &Segment) -> bool {
    [3, 5, 7].into_iter().all(|field| one.whole(field) == other.whole(field))
}
