//! Everything that somebody may want to do, one line each: the policy, the pages and the audit use the same names.

use std::fmt;

macro_rules! actions {
    ($($name:ident: $label:literal,)*) => {
        /// What somebody wants to do.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Action {
            $(#[doc = $label] $name,)*
        }

        impl Action {
            /// Every action.
            pub const ALL: &[Action] = &[$(Action::$name,)*];

            /// In words, as part of a sentence.
            fn label(self) -> &'static str {
                match self {
                    $(Action::$name => $label,)*
                }
            }
        }
    };
}

actions! {
    SeeWorkList: "see the work list",
    RegisterPatient: "register a patient",
    ChangePatient: "correct who somebody is, merge and separate records",
    PlaceOrder: "order a test",
    ReadOrder: "read the order",
    ChangeOrder: "change the order",
    RecordChoice: "record a choice",
    HandleSample: "handle samples",
    RegisterData: "register sequence data",
    ReadCase: "read the case",
    Interpret: "interpret the case",
    CheckInterpretation: "check the interpretation",
    AuthoriseReport: "authorise the report",
    ReadReport: "read the report",
    AcknowledgeReport: "acknowledge the report",
    ReleaseResult: "release a result to the patient",
    FollowReports: "see which reports nobody has read",
    FileResult: "file results of other laboratories",
    CheckResult: "check results of other laboratories",
    ReadRecord: "read the genomic record",
    BreakGlass: "use emergency access",
    ReadDirectory: "read the Test Directory",
    ProposeDirectory: "propose a change of the Test Directory",
    DecideDirectory: "vote and decide on a change of the Test Directory",
    PublishDirectory: "publish the Test Directory",
    ReviewPanel: "review a gene panel",
    ChangePanel: "change and sign off a gene panel",
    OpenLaboratory: "open a laboratory",
    SetReadiness: "say which tests the laboratory can do",
    ManageAccounts: "open and close accounts",
    ReadAudit: "read who looked at a record",
    RestrictRecord: "restrict a record",
    ReadMedicines: "read pharmacogenomic advice",
    SignMedicines: "read and sign pharmacogenomics",
    OverrideAdvice: "record that advice was not followed",
    ChangeOwnPassword: "change their own password",
    SeeOwnPage: "see their own page",
    GiveChoice: "give or withdraw their own choice",
    AskClinic: "ask the clinic a question on their own page",
    AnswerQuestion: "answer a question from a person's own page",
    SendMessage: "send messages",
    SendResult: "send results of another laboratory",
    MendMessage: "mend messages that could not be read",
    AskForMatches: "ask for cases like another",
    ApplyForProject: "apply for a research project",
    ReviewProject: "review research projects",
    UseWorkspace: "ask the research library",
    CheckOutput: "check what leaves a workspace",
    FollowJobs: "see what is done in the background",
    SendJobAgain: "send again what failed in the background",
    RunLibrary: "fill the research library and make releases",
}

/// In words, as part of a sentence.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
