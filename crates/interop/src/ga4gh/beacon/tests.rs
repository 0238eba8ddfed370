//! Requests as clients and the published documentation write them.

use super::*;
use serde_json::json;

fn pairs(query: &str) -> Vec<(String, String)> {
    query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

/// A query, and how it is understood or what is wrong with it.
#[track_caller]
fn check(query: &str, expected: &str) {
    let understood = match read_query(Entry::GenomicVariant, &pairs(query)) {
        Ok(read) => {
            let gene = read.gene.map(|gene| format!(" in {gene}")).unwrap_or_default();
            let residue = read.residue.map(|r| format!(" {}{}{}", char::from(r.from), r.place, char::from(r.to))).unwrap_or_default();
            let name = read.name.map(|name| format!(" {name}")).unwrap_or_default();
            let variant = read.variant.map(|variant| format!(" {variant}")).unwrap_or_default();
            format!("{}{gene}{residue}{name}{variant}", read.shape)
        }
        Err(why) => why,
    };
    assert_eq!(understood.trim(), expected, "{query}");
}

/// The queries of the documentation of GA4GH Beacon v2 (docs.genomebeacons.org, variant queries), and of two field systems.
#[test]
fn queries_of_the_documentation_are_understood_as_they_are_meant() {
    check("referenceName=NC_000017.11&start=7577120&referenceBases=G&alternateBases=A", "17-7577121-G-A");
    check("assemblyId=GRCh38&referenceName=17&start=7577120&referenceBases=G&alternateBases=A", "17-7577121-G-A");
    check("assemblyId=GRCh38&referenceName=refseq:NC_000017.11&start=5000000&end=7676592", "at 17:5000001-7676592");
    check("referenceName=NC_000017.11&start=7572826&end=7579005&alternateBases=A", "at 17:7572827-7579005 alternate A");
    check(
        "referenceName=NC_000017.11&variantType=DEL&start=5000000,7676592&end=7669607,10000000",
        "starting 17:5000001-7676592 ending 7669607-9999999 kind DEL",
    );
    check(
        "referenceName=refseq:NC_000009.12&variantType=EFO:0030067&start=21000000&start=21975098&end=21967753&end=24000000",
        "starting 9:21000001-21975098 ending 21967753-23999999 kind DEL",
    );
    check("geneId=EIF4A1&variantMaxLength=1000000&variantType=DEL", "kind DEL length-max 1000000 in EIF4A1");
    check("geneId=BRAF&aminoacidChange=V600E", "in BRAF V600E");
    check("geneId=NF1&aminoacidChange=R149W", "in NF1 R149W");
    check("genomicAlleleShortForm=NM_004006.2:c.4375C>T", "NM_004006.2:c.4375C>T");
    check("assemblyId=GRCh38&referenceName=19&start=55661000&end=55662000", "at 19:55661001-55662000");
    check("assemblyId=GCF_000001405.39&referenceName=chr9&start=99&end=100&referenceBases=A&alternateBases=T", "9-100-A-T");
    check("referenceName=9&start=99&referenceBases=ANNT&alternateBases=N", "starting 9:100-100 reference ANNT alternate N");
}

#[test]
fn what_cannot_be_answered_names_its_parameter() {
    check("referenceName=NC_000017.10&start=1&end=9", "referenceName 'NC_000017.10' is no chromosome of GRCh38, such as NC_000019.10");
    check(
        "referenceName=17&start=5",
        "start 5 without end and without alternateBases names neither a variant nor a range: add one of them",
    );
    check("referenceName=17&end=5", "start is missing: end alone says no place");
    check("start=5&end=9", "referenceName is missing: say on which chromosome");
    check("referenceName=17&start=9&end=9", "end 9 is not after start 9: end is the base after the last, counted from 0");
    check(
        "referenceName=17&start=1,5&end=9",
        "start has 2 and end 1 positions: a range has one of each, a bracket two of each, a sequence one start alone",
    );
    check("referenceName=17&start=5,1&end=9,12", "start 5,1 is empty: the second position is after the first");
    check("referenceName=17&start=0,1&end=0,1", "end 0,1 is before every base");
    check(
        "referenceName=1&start=0&end=9000000",
        "start and end span 9000000 bases; this beacon looks through 5000000 at once: ask in parts",
    );
    check("geneId=NF1&aminoacidChange=fs", "aminoacidChange: 'fs' is not one residue for another, such as V600E");
    check("aminoacidChange=V600E", "aminoacidChange 'V600E' needs geneId: a residue is one of a gene's protein");
    check(
        "geneId=NF1&clinicalRelevance=pathogenic",
        "the parameter 'clinicalRelevance' is not known here, and passing over it would answer more than was asked",
    );
    check("geneId=NF1&mateName=5", "mateName asks for what a breakend is joined to, which this library does not keep");
    check("geneId=NF1&datasetIds=other", "datasetIds 'other' is no dataset of this beacon, which has one: library");
    check("geneId=NF1&variantMinLength=9&variantMaxLength=2", "variantMinLength 9 is more than variantMaxLength 2");
    check("geneId=NF1&includeResultsetResponses=SOME", "includeResultsetResponses 'SOME' is none of ALL, HIT, MISS and NONE");
    check("geneId=NF1&skip=-1", "skip '-1' is no number of pages");
    let complete_loss = read_query(Entry::GenomicVariant, &pairs("geneId=NF1&variantType=EFO:0030069")).expect_err("refused");
    assert!(complete_loss.starts_with("variantType 'EFO:0030069' cannot be told apart in this library"), "{complete_loss}");
    let alone = read_query(Entry::GenomicVariant, &pairs("variantType=DEL")).expect_err("refused");
    assert!(alone.starts_with("say where: "), "{alone}");
}

/// The body that the documentation of GA4GH Beacon v2 prints: parameters below `g_variant`, granularity and pagination beside the query.
#[test]
fn a_body_is_read_as_the_documentation_writes_it() {
    let body = json!({ "$schema": "beaconRequestBody.json", "meta": { "apiVersion": "2.0" },
        "query": { "requestParameters": { "g_variant": {
            "referenceName": "NC_000017.11", "start": [5_000_000, 7_676_592], "end": [7_669_607, 10_000_000], "variantType": "DEL" } } },
        "requestedGranularity": "record", "pagination": { "skip": 2, "limit": 5 } });
    let read = read(Entry::GenomicVariant, &body).expect("read");
    assert_eq!(read.shape.to_string(), " starting 17:5000001-7676592 ending 7669607-9999999 kind DEL");
    assert_eq!((read.granularity, read.page), (Granularity::Record, Page { skip: 2, limit: 5 }));
    assert_eq!(read.page.cut((0..12).collect()), [10, 11]);
    let filter = json!({ "query": { "filters": [{ "id": "HP:0001250", "includeDescendantTerms": false }] } });
    assert!(super::read(Entry::Individual, &filter).expect_err("refused").contains("includeDescendantTerms"));
}

#[test]
fn nothing_of_a_body_is_passed_over() {
    for (body, says) in [
        (json!({ "requestParameters": { "geneId": "NF1" } }), "'requestParameters' in the body"),
        (json!({ "geneId": "NF1" }), "'geneId' in the body"),
        (json!([]), "the body is no object"),
        (json!(null), "the body is no object"),
        (json!({ "query": { "geneId": "NF1" } }), "'geneId' in query"),
        (json!({ "query": { "requestParameters": "geneId=NF1" } }), "write each parameter by its name"),
        (json!({ "query": { "requestParameters": { "geneId": "NF1", "isolated": true } } }), "the parameter 'isolated'"),
        (json!({ "query": { "requestParameters": [{ "geneId": "NF1" }, { "geneId": "BRAF" }] } }), "more than one value"),
        (json!({ "query": { "filters": [{ "id": "HP:0001250", "excluded": true }] } }), "'excluded' in the filter 'HP:0001250'"),
    ] {
        let why = read(Entry::Individual, &body).expect_err("refused");
        assert!(why.contains(says), "{body}: {why}");
    }
    assert!(read(Entry::Individual, &json!({})).is_ok(), "everybody");
}

proptest::proptest! {
    #[test]
    fn nothing_that_is_sent_panics(query in "(start|end|referenceName|geneId|aminoacidChange|variantType)=[0-9A-Za-z,:*é.-]{0,12}(&(start|end|referenceName|alternateBases)=[0-9A-Z,.-]{0,12}){0,4}") {
        let _ = read_query(Entry::GenomicVariant, &pairs(&query));
    }
}

#[test]
fn a_question_is_read_from_body_and_address_alike_or_it_is_said_what_is_wrong() {
    let body = json!({ "meta": { "apiVersion": "2.0" }, "query": {
        "filters": [{ "id": "HP:0001250" }, { "id": "NCIT:C16576" }], "requestedGranularity": "count",
        "requestParameters": { "referenceName": "1", "start": [119_757_271], "referenceBases": "C", "alternateBases": "T", "assemblyId": "GRCh38" } } });
    let read_body = read(Entry::GenomicVariant, &body).expect("read");
    let query =
        "filters=HP:0001250,NCIT:C16576&requestedGranularity=count&referenceName=1&start=119757271&referenceBases=C&alternateBases=T";
    let pairs: Vec<(String, String)> = query.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect();
    assert_eq!(read_query(Entry::GenomicVariant, &pairs), Ok(read_body.clone()));
    assert_eq!(read_body.variant.map(|v| v.to_string()).as_deref(), Some("1-119757272-C-T"), "the exchange counts from 0");
    assert_eq!((read_body.sex, read_body.terms.len()), (Some(Sex::Female), 1));
    let wrong = |pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        read_query(Entry::GenomicVariant, &pairs).expect_err("refused")
    };
    assert!(wrong(&[]).contains("geneId"));
    assert!(wrong(&[("geneId", "X"), ("filters", "MONDO:1")]).contains("'MONDO:1' is not known"));
    assert!(wrong(&[("geneId", "X"), ("requestedGranularity", "all")]).contains("none of boolean"));
    assert!(wrong(&[("alternateBases", "T"), ("start", "x")]).contains("no position"));
    let one =
        json!({ "query": { "requestParameters": { "referenceName": "1", "start": [5], "referenceBases": "C", "alternateBases": "T" } } });
    assert_eq!(read(Entry::GenomicVariant, &one).map(|q| q.variant.map(|v| v.to_string())), Ok(Some("1-6-C-T".to_owned())));
    assert!(wrong(&[("alternateBases", "T"), ("start", "4294967295")]).contains("beyond"));
    assert!(wrong(&[("alternateBases", "T"), ("start", "1"), ("assemblyId", "GRCh37")]).contains("ask on GRCh38"));
}
