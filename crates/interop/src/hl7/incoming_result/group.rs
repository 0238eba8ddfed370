//! The results of a message, each with its patient, its order and its specimen: segments by where they stand. Source: HL7 2.5.1,
//! chapters 7.3.1 (ORU_R01), 7.3.3 to 7.3.5 (ORU_R30 to R32), 7.3.6 to 7.3.9 (OUL_R21 to R24), 9.6.1 (TXA).

use super::{Faults, Message, Segment};
use care::ordering::message::Fault;

/// One result of a message: its `ORC`, `OBR` or `TXA`, and what follows.
#[derive(Default)]
pub(super) struct Group<'m> {
    pub pid: Option<&'m Segment>,
    pub orc: Option<&'m Segment>,
    pub obr: Option<&'m Segment>,
    pub txa: Option<&'m Segment>,
    /// The specimen that stands before it, with its containers, and what follows it.
    pub rest: Vec<&'m Segment>,
}

/// The groups of a message, and what is of no result: observations and notes of a specimen or a patient, specimens alone.
pub(super) struct Groups<'m> {
    pub groups: Vec<Group<'m>>,
    pub unplaced: Vec<(&'m Segment, Whose)>,
}

/// Of what something is said that is of no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whose {
    Patient,
    Specimen,
}

impl<'m> Groups<'m> {
    /// Cuts a message into its results, or says of which order it is not certain to whose result it belongs.
    pub fn read(message: &'m Message) -> Result<Groups<'m>, Faults> {
        let mut walk = Walk::new(message);
        message.segments().iter().for_each(|segment| walk.step(segment));
        walk.leave_specimen();
        walk.faults.extend(walk.groups.iter().zip(walk.groups.iter().skip(1)).filter_map(|(one, next)| stands_after(one, next)));
        if walk.faults.is_empty() { Ok(Groups { groups: walk.groups, unplaced: walk.unplaced }) } else { Err(walk.faults) }
    }
}

/// To what further segments belong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    /// To no result yet.
    Before,
    /// To a specimen that stands before its orders.
    Specimen,
    /// To the last result.
    Result,
}

/// Where in a message one is.
struct Walk<'m> {
    groups: Vec<Group<'m>>,
    unplaced: Vec<(&'m Segment, Whose)>,
    faults: Faults,
    pid: Option<&'m Segment>,
    here: Here,
    /// Specimens stand before their orders (OUL_R22, R23).
    specimens_lead: bool,
    /// A specimen that stands before its orders, with its containers.
    lead: Vec<&'m Segment>,
    /// The order stands after its request (OUL), and not before it (ORU).
    order_follows: bool,
}

impl<'m> Walk<'m> {
    fn new(message: &Message) -> Walk<'m> {
        let is_by_specimen = message.header(9, 1).eq_ignore_ascii_case("OUL");
        let place = |name: &str| message.segments().iter().position(|segment| segment.name == name);
        let is_before = |one: &str, other: &str| place(one).is_some_and(|one| place(other).is_some_and(|other| one < other));
        Walk {
            groups: vec![],
            unplaced: vec![],
            faults: vec![],
            pid: None,
            here: Here::Before,
            specimens_lead: is_by_specimen && (is_before("SPM", "OBR") || is_before("SAC", "OBR")),
            lead: vec![],
            order_follows: is_by_specimen && is_before("OBR", "ORC"),
        }
    }

    fn step(&mut self, segment: &'m Segment) {
        match segment.name.as_str() {
            "PID" => {
                self.leave_specimen();
                (self.pid, self.here) = (Some(segment), Here::Before);
                self.lead.clear();
            }
            "SPM" if self.specimens_lead => {
                self.leave_specimen();
                self.lead = vec![segment];
                self.here = Here::Specimen;
            }
            "SAC" if self.specimens_lead => self.container(segment),
            "ORC" if self.order_follows => self.order_after(segment),
            "ORC" => {
                self.leave_observations();
                self.open();
                if let Some(last) = self.groups.last_mut() {
                    last.orc = Some(segment);
                }
            }
            "OBR" | "TXA" => self.request(segment),
            "OBX" | "NTE" if self.here == Here::Specimen => self.unplaced.push((segment, Whose::Specimen)),
            "OBX" if self.here == Here::Before => {
                self.open();
                self.add(segment);
            }
            "NTE" if self.here == Here::Before => self.unplaced.push((segment, Whose::Patient)),
            _ => self.add(segment),
        }
    }

    /// A container is of the specimen before it; one after an order is another one of the same specimen.
    fn container(&mut self, sac: &'m Segment) {
        if self.here != Here::Specimen {
            self.lead.retain(|segment| segment.name == "SPM");
        }
        self.lead.push(sac);
        self.here = Here::Specimen;
    }

    /// A specimen after which no order stood.
    fn leave_specimen(&mut self) {
        if self.here == Here::Specimen {
            let specimens = self.lead.iter().filter(|segment| segment.name == "SPM");
            self.unplaced.extend(specimens.map(|segment| (*segment, Whose::Specimen)));
        }
    }

    /// What was observed before any order of a patient is said of the patient. Source: HL7 2.7, chapter 7.3.1 (PATIENT_OBSERVATION).
    fn leave_observations(&mut self) {
        let of_patient = self.pid.map(Segment::place);
        let is_bare = |last: &Group| last.orc.is_none() && last.obr.is_none() && last.txa.is_none();
        if !self.groups.last().is_some_and(|last| is_bare(last) && last.pid.map(Segment::place) == of_patient) {
            return;
        }
        let before = self.groups.pop().into_iter().flat_map(|group| group.rest);
        let said = before.filter(|segment| ["OBX", "NTE"].contains(&segment.name.as_str()));
        self.unplaced.extend(said.map(|segment| (segment, Whose::Patient)));
        if self.here == Here::Result {
            self.here = Here::Before;
        }
    }

    fn request(&mut self, segment: &'m Segment) {
        let is_document = segment.name == "TXA";
        if !is_document {
            self.leave_observations();
            self.faults.extend(self.groups.last().filter(|_| self.here == Here::Result).and_then(|last| observed_before(last, segment)));
        }
        let fits = |last: &Group| if is_document { last.txa.is_none() } else { last.obr.is_none() && last.txa.is_none() };
        if !(self.here == Here::Result && self.groups.last().is_some_and(fits)) {
            self.open();
        }
        if let Some(last) = self.groups.last_mut() {
            *(if is_document { &mut last.txa } else { &mut last.obr }) = Some(segment);
        }
    }

    /// The order of the request before it, by the numbers of both.
    fn order_after(&mut self, orc: &'m Segment) {
        // After what was observed no order follows its request: this one is of a request that is missing.
        let is_open = |last: &Group| last.orc.is_none() && last.rest.iter().all(|segment| segment.name != "OBX");
        let open = self.groups.last_mut().filter(|last| self.here == Here::Result && is_open(last));
        let Some((last, obr)) = open.and_then(|last| last.obr.map(|obr| (last, obr))) else {
            let message = "This order stands beside no request: send OBR, then ORC, then what was observed";
            return self.faults.push(Fault::new(orc.place(), message));
        };
        for field in [2, 3] {
            let (one, other) = (orc.get(field, 1), obr.get(field, 1));
            if !one.is_empty() && !other.is_empty() && one != other {
                let message = format!("{one} is another order than {other} in {}; send the one of this result", obr.place_of_field(field));
                self.faults.push(Fault::new(orc.place_of_field(field), message));
            }
        }
        last.orc = Some(orc);
    }

    fn open(&mut self) {
        self.groups.push(Group { pid: self.pid, rest: self.lead.clone(), ..Group::default() });
        self.here = Here::Result;
    }

    fn add(&mut self, segment: &'m Segment) {
        self.groups.last_mut().filter(|_| self.here == Here::Result).into_iter().for_each(|last| last.rest.push(segment));
    }
}

/// What was observed stands between an order and its request: of which request it is is not certain.
fn observed_before(last: &Group, obr: &Segment) -> Option<Fault> {
    let orc = last.orc.filter(|_| last.obr.is_none() && last.txa.is_none())?;
    let observed = last.rest.iter().find(|segment| segment.name == "OBX")?;
    let message = format!("This request stands after {}, which was observed under its order ({})", observed.place(), orc.place());
    Some(Fault::new(obr.place(), format!("{message}: send ORC, then OBR, then what was observed")))
}

/// An order without a request, after a request without an order under which nothing was observed: they were sent the wrong way round.
fn stands_after(one: &Group, next: &Group) -> Option<Fault> {
    let is_alone = one.orc.is_none() && one.txa.is_none() && one.rest.iter().all(|segment| segment.name != "OBX");
    let obr = one.obr.filter(|_| is_alone && one.pid.map(Segment::place) == next.pid.map(Segment::place))?;
    let orc = next.orc.filter(|_| next.obr.is_none() && next.txa.is_none())?;
    let message = format!("This order stands after its request ({}): send ORC, then OBR, then what was observed", obr.place());
    Some(Fault::new(orc.place(), message))
}
