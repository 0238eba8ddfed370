//! What a fault says in the log: enough to find it, and nothing that came from outside or was worded for a person. A refusal names
//! people, another system's answer may, and so may a value that could not be read or the address of a question.

use crate::ServiceError;
use care::Refusals;
use std::{error::Error, fmt};

/// A fault as it is written to the log.
pub trait ForLog {
    /// Its text, with every cause.
    fn for_log(&self) -> String;
}

/// Another system did not take something, in words of its own: they are shown to people who look after that, and in no log.
#[derive(Debug)]
pub(crate) struct NotAccepted {
    /// Who, and how.
    pub summary: String,
    /// The same with what it said.
    pub whole: String,
}

impl fmt::Display for NotAccepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)
    }
}

impl Error for NotAccepted {}

impl ForLog for anyhow::Error {
    fn for_log(&self) -> String {
        let causes: Vec<String> = self.chain().map(cause).collect();
        causes.join(": ")
    }
}

impl ForLog for ServiceError {
    fn for_log(&self) -> String {
        match self {
            ServiceError::Refused(refusals) => refused(refusals),
            ServiceError::Denied(_) => DENIED.into(),
            ServiceError::Conflict(_) => "somebody else was first".into(),
            ServiceError::NotFound(what) => format!("there is no such {what}"),
            ServiceError::File(_) => FILE.into(),
            ServiceError::Fault(fault) => fault.for_log(),
        }
    }
}

const FILE: &str = "a file is not as it should be";
const DENIED: &str = "the policy says no";

fn refused(refusals: &Refusals) -> String {
    let fields: Vec<&str> = refusals.0.iter().map(|refusal| refusal.field).collect();
    format!("refused ({})", fields.join(", "))
}

/// One cause, without what may name somebody.
fn cause(error: &(dyn Error + 'static)) -> String {
    if let Some(answer) = error.downcast_ref::<NotAccepted>() {
        return answer.summary.clone();
    }
    if let Some(refusals) = error.downcast_ref::<Refusals>() {
        return refused(refusals);
    }
    if let Some(error) = error.downcast_ref::<ServiceError>() {
        return error.for_log();
    }
    if error.is::<access::Denied>() {
        return DENIED.into();
    }
    if let Some(error) = error.downcast_ref::<serde_json::Error>() {
        return format!("what is read is not of its shape ({:?}, line {}, column {})", error.classify(), error.line(), error.column());
    }
    if let Some(error) = error.downcast_ref::<reqwest::Error>() {
        return over_http(error);
    }
    if error.is::<formats::FileError>() {
        return FILE.into();
    }
    error.to_string()
}

/// What went wrong with a request, without its address: a number of a person may be asked for there.
fn over_http(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "there was no answer in time".into();
    }
    if error.is_connect() {
        return "no connection was made".into();
    }
    match error.status() {
        Some(status) => format!("the answer was {status}"),
        None => "the request or its answer was cut off".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn what_was_worded_for_a_person_or_came_from_outside_is_not_in_the_log() {
        let json = serde_json::from_str::<u32>("\"Isla Testcase\"").expect_err("no number");
        let answer = NotAccepted { summary: "https://epr answered 422".into(), whole: "https://epr answered 422: Isla Testcase".into() };
        assert_eq!(answer.to_string(), "https://epr answered 422: Isla Testcase");
        for (fault, expected) in [
            (
                anyhow::Error::from(json).context("reading event 3"),
                "reading event 3: what is read is not of its shape (Data, line 1, column 15)",
            ),
            (anyhow::Error::from(answer), "https://epr answered 422"),
            (Refusals::one("proband", "Isla Testcase was merged").into(), "refused (proband)"),
            (ServiceError::Refused(Refusals::one("proband", "Isla")).into(), "refused (proband)"),
            (ServiceError::Fault(anyhow::anyhow!("the disk is full").context("keeping a file")).into(), "keeping a file: the disk is full"),
        ] {
            assert_eq!(fault.for_log(), expected);
        }
        let nested = Err::<(), _>(Refusals::one("proband", "Isla Testcase")).context("looking again").expect_err("refused");
        assert_eq!(nested.for_log(), "looking again: refused (proband)");
    }

    #[tokio::test]
    async fn the_address_of_a_question_is_not_in_the_log() {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let refused = client.get("http://127.0.0.1:1/Patient?identifier=9990000018").send().await.expect_err("nobody listens there");
        assert!(refused.to_string().contains("9990000018"), "so it would be");
        let fault = anyhow::Error::from(refused).context("asking for a person");
        assert!(fault.for_log().starts_with("asking for a person: no connection was made"), "{}", fault.for_log());
        assert!(!fault.for_log().contains("9990000018"));
    }
}
