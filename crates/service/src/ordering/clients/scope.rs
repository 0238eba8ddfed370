//! What a token may do. Source: SMART App Launch 2.2, "Scopes for requesting FHIR resources", with the names of version 1.

/// What a client wants to do with a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Read and search.
    Read,
    /// Create and change.
    Write,
}

impl Access {
    /// The scope that a client is told to ask for.
    pub fn scope(self) -> &'static str {
        match self {
            Access::Read => SCOPES[0],
            Access::Write => SCOPES[1],
        }
    }

    /// Whether a scope covers it. Scopes of one type of resource, or with a search, cover nothing here: they are not granted.
    pub(super) fn is_within(self, scope: &str) -> bool {
        let Some(granted) = scope.strip_prefix("system/*.") else { return false };
        match (granted, self) {
            ("*", _) => true,
            ("read", _) => self == Access::Read,
            ("write", _) => self == Access::Write,
            // Letters of what may be done, in this order.
            (letters, _) if !letters.chars().eq("cruds".chars().filter(|letter| letters.contains(*letter))) => false,
            (letters, Access::Read) => letters.contains('r') && letters.contains('s'),
            (letters, Access::Write) => letters.contains('c') && letters.contains('u'),
        }
    }
}

/// Scopes that a token may have.
pub const SCOPES: [&str; 5] = ["system/*.read", "system/*.write", "system/*.*", "system/*.rs", "system/*.cruds"];

/// Those of the scopes that a client asks for that are granted; reading and writing where it asks for none.
pub(super) fn granted(wished: &str) -> String {
    if wished.trim().is_empty() {
        return [Access::Read, Access::Write].map(Access::scope).join(" ");
    }
    let known = wished.split_whitespace().filter(|scope| Access::Read.is_within(scope) || Access::Write.is_within(scope));
    known.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_lets_do_what_its_name_says_and_no_more() {
        // Scope, reads, writes.
        for (scope, reads, writes) in [
            ("system/*.read", true, false),
            ("system/*.write", false, true),
            ("system/*.*", true, true),
            ("system/*.rs", true, false),
            ("system/*.cruds", true, true),
            ("system/*.cud", false, true),
            ("system/*.cu", false, true),
            ("system/*.r", false, false),
            ("system/*.s", false, false),
            ("system/*.sr", false, false),
            ("system/*.rrs", false, false),
            ("system/*.", false, false),
            ("system/Patient.rs", false, false),
            ("system/Observation.rs?category=laboratory", false, false),
            ("system/*.rs?category=laboratory", false, false),
            ("patient/*.read", false, false),
            ("user/*.cruds", false, false),
            ("openid", false, false),
        ] {
            assert_eq!((Access::Read.is_within(scope), Access::Write.is_within(scope)), (reads, writes), "{scope}");
        }
        assert_eq!(granted(""), "system/*.read system/*.write");
        assert_eq!(granted("openid system/*.rs"), "system/*.rs");
        assert_eq!(granted("system/Patient.read"), "");
        for scope in SCOPES {
            assert_eq!(granted(scope), scope);
        }
    }
}
