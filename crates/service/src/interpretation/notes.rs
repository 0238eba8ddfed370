//! Notes on the variants of a case: comments, pins, dismissals, confirmations. They outlive an interpretation: those of every
//! interpretation of an order count.

use super::signers;
use crate::{Desk, ServiceError, ServiceResult, Status};
use access::Action;
use care::{
    InterpretationId, OrderId, Refusal, Refusals, Staff, StaffId,
    interpretation::{
        case::{self, Command, Conclusion, Interpretation, State},
        note::{Note, Noted, Notes},
    },
};
use std::collections::BTreeSet;
use store::{Change, Mention};
use uuid::Uuid;

/// Every note on a variant of an order, oldest first.
pub fn every(status: &Status) -> Vec<Note> {
    status.interpretations.iter().flat_map(|(_, interpretation)| &interpretation.notes).cloned().collect()
}

/// What stands of the notes on a variant of an order.
pub fn notes_on(status: &Status, variant: &str) -> Notes {
    Notes::on(variant, status.interpretations.iter().flat_map(|(_, interpretation)| &interpretation.notes))
}

/// Notes something on a variant.
#[crate::boxed]
pub async fn note(desk: &Desk, order: OrderId, variant: &str, what: Noted) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let status = desk.status(&permit, order).await?;
    let id = interpretation_of(&status, &what).ok_or(ServiceError::NotFound("interpretation"))?;
    notes_on(&status, variant).check(&what, desk.staff.id, desk.today())?;
    let loaded = desk.service.store.load::<Interpretation>(&permit, id.stream()).await?;
    if matches!(what, Noted::Dismissed { .. } | Noted::ConfirmationWithdrawn { .. }) {
        is_unsigned(&loaded.state, variant)?;
    }
    let mut change = Change { reason: reason(&what), ..Change::default() };
    let note = Note { variant: variant.into(), what, by: desk.staff.clone(), at: desk.now() };
    change.add(&loaded, &case::decide(&loaded.state, Command::Note(Box::new(note)), &desk.staff)?);
    desk.commit(&permit, change).await
}

/// Notes the same on each of several variants, in one change: all of them or none.
#[crate::boxed]
pub async fn note_each(desk: &Desk, order: OrderId, variants: &[String], what: Noted) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let status = desk.status(&permit, order).await?;
    let (id, _) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    let loaded = desk.service.store.load::<Interpretation>(&permit, id.stream()).await?;
    let variants: BTreeSet<&String> = variants.iter().collect();
    let (mut events, mut refusals) = (Vec::new(), Vec::new());
    if variants.is_empty() {
        refusals.push(Refusal::new("variants", "Tick at least one variant of the list"));
    }
    for variant in variants {
        let note = Note { variant: variant.clone(), what: what.clone(), by: desk.staff.clone(), at: desk.now() };
        let is_signed = if matches!(what, Noted::Dismissed { .. }) { is_unsigned(&loaded.state, variant) } else { Ok(()) };
        let checked = notes_on(&status, variant).check(&what, desk.staff.id, desk.today()).and(is_signed);
        match checked.and_then(|()| case::decide(&loaded.state, Command::Note(Box::new(note)), &desk.staff)) {
            Ok(decided) => events.extend(decided),
            Err(refused) => refusals.extend(refused.0.into_iter().map(|r| Refusal::new(r.field, format!("{variant}: {}", r.message)))),
        }
    }
    Refusals::check(refusals)?;
    let mut change = Change { reason: reason(&what), ..Change::default() };
    change.add(&loaded, &events);
    desk.commit(&permit, change).await
}

/// Comments on a variant. `@` and the name of a colleague makes it their work until they answer.
#[crate::boxed]
pub async fn comment(desk: &Desk, order: OrderId, variant: &str, text: &str) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let colleagues = signers::able(desk, &permit, order, Action::ReadCase).await?;
    let mentions = mentioned(text, &colleagues)?;
    note(desk, order, variant, Noted::Commented { id: desk.new_id(), text: text.trim().into(), mentions }).await
}

/// Comments that mention the person at a desk and wait for their answer, oldest first.
#[crate::boxed]
pub async fn mentions(desk: &Desk) -> ServiceResult<Vec<Mention>> {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    Ok(desk.service.store.mentions(&permit, desk.staff.id).await?)
}

/// Who is mentioned in a text, by `@` and a name, with a title or without. A name that is nobody's is refused: nobody would see it.
fn mentioned(text: &str, colleagues: &[Staff]) -> Result<Vec<StaffId>, Refusals> {
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for (start, _) in text.match_indices('@') {
        let follows_a_word = text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        let rest = &text[start + 1..];
        if follows_a_word || !rest.starts_with(char::is_alphabetic) {
            continue;
        }
        let named = colleagues.iter().filter_map(|staff| Some((named_length(&staff.name, rest)?, staff.id)));
        match named.max_by_key(|(length, _)| *length) {
            Some((_, id)) if found.contains(&id) => {}
            Some((_, id)) => found.push(id),
            None => unknown.push(rest.split_whitespace().take(2).collect::<Vec<_>>().join(" ")),
        }
    }
    if unknown.is_empty() {
        return Ok(found);
    }
    let names: Vec<&str> = colleagues.iter().map(|staff| staff.name.as_str()).collect();
    let message = format!("'@{}' is nobody who can open this case. Write @ and a full name: {}", unknown.join("', '@"), names.join(", "));
    Err(Refusals::one("text", message))
}

/// How much of a text is a name, with its title or without, if it begins with it.
fn named_length(name: &str, text: &str) -> Option<usize> {
    let bare = ["Dr ", "Prof ", "Professor "].into_iter().find_map(|title| name.strip_prefix(title)).unwrap_or(name);
    let begins = |name: &&str| {
        let begin = text.get(..name.len()).is_some_and(|begin| begin.to_lowercase() == name.to_lowercase());
        begin && !text[name.len()..].starts_with(char::is_alphanumeric)
    };
    [name, bare].into_iter().find(begins).map(str::len)
}

/// The interpretation whose stream a note belongs in: that of the comment that it is about, else the latest.
fn interpretation_of(status: &Status, what: &Noted) -> Option<InterpretationId> {
    let about: Option<Uuid> = match what {
        Noted::CommentWithdrawn { id, .. } | Noted::MentionAnswered { id } => Some(*id),
        _ => None,
    };
    let holds = |note: &Note| matches!(&note.what, Noted::Commented { id, .. } if Some(*id) == about);
    let of_comment = status.interpretations.iter().find(|(_, interpretation)| interpretation.notes.iter().any(holds));
    of_comment.or(status.interpretation()).map(|(id, _)| *id)
}

/// Refuses to dismiss what somebody has signed, and to withdraw its confirmation.
fn is_unsigned(interpretation: &Interpretation, variant: &str) -> Result<(), Refusals> {
    let signed: Vec<&Conclusion> = match &interpretation.state {
        State::Proposed { conclusion, .. } | State::Checked { conclusion, .. } | State::Edited { conclusion, .. } => vec![conclusion],
        State::Differs => interpretation.difference.iter().flat_map(|d| [&d.first.0, &d.second.0]).collect(),
        State::None | State::Open => vec![],
    };
    if signed.iter().any(|conclusion| conclusion.variants.iter().any(|v| v.variant == variant)) {
        let message = "It is in the conclusion that was signed: send the case back first, or open it again where it is reported";
        return Err(Refusals::one("action", message));
    }
    Ok(())
}

/// Refuses to report what was dismissed since it was signed, and a confirmation that is no longer what was signed.
pub(crate) fn refuse_changed(status: &Status, conclusion: &Conclusion) -> Result<(), Refusals> {
    let mut refusals = Vec::new();
    for v in &conclusion.variants {
        let (notes, named) = (notes_on(status, &v.variant), format!("{} {}", v.symbol, v.variant));
        if let Some(why) = notes.reason_dismissed() {
            let message = format!("{named} is dismissed ({why}): restore it, or send the case back to be signed without it");
            refusals.push(Refusal::new("report", message));
        }
        if notes.confirmation().unwrap_or_default() != v.note {
            let message = format!("The confirmation of {named} is not what was signed: send the case back to be signed as it is now");
            refusals.push(Refusal::new("report", message));
        }
    }
    Refusals::check(refusals)
}

/// Refuses a conclusion with what is dismissed.
pub(crate) fn refuse_dismissed(status: &Status, conclusion: &Conclusion) -> Result<(), Refusals> {
    let dismissed = conclusion.variants.iter().filter_map(|v| Some((v, notes_on(status, &v.variant).reason_dismissed()?)));
    let message = |(v, why): (&case::Selected, String)| {
        Refusal::new("variants", format!("{} {} is dismissed ({why}): restore it before it is reported", v.symbol, v.variant))
    };
    Refusals::check(dismissed.map(message).collect())
}

/// The reason that the journal keeps beside a note.
fn reason(what: &Noted) -> String {
    match what {
        Noted::CommentWithdrawn { reason, .. } | Noted::Restored { reason } | Noted::ConfirmationWithdrawn { reason } => {
            reason.trim().into()
        }
        Noted::Dismissed { why, .. } => why.label().into(),
        Noted::Commented { .. } | Noted::MentionAnswered { .. } | Noted::Pinned | Noted::Unpinned | Noted::Confirmed { .. } => {
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::Role;

    #[test]
    fn a_name_after_an_at_sign_is_a_colleague_or_refused() {
        let person = |number: u128, name: &str| Staff {
            id: StaffId(Uuid::from_u128(number)),
            name: name.into(),
            role: Role::ClinicalScientist,
            organisation: "699X0".parse().expect("a code"),
            organisation_name: "Hub".into(),
        };
        let colleagues = [person(1, "Dr Elin Hughes"), person(2, "Dr Elin Hughes-Price"), person(3, "Ben Whitfield")];
        let found = |text: &str| {
            mentioned(text, &colleagues).map(|ids| ids.into_iter().map(|id| id.0.as_u128()).collect::<Vec<_>>()).map_err(|r| r.to_string())
        };
        assert_eq!(found("@Elin Hughes, please look; @Dr Elin Hughes again"), Ok(vec![1]));
        assert_eq!(found("(@elin hughes-price) and @Ben Whitfield"), Ok(vec![2, 3]));
        assert_eq!(found("write to lab@hospital.uk, 5 @ 3"), Ok(vec![]));
        assert!(found("@Nobody Known here").expect_err("refused").starts_with("'@Nobody Known' is nobody who can open this case"));
        assert!(found("@Elin").is_err(), "a first name may be somebody else's");
    }
}
