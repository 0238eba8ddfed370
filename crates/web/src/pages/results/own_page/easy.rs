//! A test in easy read: short sentences, one idea each, with a picture.

use super::{
    icon,
    test::{self, StepLine, result, said_notice, steps},
};
use crate::language::Voice;
use care::ReportId;
use jiff::civil::Date;
use service::results::own_page::OwnTest;

/// A test in easy read.
pub(super) struct EasyTest {
    /// Beside its heading.
    pub icon: &'static str,
    /// Whose it is, where it is not simply one's own.
    pub whose: String,
    /// What it is for: in English.
    pub indication: String,
    pub lines: Vec<EasyLine>,
    pub steps: Vec<StepLine>,
    /// The result that may be read.
    pub result: Option<ReportId>,
    /// Whom to call, and the number to be read out.
    pub call: EasyLine,
}

/// A picture with what it stands for, a sentence to a line.
pub(super) struct EasyLine {
    pub icon: &'static str,
    pub sentences: Vec<String>,
}

impl EasyLine {
    fn new(icon: &'static str, text: &str) -> EasyLine {
        EasyLine { icon, sentences: sentences(text) }
    }
}

impl EasyTest {
    pub(super) fn new(test: &OwnTest, voice: Voice, today: Date) -> EasyTest {
        let language = voice.language;
        let mut lines = vec![EasyLine::new(icon::LOOK, language.text(test::stage(test.stage)))];
        if let Some(name) = said_notice(test) {
            let icon = if name == "recalled" { icon::WARNING } else { icon::LETTER };
            lines.push(EasyLine::new(icon, language.text(format!("easy.{name}"))));
        }
        lines.extend(when(test, voice, today).map(|text| EasyLine::new(icon::DAY, &text)));
        let mut call = match &test.requester {
            Some(clinic) => EasyLine::new(icon::PHONE, &language.fill("easy.call", "clinic", clinic)),
            None => EasyLine::new(icon::PHONE, language.text("easy.call_unknown")),
        };
        call.sentences.push(language.fill("easy.number", "number", &test.number));
        EasyTest {
            icon: icon::TEST,
            whose: test::whose(&test.whose, language),
            indication: test::indication(&test.whose).to_owned(),
            lines,
            steps: steps(&test.milestones, language),
            result: result(test),
            call,
        }
    }
}

/// When the result comes, as far as that can be said.
fn when(test: &OwnTest, voice: Voice, today: Date) -> Option<String> {
    let language = voice.language;
    match (&test.expected, test.due?) {
        (_, due) if due < today => Some(language.text("easy.late").to_owned()),
        (Some(expected), _) => Some(language.fill("easy.expected", "day", language.day(expected.day))),
        (None, due) => Some(language.fill("easy.due", "day", language.day(due))),
    }
}

/// The sentences of a message in easy read, which `|` parts.
pub(super) fn sentences(text: &str) -> Vec<String> {
    text.split('|').map(|sentence| sentence.trim().to_owned()).collect()
}
