//! What a report says, from the order, the analysis and the two scientists' decisions.

use crate::{Service, Status, engine::table};
use care::{
    ReportId, Staff,
    family::{Affected, Relationship},
    interpretation::{Conclusion, Outcome, Selected},
    order::purpose::Purpose,
    patient::{Demographics, Identity, Sex},
    report::{Coded, Content, ReportedVariant},
};
use interpret::{Analysis, analysis::CandidateVariant};
use jiff::{Timestamp, tz::TimeZone};
use ontology::{Panel, TermId, onset, panel::Rating};

/// Everything that a report is written from.
pub(crate) struct Sources<'a> {
    pub id: ReportId,
    pub status: &'a Status,
    pub demographics: &'a Demographics,
    pub analysis: &'a Analysis,
    pub conclusion: &'a Conclusion,
    pub signed: [&'a Staff; 3],
    pub at: Timestamp,
    /// The panel that the order names, in the version that it names.
    pub panel: Option<&'a Panel>,
    pub service: &'a Service,
    /// A final report follows.
    pub interim: bool,
}

/// The content.
pub(crate) fn of(s: &Sources) -> Content {
    let request = s.status.order.request.as_ref().expect("a report is written of a submitted order");
    let requester = s.status.order.requester.as_ref().expect("a submitted order has a requester");
    let term = |id: &TermId| [id.to_string(), s.service.knowledge.hpo.name(*id).unwrap_or("unknown term").to_owned()];
    let day = s.at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string();
    let signature = |what: &str, who: &Staff| [what.to_owned(), format!("{}, {}", who.name, who.role.words()), day.clone()];
    Content {
        id: s.id,
        order_number: request.number.clone(),
        authorised: s.at,
        patient: patient(s.demographics),
        requester: [requester.name.clone(), requester.organisation_name.clone()],
        relatives: request
            .people
            .iter()
            .filter(|p| p.relationship != Relationship::Proband)
            .map(|p| [p.relationship.words().to_owned(), p.name.clone(), affected(p.affected).to_owned()])
            .collect(),
        test: [request.test.to_string(), request.indication.clone()],
        features: request
            .observed
            .iter()
            .map(|id| {
                let [code, name] = term(id);
                let began = request.onsets.iter().find(|(of, _)| of == id);
                let began =
                    began.map_or_else(String::new, |(_, onset)| format!(", from {}", onset::words(&s.service.knowledge.hpo, *onset)));
                [code, name + &began]
            })
            .collect(),
        excluded: request.excluded.iter().map(term).collect(),
        outcome: s.conclusion.outcome,
        headline: headline(&request.purpose, s.conclusion.outcome).into(),
        interim: s.interim,
        plain: plain(&request.purpose, s.conclusion, &s.demographics.given_name),
        summary: s.conclusion.summary.clone(),
        variants: s.conclusion.variants.iter().filter_map(|v| variant(s.analysis, v)).collect(),
        tested: tested(s),
        not_tested: not_tested(s),
        methods: s.analysis.provenance.iter().map(|(what, version)| [what.clone(), version.clone()]).collect(),
        signatures: vec![
            signature("Interpreted by", s.signed[0]),
            signature("Checked by", s.signed[1]),
            signature("Authorised by", s.signed[2]),
        ],
        supersedes: None,
    }
}

fn patient(who: &Demographics) -> [String; 4] {
    let number = match &who.nhs_number {
        Identity::Fetus => "none before birth".to_owned(),
        Identity::NhsNumber(number) => number.to_string(),
        Identity::Unavailable(reason) => format!("not available ({reason})"),
    };
    let sex = match who.sex {
        Sex::Female => "Female",
        Sex::Male => "Male",
        Sex::Unknown => "Not known",
    };
    [who.full_name(), number, who.birth_date.strftime("%-d %B %Y").to_string(), sex.into()]
}

fn affected(status: Affected) -> &'static str {
    match status {
        Affected::Yes => "affected",
        Affected::No => "not affected",
        Affected::Unknown => "affected status not known",
    }
}

/// The result in a line, as an answer to the question of the order.
fn headline(purpose: &Purpose, outcome: Outcome) -> &'static str {
    match (purpose, outcome) {
        (Purpose::Predictive { .. }, Outcome::Diagnostic) => "The variant that is known in the family was found",
        (Purpose::Predictive { .. }, Outcome::NoFinding) => "The variant that is known in the family was not found",
        (Purpose::Reanalysis { .. }, Outcome::Diagnostic) => "Looking again found a genetic cause",
        (Purpose::Reanalysis { .. }, Outcome::NoFinding) => "Looking again found no cause",
        (Purpose::Reinterpretation { .. }, Outcome::Diagnostic) => "The variant is a genetic cause",
        (Purpose::Reinterpretation { .. }, Outcome::NoFinding) => "The variant is not the cause",
        (Purpose::Tumour(_), Outcome::Diagnostic) => "A variant with a meaning for the tumour was found",
        (Purpose::Tumour(_), Outcome::NoFinding) => "No variant with a meaning for the tumour was found",
        (_, outcome) => outcome.words(),
    }
}

fn plain(purpose: &Purpose, conclusion: &Conclusion, name: &str) -> String {
    let mut genes: Vec<&str> = conclusion.variants.iter().map(|v| v.symbol.as_str()).collect();
    genes.dedup();
    let genes = genes.join(" and ");
    match (purpose, conclusion.outcome) {
        (Purpose::Predictive { .. }, Outcome::Diagnostic) => {
            format!(
                "{name} has the change in the {genes} gene that is known in the family. That does not say that {name} is ill. The clinic will talk about what it means."
            )
        }
        (Purpose::Predictive { .. }, Outcome::NoFinding) => {
            format!("{name} does not have the change that is known in the family. The test looked for that change only.")
        }
        (Purpose::Tumour(_), Outcome::Diagnostic) => {
            format!("This test found a change in the {genes} gene of the tumour that can matter for the treatment.")
        }
        (Purpose::Tumour(_), Outcome::NoFinding) => {
            "This test did not find a change of the tumour that matters for the treatment. Some changes cannot be seen by this test.".into()
        }
        (_, Outcome::Diagnostic) => format!("This test found a change in the {genes} gene that explains {name}'s condition."),
        (_, Outcome::Uncertain) => {
            format!(
                "This test found a change in the {genes} gene. It is not known yet whether it explains {name}'s condition. Decisions about care should not rest on it."
            )
        }
        (_, Outcome::NoFinding) => {
            format!(
                "This test did not find a change that explains {name}'s condition. A genetic cause is still possible: some causes cannot be seen by this test, and knowledge grows."
            )
        }
    }
}

fn variant(analysis: &Analysis, selected: &Selected) -> Option<ReportedVariant> {
    let proband = analysis.family.proband_index();
    analysis.candidates.iter().find_map(|candidate| {
        let held: &CandidateVariant = candidate.variants.iter().find(|v| v.variant.to_string() == selected.variant)?;
        Some(ReportedVariant {
            gene: selected.symbol.clone(),
            transcript: held.effect.transcript.clone(),
            hgvs: [
                held.effect.hgvs_c.clone().unwrap_or_else(|| held.hgvs_g.clone()),
                held.effect.hgvs_p.clone().unwrap_or_else(|| "no protein change described".into()),
                held.hgvs_g.clone(),
            ],
            inheritance: format!("{}; population frequency {}", candidate.pattern, table::frequency(held)),
            class: selected.class.clone(),
            criteria: selected.criteria.iter().map(|(code, evidence)| [code.clone(), evidence.clone()]).collect(),
            disorder: candidate.disease.as_ref().map_or_else(|| "no annotated disorder".into(), |(id, name)| format!("{name} ({id})")),
            note: selected.note.clone(),
            coded: Coded {
                gene: selected.gene.to_string(),
                variant: held.variant.to_string(),
                zygosity: held.genotypes.get(proband).map_or_else(String::new, |g| format!("{:?}", g.zygosity)),
                disorder: candidate.disease.as_ref().map_or_else(Default::default, |(id, name)| [id.clone(), name.clone()]),
            },
        })
    })
}

fn tested(s: &Sources) -> Vec<String> {
    let request = s.status.order.request.as_ref().expect("a report is written of a submitted order");
    let mut lines = vec![format!("Samples of {} people; {} variant sites examined", request.people.len(), s.analysis.counts.records)];
    if let Some((_, name, version)) = &request.panel {
        let green = s.panel.map_or(0, |p| p.genes.iter().filter(|g| g.rating == Rating::Green).count());
        lines.push(format!("Panel {name}, version {version} ({green} green genes); genes outside it were ranked after those on it"));
    } else {
        lines.push("No panel: every gene of the reference pack".into());
    }
    let checks = s.analysis.identity.iter().filter(|c| c.outcome == interpret::identity::Outcome::Agrees).count();
    lines.push(format!(
        "{checks} of {} identity checks (sex, parentage) agreed with the pedigree; none contradicted it",
        s.analysis.identity.len()
    ));
    lines
}

/// What ends every report of this test: what it cannot see.
fn not_tested(s: &Sources) -> Vec<String> {
    let mut lines: Vec<String> = s.analysis.limits.iter().map(|l| format!("Not in the reference pack: {l}")).collect();
    let input = s.status.analysis().and_then(|(_, analysis)| analysis.input.as_ref());
    let structural = input.map_or(0, |input| input.structural_sha256.len());
    lines.push(match structural {
        0 => "Copy-number and structural variants and repeat expansions were not looked for".into(),
        _ => "Copy-number and structural variants and repeat expansions were looked for only as far as the files of their own callers, delivered beside the small variants, name them".into(),
    });
    lines.push("Methylation and deep intronic variants were not looked for".into());
    lines.push("Coverage was not delivered with the data, so a gene without a variant may be one that was not read".into());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_tested_for_the_familys_variant_is_not_told_of_a_condition_of_their_own() {
        let predictive = Purpose::Predictive { variant: "NM_1.1:c.1A>G".into(), relative: "brother".into() };
        let conclusion = |outcome| Conclusion { variants: vec![], outcome, summary: String::new() };
        for outcome in [Outcome::Diagnostic, Outcome::NoFinding] {
            let told = format!("{} {}", headline(&predictive, outcome), plain(&predictive, &conclusion(outcome), "Cara"));
            assert!(told.contains("known in the family") && !told.contains("explains") && !told.contains("genetic cause"), "{told}");
        }
        assert!(plain(&Purpose::Diagnosis, &conclusion(Outcome::NoFinding), "Ada").contains("explains Ada's condition"));
    }
}
