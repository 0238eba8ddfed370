//! Checksums of packages, as Cargo.lock has them.

use std::collections::BTreeMap;

/// The checksum of each package that is not our own, by name and version.
pub struct Lock<'a>(BTreeMap<(&'a str, &'a str), &'a str>);

impl<'a> Lock<'a> {
    /// Reads the text of a Cargo.lock: one `key = "value"` a line, which cargo alone writes.
    pub fn read(text: &'a str) -> Lock<'a> {
        let entry = |package| Some(((value(package, "name")?, value(package, "version")?), value(package, "checksum")?));
        Lock(text.split("[[package]]\n").skip(1).filter_map(entry).collect())
    }

    pub fn checksum(&self, name: &str, version: &str) -> Option<&'a str> {
        self.0.get(&(name, version)).copied()
    }
}

/// What a package says under a key.
fn value<'a>(package: &'a str, key: &str) -> Option<&'a str> {
    package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn each_version_has_its_own_checksum_and_our_own_crates_have_none() {
        let text = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"aa\"\ndependencies = [\n \"b\",\n]\n\n\
                    [[package]]\nname = \"a\"\nversion = \"2.0.0\"\nchecksum = \"bb\"\n\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n";
        let lock = Lock::read(text);
        assert_eq!(
            [lock.checksum("a", "1.0.0"), lock.checksum("a", "2.0.0"), lock.checksum("ours", "0.1.0")],
            [Some("aa"), Some("bb"), None]
        );
    }
}
