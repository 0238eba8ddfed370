//! Names of segments. Source: HL7 2.3 to 2.8, appendix A (segment table).

/// Every name that a version of the standard gives, in order.
const NAMES: [&str; 195] = [
    "ABS", "ACC", "ADD", "ADJ", "AFF", "AIG", "AIL", "AIP", "AIS", "AL1", "APR", "ARQ", "ARV", "AUT", "BHS", "BLC", "BLG", "BPO", "BPX",
    "BTS", "BTX", "BUI", "CDM", "CDO", "CER", "CM0", "CM1", "CM2", "CNS", "CON", "CSP", "CSR", "CSS", "CTD", "CTI", "CTR", "DB1", "DEV",
    "DG1", "DMI", "DON", "DPS", "DRG", "DSC", "DSP", "DST", "ECD", "ECR", "EDU", "EQL", "EQP", "EQU", "ERQ", "ERR", "EVN", "FAC", "FHS",
    "FT1", "FTS", "GOL", "GP1", "GP2", "GT1", "IAM", "IAR", "IIM", "ILT", "IN1", "IN2", "IN3", "INV", "IPC", "IPR", "ISD", "ITM", "IVC",
    "IVT", "LAN", "LCC", "LCH", "LDP", "LOC", "LRL", "MCP", "MFA", "MFE", "MFI", "MRG", "MSA", "MSH", "NCK", "NDS", "NK1", "NPU", "NSC",
    "NST", "NTE", "OBR", "OBX", "ODS", "ODT", "OH1", "OH2", "OH3", "OH4", "OM1", "OM2", "OM3", "OM4", "OM5", "OM6", "OM7", "OMC", "ORC",
    "ORG", "OVR", "PAC", "PCE", "PCR", "PD1", "PDA", "PDC", "PEO", "PES", "PID", "PKG", "PM1", "PMT", "PR1", "PRA", "PRB", "PRC", "PRD",
    "PRT", "PSG", "PSH", "PSL", "PSS", "PTH", "PV1", "PV2", "PYE", "QAK", "QID", "QPD", "QRD", "QRF", "QRI", "RCP", "RDF", "RDT", "REL",
    "RF1", "RFI", "RGS", "RMI", "ROL", "RQ1", "RQD", "RXA", "RXC", "RXD", "RXE", "RXG", "RXO", "RXR", "RXV", "SAC", "SCD", "SCH", "SCP",
    "SDD", "SFT", "SGH", "SGT", "SHP", "SID", "SLT", "SPM", "SPR", "STF", "STZ", "TCC", "TCD", "TQ1", "TQ2", "TXA", "UAC", "UB1", "UB2",
    "URD", "URS", "VAR", "VND", "VTQ",
];

/// The name with which a line begins, in capitals, where a field separator follows it or nothing: a segment of the standard, or one
/// of the sender's own, which begins with Z. A line such as `EEG` or `MRI` is a text.
pub(super) fn name_of_line(line: &str, field: char) -> Option<String> {
    let (name, rest) = line.split_at_checked(3)?;
    let name = name.to_ascii_uppercase();
    let own = name.starts_with('Z') && name.chars().all(|c| c.is_ascii_alphanumeric());
    let known = own || NAMES.binary_search(&name.as_str()).is_ok();
    (known && (rest.is_empty() || rest.starts_with(field))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_a_line_of_text_has_none() {
        assert!(NAMES.is_sorted());
        let name = |line| name_of_line(line, '|');
        assert_eq!((name("pid|1").as_deref(), name("ZP1|").as_deref(), name("DG1").as_deref()), (Some("PID"), Some("ZP1"), Some("DG1")));
        for text in ["EEG", "MRI", "EEG|x", "PIDs", "é", "", "NTEé"] {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
