//! Documents inside messages: encapsulated data. Source: HL7 2.5.1, data type ED; tables 0191, 0291, 0299.

mod mime;

use super::{
    segment::Segment,
    value::{self, Kind},
};
use crate::incoming_message::Document;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Base64 with or without its padding, and with bits left over at its end.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// How a PDF begins in Base64: some systems send it as a text.
const PDF_BASE64: &str = "JVBERi0";

/// What an observation that holds or points to a document gives.
pub(super) enum Found {
    /// The document.
    Document(Document),
    /// Why it is none.
    Note(String),
    /// It is another observation.
    Nothing,
}

/// How many of the observations after one hold the rest of its document: a PDF in Base64 that was cut into several.
pub(super) fn parts(first: &Segment, after: &[&Segment]) -> usize {
    if first.name != "OBX" || !data(first).trim_start().starts_with(PDF_BASE64) {
        return 0;
    }
    let is_same = |next: &Segment| next.name == "OBX" && [2, 3].into_iter().all(|field| next.get(field, 1) == first.get(field, 1));
    after.iter().take_while(|next| is_same(next) && is_further(&data(next))).count()
}

/// Base64 that begins no document of its own: letters without blanks between them, which no sentence is.
fn is_further(text: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || ['+', '/', '='].contains(&c);
    let text = text.trim();
    !text.is_empty() && !text.starts_with(PDF_BASE64) && text.chars().all(is_base64) && (text.len() >= 40 || text.ends_with('='))
}

/// The document of an observation and of those that hold the rest of it.
pub(super) fn read_whole(obx: &Segment, further: &[&Segment]) -> Found {
    let place = obx.place_of_field(5);
    match value::kind(obx) {
        Kind::Data => encapsulated(obx, further, &place),
        Kind::Pointer => {
            Found::Note(format!("{place}: the document lies elsewhere ({}) and was not fetched; send it inside the message", obx.get(5, 1)))
        }
        Kind::Text if obx.field(5).begins_with(PDF_BASE64) => match decoded(&joined(obx, further)).filter(|content| is_pdf(content)) {
            Some(content) => Found::Document(Document { title: title(obx), media_type: PDF.into(), content }),
            None => Found::Note(format!("{place}: a PDF in Base64 that cannot be decoded; send it whole")),
        },
        _ => Found::Nothing,
    }
}

/// Data of an observation: the fifth component of encapsulated data, in Base64 of each repetition; else the text.
fn data(obx: &Segment) -> String {
    let is_encoded = || ["base64", "hex", ""].contains(&obx.first(5).component(4).to_lowercase().as_str());
    match value::kind(obx) {
        Kind::Data if is_encoded() => obx.repeats(5).map(|value| value.whole_component(5)).collect(),
        Kind::Data => obx.field(5).whole_component(5),
        _ => obx.whole(5),
    }
}

fn joined(obx: &Segment, further: &[&Segment]) -> String {
    std::iter::once(data(obx)).chain(further.iter().map(|next| data(next))).collect()
}

fn encapsulated(obx: &Segment, further: &[&Segment], place: &str) -> Found {
    let value = obx.first(5);
    let parts = [1, 2, 3, 4].map(|component| value.component(component));
    if obx.repeats(5).filter(|value| value.whole_component(5).trim_start().starts_with(PDF_BASE64)).count() > 1 {
        return Found::Note(format!("{place}: several documents in one OBX were not read; send each in its own"));
    }
    let (data, encoding) = (joined(obx, further), parts[3].to_lowercase());
    if data.is_empty() {
        return Found::Note(format!("{place}: the document is empty"));
    }
    let content = match encoding.as_str() {
        "base64" | "" => decoded(&data),
        "hex" => hexadecimal(&data),
        _ => match mime::pdf(&data) {
            Some(inside) => decoded(inside),
            None => Some(data.into_bytes()),
        },
    };
    let Some(content) = content.filter(|content| !content.is_empty()) else {
        return Found::Note(format!("{place}: the document cannot be decoded as {}; send it whole", parts[3]));
    };
    let media_type = media_type(&content, &parts);
    if media_type == PDF && !is_pdf(&content) {
        return Found::Note(format!("{place}: the document is said to be a PDF and is none; send it whole"));
    }
    Found::Document(Document { title: title(obx), media_type, content })
}

const PDF: &str = "application/pdf";

/// A PDF says so within its first 1024 bytes. Source: Adobe PDF Reference 1.7, appendix H.3, implementation note 13.
fn is_pdf(content: &[u8]) -> bool {
    content[..content.len().min(1024)].windows(4).any(|window| window == b"%PDF")
}

fn title(obx: &Segment) -> String {
    let question = value::question(obx);
    if question.is_empty() { "Document".into() } else { question }
}

fn decoded(data: &str) -> Option<Vec<u8>> {
    let plain: String = data.chars().filter(|c| !c.is_whitespace()).collect();
    LENIENT.decode(plain).ok()
}

fn hexadecimal(data: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = data.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    let pairs = digits.chunks_exact(2);
    (pairs.remainder().is_empty() && digits.len() == data.chars().filter(|c| !c.is_whitespace()).count())
        .then(|| pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// The media type, from the content where that shows it, else from the type and subtype, which senders write in several ways.
fn media_type(content: &[u8], parts: &[String; 4]) -> String {
    if content.starts_with(b"%PDF") {
        return PDF.into();
    }
    let lower = |index: usize| parts[index].to_lowercase();
    if let Some(whole) = [2, 1, 0].map(lower).into_iter().find(|part| part.contains('/')) {
        return whole;
    }
    match [lower(1), lower(2)].iter().map(String::as_str).find_map(known_type) {
        Some(known) => known.into(),
        None => "application/octet-stream".into(),
    }
}

/// Media types by their subtypes. Source: HL7 table 0291.
fn known_type(subtype: &str) -> Option<&'static str> {
    Some(match subtype {
        "pdf" => "application/pdf",
        "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "tiff" | "tif" => "image/tiff",
        "gif" => "image/gif",
        "html" => "text/html",
        "rtf" => "application/rtf",
        "xml" => "application/xml",
        "plain" | "txt" | "text" | "ascii" => "text/plain",
        "msword" | "doc" => "application/msword",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hl7::Message;

    fn found(obx: &str) -> Result<(String, String, usize), String> {
        let message = Message::read(&format!("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5\r{obx}\r")).expect("a message");
        match read_whole(message.first("OBX").expect("an observation"), &[]) {
            Found::Document(Document { title, media_type, content }) => Ok((title, media_type, content.len())),
            Found::Note(note) => Err(note),
            Found::Nothing => Err("nothing".into()),
        }
    }

    #[test]
    fn a_document_is_decoded_however_its_type_is_written() {
        for (value, media_type) in [
            ("ED|RPT^Order form^L||^application/pdf^PDF^Base64^JVBERi0xLjQ=", "application/pdf"),
            ("ED|RPT^Order form^L||255^AP^pdf^Base64^JVBERi0x LjQ", "application/pdf"),
            ("ED|RPT^Order form^L||OPENGMS^application^pdf^Base64^JVBERi0x\nLjQ=", "application/pdf"),
            ("TX|RPT^Order form^L||JVBERi0xLjQ=", "application/pdf"),
            ("ED|RPT^Order form^L||^image^jpeg^Hex^FFD8FFE000104A46", "image/jpeg"),
            ("ED|RPT^Order form^L||^TEXT^plain^A^eight & 8", "text/plain"),
            ("ED|RPT^Order form^L||^AP^pdf^Base64^JVBERi0x~^AP^pdf^Base64^LjQ=", "application/pdf"),
            (
                "ED|RPT^Order form^L||^multipart^related^A^MIME-Version: 1.0\\.br\\Content-Type: application/pdf\\.br\\\
                 Content-Transfer-Encoding: base64\\.br\\\\.br\\JVBERi0x\\.br\\LjQ=\\.br\\--end--",
                "application/pdf",
            ),
        ] {
            let (title, kind, bytes) = found(&format!("OBX|1|{value}||||||F")).expect(value);
            assert_eq!((title.as_str(), kind.as_str(), bytes > 5), ("Order form", media_type, true), "{value}");
        }
    }

    #[test]
    fn a_document_that_was_cut_into_several_observations_is_one() {
        for kind in ["ED|RPT^Report^L||^AP^pdf^Base64^", "TX|RPT^Report^L||"] {
            let text = format!("MSH|^~\\&|A\rOBX|1|{kind}JVBERi0x\rOBX|2|{kind}LjQ=\rOBX|3|TX|RPT^Report^L||No variant was found");
            let message = Message::read(&text).expect("a message");
            let all: Vec<&Segment> = message.named("OBX").collect();
            assert_eq!(parts(all[0], &all[1..]), 1, "{kind}");
            assert!(matches!(read_whole(all[0], &all[1..2]), Found::Document(document) if document.content == b"%PDF-1.4"), "{kind}");
        }
    }

    #[test]
    fn what_is_no_document_is_noted_by_its_place() {
        assert_eq!(
            found("OBX|1|ED|R||^AP^pdf^Base64^JVBE...truncated"),
            Err("OBX(1)-5: the document cannot be decoded as Base64; send it whole".into())
        );
        assert!(found("OBX|1|RP|R||http://documents.example.com/1.pdf").is_err_and(|note| note.contains("was not fetched")));
        for (value, says) in [
            ("^AP^pdf^Base64^TVogbm8gUERG", "is said to be a PDF and is none"),
            ("^AP^pdf^Base64^JVBERi0xLjQ=~^AP^pdf^Base64^JVBERi0xLjQ=", "several documents in one OBX"),
        ] {
            assert!(found(&format!("OBX|1|ED|R||{value}")).is_err_and(|note| note.contains(says)), "{value}");
        }
        assert_eq!(found("OBX|1|ED|R||"), Err("OBX(1)-5: the document is empty".into()));
        assert_eq!(found("OBX|1|TX|R||Just a text"), Err("nothing".into()));
    }
}
