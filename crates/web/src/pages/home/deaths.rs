//! Deaths that hospitals' systems say, for whoever may check them.

use access::Action;
use care::PatientId;
use service::{
    Desk, ServiceResult,
    people::deaths::{SHOWN_MAX, to_check},
};

/// People whose death has to be checked.
pub(super) struct Deaths {
    /// Whose, with their names.
    pub people: Vec<(PatientId, String)>,
    /// There are more than are shown.
    pub has_more: bool,
}

impl Deaths {
    /// Those of the orders of whoever looks; nobody for those who may not check them.
    pub async fn of_desk(desk: &Desk) -> ServiceResult<Deaths> {
        let mut people = if desk.may(Action::ChangePatient) { to_check(desk).await? } else { vec![] };
        let has_more = people.len() > SHOWN_MAX;
        people.truncate(SHOWN_MAX);
        Ok(Deaths { people, has_more })
    }
}
