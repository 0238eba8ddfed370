//! The resources of FHIR R4 that are written here, each with the elements that are used.

mod audit_event;
mod bundle;
mod capability_statement;
mod composition;
mod consent;
mod definition;
mod diagnostic_report;
mod document_reference;
mod observation;
mod operation_outcome;
mod patient;
mod provenance;
mod service_request;
mod specimen;
mod subscription;
mod task;

pub use audit_event::{AuditAction, AuditAgent, AuditEntity, AuditEvent, AuditOutcome, AuditSource};
pub use bundle::{Bundle, BundleRequest, BundleResponse, BundleType, Entry, Link, SearchMode};
pub use capability_statement::{
    CapabilityStatement, Implementation, Interaction, OfferedResource, Operation, Rest, SearchParam, Security, SmartEndpoint,
    SmartEndpoints, Software,
};
pub use composition::{Composition, Narrative, Section};
pub use consent::{Consent, ConsentData, ConsentPolicy, ConsentProvision, ConsentStatus, ProvisionType};
pub use definition::{ActivityDefinition, PlanAction, PlanDefinition, RelatedArtifact};
pub use diagnostic_report::DiagnosticReport;
pub use document_reference::{DocumentContent, DocumentContext, DocumentReference};
pub use observation::{Component, ComponentValue, Observation};
pub use operation_outcome::{Issue, IssueSeverity, OperationOutcome};
pub use patient::{LinkKind, Patient, PatientLink};
pub use provenance::{Provenance, ProvenanceAgent};
pub use service_request::{RequestPriority, RequestStatus, ServiceRequest};
pub use specimen::{Specimen, SpecimenStatus};
pub use subscription::{Subscription, SubscriptionChannel};
pub use task::Task;

use serde::Serialize;
use serde_json::Value;

macro_rules! resources {
    ($($kind:ident),+) => {
        /// A resource of one of the kinds that are written here.
        #[derive(Clone, PartialEq, Debug, Serialize)]
        #[serde(untagged)]
        pub enum Resource {
            $(#[doc = concat!("A ", stringify!($kind), ".")] $kind(Box<$kind>),)+
            /// A resource of a client, as it was sent.
            Received(Value),
        }

        impl Resource {
            /// The kind as FHIR names it.
            pub fn kind(&self) -> &str {
                match self {
                    $(Resource::$kind(_) => stringify!($kind),)+
                    Resource::Received(value) => value["resourceType"].as_str().unwrap_or_default(),
                }
            }

            /// The identifier under which the service gives it out; empty where it has none.
            pub fn id(&self) -> &str {
                match self {
                    $(Resource::$kind(resource) => &resource.id,)+
                    Resource::Received(value) => value["id"].as_str().unwrap_or_default(),
                }
            }
        }

        $(impl From<$kind> for Resource {
            fn from(resource: $kind) -> Resource {
                Resource::$kind(Box::new(resource))
            }
        })+
    };
}

resources!(
    ActivityDefinition,
    AuditEvent,
    Bundle,
    CapabilityStatement,
    Composition,
    Consent,
    DiagnosticReport,
    DocumentReference,
    Observation,
    OperationOutcome,
    Patient,
    PlanDefinition,
    Provenance,
    ServiceRequest,
    Specimen,
    Subscription,
    Task
);

impl Resource {
    /// Kind and identifier: `Patient/1`.
    pub fn address(&self) -> String {
        format!("{}/{}", self.kind(), self.id())
    }

    /// The status as FHIR names it, of resources that are searched for by it.
    pub fn status(&self) -> Option<&'static str> {
        match self {
            Resource::Consent(consent) => Some(consent.status.code()),
            Resource::DiagnosticReport(report) => Some(report.status.code()),
            Resource::Observation(observation) => Some(observation.status.code()),
            Resource::ServiceRequest(request) => Some(request.status.code()),
            Resource::Specimen(specimen) => Some(specimen.status.code()),
            Resource::Subscription(subscription) => Some(subscription.status),
            Resource::Task(task) => Some(task.status.code()),
            _ => None,
        }
    }
}
