//! What of a text carries a conclusion: numbers, signs, names in capitals, and words of this service's own list. No national standard
//! names any. What the list misses is for the consultant to say; what it finds too much costs two scientists a look.

/// Words that turn what they stand before into its contrary: what divides them from it counts too.
const NEGATIONS: &str = "no not none never nothing nobody nowhere nor neither without cannot non hardly barely scarcely";

/// Other words that carry a conclusion, whole.
const WHOLE: &str = "may might can could should must will would shall ought all some any few fewer little less least more most many much \
    part parts partly only just merely solely both either or but if unless until except whether instead rather perhaps maybe sure surely \
    unsure very highly slightly somewhat fairly quite almost nearly mostly mainly often always sometimes usually rare rarely seldom \
    strong stronger strongly weak weaker weakly high higher low lower raised half double triple single several couple dozen per percent \
    ratio odds fold plus minus zero one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty \
    seventy eighty ninety hundred thousand million billion once twice first second third fourth fifth sixth seventh eighth ninth tenth \
    quarter un anti pre semi son sons half-brother left right trans cis de novo male female males females carry carries carried carrying \
    rule rules ruled lack lacks lacked lacking fail fails failed failing deny denies denied unable need needs needed gain gains gained \
    gaining lose loses lost losing loss losses copy copies linked proof clear clearly refer refers referred referral stop stops stopped \
    stopping drug drugs dose doses vus fully wholly familial";

/// What words contain that carry a conclusion.
const STEMS: &str = "pathogen benign certain diagnos caus explain exclud confirm consisten possib probab suggest recommend zyg mosaic \
    domin recess matern patern inherit affect carrier risk increas decreas reduc elevat treat screen surveill likel definit signific \
    complet normal delet duplicat penetran support contradict compatib related predict contraindic avoid urgent immediate absen presen \
    negative positive eliminat associat sufficien known unclear mother father parent daughter brother sister sibling cousin aunt uncle \
    grand niece nephew seem appear apparent potential presum suspect putativ tentativ equivocal conclus conclud plausib conceivab \
    borderline doubt question debat conflict controvers provisional hypothe assum believ expect require obvious eviden prove establish \
    limited moderate class polymorphi tolerat damag deleter harm neutral allel compound haplo diploid autosom mitochond sporadic germline \
    somatic constitutional imprint disom segreg expressiv missense nonsense frameshift splic truncat insert invers transloc expan repeat \
    surg therap medic necessar entire partial teen differ phase";

/// Words that contain one of those and carry nothing.
const HARMLESS: &str = "because";

/// Signs that carry a conclusion wherever they stand.
const SIGNS: &str = "?¿<>=%±~+*/^°&\u{ad}";

/// What ends a sentence or a part of it.
const STOPS: &str = ".,;:!";

/// Characters beyond those of Western European letters that texts are written with.
const TYPOGRAPHIC: &str = "–—…•‐‑";

/// What carries a conclusion, in its order, with the quotation marks and brackets around it: quotation marks are straight.
pub(super) fn weighty(text: &str) -> Vec<String> {
    text.split_whitespace().filter_map(weighty_token).collect()
}

fn weighty_token(token: &str) -> Option<String> {
    let bare = token.trim_end_matches(|c: char| STOPS.contains(c));
    let parts = move || bare.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    let is_name = bare.chars().any(|c| c.is_numeric() || SIGNS.contains(c) || is_foreign(c)) || parts().any(is_symbol);
    if is_name {
        return Some(bare.to_owned());
    }
    let lower = |word: &str| word.trim_matches('\'').to_lowercase();
    if parts().any(|word| is_negation(&lower(word))) {
        return Some(token.to_lowercase());
    }
    parts().any(|word| is_weighty(&lower(word))).then(|| bare.to_lowercase())
}

/// The symbol of a gene, a chromosome, or another name with a capital within it.
fn is_symbol(word: &str) -> bool {
    let is_letter = word.chars().count() == 1 && !matches!(word, "A" | "I");
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    capitals > 1 || word.chars().skip(1).any(char::is_uppercase) || (capitals == 1 && is_letter)
}

/// A letter that looks like another, or a character that is not seen at all.
fn is_foreign(c: char) -> bool {
    c > '\u{24f}' && !TYPOGRAPHIC.contains(c)
}

fn is_negation(word: &str) -> bool {
    is_one_of(word, NEGATIONS) || word.ends_with("n't")
}

fn is_weighty(word: &str) -> bool {
    let word = word.strip_suffix("'s").unwrap_or(word);
    is_one_of(word, WHOLE) || (!is_one_of(word, HARMLESS) && STEMS.split_ascii_whitespace().any(|stem| word.contains(stem)))
}

fn is_one_of(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}

#[cfg(test)]
pub(super) mod samples {
    /// Every word of the lists.
    pub(crate) fn listed() -> Vec<&'static str> {
        [super::NEGATIONS, super::WHOLE, super::STEMS].into_iter().flat_map(str::split_ascii_whitespace).collect()
    }
}
