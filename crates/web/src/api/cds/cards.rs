//! The cards: advice on each medicine that was recognised, and one that names what was not.

use interop::cds_hooks::{Card, Indicator, Prescribed};
use pharmacogenomics::{
    Advice, guidance,
    guidance::Level,
    medicine::{self, Medicine, MedicineCode, Recognised},
};
use service::results::medicines::Genes;

/// Who says what a card says.
pub(super) const SOURCE: &str = "OpenGMS, genomic record";

/// One card that says what is known, and what speaks against which medicines.
pub(super) fn overview(genes: &Genes) -> Option<Card> {
    let called = genes.iter().filter(|(_, meaning)| !meaning.phenotypes.is_empty()).count();
    let strong: Vec<Advice> =
        guidance::medicines().iter().flat_map(|m| guidance::advise(m.name, genes)).filter(|a| a.level >= Level::Change).collect();
    let line = |a: &Advice| format!("- **{}**: {} ({} {})", capital(&a.medicine), a.advice, a.gene, a.phenotype);
    let summary = match strong.len() {
        0 => format!("Pharmacogenomic results are on record: {called} genes; none speaks against a usual dose"),
        1 => "Pharmacogenomic results are on record: 1 medicine needs another dose or another medicine".into(),
        n => format!("Pharmacogenomic results are on record: {n} medicines need another dose or another medicine"),
    };
    (called > 0).then(|| Card::new(&summary, strong.iter().map(line).collect::<Vec<_>>().join("\n"), Indicator::Info, SOURCE))
}

/// Cards for everything that is prescribed; a medicine that is ordered twice is advised on once.
pub(super) fn advice(prescribed: &[Prescribed], genes: &Genes, said_by: &str) -> Vec<Card> {
    let (mut medicines, mut unrecognised): (Vec<&Medicine>, Vec<&Prescribed>) = (vec![], vec![]);
    for one in prescribed {
        let code = |(system, code): &(String, String)| MedicineCode { system: system.clone(), code: code.clone() };
        match medicine::recognise(&one.codes.iter().map(code).collect::<Vec<_>>(), &one.names) {
            Recognised::Guided(found) => medicines.extend(found),
            Recognised::Unguided => {}
            Recognised::No => unrecognised.push(one),
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    medicines.retain(|medicine| {
        !seen.contains(&medicine.name) && {
            seen.push(medicine.name);
            true
        }
    });
    let cards = medicines.into_iter().flat_map(|medicine| of_medicine(medicine, genes, said_by));
    cards.chain(not_recognised(&unrecognised)).collect()
}

/// One card that names orders for somebody else than the patient who is open, on which nothing is advised.
pub(super) fn for_others(prescribed: &[Prescribed]) -> Option<Card> {
    let names: Vec<String> = prescribed.iter().map(shown).collect();
    let first = names.first()?;
    let summary = format!("An order is for another patient than the one who is open: {first}; no genes were looked at for it");
    let list = names.iter().map(|name| format!("- {name}")).collect::<Vec<_>>().join("\n");
    Some(Card::new(&summary, format!("{list}\n\nOpen that patient, or correct whom the order is for."), Indicator::Warning, SOURCE))
}

/// Cards for one medicine.
fn of_medicine(medicine: &Medicine, genes: &Genes, said_by: &str) -> Vec<Card> {
    let mut cards: Vec<Card> = guidance::advise(medicine.name, genes).into_iter().filter_map(|advice| advised(advice, said_by)).collect();
    let unknown = guidance::unknown(medicine.name, genes);
    if !unknown.is_empty() {
        let summary = format!("{}: {} not known from the data on record", capital(medicine.name), unknown.join(", "));
        let detail = format!("{said_by}. A test of its own may be needed before the first dose.");
        cards.push(Card::new(&summary, detail, Indicator::Info, SOURCE));
    }
    cards
}

/// The card of one line of advice; none where nothing changes.
fn advised(a: Advice, said_by: &str) -> Option<Card> {
    let (indicator, verdict) = match a.level {
        Level::Avoid => (Indicator::Critical, "avoid"),
        Level::Change => (Indicator::Warning, "another dose or medicine"),
        Level::Watch => (Indicator::Info, "watch"),
        Level::Usual => return None,
    };
    let summary = format!("{}: {verdict} – {} {}", capital(&a.medicine), a.gene, a.phenotype);
    let doubt = if a.uncertain { "\n\nNot certain: the data leave other genotypes open." } else { "" };
    let detail = format!("{}\n\n{} {}{doubt}\n\n{said_by}. Source: {}.", a.advice, a.gene, a.basis, a.source);
    let card = Card::new(&summary, detail, indicator, SOURCE);
    Some(if a.level >= Level::Change { card.may_be_overridden() } else { card })
}

/// One card that names every medicine that was not recognised, so that no card is never taken for no problem.
fn not_recognised(prescribed: &[&Prescribed]) -> Option<Card> {
    let likes: Vec<Option<&Medicine>> = prescribed.iter().map(|one| medicine::spelt_like(&one.names)).collect();
    let name = |(one, like): (&&Prescribed, Option<&Medicine>)| match like {
        Some(like) => format!("{} (is {} meant?)", shown(one), like.name),
        None => shown(one),
    };
    let names: Vec<String> = prescribed.iter().zip(likes.iter().copied()).map(name).collect();
    let first = names.first()?;
    let more = if names.len() > 1 { format!(" and {} more", names.len() - 1) } else { String::new() };
    let summary = format!("Medicine not recognised: {first}{more}; no genes were looked at for it");
    let list = names.iter().map(|name| format!("- {name}")).collect::<Vec<_>>().join("\n");
    let detail = format!(
        "{list}\n\nA medicine is recognised by the name of its ingredient, a brand, or a code of RxNorm, ATC or SNOMED CT (dm+d). \
         Name the ingredient, or look it up on the page Pharmacogenomics."
    );
    let indicator = if likes.iter().any(Option::is_some) { Indicator::Warning } else { Indicator::Info };
    Some(Card::new(&summary, detail, indicator, SOURCE))
}

/// What the order says of its medicine: its names, else its codes, else the reference that leads nowhere.
fn shown(prescribed: &Prescribed) -> String {
    let codes = || prescribed.codes.iter().map(coded).collect::<Vec<_>>().join(", ");
    let missing = prescribed.missing.as_ref().map(|reference| format!("{reference}, which was not sent along"));
    let name = Some(prescribed.name()).filter(|name| !name.is_empty()).or_else(|| Some(codes()).filter(|codes| !codes.is_empty()));
    match (name, missing) {
        (Some(name), Some(missing)) => format!("{name}; {missing}"),
        (Some(text), None) | (None, Some(text)) => text,
        (None, None) => "an order that names no medicine".to_owned(),
    }
}

/// A code with its system, and whether it can be one.
fn coded((system, code): &(String, String)) -> String {
    let mistyped = medicine::is_mistyped(&MedicineCode { system: system.clone(), code: code.clone() });
    format!("{code} ({system}{})", if mistyped { "; mistyped, since its check digit is wrong" } else { "" })
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharmacogenomics::{Definitions, outside, phenotype};

    fn summaries(prescribed: &[Prescribed]) -> Vec<String> {
        let definitions = Definitions::built_in();
        let calls = outside::read(definitions, "DPYD c.1905+1G>A (*2A)/c.1905+1G>A (*2A)").expect("calls");
        let genes: Vec<_> = calls
            .into_iter()
            .map(|call| (call.clone(), phenotype::interpret(definitions.gene(&call.gene).expect("a gene"), &call)))
            .collect();
        advice(prescribed, &genes, "Read from data").into_iter().map(|card| card.summary).collect()
    }

    fn named(name: &str) -> Prescribed {
        Prescribed { names: vec![name.into()], ..Prescribed::default() }
    }

    #[test]
    fn a_code_that_stands_in_no_file_is_said_as_not_recognised_beside_one_that_does() {
        let coded = |system: &str, code: &str| Prescribed { codes: vec![(system.into(), code.into())], ..Prescribed::default() };
        // A number of SNOMED CT with its right check digit, and that of no medicine here.
        let unknown = ["https://dmd.nhs.uk", "http://snomed.info/sct"].map(|system| coded(system, "73211009"));
        for one in &unknown {
            let system = &one.codes[0].0;
            let said = format!("Medicine not recognised: 73211009 ({system}); no genes were looked at for it");
            assert_eq!(summaries(std::slice::from_ref(one)), [said]);
        }
        let known = coded("http://snomed.info/sct", "387172005");
        let [one, _] = unknown;
        let both = summaries(&[known, one]);
        assert_eq!(both[0], "Fluorouracil: avoid – DPYD Poor Metabolizer");
        assert!(both[1].starts_with("Medicine not recognised: 73211009"), "{both:?}");
        let mistyped = summaries(&[coded("https://dmd.nhs.uk", "73211008")]);
        assert!(mistyped[0].contains("mistyped, since its check digit is wrong"), "{mistyped:?}");
    }

    #[test]
    fn a_medicine_is_advised_on_under_every_name_and_what_is_not_known_is_said() {
        let avoid = |name: &str| format!("{name}: avoid – DPYD Poor Metabolizer");
        assert_eq!(summaries(&[named("Xeloda"), named("capecitabine 150mg")]), [avoid("Capecitabine")]);
        assert_eq!(summaries(&[named("5-FU infusion")]), [avoid("Fluorouracil")]);
        let sct = ("http://snomed.info/sct".to_owned(), "387172005".to_owned());
        assert_eq!(summaries(&[Prescribed { codes: vec![sct], ..Prescribed::default() }]), [avoid("Fluorouracil")]);
        assert!(summaries(&[named("Paracetamol")]).is_empty());
        let unknown = summaries(&[named("Zyxumab"), Prescribed::default(), named("Xeloda")]);
        assert_eq!(unknown[1], "Medicine not recognised: Zyxumab and 1 more; no genes were looked at for it");
        let mistyped = summaries(&[named("Capecitibine 500mg tablets")]);
        let says = "Medicine not recognised: Capecitibine 500mg tablets (is capecitabine meant?); no genes were looked at for it";
        assert_eq!(mistyped, [says]);
        let lost = Prescribed { missing: Some("Medication/7".into()), ..Prescribed::default() };
        assert!(summaries(&[lost])[0].contains("Medication/7, which was not sent along"));
        let other = for_others(&[named("Xeloda"), named("Codeine")]).expect("a card");
        assert_eq!(other.summary, "An order is for another patient than the one who is open: Xeloda; no genes were looked at for it");
        assert!(other.detail.contains("- Codeine") && for_others(&[]).is_none());
    }
}
