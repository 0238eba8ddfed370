//! Whom a sender asked to do a test, and who does it: the laboratory of the order is that of the service, never one that a message names.

use crate::{Service, ServiceResult, directory, ordering::generations::CHECK};
use care::OdsCode;
use interop::incoming_order::Performer;

/// That another than the laboratory of the order was asked, for a person to look at; nothing where one of those who were asked does it.
pub(super) async fn checks(service: &Service, laboratory: &OdsCode, performers: &[Performer]) -> ServiceResult<Vec<String>> {
    if performers.is_empty() || performers.iter().any(|performer| does_it(performer, laboratory)) {
        return Ok(vec![]);
    }
    let laboratories = directory::laboratories::list(service).await?;
    let does = match laboratories.0.get(laboratory) {
        Some(known) => format!("{} ({laboratory})", known.name),
        None => laboratory.to_string(),
    };
    let check = |performer: &Performer| {
        let (place, named) = (&performer.place, label(performer));
        format!("{CHECK}{place}: {named} was asked to do the test, and {does} does it: send the specimen there, or cancel the order")
    };
    Ok(performers.iter().map(check).collect())
}

fn does_it(performer: &Performer, laboratory: &OdsCode) -> bool {
    performer.organisation.as_deref().and_then(|code| code.parse::<OdsCode>().ok()).as_ref() == Some(laboratory)
}

fn label(performer: &Performer) -> String {
    match performer.organisation.as_deref() {
        Some(code) if code != performer.name => format!("{} ({code})", performer.name),
        _ => performer.name.clone(),
    }
}
