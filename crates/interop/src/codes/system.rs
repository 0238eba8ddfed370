//! Names of code systems and identifiers. Source: NHS England Genomics FHIR guide, UK Core, HL7 terminology.

/// NHS numbers.
pub const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
/// Organisation codes, as the guide spells it in most places.
pub const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
/// Organisation codes, as the guide's profiles of Task and DiagnosticReport fix it.
pub const ODS_BRITISH: &str = "https://fhir.nhs.uk/Id/ods-organisation-code";
/// Codes of the Test Directory.
pub const DIRECTORY: &str = "https://fhir.nhs.uk/CodeSystem/England-GenomicTestDirectory";
/// Order numbers of the service.
pub const ORDER: &str = "https://fhir.nhs.uk/Id/GMSOrder";
/// Report numbers of the service.
pub const REPORT: &str = "https://fhir.nhs.uk/Id/GMSReport";
/// Specimen numbers of the service.
pub const SPECIMEN: &str = "https://fhir.nhs.uk/Id/GMSSpecimen";
/// The sender's own order numbers.
pub const LOCAL_ORDER: &str = "https://fhir.nhs.uk/local-identifier/servicerequest";
/// Kinds of tasks.
pub const TASK: &str = "https://fhir.nhs.uk/CodeSystem/task-code-genomics";
/// Why a task stands still.
pub const TASK_REASON: &str = "https://fhir.nhs.uk/CodeSystem/task-statusReason-genomics";
/// Reasons for testing, rare disease.
pub const RARE: &str = "https://fhir.nhs.uk/CodeSystem/rare-diseaseTesting-genomics";
/// Reasons for testing, cancer.
pub const CANCER: &str = "https://fhir.nhs.uk/CodeSystem/cancer-testing-genomics";
/// Proband or consultand.
pub const PATIENT_ROLE: &str = "https://fhir.nhs.uk/CodeSystem/patient-role-genomics";
/// The HPO, as the guide names it.
pub const HPO: &str = "http://human-phenotype-ontology.org";
/// LOINC.
pub const LOINC: &str = "http://loinc.org";
/// SNOMED CT.
pub const SNOMED: &str = "http://snomed.info/sct";
