//! Files of reads as they were delivered, each with the samples that its header names and its index.

use crate::{
    Desk, ServiceResult,
    laboratory::{data::delivered::INCOMING, sample_names::SampleNames},
};
use access::Action;
use anyhow::Context;
use care::{OrderId, Refusals};
use formats::alignment::{self, Header};
use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Reads that were delivered.
#[derive(Clone, Debug)]
pub struct OfferedReads {
    /// Name of the file.
    pub name: String,
    /// Names of samples in its header, or why it cannot be read.
    pub samples: Result<Vec<String>, String>,
    /// Name of its index, if it was delivered too.
    pub index: Option<String>,
}

/// Names of files with reads, and what their indices have at the end.
const ENDS: [(&str, &[&str]); 2] = [(".bam", &["bai", "csi"]), (".cram", &["crai"])];

/// The reads that were delivered; none when there is no folder for them yet.
#[crate::boxed]
pub async fn offered(desk: &Desk, order: OrderId) -> ServiceResult<Vec<OfferedReads>> {
    desk.permit(Action::RegisterData, order).await?;
    let (folder, service) = (desk.service.folder.join(INCOMING), Arc::clone(&desk.service));
    Ok(tokio::task::spawn_blocking(move || read(&folder, &service.sample_names)).await.context("reading the delivered files")??)
}

/// What the header of a file of this list says at this moment.
pub(super) async fn header(desk: &Desk, name: &str) -> ServiceResult<Header> {
    let path = path(desk, name);
    let header = tokio::task::spawn_blocking(move || alignment::header(&path)).await.context("reading a header")?;
    Ok(header.map_err(|fault| Refusals::one("file", fault.rule))?)
}

/// Where a file lies that was delivered under a name of this list.
pub(super) fn path(desk: &Desk, name: &str) -> PathBuf {
    desk.service.folder.join(INCOMING).join(name)
}

fn read(folder: &Path, kept: &SampleNames) -> anyhow::Result<Vec<OfferedReads>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(vec![]),
        Err(fault) => return Err(fault).with_context(|| folder.display().to_string()),
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        names.extend(entry.with_context(|| folder.display().to_string())?.file_name().into_string());
    }
    let one = |name: &String| {
        let (end, indices) = ENDS.into_iter().find(|(end, _)| name.to_ascii_lowercase().ends_with(end))?;
        let read = |path: &Path| alignment::header(path).map(|header| header.samples).map_err(|fault| fault.rule);
        let samples = kept.of_file(&folder.join(name), read);
        Some(OfferedReads { name: name.clone(), samples, index: index(&names, name, end, indices) })
    };
    Ok(names.iter().filter_map(one).collect())
}

/// The index of a file: its name with an end behind it, or in place of its own.
fn index(names: &BTreeSet<String>, name: &str, end: &str, indices: &[&str]) -> Option<String> {
    let bare = &name[..name.len() - end.len()];
    let may_be = indices.iter().flat_map(|index| [format!("{name}.{index}"), format!("{bare}.{index}")]);
    may_be.into_iter().find(|index| names.contains(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_has_the_name_of_its_file() {
        let names: BTreeSet<String> =
            ["a.bam", "a.bam.csi", "b.bam", "b.bai", "c.bam", "d.bai", "e.cram", "e.cram.bai"].map(String::from).into();
        let of = |name, end, indices: &[&str]| index(&names, name, end, indices);
        assert_eq!(of("a.bam", ".bam", &["bai", "csi"]).as_deref(), Some("a.bam.csi"));
        assert_eq!(of("b.bam", ".bam", &["bai", "csi"]).as_deref(), Some("b.bai"));
        assert_eq!(of("c.bam", ".bam", &["bai", "csi"]), None);
        assert_eq!(of("e.cram", ".cram", &["crai"]), None);
    }
}
