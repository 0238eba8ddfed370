//! The library as a beacon: to everybody whether there are enough to be told of, to a project's program counts.

use crate::{Service, ServiceError, ServiceResult, research};
use annotation::{Knowledge, name};
use care::Refusals;
use genome::{Mane, Sex, Variant, residue::ResidueChange};
use interop::ga4gh::beacon::{BeaconQuery, Entry, Found, Granularity};
use library::{
    Answer, Question, ask,
    disclosure::{Count, DisclosureLedger},
    question::What,
};
use std::sync::Arc;

/// A beacon's question in the cohort language, with what was taken for granted.
struct Understood {
    question: Question,
    /// The one variant that it is about.
    variant: Option<Variant>,
    notes: Vec<String>,
}

/// Answers a beacon's question. Without a token: whether a variant, or a cohort, is there in enough people to be told of.
#[crate::boxed]
pub async fn beacon(service: &Arc<Service>, token: Option<&str>, query: &BeaconQuery) -> ServiceResult<Found> {
    let Some(understood) = understood(&service.knowledge, query)? else {
        return Ok(nowhere(query, token.is_some()));
    };
    let text = understood.question.to_string();
    let (answer, granularity) = match token {
        // People are never told one by one: what is asked of them is counted.
        Some(token) if query.entry == Entry::Individual => {
            (Some(research::token::ask_with(service, token, &text).await?), query.granularity.min(Granularity::Count))
        }
        Some(token) => (Some(research::token::ask_with(service, token, &text).await?), query.granularity),
        None => (to_everybody(service, query, &text).await?, Granularity::Boolean),
    };
    Ok(found(answer, granularity, understood))
}

fn found(answer: Option<Answer>, granularity: Granularity, understood: Understood) -> Found {
    let Understood { variant, notes, .. } = understood;
    let about = answer.as_ref().and_then(|answer| match answer.carriers.unwrap_or(answer.cohort) {
        Count::About(number) => Some(number),
        Count::Few | Count::Hidden => None,
    });
    let variants: Vec<Variant> = answer.iter().flat_map(|answer| &answer.variants).filter_map(|text| text.parse().ok()).collect();
    let exists = about.is_some() || !variants.is_empty();
    let variants = if variants.is_empty() { variant.into_iter().filter(|_| exists).collect() } else { variants };
    // Yes or no is all that everybody is told.
    let (about, variants) = if granularity == Granularity::Boolean { (None, vec![]) } else { (about, variants) };
    Found { exists, about, variants, granularity, notes }
}

/// What no variant can be: a change of a residue that no one codon brings about.
fn nowhere(query: &BeaconQuery, is_project: bool) -> Found {
    let granularity = if is_project { query.granularity } else { Granularity::Boolean };
    let note = "No variant within one exon brings this change of the protein about.".to_owned();
    Found { exists: false, about: None, variants: vec![], granularity, notes: vec![note] }
}

async fn to_everybody(service: &Arc<Service>, query: &BeaconQuery, text: &str) -> ServiceResult<Option<Answer>> {
    // Yes or no about a variant in ever smaller groups would tell of one person in the end.
    let in_a_group = !query.terms.is_empty() || query.sex.is_some();
    let about_variants = query.variant.is_some() || query.name.is_some() || query.gene.is_some() || query.is_about_variants();
    if in_a_group && about_variants {
        return Err(Refusals::one("filters", "Filters together with a variant or gene need the token of a project").into());
    }
    let checked = research::asking::checked(service, text)?;
    let library = research::library(service).await?;
    let Some(name) = library.releases().await?.pop() else { return Ok(None) };
    let release = library.released(&name).await?.ok_or(ServiceError::NotFound("release"))?;
    let scope = research::scope(service).await?;
    // Yes or no above a limit tells of nobody, and is remembered for nobody.
    match ask::ask(library, &release, &scope, &mut DisclosureLedger::default(), &checked).await {
        Ok(answer) => Ok(Some(answer)),
        Err(why @ ask::NotAnswered::TooBroad(_)) => Err(Refusals::one("start, end", why.to_string()).into()),
        Err(why) => Err(anyhow::Error::from(why).into()),
    }
}

/// A beacon's question in the cohort language; nothing where it asks for what no variant can be.
fn understood(knowledge: &Knowledge, query: &BeaconQuery) -> ServiceResult<Option<Understood>> {
    let mut notes = Vec::new();
    let mut shape = query.shape.clone();
    let gene = query.gene.as_deref().map(|name| symbol(knowledge, name)).transpose()?;
    if let (Some(change), Some(gene)) = (query.residue, &gene) {
        let (transcript, variants) = of_residue(knowledge, gene, change)?;
        if variants.is_empty() {
            return Ok(None);
        }
        notes.push(format!("aminoacidChange is counted on {transcript}."));
        shape.among = variants;
    }
    let one = match &query.name {
        Some(text) => Some(named(knowledge, text, &mut notes)?),
        None => query.variant.clone().map(|variant| variant.normalise(&*knowledge.evidence)),
    };
    let what = match (&one, query.is_about_variants(), &gene) {
        (Some(variant), ..) => What::Seen(variant.to_string()),
        (None, true, _) => What::Variants,
        (None, false, Some(_)) => What::Carriers,
        (None, false, None) => What::People,
    };
    let sex = match query.sex {
        Some(Sex::Female) => Some("female".to_owned()),
        Some(Sex::Male) => Some("male".to_owned()),
        Some(Sex::Unknown) | None => None,
    };
    let question = Question { genes: gene.into_iter().collect(), with: query.terms.clone(), sex, shape, ..Question::about(what) };
    Ok(Some(Understood { question, variant: one, notes }))
}

fn symbol(knowledge: &Knowledge, name: &str) -> ServiceResult<String> {
    let gene = knowledge.gene_named(name).map(|gene| gene.symbol.clone());
    let unknown =
        || Refusals::one("geneId", format!("'{name}' is no gene of the reference pack; write its approved symbol, such as SCN1A"));
    gene.ok_or_else(|| unknown().into())
}

fn named(knowledge: &Knowledge, text: &str, notes: &mut Vec<String>) -> ServiceResult<Variant> {
    let named = name::variant(text, knowledge).map_err(|why| Refusals::one("genomicAlleleShortForm", why.to_string()))?;
    notes.extend(named.notes.into_iter().map(|note| format!("{note}.")));
    Ok(named.variant)
}

/// Every variant that changes a residue so, on the gene's MANE Select transcript, or the one where the residue is what is said.
fn of_residue(knowledge: &Knowledge, gene: &str, change: ResidueChange) -> ServiceResult<(String, Vec<Variant>)> {
    let id = knowledge.gene_by_symbol(gene).map(|gene| gene.id);
    let mut transcripts: Vec<_> = id.into_iter().flat_map(|id| knowledge.transcripts_of(id)).filter(|t| t.mane != Mane::Other).collect();
    transcripts.sort_by_key(|transcript| transcript.mane);
    let mut refused = format!("the reference pack holds no MANE transcript of {gene}");
    for (index, transcript) in transcripts.into_iter().enumerate() {
        match change.variants(transcript, &*knowledge.evidence) {
            Ok(variants) => {
                let normalised = variants.iter().map(|variant| variant.normalise(&*knowledge.evidence)).collect();
                return Ok((transcript.id.clone(), normalised));
            }
            Err(why) if index == 0 => refused = why.to_string(),
            Err(_) => {}
        }
    }
    Err(Refusals::one("aminoacidChange", refused).into())
}
