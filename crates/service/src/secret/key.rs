//! The key with which secrets are sealed: a file of the service's folder. Source of the cipher: RFC 8439, ChaCha20-Poly1305.

use anyhow::{Context, anyhow, ensure};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};
use store::secret::Sealed;

/// Name of the file.
const FILE: &str = "secrets.key";
/// Bytes of the key.
const KEY_BYTES: usize = 32;

/// The key of a server; all servers on one database have the same.
pub(super) struct Key {
    /// What names it: the beginning of its digest.
    pub id: String,
    key: LessSafeKey,
}

/// Where the key of a folder lies.
pub(super) fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

impl Key {
    /// The key of a folder, if it has one.
    pub fn read(folder: &Path) -> anyhow::Result<Option<Key>> {
        let file = file(folder);
        match fs::read_to_string(&file) {
            Ok(text) => Key::of_hex(text.trim()).with_context(|| format!("reading {}", file.display())).map(Some),
            Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault).with_context(|| format!("reading {}", file.display())),
        }
    }

    /// Makes a key for a folder; where another program has made one at the same moment, that one.
    pub fn make(folder: &Path) -> anyhow::Result<Key> {
        let mut bytes = [0; KEY_BYTES];
        random(&mut bytes)?;
        write_once(folder, FILE, &hex::encode(bytes))?;
        Key::read(folder)?.with_context(|| format!("{} is gone again", file(folder).display()))
    }

    fn of_hex(text: &str) -> anyhow::Result<Key> {
        let bytes = hex::decode(text).ok().filter(|bytes| bytes.len() == KEY_BYTES);
        let bytes = bytes.with_context(|| format!("a key is {} hexadecimal digits", KEY_BYTES * 2))?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| anyhow!("this is no key"))?;
        Ok(Key { id: super::digest(&bytes)[..16].to_owned(), key: LessSafeKey::new(key) })
    }

    /// Seals a secret under its name: under another it does not open.
    pub fn seal(&self, name: &str, secret: &str) -> anyhow::Result<Sealed> {
        let mut nonce = [0; NONCE_LEN];
        random(&mut nonce)?;
        let mut bytes = secret.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name.as_bytes()), &mut bytes)
            .map_err(|_| anyhow!("the secret could not be sealed"))?;
        Ok(Sealed { name: name.to_owned(), key_id: self.id.clone(), sealed: hex::encode([nonce.as_slice(), &bytes].concat()) })
    }

    /// Opens what was sealed.
    pub fn open(&self, sealed: &Sealed) -> anyhow::Result<String> {
        let bytes = hex::decode(&sealed.sealed).context("the secret was damaged")?;
        ensure!(bytes.len() > NONCE_LEN, "the secret was damaged");
        let (nonce, rest) = bytes.split_at(NONCE_LEN);
        let (nonce, mut rest) = (Nonce::try_assume_unique_for_key(nonce).map_err(|_| anyhow!("the secret was damaged"))?, rest.to_vec());
        let opened = self.key.open_in_place(nonce, Aad::from(sealed.name.as_bytes()), &mut rest);
        let opened = opened.map_err(|_| anyhow!("the secret was damaged, or sealed with another key"))?;
        String::from_utf8(opened.to_vec()).context("the secret is no text")
    }
}

/// Writes a file of a folder that is the service's alone, unless another program has written it meanwhile.
pub(crate) fn write_once(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let mut unique = [0; 8];
    random(&mut unique)?;
    let (file, draft) = (folder.join(name), folder.join(format!("{name}.{}", hex::encode(unique))));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut writer = options.open(&draft).with_context(|| format!("writing {}", draft.display()))?;
    writeln!(writer, "{text}").and_then(|()| writer.sync_all()).with_context(|| format!("writing {}", draft.display()))?;
    // The name is given to a whole file, and to one alone.
    let linked = fs::hard_link(&draft, &file);
    fs::remove_file(&draft).with_context(|| format!("removing {}", draft.display()))?;
    match linked {
        Err(fault) if fault.kind() != ErrorKind::AlreadyExists => Err(fault).with_context(|| format!("writing {}", file.display())),
        _ => Ok(()),
    }
}

/// A text that nobody guesses: 160 bits.
pub(crate) fn random_text() -> anyhow::Result<String> {
    let mut bytes = [0; 20];
    random(&mut bytes)?;
    Ok(hex::encode(bytes))
}

fn random(bytes: &mut [u8]) -> anyhow::Result<()> {
    SystemRandom::new().fill(bytes).map_err(|_| anyhow!("the machine gives no random bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_with_its_key_and_under_its_name_alone() {
        let [one, two] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        assert!(Key::read(one.path()).expect("read").is_none());
        let key = Key::make(one.path()).expect("made");
        assert_eq!(Key::make(one.path()).expect("there already").id, key.id, "a key is never made twice");
        assert_eq!(fs::read_dir(one.path()).expect("a folder").count(), 1, "nothing is left beside it");
        let sealed = key.seal("subscription/1", "Bearer s3cret").expect("sealed");
        assert!(!sealed.sealed.contains(&hex::encode("s3cret")));
        assert_ne!(key.seal("subscription/1", "Bearer s3cret").expect("sealed").sealed, sealed.sealed, "never the same twice");
        let again = Key::read(one.path()).expect("read").expect("there");
        assert_eq!(again.open(&sealed).expect("opened"), "Bearer s3cret");
        assert!(again.open(&Sealed { name: "subscription/2".into(), ..sealed.clone() }).is_err(), "moved to another name");
        for damaged in [String::new(), "00".into(), "zz".into(), sealed.sealed.replace(['0', '1'], "2")] {
            assert!(again.open(&Sealed { sealed: damaged, ..sealed.clone() }).is_err());
        }
        assert!(Key::make(two.path()).expect("made").open(&sealed).is_err(), "another key");
    }

    #[test]
    fn a_file_that_is_no_key_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(file(folder.path()), "abc").expect("written");
        let fault = Key::read(folder.path()).err().map(|fault| format!("{fault:#}")).unwrap_or_default();
        assert!(fault.contains("secrets.key") && fault.contains("64 hexadecimal digits"), "{fault}");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_the_service_s_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        Key::make(folder.path()).expect("made");
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file(folder.path())).expect("there").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}
