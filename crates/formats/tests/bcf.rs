//! A BCF gives the same records as its VCF.

use formats::vcf::Stream;
use noodles_vcf::variant::io::Write as _;
use std::path::Path;

const VCF: &str = "##fileformat=VCFv4.3\n##contig=<ID=1,length=248956422>\n##FILTER=<ID=q10,Description=\"q\">\n\
##INFO=<ID=AC,Number=A,Type=Integer,Description=\"c\">\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n\
##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"r\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tmum\n\
1\t100\trs1\tA\tG,T\t50\tPASS\tAC=1,2\tGT:AD\t0/1:1,2,3\t1|2:4,5,6\n1\t120\t.\tAC\t<DEL>\t.\tq10\t.\tGT\t./.\t0/1\n";

fn lines_of(path: &Path) -> Vec<String> {
    let mut stream = Stream::open(path).expect("it opens");
    let samples = stream.header().samples.len();
    let mut found = stream.header().samples.clone();
    while let Some(chunk) = stream.next_chunk().expect("it reads") {
        for (_, record) in chunk.records(samples) {
            let record = record.expect("a record");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let calls = [0, 1].map(|s| record.genotype(s, 1).expect("a call").zygosity.notation());
            found.push(format!(
                "{} {} {} {} {calls:?}",
                record.position,
                text(record.reference),
                text(record.alternates),
                text(record.filter)
            ));
        }
    }
    found
}

#[test]
fn a_bcf_is_read_as_its_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let (text, binary) = (folder.path().join("f.vcf"), folder.path().join("f.bcf"));
    std::fs::write(&text, VCF).expect("written");
    let mut reader = noodles_vcf::io::Reader::new(VCF.as_bytes());
    let header = reader.read_header().expect("a header");
    let mut writer = noodles_bcf::io::Writer::new(std::fs::File::create(&binary).expect("a file"));
    writer.write_header(&header).expect("written");
    for record in reader.records() {
        writer.write_variant_record(&header, &record.expect("a record")).expect("written");
    }
    drop(writer);
    assert_eq!(lines_of(&binary), lines_of(&text));
    // A file cut short is refused before anything of it is used.
    let bytes = std::fs::read(&binary).expect("read");
    std::fs::write(&binary, &bytes[..bytes.len() - 30]).expect("written");
    assert!(Stream::open(&binary).is_err());
}
