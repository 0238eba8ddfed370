//! The genomic record: everything known about one person, folded from the journal, as of any day.

use crate::{
    Desk, ServiceResult, Status,
    desk::{end_of, today},
};
use access::{Action, Permit};
use care::{
    OrderId, PatientId,
    choice::policy::{Receipt, Use},
    family::Relationship,
    patient::Demographics,
    report::{Content, ReportedVariant, State},
};
use jiff::civil::Date;
use store::OrderView;

/// A person's genomic record.
pub struct Record {
    /// As of which day.
    pub on: Date,
    /// Who.
    pub demographics: Demographics,
    /// What the person's choices allow on that day: each test, then every other use.
    pub uses: Vec<Receipt>,
    /// Records of this person: the one that stands for all first.
    pub records: Vec<(PatientId, Demographics)>,
    /// Tests, oldest first.
    pub tests: Vec<Test>,
    /// Relatives of the person's orders, as far as each agreed.
    pub relatives: Vec<Relative>,
}

/// A test of a person.
pub struct Test {
    /// Its line as it stands today.
    pub view: OrderView,
    /// Where everything of it stood on the day.
    pub status: Status,
    /// The report that was current on the day.
    pub report: Option<(State, Content)>,
}

/// A relative, and what is known of them that they share with the care of their family.
pub struct Relative {
    /// How they are related to the person.
    pub relationship: &'static str,
    /// Who, where they agreed.
    pub name: Option<String>,
    /// What their choice says.
    pub why: String,
    /// Pathogenic and likely pathogenic variants of their own signed reports.
    pub variants: Vec<ReportedVariant>,
}

impl Desk {
    /// Reads a record as it stands.
    pub async fn record(&self, patient: PatientId) -> ServiceResult<Record> {
        self.record_on(patient, today()).await
    }

    /// Reads a record as it stood at the end of a day.
    pub async fn record_on(&self, patient: PatientId, on: Date) -> ServiceResult<Record> {
        let permit = self.permit_patient(Action::ReadRecord, patient).await?;
        let store = &self.service.store;
        let demographics = self.demographics(&permit, patient).await?;
        let (mut records, mut views) = (Vec::new(), Vec::new());
        for record in self.records(&permit, patient).await? {
            records.push((record, self.demographics(&permit, record).await?));
            views.extend(store.orders_of(&permit, record).await?);
        }
        views.retain(|view| view.submitted <= on.to_string());
        views.sort_by(|a, b| (&a.submitted, &a.number).cmp(&(&b.submitted, &b.number)));
        let mut tests = Vec::new();
        for view in views {
            tests.push(self.test_on(&permit, view, on).await?);
        }
        let asked = tests.iter().map(|test| Use::Test(test.view.id)).chain(Use::OF_THE_PERSON);
        let mut uses = Vec::new();
        for asked in asked {
            uses.push(self.receipt_on(&permit, patient, asked, on).await?);
        }
        let relatives = self.relatives(&permit, patient, &tests, on).await?;
        Ok(Record { on, demographics, uses, records, tests, relatives })
    }

    async fn test_on(&self, permit: &Permit, view: OrderView, on: Date) -> ServiceResult<Test> {
        let status = self.status_before(permit, view.id, end_of(on)).await?;
        let report = match status.report() {
            Some((_, report)) => Some((report.state.clone(), self.service.content(report).await?)),
            None => None,
        };
        Ok(Test { view, status, report })
    }

    /// Relatives: those of the person's own orders, and the patients of orders in which the person is a relative. What each is known
    /// for is told only where that relative agreed that it serves the care of the family; each decision is written to the audit.
    async fn relatives(&self, permit: &Permit, patient: PatientId, tests: &[Test], on: Date) -> ServiceResult<Vec<Relative>> {
        let mut edges: Vec<(PatientId, &'static str)> = Vec::new();
        for test in tests {
            let people = test.status.order.request.as_ref().map_or(&[][..], |r| &r.people);
            edges.extend(people.iter().filter(|p| p.relationship != Relationship::Proband).map(|p| (p.patient, p.relationship.words())));
        }
        for view in self.service.store.orders_with(permit, patient).await? {
            let status = self.status_before(permit, view.id, end_of(on)).await?;
            let Some(request) = &status.order.request else { continue };
            let own = request.people.iter().find(|p| p.patient == patient).map(|p| p.relationship);
            if let (Some(own), Some(proband)) = (own.filter(|own| *own != Relationship::Proband), request.proband()) {
                edges.push((proband.patient, own.inverse()));
            }
        }
        let (mut relatives, mut seen) = (Vec::new(), Vec::new());
        for (relative, relationship) in edges {
            if seen.contains(&relative) {
                continue;
            }
            seen.push(relative);
            relatives.push(self.relative(permit, relative, relationship, on).await?);
        }
        Ok(relatives)
    }

    async fn relative(&self, permit: &Permit, relative: PatientId, relationship: &'static str, on: Date) -> ServiceResult<Relative> {
        let receipt = self.decide_use(permit, relative, Use::FamilyCare).await?;
        if !receipt.allowed {
            return Ok(Relative { relationship, name: None, why: receipt.why, variants: vec![] });
        }
        let mut variants = Vec::new();
        for view in self.service.store.orders_of(permit, relative).await? {
            let test = self.test_on(permit, view, on).await?;
            let told = test.report.into_iter().flat_map(|(_, content)| content.variants);
            variants.extend(told.filter(|v| v.class.to_lowercase().ends_with("pathogenic")));
        }
        let name = Some(self.demographics(permit, relative).await?.full_name());
        Ok(Relative { relationship, name, why: receipt.why, variants })
    }
}

impl Record {
    /// Reports that were current, with their orders.
    pub fn reports(&self) -> impl Iterator<Item = (OrderId, &Content)> {
        self.tests.iter().filter_map(|test| Some((test.view.id, &test.report.as_ref()?.1)))
    }
}
