//! Passwords as they are kept.

use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{PasswordHash, SaltString, rand_core::OsRng},
};

/// A hash that no password has, made with the same work as every other.
pub(super) const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$b3Blbmdtcy1ub2JvZHk$0000000000000000000000000000000000000000000";

pub(crate) fn verify(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Argon2id with the crate's defaults, which are those of OWASP's password storage guidance (19 MiB, two passes).
pub(super) async fn hashed(password: String) -> anyhow::Result<String> {
    let hash = tokio::task::spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())
    });
    hash.await?.map_err(|e| anyhow::anyhow!("a password could not be hashed: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_takes_the_work_of_any_other() {
        let nobody = PasswordHash::new(NOBODY).expect("a hash that reads");
        let salt = SaltString::generate(&mut OsRng);
        let made = Argon2::default().hash_password(b"x", &salt).expect("a hash");
        assert_eq!((nobody.algorithm, nobody.params), (made.algorithm, made.params));
        assert!(!verify(NOBODY, "") && !verify(NOBODY, "x"));
    }
}
