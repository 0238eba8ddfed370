//! What a name of a column, a row or a key says of the numbers under it. A name that says nothing is [`Meaning::Unknown`], and a small
//! whole number under it is taken for a count of people: an honest table loses nothing by a clearer name, a person might by the opposite.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// What the numbers under a name are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// Counts of people.
    People,
    /// Estimated from many people: a mean, a ratio, a p value.
    Statistic,
    /// Counts or settings of something that is no person: genes, layers.
    Thing,
    /// A label or a measurement: a chromosome, a year, an age.
    Attribute,
    /// Percentages.
    Percent,
    /// Shares of one.
    Proportion,
    /// A measurement or a label, if the cells show that it is one: `score`.
    Vague,
    /// Not known.
    Unknown,
}

/// Terms, each in lower case.
type Terms = LazyLock<HashSet<&'static str>>;

macro_rules! terms {
    ($name:ident, $about:literal, $list:literal) => {
        #[doc = $about]
        static $name: Terms = LazyLock::new(|| $list.split_whitespace().collect());
    };
}

terms!(
    PEOPLE,
    "Nouns that count people, in the plural or as a class.",
    "adults babies boys brothers carriers cases children controls daughters deaths donors families fathers females foetuses fetuses
    girls hemizygotes heterozygotes homozygotes households individuals infants kindreds males men mothers neonates newborns
    nonresponders parents participants patients pedigrees people persons pregnancies probands recipients recruits relatives respondents
    responders samples siblings sisters sons students subjects survivors teenagers toddlers trios twins volunteers women"
);
terms!(
    PERSON,
    "Nouns for one person.",
    "adult baby boy brother carrier case child daughter death donor family father female girl hemizygote heterozygote homozygote individual
    infant male man member mother neonate newborn participant patient person proband recipient relative sibling sister son subject trio
    twin volunteer woman"
);
terms!(
    COUNTS,
    "Names of columns that count, whoever is counted.",
    "ac count counts hemi het hets hom homs hemis n nhet nhom nhomalt no nr num number obs headcount enrolled recruited consented
    diagnosed died ncarriers ncases ncontrols npatients nsamples"
);
terms!(
    STATISTICS,
    "What is estimated from many people.",
    "accuracy auc average beta bic aic brier chi2 ci coef coefficient constraint correlation cv df dispersion effect error estimate f1
    hazard heritability heterozygosity hr information intercept iqr kappa lambda likelihood loeuf loglik lower maximum max mean median min minimum nll
     odds p padj pli precision probability pval pvalue quantile r2 ratio recall residual rho rmse rr sd se
    sensitivity sigma significance slope specificity stat statistic std stderr survival tau upper variance wald "
);
terms!(ALONE, "The same, where nothing else stands beside: `risk`, but not `high risk`; `or` is the odds ratio.", "exp or risk");
terms!(
    THINGS,
    "What is counted or set and is no person.",
    "clinvar credible exac gnomad set sets topmed alleles arms authors bases batches bins bootstraps centres centers chromosomes clusters codons columns components config copies cores countries
    covariates databases datasets days degrees domains dropout edges eqtls estimators duplicates epochs exons experiments features figures files folds
    genes gpus groups guidelines heads hidden hospitals hours hypotheses haplotypes hits hyperparameters indels introns iterations kilobases laboratories
    layers libraries lines links loci markers methods minutes model models modules months mutations motifs nodes outcomes overlap packages papers peaks pages
    panels parameters params partitions pathways permutations pipelines points positions predictors probes proteins publications questions reads regions releases
    references replicates residues retries rounds rows sections seconds settings signals sites snps snvs stages steps studies svs tables tasks terms tests
    threads thresholds tools training transcripts trees trials units variables variants versions warmup waves weeks windows workers years"
);
terms!(
    ATTRIBUTES,
    "Labels, settings and measurements: a small number under them is no count.",
    "schema af age ages alpha alt amino arm band batch begin bin bmi cadd century chr chrom chromosome class cluster codon column component
    copy coverage cutoff day days decile degree depth dimension distance domain dose duration elapsed end epoch exon experiment fig figure
    fold gamma grade height hour id intron iteration kb kernel layer length maf mapq max_depth mb memory month months mq parameter pc
    penalty percentile phase phred ploidy pos position quarter quartile quintile release replicate revel round run runtime section seed
    severity stage star stars start step strand supplement table temperature tertile threshold tier time type version visit wave week width
    window yr year years"
);
terms!(
    VAGUE,
    "Names that fit anything that is counted or measured: alone they prove nothing, and the cells or a unit in the name must.",
    "c density index k level limit line load loss norm order power q quality r range rank rate score scores skew status style t weight weights
    x y z"
);
terms!(
    WHOLES,
    "Names of a whole, of which others are parts.",
    "all any both cohort combined denominator denom either everybody everyone examined genotyped overall grand screened sequenced sum
    tested total totals whole gesamt"
);
terms!(
    FILLERS,
    "Terms that do not narrow whom a number counts.",
    "a an and counts count children families individuals in n no num number of participants patients people persons probands results
    samples size study subjects the groups group data value values"
);

/// Lower-case terms of a name, also of one in `camelCase`; what it is counted by is left out.
pub(super) fn terms(name: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut lower_before = false;
    for c in name.chars().take(NAME_CHARACTERS_MAX) {
        if c.is_uppercase() && lower_before {
            spaced.push(' ');
        }
        lower_before = c.is_lowercase();
        spaced.extend(c.to_lowercase());
    }
    spaced.split(|c: char| !c.is_alphanumeric()).filter(|term| !term.is_empty()).map(ToOwned::to_owned).collect()
}

/// A name is no longer than this: what follows is not looked at.
const NAME_CHARACTERS_MAX: usize = 120;

fn any(terms: &[String], list: &Terms) -> bool {
    terms.iter().any(|term| list.contains(term.as_str()))
}

/// Where the first term of a list stands.
fn position(terms: &[String], list: &Terms) -> Option<usize> {
    terms.iter().position(|term| list.contains(term.as_str()))
}

/// What the numbers under a name are: `carriers (age under 5)` counts people, and so does `age (n)`.
pub(super) fn meaning(name: &str) -> Meaning {
    let (before, within) = name.split_once('(').filter(|(before, _)| !before.trim().is_empty()).unwrap_or((name, ""));
    if terms(within).first().is_some_and(|term| term == "n") && !within.contains(|c: char| c.is_ascii_digit()) {
        return Meaning::People;
    }
    let mut terms = terms(before);
    let end = terms.iter().position(|term| matches!(term.as_str(), "per" | "with" | "aged" | "who" | "under" | "over" | "by"));
    terms.truncate(end.filter(|end| *end > 0).unwrap_or(terms.len()));
    let has = |list: &[&str]| terms.iter().any(|term| list.contains(&term.as_str()));
    match () {
        () if name.contains('%') || has(&["percent", "percentage", "pct", "perc", "percents"]) => Meaning::Percent,
        () if has(&["fraction", "freq", "frequency", "prevalence", "prop", "proportion", "share", "yield", "af", "maf"]) => {
            Meaning::Proportion
        }
        () if has(&["at"]) && has(&["risk"]) => Meaning::People,
        () if any(&terms, &STATISTICS) || (!terms.is_empty() && terms.iter().all(|term| ALONE.contains(term.as_str()))) => {
            Meaning::Statistic
        }
        // `patients in validation set` are people.
        () if position(&terms, &PEOPLE).is_some_and(|noun| position(&terms, &THINGS).is_some_and(|thing| noun < thing)) => Meaning::People,
        () if any(&terms, &THINGS) => Meaning::Thing,
        () if any(&terms, &PEOPLE) => Meaning::People,
        () if any(&terms, &VAGUE) && !any(&terms, &ATTRIBUTES) && !any(&terms, &COUNTS) => {
            if names_unit(within) || PER_NUMBER.iter().any(|per| name.contains(per)) { Meaning::Attribute } else { Meaning::Vague }
        }
        // `age` is a measurement, `age 0-4` a group of people.
        () if any(&terms, &ATTRIBUTES)
            && !has(&["count", "counts", "n"])
            && !terms.iter().any(|term| term.contains(|c: char| c.is_ascii_digit())) =>
        {
            Meaning::Attribute
        }
        () if (any(&terms, &COUNTS) && terms.len() < 5) || name.trim() == "#" => Meaning::People,
        () if is_unit(within.trim_end_matches(')')) => Meaning::Attribute,
        () => Meaning::Unknown,
    }
}

/// Names of a rate: `rate per 100000`.
const PER_NUMBER: [&str; 3] = ["per 1", "/1", "per_1"];

/// Whether brackets of a name say in what its numbers are: `score (points)`, `level (1-4)`, `weight (kg)`.
fn names_unit(within: &str) -> bool {
    let unit = within.trim_end_matches(')').trim().to_lowercase();
    let is_scale = unit.split_once(['-', '–']).is_some_and(|(least, most)| least.parse::<u32>().is_ok() && most.parse::<u32>().is_ok());
    is_scale || is_unit(&unit) || matches!(unit.as_str(), "grade" | "label" | "scale" | "score")
}

/// Whether a number counts people, by its column and the names of its row. `age` names a measurement, `age 0-4` a group of people.
pub(super) fn counts_people(column: Meaning, row: Meaning) -> bool {
    use Meaning::{Attribute, People, Percent, Proportion, Statistic, Thing, Unknown, Vague};
    match (column, row) {
        (Percent | Proportion | Statistic | Attribute, _) | (People, Statistic) => false,
        (Thing, row) => row == People,
        (People, _) | (Unknown | Vague, People | Unknown | Vague) => true,
        (Unknown | Vague, _) => false,
    }
}

/// Whether a name in JSON says only that something is within it.
pub(super) fn is_container(name: &str) -> bool {
    matches!(name, "rows" | "columns" | "groups" | "tables" | "data" | "records" | "lines" | "features" | "panels" | "sections")
}

/// Meanings of the names of a table, each looked up once.
#[derive(Default)]
pub(super) struct Meanings<'n>(HashMap<&'n str, Meaning>);

impl<'n> Meanings<'n> {
    /// What the numbers under a name are.
    pub(super) fn look_up(&mut self, name: &'n str) -> Meaning {
        *self.0.entry(name).or_insert_with(|| meaning(name))
    }

    /// What the labels of a row say of its numbers.
    pub(super) fn of_row(&mut self, labels: impl Iterator<Item = &'n str>) -> Meaning {
        let mut first = Meaning::Unknown;
        // A symbol in capitals is a gene's, and a letter nobody's: MAX counts no maximum.
        for label in labels.filter(|label| label.len() > 1 && label.contains(char::is_lowercase)) {
            let names_a_group = label.contains(|c: char| c.is_ascii_digit()) || label.len() > NAME_CHARACTERS_MAX;
            match self.look_up(label) {
                Meaning::People => return Meaning::People,
                Meaning::Vague => {}
                Meaning::Attribute | Meaning::Percent if names_a_group => {}
                // `median age` is no count; `unknown effect` may be.
                Meaning::Statistic if !terms(label).first().is_some_and(|term| is_statistic(term) || term == "or") => {}
                other if first == Meaning::Unknown => first = other,
                _ => {}
            }
        }
        first
    }
}

/// Whom a number counts: the terms that narrow it, so that fewer terms are more people and none are all. `all` and `people` narrow nothing.
pub(super) fn narrowing(name: &str) -> Vec<String> {
    let mut terms = terms(name);
    terms.retain(|term| !WHOLES.contains(term.as_str()) && !FILLERS.contains(term.as_str()));
    terms
}

/// Whether a name is that of a whole: it says so and narrows nothing.
pub(super) fn is_whole(name: &str) -> bool {
    narrowing(name).is_empty() && any(&terms(name), &WHOLES)
}

/// Whether a column of this name gives allele frequencies.
pub(super) fn is_frequency(name: &str) -> bool {
    terms(name).iter().any(|term| ["af", "maf", "frequency", "freq", "eaf", "raf"].contains(&term.as_str()))
}

/// Whether a noun is for people.
pub(super) fn is_people(term: &str) -> bool {
    PEOPLE.contains(term) || PERSON.contains(term)
}

/// Whether a noun is for one person.
pub(super) fn is_one(term: &str) -> bool {
    PERSON.contains(term)
}

/// Whether a noun is of what is estimated from many.
pub(super) fn is_statistic(term: &str) -> bool {
    let is_letter = matches!(term, "density" | "loss" | "norm" | "power" | "q" | "r" | "range" | "skew" | "t" | "z");
    term != "or" && (is_letter || STATISTICS.contains(term) || ALONE.contains(term))
}

/// Whether a noun, in the plural, is of things.
pub(super) fn is_counted_thing(term: &str) -> bool {
    THINGS.contains(term)
}

/// Whether a number before this counts no people: a unit, or things.
pub(super) fn is_unit(term: &str) -> bool {
    const UNITS: &str = " bp cm copies day degree fold g gb gram hour kb kg l mb mg minute ml mm month percent percentage per sd sds second \
        standard time times week x year yr yrs ";
    THINGS.contains(term) || UNITS.contains(&format!(" {term} "))
}

/// Whether a number after this is a label: `figure 3`, `type 2`.
pub(super) fn is_label(term: &str) -> bool {
    ATTRIBUTES.contains(term)
        || VAGUE.contains(term)
        // `region 3`, of which there are several.
        || THINGS.contains(format!("{term}s").as_str())
        || matches!(
            term,
            "appendix"
                | "chapter"
                | "cohort"
                | "dataset"
                | "equation"
                | "group"
                | "model"
                | "objective"
                | "page"
                | "panel"
                | "part"
                | "question"
                | "row"
                | "study"
                | "hypothesis"
        )
}

/// Whether a noun for people before this one describes it: `patient groups`.
pub(super) fn is_compound(term: &str) -> bool {
    THINGS.contains(term)
        || matches!(
            term,
            "arm"
                | "cohort"
                | "cohorts"
                | "control"
                | "data"
                | "database"
                | "dataset"
                | "group"
                | "history"
                | "level"
                | "panel"
                | "series"
                | "set"
                | "sets"
                | "study"
                | "subgroups"
                | "type"
                | "types"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_counted() {
        let check = |expected: Meaning, names: &[&str]| names.iter().for_each(|name| assert_eq!(meaning(name), expected, "{name}"));
        check(Meaning::People, &["n", "N", "carriers", "n_cases", "nCases", "people (all)", "Number of patients", "age (n)", "#", "AC"]);
        check(Meaning::Statistic, &["mean age of cases", "p_value", "odds ratio", "median age"]);
        check(Meaning::People, &["patients in validation set", "n_cases_training", "families of all centres"]);
        check(Meaning::Thing, &["training samples", "sets of patients"]);
        check(Meaning::Thing, &["n_layers", "variants per person", "n_variants_tested", "genes"]);
        check(Meaning::Attribute, &["exon", "year", "cluster", "score (points)", "level (1-4)", "rate per 100000"]);
        check(Meaning::Vague, &["score", "rank", "level (all)", "x"]);
        check(Meaning::Percent, &["percent of patients", "%"]);
        check(Meaning::Unknown, &["", "female", "events", "value"]);
        assert!(is_whole("Total") && is_whole("cohort size") && !is_whole("total score") && !is_whole("people"));
    }
}
