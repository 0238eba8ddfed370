//! What a report says, from the order, the analysis and the two scientists' decisions.

use crate::{Service, Status, interpretation::further, laboratory};
use care::{
    Refusal, ReportId, Staff,
    interpretation::{
        case::{Conclusion, Outcome, Pathogenicity, Selected},
        further::FurtherPanel,
    },
    ordering::{
        choice::policy::Receipt,
        family::Relationship,
        order::{Request, purpose::Purpose},
    },
    people::patient::Demographics,
    results::report::{
        Coded, Content, Inheritance, PopulationFrequency, Relative, ReportQuestion, ReportedVariant, Subject, with_zygosity,
    },
};
use germline::{Analysis, analysis::CandidateVariant};
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
    /// Whether the person is told of findings outside the question.
    pub other_findings: &'a Receipt,
}

/// A feature with when it began, where that is known.
fn began(s: &Sources, request: &Request, id: TermId, [code, name]: [String; 2]) -> [String; 2] {
    let onset = request.onsets.iter().find(|(feature, _)| *feature == id).map(|(_, onset)| *onset);
    let began = onset.map_or_else(String::new, |onset| format!(", from {}", onset::describe(&s.service.knowledge.hpo, onset)));
    [code, name + &began]
}

/// The content.
pub(crate) fn compose(s: &Sources) -> Content {
    let request = s.status.order.request.as_ref().expect("a report is written of a submitted order");
    let requester = s.status.order.requester.as_ref().expect("a submitted order has a requester");
    let term = |id: &TermId| [id.to_string(), s.service.knowledge.hpo.name(*id).unwrap_or("unknown term").to_owned()];
    let day = s.at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string();
    let signature = |what: &str, who: &Staff| [what.to_owned(), format!("{}, {}", who.name, who.role.label()), day.clone()];
    let (question, outcome) = (question(&request.purpose), s.conclusion.outcome);
    let mut content = Content {
        id: s.id,
        order_number: request.number.clone(),
        authorised: s.at,
        patient: Subject::from(s.demographics),
        requester: [requester.name.clone(), asked_for(&request.purpose, &requester.organisation_name)],
        relatives: request
            .people
            .iter()
            .filter(|p| p.relationship != Relationship::Proband)
            .map(|p| Relative { relationship: p.relationship, name: p.name.clone(), affected: p.affected })
            .collect(),
        test: [request.test.to_string(), request.indication.clone()],
        features: request.observed.iter().map(|id| began(s, request, *id, term(id))).collect(),
        excluded: request.excluded.iter().map(term).collect(),
        question,
        outcome,
        headline: headline(&request.purpose, outcome).into(),
        interim: s.interim,
        plain: String::new(),
        is_plain_edited: false,
        summary: s.conclusion.summary.clone(),
        variants: s
            .conclusion
            .variants
            .iter()
            .filter(|v| !v.secondary || s.other_findings.allowed)
            .filter_map(|v| variant(s.analysis, v))
            .collect(),
        tested: tested(s),
        not_tested: not_tested(s),
        methods: s.analysis.provenance.iter().map(|(what, version)| [what.clone(), version.clone()]).collect(),
        signatures: vec![
            signature("Interpreted by", s.signed[0]),
            signature("Checked by", s.signed[1]),
            signature("Authorised by", s.signed[2]),
        ],
        supersedes: None,
    };
    content.plain = plain(question, outcome, &content.genes(), &s.demographics.given_name);
    if question == ReportQuestion::Cause && is_possible_cause(s.conclusion) {
        content.headline = POSSIBLE_CAUSE.into();
        content.plain = possible(&content.genes(), &s.demographics.given_name);
    }
    content
}

/// What was signed and does not stand in the report as it was signed: nothing is left out or said otherwise in silence.
pub(crate) fn unwritten(content: &Content, conclusion: &Conclusion, includes_additional: bool) -> Vec<Refusal> {
    let due = conclusion.variants.iter().filter(|v| !v.secondary || includes_additional);
    let is_same = |reported: &ReportedVariant, signed: &Selected| {
        let named = reported.coded.variant.as_ref().map(ToString::to_string);
        named.as_ref() == Some(&signed.variant) && reported.class == signed.class && reported.secondary == signed.secondary
    };
    let missing = due.filter(|signed| !content.variants.iter().any(|reported| is_same(reported, signed)));
    let message = |v: &Selected| {
        format!(
            "{} {} was signed as {} and is not in the analysis that this interpretation is over, so nothing was signed. Register the data again for a new interpretation",
            v.symbol,
            v.variant,
            v.class.label().to_lowercase()
        )
    };
    missing.map(|v| Refusal::new("report", message(v))).collect()
}

/// The result in a line, where a recessive cause has one variant that is pathogenic and one that is not known to be.
const POSSIBLE_CAUSE: &str = "A possible genetic cause was found: one of its two variants is of uncertain significance";

/// Whether the other variant of a pair is of uncertain significance, as two scientists signed: of one that was not signed, or was found
/// benign, that is not said.
fn is_possible_cause(conclusion: &Conclusion) -> bool {
    let is_uncertain = |partner: &String| conclusion.variants.iter().any(|v| v.variant == *partner && v.class == Pathogenicity::Uncertain);
    conclusion.possible_cause().and_then(|v| v.partner.as_ref()).is_some_and(is_uncertain)
}

fn possible(genes: &str, name: &str) -> String {
    format!(
        "What this test found in the {genes} gene may explain {name}'s condition. It takes two changes that matter, and of one of them it is not known yet whether it does. Decisions about care should not rest on it."
    )
}

/// What stands between an organisation and the coroner for whom it asks.
pub(super) const FOR_CORONER: &str = ", for the coroner (";

/// The organisation that asks, and the coroner for whom.
fn asked_for(purpose: &Purpose, organisation: &str) -> String {
    match purpose {
        Purpose::AfterDeath { coroner, .. } if !coroner.is_empty() => format!("{organisation}{FOR_CORONER}{coroner})"),
        _ => organisation.to_owned(),
    }
}

/// Name, NHS number, date of birth and sex as a report prints them.
pub fn printed(subject: &Subject) -> [String; 4] {
    render::printed::patient(subject)
}

/// What the report of such an order answers.
fn question(purpose: &Purpose) -> ReportQuestion {
    match purpose {
        Purpose::Predictive { .. } => ReportQuestion::FamilyVariant,
        Purpose::Carrier { .. } => ReportQuestion::Carrier,
        Purpose::Tumour(_) => ReportQuestion::Tumour,
        _ => ReportQuestion::Cause,
    }
}

/// The result in a line, as an answer to the question of the order.
fn headline(purpose: &Purpose, outcome: Outcome) -> &'static str {
    let found = outcome.is_finding();
    match (purpose, outcome) {
        (_, Outcome::Uncertain) => outcome.label(),
        (Purpose::Predictive { .. }, _) if found => "The variant that is known in the family was found",
        (Purpose::Predictive { .. }, _) => "The variant that is known in the family was not found",
        (Purpose::Carrier { .. }, _) if found => "A carrier: a variant was found that children could inherit",
        (Purpose::Carrier { .. }, _) => "Not found to be a carrier",
        (Purpose::Reanalysis { .. }, Outcome::Diagnostic) => "Looking again found a genetic cause",
        (Purpose::Reanalysis { .. }, Outcome::Partial) => "Looking again found a genetic cause of part of the condition",
        (Purpose::Reanalysis { .. }, _) => "Looking again found no cause",
        (Purpose::Reinterpretation { .. }, _) if found => "The variant is a genetic cause",
        (Purpose::Reinterpretation { .. }, _) => "The variant is not the cause",
        (Purpose::Tumour(_), _) if found => "A variant with a meaning for the tumour was found",
        (Purpose::Tumour(_), _) => "No variant with a meaning for the tumour was found",
        (_, outcome) => outcome.label(),
    }
}

fn plain(question: ReportQuestion, outcome: Outcome, genes: &str, name: &str) -> String {
    let found = outcome.is_finding();
    match (question, outcome) {
        (_, Outcome::Uncertain) => format!(
            "This test found a change in the {genes} gene. It is not known yet whether it matters for {name}. Decisions about care should not rest on it."
        ),
        (ReportQuestion::FamilyVariant, _) if found => format!(
            "{name} has the change in the {genes} gene that is known in the family. That does not say that {name} is ill. The clinic will talk about what it means."
        ),
        (ReportQuestion::FamilyVariant, _) => {
            format!("{name} does not have the change that is known in the family. The test looked for that change only.")
        }
        (ReportQuestion::Carrier, _) if found => format!(
            "{name} carries a change in the {genes} gene. Carriers are most often healthy. What it means for children depends on the other parent, whom the clinic may offer a test."
        ),
        (ReportQuestion::Carrier, _) => {
            format!(
                "This test did not find that {name} is a carrier. That makes it less likely, and not impossible: some changes cannot be seen by this test."
            )
        }
        (ReportQuestion::Tumour, _) if found => {
            format!("This test found a change in the {genes} gene of the tumour that can matter for the treatment.")
        }
        (ReportQuestion::Tumour, _) => {
            "This test did not find a change of the tumour that matters for the treatment. Some changes cannot be seen by this test.".into()
        }
        (ReportQuestion::Cause, Outcome::Partial) => format!(
            "This test found a change in the {genes} gene that explains a part of {name}'s condition. What explains the rest is not known."
        ),
        (ReportQuestion::Cause, _) if found => format!("This test found a change in the {genes} gene that explains {name}'s condition."),
        (ReportQuestion::Cause, _) => format!(
            "This test did not find a change that explains {name}'s condition. A genetic cause is still possible: some causes cannot be seen by this test, and knowledge grows."
        ),
    }
}

fn variant(analysis: &Analysis, selected: &Selected) -> Option<ReportedVariant> {
    let proband = analysis.family.proband_index();
    analysis.candidates.iter().find_map(|candidate| {
        let variant: &CandidateVariant = candidate.variants.iter().find(|v| v.variant.to_string() == selected.variant)?;
        let zygosity = variant.genotypes.get(proband).map(|g| g.zygosity);
        Some(ReportedVariant {
            gene: selected.symbol.clone(),
            transcript: variant.effect.transcript.clone(),
            hgvs: [
                variant.effect.hgvs_c.clone().unwrap_or_else(|| variant.hgvs_g.clone()),
                variant.effect.hgvs_p.clone().unwrap_or_else(|| "no protein change described".into()),
                variant.hgvs_g.clone(),
            ],
            inheritance: Inheritance {
                pattern: with_zygosity(&candidate.pattern.to_string(), zygosity),
                frequency: Some(frequency(variant)),
            },
            class: selected.class,
            criteria: selected.criteria.iter().map(|(code, evidence)| [code.clone(), evidence.clone()]).collect(),
            disorder: candidate.disease.as_ref().map_or_else(|| "no annotated disorder".into(), |(id, name)| format!("{name} ({id})")),
            note: selected.note.clone(),
            secondary: selected.secondary,
            coded: Coded {
                gene: Some(selected.gene),
                variant: Some(variant.variant.clone()),
                zygosity,
                disorder: candidate.disease.as_ref().map_or_else(Default::default, |(id, name)| [id.clone(), name.clone()]),
            },
        })
    })
}

/// How common the variant is in the reference population.
fn frequency(variant: &CandidateVariant) -> PopulationFrequency {
    match (variant.frequency, variant.frequency_known) {
        (Some(known), _) => PopulationFrequency::Share(known.overall.into()),
        (None, true) => PopulationFrequency::NotSeen,
        (None, false) => PopulationFrequency::NotEvaluated,
    }
}

fn tested(s: &Sources) -> Vec<String> {
    let request = s.status.order.request.as_ref().expect("a report is written of a submitted order");
    let mut lines = vec![format!("Samples of {} people; {} variant sites examined", request.people.len(), s.analysis.counts.records)];
    if let Some((_, name, version)) = &request.panel {
        let green = s.panel.map_or(0, |p| p.genes.iter().filter(|g| g.rating == Rating::Green).count());
        lines.push(format!("Panel {name}, version {version} ({green} green genes); genes outside it were looked at after those on it"));
    } else {
        lines.push("No panel: every gene of the reference pack".into());
    }
    lines.extend(further::in_force(s.status).iter().map(further_panel));
    let checks = s.analysis.identity.iter().filter(|c| c.outcome == germline::identity::Outcome::Agrees).count();
    lines.push(format!(
        "{checks} of {} identity checks (sex, parentage) agreed with the pedigree; none contradicted it",
        s.analysis.identity.len()
    ));
    lines
}

/// A panel that a scientist applied to the finished analysis, and why.
fn further_panel(panel: &FurtherPanel) -> String {
    format!("Further panel {} ({} green genes), applied to the same analysis. Reason: {}", panel.named(), panel.green, panel.reason)
}

/// What ends every report of this test: what it cannot see.
fn not_tested(s: &Sources) -> Vec<String> {
    let mut lines: Vec<String> = s.analysis.limits.iter().map(|l| format!("Not in the reference data that were used: {l}")).collect();
    let input = laboratory::data::interpreted(s.status).and_then(|analysis| analysis.input.as_ref());
    let structural = input.map_or(0, |input| input.structural_sha256.len());
    lines.push(match structural {
        0 => "Copy-number and structural variants and repeat expansions were not looked for".into(),
        _ => "Copy-number and structural variants and repeat expansions were looked for only as far as the files of their own callers, delivered beside the small variants, name them".into(),
    });
    for panel in further::in_force(s.status) {
        lines.extend(panel.not_looked_at.iter().map(|line| format!("Of the further panel {}: {line}", panel.name)));
    }
    if s.conclusion.variants.iter().any(|v| v.secondary) && !s.other_findings.allowed {
        lines.push(format!("Additional findings are not reported: {}", s.other_findings.why.to_lowercase()));
    }
    lines.push("Methylation and deep intronic variants were not looked for".into());
    lines.push("Coverage was not delivered with the data, so a gene without a variant may be one that was not read".into());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_is_called_uncertain_only_where_that_was_signed() {
        let selected = |variant: &str, partner: &str, class| Selected {
            variant: variant.into(),
            gene: genome::HgncId(1),
            symbol: "GENE".into(),
            class,
            criteria: vec![],
            note: String::new(),
            secondary: false,
            applied: vec![],
            partner: Some(partner.into()),
        };
        let is_possible = |others: Vec<Selected>| {
            let mut variants = vec![selected("a", "b", Pathogenicity::Pathogenic)];
            variants.extend(others);
            is_possible_cause(&Conclusion { variants, outcome: Outcome::Uncertain, summary: "Summary".into() })
        };
        for class in Pathogenicity::ALL {
            assert_eq!(is_possible(vec![selected("b", "a", class)]), class == Pathogenicity::Uncertain, "{class}");
        }
        assert!(!is_possible(vec![]), "the other variant was not signed");
    }

    #[test]
    fn a_report_says_zygosity_and_course_of_every_pattern_that_the_engine_prints() {
        use care::results::report::Course;
        use germline::inherit::{Origin, Pattern, Phase};
        let origin = Origin::Father;
        let patterns = [
            (Pattern::DeNovo { well_covered: true }, Course::DeNovo),
            (Pattern::DeNovo { well_covered: false }, Course::ApparentlyDeNovo),
            (Pattern::Dominant { origin }, Course::OneCopy),
            (Pattern::Heterozygous { origin }, Course::OneCopy),
            (Pattern::FromUnaffected { origin }, Course::OneCopy),
            (Pattern::Homozygous { origin }, Course::TwoCopies),
            (Pattern::CompoundHeterozygous { phase: Phase::Trans }, Course::InTrans),
            (Pattern::CompoundHeterozygous { phase: Phase::Unknown }, Course::PhaseUnknown),
            (Pattern::Hemizygous { origin }, Course::OnlyCopy),
            (Pattern::Mitochondrial { level: 0.4, homoplasmic: false }, Course::Mitochondrial),
            (Pattern::Mitochondrial { level: 1.0, homoplasmic: true }, Course::Mitochondrial),
        ];
        for (pattern, course) in patterns {
            let printed = pattern.to_string();
            assert_eq!(Course::read(&printed), course, "{printed}");
            let said = with_zygosity(&printed, Some(genome::Zygosity::Heterozygous));
            assert_eq!(Course::read(&said), course, "{said}");
            assert_eq!(said.matches("zygous").count() + said.matches("mitochondrial").count(), 1, "once: {said}");
        }
    }

    #[test]
    fn a_question_about_the_future_is_not_answered_with_a_condition_of_ones_own() {
        let predictive = Purpose::Predictive { variant: "NM_1.1:c.1A>G".into(), relative: "brother".into() };
        let carrier = Purpose::Carrier { condition: "CFTR".into(), reason: "Her partner carries".into() };
        let phrase =
            |purpose: &Purpose, outcome| format!("{}. {}", headline(purpose, outcome), plain(question(purpose), outcome, "CFTR", "Cara"));
        for outcome in Outcome::ALL.map(|(_, outcome)| outcome) {
            for text in [phrase(&predictive, outcome), phrase(&carrier, outcome)] {
                assert!(!text.contains("explains") && !text.contains("genetic cause"), "{text}");
            }
        }
        let died = Purpose::AfterDeath { died: jiff::civil::Date::constant(2026, 3, 27), coroner: "North Wales".into() };
        assert_eq!(asked_for(&died, "Hospital"), "Hospital, for the coroner (North Wales)");
        assert!(phrase(&predictive, Outcome::NoFinding).contains("known in the family"));
        assert!(phrase(&carrier, Outcome::NoFinding).contains("not impossible"));
        assert!(phrase(&Purpose::Diagnosis, Outcome::NoFinding).contains("explains Cara's condition"));
        assert!(phrase(&Purpose::Diagnosis, Outcome::Partial).contains("a part of Cara's condition"));
    }
}
