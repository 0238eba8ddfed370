//! What a message that was refused says of consents: nobody is to believe that a withdrawal was heard.

use care::ordering::message::Fault;
use interop::incoming_order::IncomingOrder;

/// Why a message was refused, and which consents that it withdraws or refuses were not acted on with it.
pub(super) fn with_consents(mut faults: Vec<Fault>, incoming: &[IncomingOrder]) -> Vec<Fault> {
    let forms = incoming.iter().flat_map(|order| order.action.people()).filter_map(|person| person.discussion.as_ref());
    let refused = forms.filter(|discussion| discussion.refuses()).map(|discussion| discussion.place.as_str());
    let mut places: Vec<&str> = incoming.iter().flat_map(IncomingOrder::consents_read).chain(refused).collect();
    places.sort_unstable();
    places.dedup();
    let message = "A consent is withdrawn or refused here, and that was not done either: mend the message and send it again, or tell the \
                   laboratory";
    faults.extend(places.into_iter().map(|place| Fault::new(place, message)));
    faults
}
