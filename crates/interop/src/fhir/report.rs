//! A signed report as DiagnosticReport with its observations. Source: HL7 Genomics Reporting 3.0.0; NHS England Genomics FHIR.

use super::{concept, pruned, system};
use base64::{Engine, prelude::BASE64_STANDARD};
use care::{
    OrderId, PatientId,
    interpretation::case::Outcome,
    results::report::{Content, ReportedVariant},
};
use serde_json::{Value, json};

/// What is told beside the content of a report.
pub struct Told<'a> {
    /// Order.
    pub order: OrderId,
    /// Patient.
    pub patient: PatientId,
    /// ODS code of the laboratory.
    pub laboratory: &'a str,
    /// Samples that it rests on, by their identifiers.
    pub samples: &'a [String],
    /// The report as PDF, where it is sent along.
    pub pdf: Option<&'a [u8]>,
}

const REPORTING: &str = "http://hl7.org/fhir/uv/genomics-reporting";

fn profiled(kind: &str, id: &str, profile: &str, mut rest: Value) -> Value {
    rest["resourceType"] = json!(kind);
    rest["id"] = json!(id);
    rest["meta"] = json!({ "profile": [profile] });
    pruned(rest)
}

/// The report, then its observations.
pub fn resources(content: &Content, told: &Told) -> Vec<Value> {
    let mut observations = vec![overall(content, told)];
    for (place, variant) in (1..).zip(&content.variants) {
        let id = format!("{}.{place}", content.id.0.simple());
        observations.push(finding(content, told, &id, variant));
        observations.push(implication(content, told, &format!("{id}.1"), &id, variant));
    }
    let results: Vec<Value> =
        observations.iter().map(|o| json!({ "reference": format!("Observation/{}", o["id"].as_str().unwrap_or_default()) })).collect();
    let number = format!("{}/{}", content.order_number, content.id);
    let status = status(content);
    let pdf = told.pdf.map(|bytes| json!({ "contentType": "application/pdf", "language": "en-GB", "data": BASE64_STANDARD.encode(bytes), "title": format!("Genomic report {}", content.order_number) }));
    let fetched = json!({ "contentType": "application/pdf", "language": "en-GB", "url": format!("/fhir/DiagnosticReport/{}/pdf", content.id), "title": format!("Genomic report {}", content.order_number) });
    let report = profiled(
        "DiagnosticReport",
        &content.id.to_string(),
        "https://fhir.nhs.uk/StructureDefinition/NHSEngland-DiagnosticReport-GenomicReport",
        json!({
            "identifier": [{ "system": system::REPORT, "value": number }],
            "basedOn": [{ "reference": format!("ServiceRequest/{}", told.order), "identifier": { "system": system::ORDER, "value": content.order_number } }],
            "status": status,
            "category": [genetics(), { "coding": [{ "system": system::SNOMED, "code": "1236877003", "display": "Genetic pathology" }] }],
            "code": { "coding": [
                { "system": system::LOINC, "code": "51969-4", "display": "Genetic analysis report" },
                { "system": system::SNOMED, "code": "1054161000000101", "display": "Genetic report" },
            ] },
            "subject": subject(content, told),
            "issued": content.authorised.to_string(),
            "performer": [performer(told)],
            "resultsInterpreter": content.signatures.iter().map(|[what, who, _]| json!({ "display": format!("{what} {who}") })).collect::<Vec<_>>(),
            "specimen": told.samples.iter().map(|id| json!({ "reference": format!("Specimen/{id}") })).collect::<Vec<_>>(),
            "result": results,
            "conclusion": conclusion(content),
            "presentedForm": [pdf.unwrap_or(fetched)],
        }),
    );
    std::iter::once(report).chain(observations).collect()
}

/// What is sent to a hospital's own server: the report, its observations and the document, all or nothing.
pub fn transaction(content: &Content, told: &Told) -> Value {
    let entry = |resource: Value| {
        let path = format!("{}/{}", resource["resourceType"].as_str().unwrap_or_default(), resource["id"].as_str().unwrap_or_default());
        json!({ "fullUrl": format!("urn:opengms:{path}"), "resource": resource, "request": { "method": "PUT", "url": path } })
    };
    let document = told.pdf.map(|bytes| {
        profiled(
            "DocumentReference",
            &format!("{}.pdf", content.id.0.simple()),
            "http://hl7.org/fhir/StructureDefinition/DocumentReference",
            json!({
                "status": "current",
                "type": concept(system::SNOMED, "1054161000000101", "Genetic report"),
                "subject": subject(content, told),
                "date": content.authorised.to_string(),
                "content": [{ "attachment": { "contentType": "application/pdf", "data": BASE64_STANDARD.encode(bytes) } }],
                "context": { "related": [{ "reference": format!("DiagnosticReport/{}", content.id) }] },
            }),
        )
    });
    let without_pdf = Told { pdf: None, ..*told };
    let entries: Vec<Value> = resources(content, &without_pdf).into_iter().chain(document).map(entry).collect();
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

fn genetics() -> Value {
    concept("http://terminology.hl7.org/CodeSystem/v2-0074", "GE", "Genetics")
}

fn laboratory() -> Value {
    concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory")
}

fn subject(content: &Content, told: &Told) -> Value {
    let number: String = content.patient[1].chars().filter(char::is_ascii_digit).collect();
    let identifier = (number.len() == 10).then(|| json!({ "system": system::NHS_NUMBER, "value": number }));
    json!({ "reference": format!("Patient/{}", told.patient), "identifier": identifier, "display": content.patient[0] })
}

fn performer(told: &Told) -> Value {
    json!({ "identifier": { "system": system::ODS_BRITISH, "value": told.laboratory } })
}

/// Source: FHIR R4, diagnostic-report-status and observation-status, which share these.
fn status(content: &Content) -> &'static str {
    match (content.interim, &content.supersedes) {
        (true, _) => "preliminary",
        (false, Some(_)) => "amended",
        (false, None) => "final",
    }
}

fn conclusion(content: &Content) -> String {
    let changed = content.supersedes.as_ref().map_or_else(String::new, |(_, what)| format!("Amended report. {what} "));
    format!("{changed}{}. {}", content.headline(), content.summary)
}

fn observation(content: &Content, told: &Told, id: &str, profile: &str, mut rest: Value) -> Value {
    rest["status"] = json!(status(content));
    rest["category"] = json!([laboratory(), genetics()]);
    rest["subject"] = subject(content, told);
    rest["basedOn"] = json!([{ "reference": format!("ServiceRequest/{}", told.order) }]);
    rest["effectiveDateTime"] = json!(content.authorised.to_string());
    rest["performer"] = json!([performer(told)]);
    let profile = if profile.is_empty() { String::new() } else { format!("{REPORTING}/StructureDefinition/{profile}") };
    profiled("Observation", id, &profile, rest)
}

/// Source: LOINC 51968-6 with its answer list LL541-4.
pub(crate) fn answer(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Diagnostic | Outcome::Partial => ("LA6576-8", "Positive"),
        Outcome::NoFinding => ("LA6577-6", "Negative"),
        Outcome::Uncertain => ("LA9663-1", "Inconclusive"),
    }
}

fn overall(content: &Content, told: &Told) -> Value {
    let (code, display) = answer(content.outcome);
    // An overall interpretation has no profile of its own in version 3.
    observation(
        content,
        told,
        &format!("{}.0", content.id.0.simple()),
        "",
        json!({
            "code": concept(system::LOINC, "51968-6", "Genetic disease analysis overall interpretation"),
            "valueCodeableConcept": concept(system::LOINC, code, display),
            "note": [{ "text": content.plain }],
        }),
    )
}

fn coded(code: &str, display: &str, value: Value) -> Value {
    json!({ "code": concept(system::LOINC, code, display), "valueCodeableConcept": value })
}

/// What a finding outside the question is told with.
pub(crate) const OUTSIDE: &str = "Secondary finding: outside the question of the test; the person chose to be told.";

/// Source: LOINC answer list LL381-5.
pub(crate) fn zygosity(word: &str) -> Option<(&'static str, &'static str)> {
    match word {
        "Heterozygous" => Some(("LA6706-1", "Heterozygous")),
        "Homozygous" => Some(("LA6705-3", "Homozygous")),
        "Hemizygous" => Some(("LA6707-9", "Hemizygous")),
        _ => None,
    }
}

/// Source: LOINC answer list LL4034-6, as the profile of the implication binds it.
pub(crate) fn significance(class: &str) -> Option<(&'static str, &'static str)> {
    match class.to_lowercase().as_str() {
        "pathogenic" => Some(("LA6668-3", "Pathogenic")),
        "likely pathogenic" => Some(("LA26332-9", "Likely pathogenic")),
        "uncertain significance" | "variant of uncertain significance" => Some(("LA26333-7", "Uncertain significance")),
        "likely benign" => Some(("LA26334-5", "Likely benign")),
        "benign" => Some(("LA6675-8", "Benign")),
        _ => None,
    }
}

fn finding(content: &Content, told: &Told, id: &str, variant: &ReportedVariant) -> Value {
    const HGVS: &str = "http://varnomen.hgvs.org";
    let [coding, protein, genomic] = &variant.hgvs;
    let c = &variant.coded;
    let mut components = vec![
        coded("48004-6", "DNA change (c.HGVS)", concept(HGVS, &format!("{}:{coding}", variant.transcript), "")),
        coded("81290-9", "Genomic DNA change (gHGVS)", concept(HGVS, genomic, "")),
        coded("62374-4", "Human reference sequence assembly version", concept(system::LOINC, "LA26806-2", "GRCh38")),
        coded("48002-0", "Genomic source class [Type]", concept(system::LOINC, "LA6683-2", "Germline")),
        coded("51958-7", "Transcript reference sequence [ID]", concept("http://www.ncbi.nlm.nih.gov/refseq", &variant.transcript, "")),
    ];
    if protein.starts_with("p.") {
        components.push(coded("48005-3", "Amino acid change (pHGVS)", concept(HGVS, protein, "")));
    }
    if !c.gene.is_empty() {
        components.push(coded("48018-6", "Gene studied [ID]", concept("http://www.genenames.org/geneId", &c.gene, &variant.gene)));
    }
    if let Some((code, display)) = zygosity(&c.zygosity) {
        components.push(coded("53034-5", "Allelic state", concept(system::LOINC, code, display)));
    }
    if let [_, position, reference, alternative] = c.variant.split('-').collect::<Vec<_>>()[..] {
        components.push(json!({ "code": concept(system::LOINC, "69547-8", "Genomic ref allele [ID]"), "valueString": reference }));
        components.push(json!({ "code": concept(system::LOINC, "69551-0", "Genomic alt allele [ID]"), "valueString": alternative }));
        let start = position.parse::<u64>().map_or(Value::Null, |p| json!({ "low": { "value": p } }));
        components.push(json!({ "code": concept(system::LOINC, "81254-5", "Genomic allele start-end"), "valueRange": start }));
        // The allele's first base is counted from 1.
        components.push(coded("92822-6", "Genomic coord system", concept(system::LOINC, "LA30102-0", "1-based character counting")));
    }
    observation(
        content,
        told,
        id,
        "variant",
        json!({
            "code": concept(system::LOINC, "69548-6", "Genetic variant assessment"),
            "valueCodeableConcept": concept(system::LOINC, "LA9633-4", "Present"),
            "method": concept(system::LOINC, "LA26398-0", "Sequencing"),
            "note": [{ "text": variant.inheritance }, { "text": if variant.secondary { OUTSIDE } else { "" } }],
            "component": components,
        }),
    )
}

fn implication(content: &Content, told: &Told, id: &str, of: &str, variant: &ReportedVariant) -> Value {
    let mut components = Vec::new();
    if let Some((code, display)) = significance(&variant.class) {
        components.push(coded("53037-8", "Genetic variation clinical significance", concept(system::LOINC, code, display)));
    }
    let [disorder, name] = &variant.coded.disorder;
    if let Some(number) = disorder.strip_prefix("OMIM:") {
        components.push(coded("81259-4", "Associated phenotype", concept("https://omim.org", number, name)));
    } else if !name.is_empty() {
        components.push(coded("81259-4", "Associated phenotype", json!({ "text": name })));
    }
    let criteria: Vec<String> = variant.criteria.iter().map(|[code, evidence]| format!("{code}: {evidence}")).collect();
    observation(
        content,
        told,
        id,
        "diagnostic-implication",
        json!({
            "code": concept(&format!("{REPORTING}/CodeSystem/tbd-codes-cs"), "diagnostic-implication", "Diagnostic Implication"),
            "derivedFrom": [{ "reference": format!("Observation/{of}") }],
            "note": [{ "text": criteria.join("; ") }, { "text": variant.note }],
            "component": components,
        }),
    )
}
