//! A tube's label: its barcode as Code 128 and DataMatrix, as SVG in which nothing but numbers is drawn.

use anyhow::{Context, anyhow};
use barcoders::sym::code128::Code128;
use datamatrix::{DataMatrix, SymbolList};
use std::fmt::Write;

/// Height of the bars, in modules.
const BAR_HEIGHT: usize = 30;
/// Blank modules on either side of the bars. Source: ISO/IEC 15417, quiet zone of ten modules.
const QUIET: usize = 10;

/// Code 128 of a barcode (code set B).
pub fn code128(barcode: &str) -> anyhow::Result<String> {
    // The crate selects code set B by this character.
    let bars = Code128::new(format!("\u{0181}{barcode}")).map_err(|e| anyhow!("'{barcode}' has no Code 128: {e}"))?.encode();
    let width = bars.len() + 2 * QUIET;
    let mut svg = open(width, BAR_HEIGHT, "Code 128", barcode);
    for (index, _) in bars.iter().enumerate().filter(|(_, bar)| **bar == 1) {
        let _ = write!(svg, "<rect x='{}' y='0' width='1' height='{BAR_HEIGHT}'/>", index + QUIET);
    }
    Ok(svg + "</svg>")
}

/// DataMatrix of a barcode, with its quiet zone of one module (ISO/IEC 16022).
pub fn data_matrix(barcode: &str) -> anyhow::Result<String> {
    let code = DataMatrix::encode(barcode.as_bytes(), SymbolList::default())
        .map_err(|e| anyhow!("{e:?}"))
        .with_context(|| format!("'{barcode}' has no DataMatrix"))?;
    let bitmap = code.bitmap();
    let mut svg = open(bitmap.width() + 2, bitmap.height() + 2, "DataMatrix", barcode);
    for (x, y) in bitmap.pixels() {
        let _ = write!(svg, "<rect x='{}' y='{}' width='1' height='1'/>", x + 1, y + 1);
    }
    Ok(svg + "</svg>")
}

fn open(width: usize, height: usize, kind: &str, barcode: &str) -> String {
    let plain: String = barcode.chars().filter(char::is_ascii_alphanumeric).collect();
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' role='img' aria-label='{kind} of {plain}' shape-rendering='crispEdges'>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_barcode_is_drawn_and_what_cannot_be_is_told() {
        // Start, ten characters, check and stop: 11 modules each and 13 for the stop.
        let svg = code128("S0123456789").expect("drawn");
        assert!(svg.contains(&format!("viewBox='0 0 {} 30'", 11 * 13 + 13 + 20)), "{svg}");
        assert!(data_matrix("S0123456789").expect("drawn").contains("DataMatrix of S0123456789"));
        assert!(code128("ä").is_err());
    }
}
