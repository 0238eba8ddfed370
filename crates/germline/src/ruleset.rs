//! Which rules made a result: the name of the ruleset, and a digest of every number in it.

use crate::{ancestry, classify, identity, inherit::de_novo, settings, weights::RANKING};
use sha2::{Digest, Sha256};
use std::{fmt::Write, sync::LazyLock};

/// Bytes of the digest that are written into results: enough to tell any two rulesets apart.
const DIGEST_BYTES: usize = 8;

static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let hash = Sha256::digest(text().as_bytes());
    format!("sha256:{}", hex::encode(&hash[..DIGEST_BYTES]))
});

/// The start of the SHA-256 of [`text`], such as `sha256:0123456789abcdef`. It is written into every result; the same on any machine,
/// and another as soon as any threshold or weight changes.
pub fn digest() -> &'static str {
    &DIGEST
}

/// Every threshold and weight of the ruleset, one a line: the part of the ruleset, the name, the value.
pub fn text() -> String {
    let parts = [
        ("screening and annotation", annotation::settings::constants()),
        ("interpretation", settings::constants()),
        ("copy number", classify::copy_number::constants()),
        ("prediction", classify::predicted::constants()),
        ("de novo", de_novo::constants()),
        ("identity", identity::constants()),
        ("landscape", identity::landscape::constants()),
        ("ancestry", ancestry::constants()),
        ("phenotype", ontology::likelihood::constants()),
        ("diseases", ontology::disease::constants()),
    ];
    let mut text = format!("{}\n", settings::RULESET);
    for (part, constants) in parts {
        for (name, value) in constants {
            let _ = writeln!(text, "{part}\t{name}\t{value}");
        }
    }
    let _ = writeln!(text, "ranking\t{RANKING:?}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_covers_weights_and_thresholds_and_is_the_same_everywhere() {
        let text = text();
        for line in ["interpretation\tFREQUENCY_BA1\t0.05\n", "screening and annotation\tDEPTH_READS_MIN\t4\n", "phenotype_factor: 0.8,"] {
            assert!(text.contains(line), "{line}");
        }
        // Another digest here means that a number of the ruleset changed: say so in CHANGELOG.md.
        assert_eq!(digest(), "sha256:439f07d5f6d4f6e8");
    }
}
