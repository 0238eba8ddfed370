use super::{write::write_block, *};

fn variant(text: &str) -> Variant {
    text.parse().expect("a variant")
}

fn seen(count: u32, examined: u32, highest_group: f32, homozygotes: u32) -> Frequency {
    Frequency { overall: count as f32 / examined.max(1) as f32, highest_group, homozygotes, alleles_examined: examined }
}

/// Rows written and read back, with the bytes that they took.
fn round_trip(rows: &[(Variant, Frequency)]) -> (Vec<(Variant, Option<Frequency>)>, usize) {
    let (mut index, mut bytes) = (Vec::new(), Vec::new());
    let seen: Vec<_> = rows.iter().map(|(v, f)| (v.clone(), *f, FrequencyDetail::default())).collect();
    write_block(&seen, &mut index, &mut bytes);
    let examined = word(&index, 4);
    let read = |sought: &Variant| {
        let (mut cursor, mut position, mut written) = (Cursor(&bytes), rows[0].0.position.get(), Vec::new());
        let alleles = code(sought, &mut written);
        while let Some(row) = cursor.row(position, examined) {
            position = row.position;
            if position == sought.position.get() && row.alleles == alleles {
                return Some(row.frequency);
            }
        }
        None
    };
    (rows.iter().map(|(v, _)| (v.clone(), read(v))).collect(), bytes.len())
}

#[test]
fn counts_come_back_exactly_and_groups_nearly() {
    let long = format!("1-500-{}-A", "ACGT".repeat(10));
    let rows = vec![
        (variant("1-100-A-G"), seen(1, 152_000, 1.0e-5, 0)),
        (variant("1-100-A-T"), seen(6, 151_990, 3.0e-4, 1)),
        (variant("1-104-CT-C"), seen(900, 140_000, 0.02, 12)),
        (variant("1-300-G-GTTA"), seen(0, 152_000, 0.0, 0)),
        (variant("1-301-T-C"), Frequency { overall: 0.123_456, highest_group: 0.5, homozygotes: 3, alleles_examined: 0 }),
        (variant(&long), seen(151_999, 152_000, 1.0, 75_000)),
    ];
    let (read, _) = round_trip(&rows);
    for ((variant, expected), (_, found)) in rows.iter().zip(read) {
        let found = found.unwrap_or_else(|| panic!("{variant} is not found"));
        assert_eq!((found.homozygotes, found.alleles_examined), (expected.homozygotes, expected.alleles_examined), "{variant}");
        assert!((found.overall - expected.overall).abs() <= expected.overall * 1e-5, "{variant}");
        let nearly = if expected.overall < RARE_BELOW { 0.013 } else { 0.0002 };
        assert!((found.highest_group - expected.highest_group).abs() <= expected.highest_group * nearly, "{variant} {found:?}");
    }
}

#[test]
fn a_row_takes_less_than_six_bytes_at_the_density_of_gnomad() {
    let rows: Vec<(Variant, Frequency)> = (0..128u32)
        .map(|n| {
            let text = if n % 8 == 0 { format!("2-{}-AT-A", 1000 + n * 4) } else { format!("2-{}-A-G", 1000 + n * 4) };
            let (count, examined) = (if n % 5 == 0 { 40 + n } else { 1 + n % 3 }, 152_312 - n % 40 * 2);
            (variant(&text), seen(count, examined, count as f32 / examined as f32 * 2.5, u32::from(n % 20 == 0)))
        })
        .collect();
    let (read, bytes) = round_trip(&rows);
    assert!(read.iter().all(|(_, found)| found.is_some()));
    assert!((bytes + INDEX_BYTES) as f32 / 128.0 < 6.0, "{bytes} bytes");
}

#[test]
fn details_come_back_from_a_pack() {
    let folder = tempfile::tempdir().expect("a folder");
    let vcf = folder.path().join("gnomad.vcf");
    let head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let mut rows = String::from(head);
    for position in 1..=300 {
        rows += &format!("X\t{}\t.\tA\tG\t.\tPASS\tAC=1;AN=1000;AF=0.001\n", 50_000_000 + position);
    }
    rows += "X\t50000400\t.\tC\tT\t.\tAC0\tAC=0;AN=1000;AF=0\n";
    rows += "X\t50000401\t.\tC\tT\t.\tPASS\tAC=100;AN=1000;AF=0.1;AF_nfe=0.25;AF_afr=0.0001;AC_XY=40\n";
    std::fs::write(&vcf, rows).expect("written");
    let to = folder.path().join("x.gmspack");
    let sources = crate::pack::build::Sources { frequency: vec![vcf], ..Default::default() };
    crate::pack::build::build(&to, "x", genome::Build::GRCh38, &sources, &mut |_| {}).expect("built");
    let pack = Pack::open(&to).expect("opened");
    let described = |text: &str| {
        use genome::Evidence;
        let (seen, detail) = (pack.frequency(&variant(text)).is_some(), pack.frequency_detail(&variant(text)));
        let groups: Vec<String> = detail.groups.iter().map(|(group, share)| format!("{} {share:.4}", group.name())).collect();
        format!("{seen} {} {} {}", detail.filtered, detail.hemizygotes, groups.join(", "))
    };
    assert_eq!(described("X-50000007-A-G"), "true false 0 ");
    assert_eq!(described("X-50000400-C-T"), "true true 0 ");
    assert_eq!(described("X-50000401-C-T"), "true false 40 African/African American 0.0001, European (non-Finnish) 0.2500");
    assert_eq!(described("X-50000402-C-T"), "false false 0 ");
}
