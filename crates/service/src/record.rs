//! The genomic record: everything known about one person, folded from the journal.

use crate::{Desk, ServiceResult, Status};
use access::Action;
use care::{
    PatientId,
    choice::policy::{Receipt, Use},
    patient::Demographics,
    report::{Content, State},
};
use store::OrderView;

/// A person's genomic record.
pub struct Record {
    /// Who.
    pub demographics: Demographics,
    /// What the person's choices allow today: each test, then every other use.
    pub uses: Vec<Receipt>,
    /// Records of this person: the one that stands for all first.
    pub records: Vec<(PatientId, Demographics)>,
    /// Tests, oldest first, each with its signed report if there is one.
    pub tests: Vec<(OrderView, Option<(State, Content)>)>,
}

impl Desk {
    /// Reads a record.
    pub async fn record(&self, patient: PatientId) -> ServiceResult<Record> {
        let permit = self.permit_patient(Action::ReadRecord, patient).await?;
        let store = &self.service.store;
        let demographics = self.demographics(&permit, patient).await?;
        let (mut records, mut views) = (Vec::new(), Vec::new());
        for record in self.records(&permit, patient).await? {
            records.push((record, self.demographics(&permit, record).await?));
            views.extend(store.orders_of(&permit, record).await?);
        }
        views.sort_by(|a, b| (&a.submitted, &a.number).cmp(&(&b.submitted, &b.number)));
        let mut tests = Vec::new();
        for view in views {
            let status: Status = self.status(&permit, view.id).await?;
            let signed = match status.report() {
                Some((_, report)) => Some((report.state.clone(), self.service.content(report).await?)),
                None => None,
            };
            tests.push((view, signed));
        }
        let asked = tests.iter().map(|(view, _)| Use::Test(view.id)).chain(Use::OF_THE_PERSON);
        let mut uses = Vec::new();
        for asked in asked {
            uses.push(self.receipt(&permit, patient, asked).await?);
        }
        Ok(Record { demographics, uses, records, tests })
    }
}
