//! Identifiers and codes as they are typed: what is none is said with the option, what was read and what is right.

use anyhow::{Context, anyhow};
use care::{OdsCode, StaffId};

/// The identifier of another system.
pub(super) fn system(option: &str, text: &str) -> anyhow::Result<StaffId> {
    text.trim().parse().map_err(|_| {
        anyhow!(
            "{option}: '{text}' is no identifier of a system. It has 32 digits and letters a to f in five groups with hyphens, such as \
             01900000-0000-7000-8000-000000000000; gms client printed it when it let the system ask"
        )
    })
}

/// The code of an organisation.
pub(super) fn organisation(option: &str, text: &str) -> anyhow::Result<OdsCode> {
    text.trim().parse().with_context(|| option.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_identifier_is_said_with_its_option_and_what_is_right() {
        let refused = system("--close", "junk").expect_err("none").to_string();
        assert!(refused.starts_with("--close: 'junk' is no identifier of a system") && refused.contains("01900000-"), "{refused}");
        assert!(system("--close", " 01900000-0000-7000-8000-000000000000 ").is_ok());
        let refused = format!("{:#}", organisation("--organisation", "rp").expect_err("none"));
        assert!(refused.starts_with("--organisation: 'rp' is not an ODS code: three to twelve capital letters"), "{refused}");
    }
}
