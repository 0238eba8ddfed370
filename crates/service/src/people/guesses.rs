//! Guesses at passwords, counted in the database, so that all servers count together. A stranger who guesses at a name keeps other
//! strangers waiting, and never its owner at a browser by which they signed in before. Source: OWASP, Slow Down Online Guessing Attacks
//! with Device Cookies.

use crate::{
    Service, ServiceResult,
    secret::{digest, random_text},
};
use care::{Refusals, StaffId};

/// Days for which a browser is known by which somebody signed in.
pub const BROWSER_DAYS: i64 = 90;

/// Guesses after which the next must wait. Source: NCSC, password guidance: between 5 and 10.
const GUESSES_MAX: u32 = 5;
/// How long it waits, and after how long guesses are forgotten.
const WAIT_SECONDS: i64 = 15 * 60;

/// Whose guesses are counted together.
pub(super) enum Counted<'c> {
    /// All strangers' at a name, whether or not there is an account.
    Name(&'c str),
    /// Those at a browser that is known.
    Browser(&'c str),
    /// Those of somebody who is signed in, at their own password.
    Own(StaffId),
}

impl Counted<'_> {
    fn row(&self) -> String {
        match self {
            Counted::Name(login) => format!("guesses/name/{}", digest(login)),
            Counted::Browser(secret) => format!("guesses/browser/{}", digest(secret)),
            Counted::Own(staff) => format!("guesses/own/{staff}"),
        }
    }
}

/// Counts a guess; refuses one too many, which is not looked at.
pub(super) async fn count(service: &Service, counted: &Counted<'_>) -> ServiceResult<()> {
    let now = service.now().as_second();
    if service.store.count_one(&counted.row(), now, now + WAIT_SECONDS).await? <= GUESSES_MAX {
        return Ok(());
    }
    let message = "Too many attempts with this name. Wait a quarter of an hour, or ask an administrator for a new password";
    Err(Refusals::one("password", message).into())
}

/// Forgets guesses: the right password was among them, or it is another now.
pub(super) async fn forget(service: &Service, counted: &Counted<'_>) -> ServiceResult<()> {
    Ok(service.store.delete_session(&counted.row()).await?)
}

fn row_of_browser(secret: &str) -> String {
    format!("browser/{}", digest(secret))
}

/// Remembers the browser by which somebody signed in; gives the secret that its cookie holds, which opens nothing.
#[crate::boxed]
pub async fn know_browser(service: &Service, staff: StaffId) -> ServiceResult<String> {
    let secret = random_text()?;
    let until = service.now().as_second() + BROWSER_DAYS * 86_400;
    service.store.save_session(&row_of_browser(&secret), &staff.to_string(), until).await?;
    Ok(secret)
}

/// Whether somebody signed in by the browser with a secret before.
pub(super) async fn is_known(service: &Service, secret: &str, staff: StaffId) -> ServiceResult<bool> {
    let known = service.store.session(&row_of_browser(secret), service.now().as_second()).await?;
    Ok(known.is_some_and(|(whose, _)| whose == staff.to_string()))
}
