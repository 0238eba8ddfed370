//! Files damaged at random: every reader must end with a result or an error, never with a panic or a hang.
//!
//! Seeded, so that a failure comes back; `GMS_HOSTILE_FACTOR=100` tries a hundred times as many. Each file is cut, has bytes changed, repeated, or taken from elsewhere in it.

use formats::{bed, obo, panelapp, ped, vcf::inspect::inspect};
use std::path::Path;

/// A small generator of numbers (xorshift), the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn damage(&mut self, sound: &[u8]) -> Vec<u8> {
        let mut bytes = sound.to_vec();
        for _ in 0..=self.below(4) {
            let index = self.below(bytes.len());
            match self.below(5) {
                0 => bytes.truncate(index),
                1 => bytes.insert(index, self.below(256) as u8),
                2 => bytes[index] = b"\t\n,;:|/<>[]\"=.-0\xff\x00"[self.below(18)],
                3 => {
                    let from = self.below(bytes.len());
                    let piece: Vec<u8> = bytes[from..].iter().take(1 + self.below(40)).copied().collect();
                    bytes.splice(index..index, piece);
                }
                _ => drop(bytes.drain(index..(index + self.below(30)).min(bytes.len()))),
            }
            if bytes.is_empty() {
                bytes.push(b'\n');
            }
        }
        bytes
    }
}

const VCF: &str = "##fileformat=VCFv4.3\n##reference=GRCh38\n##contig=<ID=1,length=248956422>\n\
##INFO=<ID=AC,Number=A,Type=Integer,Description=\"count\">\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"genotype\">\n\
##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"reads\">\n##SAMPLE=<ID=kid>\n##META=<ID=Assay,Type=String,Number=.,Values=[a, b]>\n\
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tmum\n\
1\t100\trs1\tA\tG,T\t50.5\tPASS\tAC=1,2\tGT:AD\t0/1:1,2,3\t1|2:4,5,6\n\
1\t120\t.\tAC\t<DEL>\t.\tq10\tAC=.\tGT\t./.\t1\n1\t130\t.\tG\tG[2:5[\t9\t.\tAC=1\tGT:AD\t0/1/1:3,4\t.\n";
const PED: &str = "F\tkid\tdad\tmum\t2\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n";
const BED: &str = "browser position chr1:1-200\ntrack name=\"targets\"\n# made by hand\nchr1\t0\t100\texon 1\nchrX 5 9\nchrUn_1\t7\t8\n";
const OBO: &str = "format-version: 1.2\ndata-version: hp/releases/2025-05-06\n\n[Term]\nid: HP:0000001\nname: All\n\n[Term]\nid: HP:0000118\n\
name: Phenotypic abnormality\nis_a: HP:0000001 ! All\nsynonym: \"Organ abnormality\" EXACT []\n";
const PANEL: &str = r#"{"id": 1, "name": "Panel", "version": "1.0", "relevant_disorders": ["R1"], "genes": [{"gene_data": {"hgnc_id": "HGNC:1"},
"entity_name": "A", "confidence_level": "3", "mode_of_inheritance": "BIALLELIC, autosomal or pseudoautosomal"}]}"#;

/// Reads a text and many damaged forms of it.
fn check(name: &str, sound: &[u8], rounds: usize, read: impl Fn(&Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let factor: usize = std::env::var("GMS_HOSTILE_FACTOR").ok().and_then(|f| f.parse().ok()).unwrap_or(1);
    for round in 0..rounds * factor {
        let bytes = if round == 0 { sound.to_vec() } else { numbers.damage(sound) };
        std::fs::write(&path, &bytes).expect("written");
        let read = std::panic::AssertUnwindSafe(|| read(&path));
        assert!(std::panic::catch_unwind(read).is_ok(), "round {round} of {name}: {}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn no_damaged_file_makes_a_reader_panic() {
    check("f.vcf", VCF.as_bytes(), 4000, |path| drop(inspect(path, 5)));
    check("f.ped", PED.as_bytes(), 1500, |path| drop(ped::read(path)));
    check("f.bed", BED.as_bytes(), 1500, |path| drop(bed::regions(path).map(Iterator::count)));
    check("hp.obo", OBO.as_bytes(), 1500, |path| drop(obo::read(path)));
    check("panel.json", PANEL.as_bytes(), 1500, |path| drop(panelapp::read(path)));
}

#[test]
fn no_damaged_bgzf_or_pack_makes_a_reader_panic() {
    use std::io::Write;
    let mut writer = noodles_bgzf::io::Writer::new(Vec::new());
    for _ in 0..50 {
        writer.write_all(VCF.as_bytes()).expect("written");
    }
    let blocks = writer.finish().expect("ended");
    check("f.vcf.gz", &blocks, 800, |path| drop(inspect(path, 5)));
    let pack = std::fs::read(Path::new("../../data/demo.gmspack")).expect("the demo pack");
    // The manifest stands at the end, the sequence index at the start: both are damaged, the bulk between left out of it.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.gmspack");
    let mut numbers = Numbers(7);
    for round in 0..60 {
        let mut bytes = pack.clone();
        let near_end = bytes.len() - 1 - numbers.below(6000);
        let index = if round % 2 == 0 { near_end } else { numbers.below(20_000) };
        bytes[index] ^= 1 << numbers.below(8);
        if round % 5 == 0 {
            bytes.truncate(near_end);
        }
        std::fs::write(&path, &bytes).expect("written");
        let open = || formats::Pack::open(&path).and_then(|pack| pack.verify().and_then(|()| pack.transcripts())).is_ok();
        let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(open));
        assert!(opened.is_ok(), "round {round}");
    }
}
