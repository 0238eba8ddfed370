use ParameterType::{Date, Reference, Text, Token, Uri};

/// A kind of resource that is given out.
#[derive(Debug)]
pub struct Kind {
    /// Name as FHIR has it.
    pub name: &'static str,
    /// What can be done with it, in the codes of FHIR's restful interactions.
    pub interactions: &'static [&'static str],
    /// What it is searched for by.
    pub parameters: &'static [Parameter],
    /// References whose resources a search includes.
    pub includes: &'static [Include],
    /// Operations on one of them or on the kind.
    pub operations: &'static [&'static str],
}

/// A reference whose resource a search includes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Include {
    /// Name of the parameter.
    pub parameter: &'static str,
    /// Element that holds the reference.
    pub path: &'static str,
    /// Kind of the resource.
    pub target: &'static str,
}

/// A search parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: ParameterType,
    /// Elements whose values are compared, such as `provision.data.reference`.
    pub paths: &'static [&'static str],
    /// How it narrows where to look.
    pub narrows: Narrows,
}

/// Type of a search parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParameterType {
    /// A code or an identifier, with or without its system.
    Token,
    /// A resource.
    Reference,
    /// A day or an instant, with a prefix such as `ge`.
    Date,
    /// The beginning of a text.
    Text,
    /// An address, whole.
    Uri,
}

/// How a parameter narrows where to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Narrows {
    /// Not at all: every order of the organisation is looked through.
    Nothing,
    /// To the order that a resource of this kind belongs to, by the resource's own identifier.
    Own,
    /// To the order of a ServiceRequest.
    Request,
    /// To the orders with a number.
    Number,
    /// To the orders of a person, by the record.
    Person,
    /// To the orders of a person, by a number.
    PersonNumber,
}

impl ParameterType {
    /// The code. Source: `http://hl7.org/fhir/search-param-type`.
    pub fn code(self) -> &'static str {
        match self {
            Token => "token",
            Reference => "reference",
            Date => "date",
            Text => "string",
            Uri => "uri",
        }
    }
}

const fn parameter(name: &'static str, kind: ParameterType, paths: &'static [&'static str]) -> Parameter {
    Parameter { name, kind, paths, narrows: Narrows::Nothing }
}

const fn narrowing(name: &'static str, kind: ParameterType, paths: &'static [&'static str], narrows: Narrows) -> Parameter {
    Parameter { name, kind, paths, narrows }
}

const fn include(parameter: &'static str, path: &'static str, target: &'static str) -> Include {
    Include { parameter, path, target }
}

const ID: Parameter = narrowing("_id", Token, &["id"], Narrows::Own);
/// Of a resource that belongs to no order.
const OWN_ID: Parameter = parameter("_id", Token, &["id"]);
const URL: Parameter = parameter("url", Uri, &["url"]);
const LAST_UPDATED: Parameter = parameter("_lastUpdated", Date, &["meta.lastUpdated"]);
const STATUS: Parameter = parameter("status", Token, &["status"]);
const CODE: Parameter = parameter("code", Token, &["code"]);
const IDENTIFIER: Parameter = parameter("identifier", Token, &["identifier"]);
const CATEGORY: Parameter = parameter("category", Token, &["category"]);
const PATIENT: Parameter = narrowing("patient", Reference, &["subject"], Narrows::Person);
const SUBJECT: Parameter = narrowing("subject", Reference, &["subject"], Narrows::Person);
const BASED_ON: Parameter = narrowing("based-on", Reference, &["basedOn"], Narrows::Request);

/// What definitions of the Test Directory are found by; where their code stands differs.
const fn definition_parameters(code: &'static [&'static str]) -> [Parameter; 9] {
    [
        OWN_ID,
        IDENTIFIER,
        parameter("code", Token, code),
        URL,
        parameter("name", Text, &["name", "title", "topic.coding.display"]),
        parameter("title", Text, &["title"]),
        parameter("topic", Token, &["topic"]),
        parameter("version", Token, &["version"]),
        STATUS,
    ]
}

/// Every kind that is given out.
pub static KINDS: [Kind; 13] = [
    Kind {
        name: "ServiceRequest",
        interactions: &["read", "vread", "update", "patch", "history-instance", "search-type"],
        parameters: &[
            ID,
            LAST_UPDATED,
            narrowing("identifier", Token, &["identifier"], Narrows::Number),
            narrowing("requisition", Token, &["requisition"], Narrows::Number),
            PATIENT,
            SUBJECT,
            STATUS,
            parameter("intent", Token, &["intent"]),
            parameter("priority", Token, &["priority"]),
            CODE,
            CATEGORY,
            parameter("requester", Reference, &["requester"]),
            parameter("performer", Reference, &["performer"]),
            parameter("authored", Date, &["authoredOn"]),
        ],
        includes: &[include("patient", "subject", "Patient"), include("subject", "subject", "Patient")],
        operations: &["graph", "validate"],
    },
    Kind {
        name: "Task",
        interactions: &["read", "update", "search-type"],
        parameters: &[
            ID,
            LAST_UPDATED,
            narrowing("focus", Reference, &["focus"], Narrows::Request),
            narrowing("based-on", Reference, &["focus"], Narrows::Request),
            narrowing("group-identifier", Token, &["groupIdentifier"], Narrows::Number),
            narrowing("patient", Reference, &["for"], Narrows::Person),
            narrowing("subject", Reference, &["for"], Narrows::Person),
            STATUS,
            CODE,
            parameter("owner", Reference, &["owner"]),
            parameter("requester", Reference, &["requester"]),
            parameter("authored-on", Date, &["authoredOn"]),
            parameter("modified", Date, &["lastModified"]),
        ],
        includes: &[
            include("focus", "focus", "ServiceRequest"),
            include("based-on", "focus", "ServiceRequest"),
            include("patient", "for", "Patient"),
            include("subject", "for", "Patient"),
        ],
        operations: &[],
    },
    Kind {
        name: "Specimen",
        interactions: &["read", "search-type"],
        parameters: &[
            ID,
            IDENTIFIER,
            narrowing("request", Reference, &["request"], Narrows::Request),
            PATIENT,
            SUBJECT,
            STATUS,
            parameter("type", Token, &["type"]),
        ],
        includes: &[
            include("request", "request", "ServiceRequest"),
            include("patient", "subject", "Patient"),
            include("subject", "subject", "Patient"),
        ],
        operations: &[],
    },
    Kind {
        name: "DiagnosticReport",
        interactions: &["read", "search-type"],
        parameters: &[
            ID,
            IDENTIFIER,
            BASED_ON,
            PATIENT,
            SUBJECT,
            STATUS,
            CODE,
            CATEGORY,
            parameter("issued", Date, &["issued"]),
            parameter("result", Reference, &["result"]),
            parameter("specimen", Reference, &["specimen"]),
        ],
        includes: &[
            include("based-on", "basedOn", "ServiceRequest"),
            include("patient", "subject", "Patient"),
            include("subject", "subject", "Patient"),
            include("result", "result", "Observation"),
            include("specimen", "specimen", "Specimen"),
        ],
        operations: &[],
    },
    Kind {
        name: "Observation",
        interactions: &["read", "search-type"],
        parameters: &[ID, BASED_ON, PATIENT, SUBJECT, STATUS, CODE, CATEGORY],
        includes: &[
            include("based-on", "basedOn", "ServiceRequest"),
            include("patient", "subject", "Patient"),
            include("subject", "subject", "Patient"),
        ],
        operations: &[],
    },
    Kind {
        name: "DocumentReference",
        interactions: &["read", "search-type"],
        parameters: &[
            ID,
            PATIENT,
            SUBJECT,
            STATUS,
            parameter("type", Token, &["type"]),
            parameter("related", Reference, &["context.related"]),
            parameter("date", Date, &["date"]),
        ],
        includes: &[
            include("patient", "subject", "Patient"),
            include("subject", "subject", "Patient"),
            include("related", "context.related", "DiagnosticReport"),
        ],
        operations: &[],
    },
    Kind {
        name: "Consent",
        interactions: &["read", "search-type"],
        parameters: &[
            ID,
            narrowing("data", Reference, &["provision.data.reference"], Narrows::Request),
            narrowing("patient", Reference, &["patient"], Narrows::Person),
            STATUS,
            CATEGORY,
        ],
        includes: &[include("patient", "patient", "Patient"), include("data", "provision.data.reference", "ServiceRequest")],
        operations: &[],
    },
    Kind {
        name: "Provenance",
        interactions: &["read", "search-type"],
        parameters: &[ID, narrowing("target", Reference, &["target"], Narrows::Request), parameter("recorded", Date, &["recorded"])],
        includes: &[include("target", "target", "ServiceRequest")],
        operations: &[],
    },
    Kind {
        name: "Patient",
        interactions: &["read", "search-type"],
        parameters: &[
            narrowing("_id", Token, &["id"], Narrows::Person),
            narrowing("identifier", Token, &["identifier"], Narrows::PersonNumber),
            parameter("family", Text, &["name.family"]),
            parameter("given", Text, &["name.given"]),
            parameter("name", Text, &["name.family", "name.given"]),
            parameter("birthdate", Date, &["birthDate"]),
            parameter("gender", Token, &["gender"]),
        ],
        includes: &[],
        operations: &["validate"],
    },
    Kind {
        name: "PlanDefinition",
        interactions: &["read", "search-type"],
        parameters: &definition_parameters(&["action.code", "topic"]),
        includes: &[],
        operations: &[],
    },
    Kind {
        name: "ActivityDefinition",
        interactions: &["read", "search-type"],
        parameters: &definition_parameters(&["identifier", "topic"]),
        includes: &[],
        operations: &[],
    },
    Kind { name: "Composition", interactions: &["read"], parameters: &[], includes: &[], operations: &["document"] },
    Kind {
        name: "Subscription",
        interactions: &["create", "read", "delete", "search-type"],
        parameters: &[
            OWN_ID,
            STATUS,
            parameter("criteria", Text, &["criteria"]),
            parameter("type", Token, &["channel.type"]),
            parameter("url", Uri, &["channel.endpoint"]),
        ],
        includes: &[],
        operations: &[],
    },
];

/// The kind of a name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

impl Kind {
    /// What can be done with it.
    pub fn offers(&self, interaction: &str) -> bool {
        self.interactions.contains(&interaction)
    }

    /// The reference of a parameter, where it is one to resources of a kind that is named, or of any.
    pub fn reference(&self, parameter: &str, target: Option<&str>) -> Option<&'static Include> {
        self.includes.iter().find(|include| include.parameter == parameter && target.is_none_or(|target| target == include.target))
    }

    /// References of other kinds to resources of this one, each as `Kind:parameter`.
    pub fn referring(&self) -> impl Iterator<Item = (&'static Kind, &'static Include)> {
        let name = self.name;
        let of_kind = move |kind: &'static Kind| kind.includes.iter().filter(move |include| include.target == name).map(move |i| (kind, i));
        KINDS.iter().flat_map(of_kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_included_by_a_parameter_is_searched_by_it_too() {
        for kind in &KINDS {
            for include in kind.includes {
                let known = kind.parameters.iter().find(|parameter| parameter.name == include.parameter);
                let known = known.unwrap_or_else(|| panic!("{}:{}", kind.name, include.parameter));
                assert!(known.kind == Reference && known.paths == [include.path], "{}:{}", kind.name, include.parameter);
                assert!(super::kind(include.target).is_some(), "{}", include.target);
            }
        }
    }
}
