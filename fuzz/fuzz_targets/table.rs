#![no_main]

use library::input_table::InputTable;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = InputTable::read("scores", bytes) {
        let lines = table.columns.first().map_or(0, |(_, cells)| cells.len());
        assert!(table.columns.iter().all(|(_, cells)| cells.len() == lines), "each column has every line");
    }
});
