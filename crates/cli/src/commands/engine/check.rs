//! `gms check`.

use crate::arguments::Check;
use formats::vcf::inspect::inspect;
use std::process::ExitCode;

pub fn run(arguments: &Check) -> ExitCode {
    let mut sound = true;
    for file in &arguments.files {
        let report = inspect(file, arguments.most);
        for fault in &report.faults {
            println!("{fault}");
        }
        let listed = report.faults.len() as u64;
        if report.fault_count > listed {
            println!("{}: {} more faults; --most lists more", file.display(), report.fault_count - listed);
        }
        let verdict = if report.fault_count == 0 { "no fault".to_owned() } else { format!("{} faults", report.fault_count) };
        println!("{}: {} records, {verdict}", file.display(), report.records);
        sound &= report.fault_count == 0;
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
