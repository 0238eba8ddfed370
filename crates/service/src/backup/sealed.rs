//! Encrypting a folder with a passphrase. Argon2id makes the key (RFC 9106); each file has a key of its own from it (HKDF, RFC 5869) and is
//! sealed in pieces with ChaCha20-Poly1305 (RFC 8439), whose nonces count them and mark the last, so that none is moved, repeated or cut
//! off: the STREAM construction (Hoang and others 2015). A file does not open under another name.

use anyhow::{Context, anyhow, ensure};
use argon2::Argon2;
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
    rand::{SecureRandom, SystemRandom},
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

/// What says that a folder is encrypted, and how.
const HEAD: &str = "sealed.json";
const FORMAT: u32 = 1;
const SALT_BYTES: usize = 16;
/// Bytes of a piece, and of what is added to each.
const PIECE: usize = 64 << 10;
const TAG: usize = 16;
/// What keys of files are made for.
const PURPOSE: &[&[u8]] = &[b"gms backup file"];

#[derive(Serialize, Deserialize)]
struct Head {
    format: u32,
    /// Salt of the passphrase, in hexadecimal; the rest of Argon2id is as the program that reads format 1 has it.
    salt: String,
    /// How many files were sealed.
    files: usize,
}

pub(super) fn is_sealed(folder: &Path) -> bool {
    folder.join(HEAD).is_file()
}

/// Refuses a folder without the file that says how it is encrypted, where another of its files, which is text, is sealed.
pub(super) fn check_head(folder: &Path, text: &Path) -> anyhow::Result<()> {
    let is_sealed = fs::read(text).is_ok_and(|bytes| bytes.len() > SALT_BYTES && std::str::from_utf8(&bytes).is_err());
    ensure!(
        !is_sealed,
        "{} is missing: it says how an encrypted backup is opened, and the files of this one are encrypted. Copy the backup again with all \
         of its files, or restore another",
        folder.join(HEAD).display()
    );
    Ok(())
}

/// Seals every file of a folder into another.
pub(super) fn seal_folder(from: &Path, to: &Path, passphrase: &str) -> anyhow::Result<()> {
    let salt = random::<SALT_BYTES>()?;
    let key = key_of(passphrase, &salt)?;
    let files = files(from)?;
    for path in &files {
        let name = name(from, path)?;
        let place = to.join(&name);
        fs::create_dir_all(place.parent().unwrap_or(to)).with_context(|| format!("making {}", place.display()))?;
        seal(&key, &name, path, &place).with_context(|| format!("sealing {name}"))?;
    }
    let head = Head { format: FORMAT, salt: hex::encode(salt), files: files.len() };
    fs::write(to.join(HEAD), serde_json::to_vec_pretty(&head)?).with_context(|| format!("writing {HEAD}"))
}

/// Opens every file of a folder into another.
pub(super) fn open_folder(from: &Path, to: &Path, passphrase: &str) -> anyhow::Result<()> {
    let text = fs::read(from.join(HEAD)).with_context(|| format!("reading {HEAD} of the backup"))?;
    let head: Head = serde_json::from_slice(&text).with_context(|| {
        format!("{} was changed or cut off after the backup was made: restore another backup", from.join(HEAD).display())
    })?;
    ensure!(head.format == FORMAT, "the backup is sealed with format {}, which this program cannot open", head.format);
    let key = key_of(passphrase, &hex::decode(&head.salt).context("the salt")?)?;
    let files: Vec<PathBuf> = files(from)?.into_iter().filter(|path| *path != from.join(HEAD)).collect();
    ensure!(files.len() == head.files, "the backup says that it holds {} sealed files, and holds {}", head.files, files.len());
    for path in &files {
        let name = name(from, path)?;
        let place = to.join(&name);
        fs::create_dir_all(place.parent().unwrap_or(to)).with_context(|| format!("making {}", place.display()))?;
        open(&key, &name, path, &place).with_context(|| format!("opening {name}: the passphrase is another, or the file was changed"))?;
    }
    Ok(())
}

fn key_of(passphrase: &str, salt: &[u8]) -> anyhow::Result<[u8; 32]> {
    let mut key = [0; 32];
    let made = Argon2::default().hash_password_into(passphrase.as_bytes(), salt, &mut key);
    made.map_err(|fault| anyhow!("a key could not be made of the passphrase: {fault}"))?;
    Ok(key)
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow!("the machine gives no random bytes"))?;
    Ok(bytes)
}

/// The key of one file.
fn key_of_file(key: &[u8; 32], salt: &[u8; SALT_BYTES]) -> anyhow::Result<LessSafeKey> {
    let derived = Salt::new(HKDF_SHA256, salt).extract(key);
    let derived = derived.expand(PURPOSE, &CHACHA20_POLY1305).map_err(|_| anyhow!("a key could not be made"))?;
    Ok(LessSafeKey::new(UnboundKey::from(derived)))
}

/// The nonce of a piece: its number, and whether it is the last.
fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[NONCE_LEN - 1] = u8::from(is_last);
    Nonce::assume_unique_for_key(bytes)
}

fn seal(key: &[u8; 32], name: &str, from: &Path, to: &Path) -> anyhow::Result<()> {
    let salt = random::<SALT_BYTES>()?;
    let key = key_of_file(key, &salt)?;
    let mut writer = BufWriter::new(File::create(to)?);
    writer.write_all(&salt)?;
    pieces(BufReader::new(File::open(from)?), PIECE, |number, mut piece, is_last| {
        let sealed = key.seal_in_place_append_tag(nonce(number, is_last), Aad::from(name.as_bytes()), &mut piece);
        sealed.map_err(|_| anyhow!("a piece could not be sealed"))?;
        Ok(writer.write_all(&piece)?)
    })?;
    writer.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}

fn open(key: &[u8; 32], name: &str, from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut reader = BufReader::new(File::open(from)?);
    let mut salt = [0; SALT_BYTES];
    reader.read_exact(&mut salt)?;
    let key = key_of_file(key, &salt)?;
    let mut writer = BufWriter::new(File::create(to)?);
    pieces(reader, PIECE + TAG, |number, mut piece, is_last| {
        let opened = key.open_in_place(nonce(number, is_last), Aad::from(name.as_bytes()), &mut piece);
        Ok(writer.write_all(opened.map_err(|_| anyhow!("piece {number} does not open"))?)?)
    })?;
    Ok(writer.flush()?)
}

/// Goes through a file in pieces of a size; the last is shorter, and may be empty.
fn pieces(mut reader: impl Read, size: usize, mut each: impl FnMut(u64, Vec<u8>, bool) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut number = 0;
    loop {
        let mut piece = Vec::with_capacity(size + TAG);
        reader.by_ref().take(size as u64).read_to_end(&mut piece)?;
        let is_last = piece.len() < size;
        each(number, piece, is_last)?;
        if is_last {
            return Ok(());
        }
        number += 1;
    }
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The name of a file below a folder.
fn name(folder: &Path, path: &Path) -> anyhow::Result<String> {
    Ok(path.strip_prefix(folder).context("a file of the folder")?.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "quiet marble orchard";

    fn written(contents: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in contents {
            let place = folder.path().join(name);
            fs::create_dir_all(place.parent().expect("a folder")).expect("made");
            fs::write(place, bytes).expect("written");
        }
        folder
    }

    #[test]
    fn a_sealed_folder_opens_to_the_same_bytes_with_its_passphrase_alone() {
        let contents =
            [("empty", vec![]), ("a/short", b"Marcus Oduya".to_vec()), ("a/even", vec![7; PIECE]), ("b/long", vec![9; 3 * PIECE + 5])];
        let (plain, places) = (written(&contents), tempfile::tempdir().expect("a folder"));
        let (sealed, opened) = (places.path().join("sealed"), places.path().join("opened"));
        seal_folder(plain.path(), &sealed, PASSPHRASE).expect("sealed");
        assert!(is_sealed(&sealed) && !is_sealed(plain.path()));
        assert!(!fs::read(sealed.join("a/short")).expect("there").windows(6).any(|bytes| bytes == b"Marcus"));
        open_folder(&sealed, &opened, PASSPHRASE).expect("opened");
        for (name, bytes) in &contents {
            assert_eq!(fs::read(opened.join(name)).expect("there"), *bytes, "{name}");
        }
        let other = open_folder(&sealed, &places.path().join("other"), "another three words").expect_err("another passphrase");
        assert!(format!("{other:#}").contains("the passphrase is another"), "{other:#}");
    }

    #[test]
    fn a_sealed_folder_that_lost_its_head_is_told_from_one_that_was_never_sealed() {
        let (plain, places) = (written(&[("list.json", b"[]".to_vec())]), tempfile::tempdir().expect("a folder"));
        let sealed = places.path().join("sealed");
        seal_folder(plain.path(), &sealed, PASSPHRASE).expect("sealed");
        fs::remove_file(sealed.join(HEAD)).expect("removed");
        let refused = check_head(&sealed, &sealed.join("list.json")).expect_err("it is encrypted").to_string();
        assert!(refused.contains("sealed/sealed.json is missing") && refused.contains("Copy the backup again"), "{refused}");
        assert!(check_head(plain.path(), &plain.path().join("list.json")).is_ok());
        assert!(check_head(plain.path(), &plain.path().join("none.json")).is_ok(), "an earlier program wrote none");
    }

    #[test]
    fn a_sealed_file_that_was_cut_off_moved_or_changed_does_not_open() {
        let plain = written(&[("one", vec![1; 2 * PIECE]), ("two", vec![2; 10])]);
        let damages: [fn(&Path); 4] = [
            |sealed| fs::write(sealed.join("one"), &fs::read(sealed.join("one")).expect("read")[..SALT_BYTES + PIECE + TAG]).expect("cut"),
            |sealed| fs::rename(sealed.join("one"), sealed.join("two")).expect("moved"),
            |sealed| fs::remove_file(sealed.join("two")).expect("removed"),
            |sealed| {
                let mut bytes = fs::read(sealed.join("two")).expect("read");
                bytes[SALT_BYTES] ^= 1;
                fs::write(sealed.join("two"), bytes).expect("changed");
            },
        ];
        for (number, damage) in damages.into_iter().enumerate() {
            let places = tempfile::tempdir().expect("a folder");
            let sealed = places.path().join("sealed");
            seal_folder(plain.path(), &sealed, PASSPHRASE).expect("sealed");
            damage(&sealed);
            assert!(open_folder(&sealed, &places.path().join("opened"), PASSPHRASE).is_err(), "{number}");
        }
    }
}
