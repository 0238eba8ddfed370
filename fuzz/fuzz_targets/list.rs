#![no_main]

use care::directory::panel::bulk;
use genome::HgncId;
use ontology::panel::published::Published;

libfuzzer_sys::fuzz_target!(|text: &str| {
    // Each name means a gene, or two, or none.
    let meant = |name: &str| -> bulk::Meant {
        let gene = |number: u32| bulk::Named { id: HgncId(number), symbol: name.to_owned(), name: String::new() };
        (0..name.len() as u32 % 3).map(gene).collect()
    };
    let _ = bulk::read(text, &Published::default(), meant);
});
