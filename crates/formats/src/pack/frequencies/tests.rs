use super::{write::write_block, *};

fn variant(text: &str) -> Variant {
    text.parse().expect("a variant")
}

fn seen(count: u32, of: u32, highest_group: f32, homozygotes: u32) -> Frequency {
    Frequency { overall: count as f32 / of.max(1) as f32, highest_group, homozygotes, alleles_examined: of }
}

/// Rows written and read back, with the bytes that they took.
fn round_trip(rows: &[(Variant, Frequency)]) -> (Vec<(Variant, Option<Frequency>)>, usize) {
    let (mut index, mut bytes) = (Vec::new(), Vec::new());
    write_block(rows, &mut index, &mut bytes);
    let examined = word(&index, 4);
    let read = |wanted: &Variant| {
        let (mut cursor, mut position, mut written) = (Cursor(&bytes), rows[0].0.position.get(), Vec::new());
        let alleles = code(wanted, &mut written);
        while let Some(row) = cursor.row(position, examined) {
            position = row.position;
            if position == wanted.position.get() && row.alleles == alleles {
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
    for ((variant, given), (_, found)) in rows.iter().zip(read) {
        let found = found.unwrap_or_else(|| panic!("{variant} is not found"));
        assert_eq!((found.homozygotes, found.alleles_examined), (given.homozygotes, given.alleles_examined), "{variant}");
        assert!((found.overall - given.overall).abs() <= given.overall * 1e-5, "{variant}");
        let nearly = if given.overall < RARE_BELOW { 0.013 } else { 0.0002 };
        assert!((found.highest_group - given.highest_group).abs() <= given.highest_group * nearly, "{variant} {found:?}");
    }
}

#[test]
fn a_row_takes_less_than_six_bytes_at_the_density_of_gnomad() {
    let rows: Vec<(Variant, Frequency)> = (0..128u32)
        .map(|n| {
            let text = if n % 8 == 0 { format!("2-{}-AT-A", 1000 + n * 4) } else { format!("2-{}-A-G", 1000 + n * 4) };
            let (count, of) = (if n % 5 == 0 { 40 + n } else { 1 + n % 3 }, 152_312 - n % 40 * 2);
            (variant(&text), seen(count, of, count as f32 / of as f32 * 2.5, u32::from(n % 20 == 0)))
        })
        .collect();
    let (read, bytes) = round_trip(&rows);
    assert!(read.iter().all(|(_, found)| found.is_some()));
    assert!((bytes + INDEX_BYTES) as f32 / 128.0 < 6.0, "{bytes} bytes");
}
