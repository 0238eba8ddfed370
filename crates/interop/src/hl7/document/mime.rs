//! A PDF inside a MIME package, as systems send it in encapsulated data. Source: HL7 2.5.1, data type ED (`multipart`, `related`);
//! RFC 2045 (headers, Base64) and RFC 2046 (boundaries).

/// The Base64 of the part that is a PDF, without its headers and the boundary after it.
pub(super) fn pdf(package: &str) -> Option<&str> {
    let lower = package.to_ascii_lowercase();
    let from = lower.find("content-type: application/pdf")?;
    // The headers of the part stand on lines of their own, before and after its type.
    let headers = lower[..from].rfind("\n\n").map_or(0, |end| end);
    let end = from + lower[from..].find("\n\n")?;
    if !lower[headers..end].contains("base64") {
        return None;
    }
    let body = &package[end + 2..];
    Some(body.split("\n--").next().unwrap_or(body))
}
