//! Names of code systems and identifiers. Source: NHS England Genomics FHIR guide, UK Core, HL7 terminology.

/// NHS numbers.
pub const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
/// NHS numbers, in HL7 version 2 and v3. Source: NHS OID register.
pub const NHS_NUMBER_OID: &str = "2.16.840.1.113883.2.1.4.1";
/// Organisation codes, as the guide spells it in most places.
pub const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
/// Organisation codes, as the guide's profiles of Task and DiagnosticReport fix it.
pub const ODS_BRITISH: &str = "https://fhir.nhs.uk/Id/ods-organisation-code";
/// Codes of the Test Directory.
pub const DIRECTORY: &str = "https://fhir.nhs.uk/CodeSystem/England-GenomicTestDirectory";
/// Codes of the Test Directory as identifiers of its definitions. Source: DGTS examples of the NHS England Genomics FHIR guide.
pub const DIRECTORY_ID: &str = "https://fhir.nhs.uk/Id/England-GenomicTestDirectory";
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
/// Why a task is held up.
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
/// HGVS nomenclature.
pub const HGVS: &str = "http://varnomen.hgvs.org";
/// Gene identifiers of the HGNC.
pub const HGNC: &str = "http://www.genenames.org/geneId";
/// Accessions of RefSeq.
pub const REFSEQ: &str = "http://www.ncbi.nlm.nih.gov/refseq";
/// Numbers of OMIM.
pub const OMIM: &str = "https://omim.org";
/// Units of measure (UCUM).
pub const UCUM: &str = "http://unitsofmeasure.org";
/// Who made a choice, of the record of discussion.
pub const CHOICE_CATEGORY: &str = "https://fhir.nhs.uk/CodeSystem/patient-choice-category-genomics";
/// Why somebody acts (HL7 v3).
pub const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
/// What is done to data (HL7 v3).
pub const DATA_OPERATION: &str = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
/// Categories of observations.
pub const OBSERVATION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
/// Headings of the record standards (PRSB).
pub const HEADINGS: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-RecordStandardHeadings";
/// Numbers of unified genomic records.
pub const RECORD: &str = "https://fhir.nhs.uk/Id/England-UnifiedGenomicRecord";
/// The hospital's own numbers of people, and this service's.
pub const LOCAL_PATIENT: &str = "https://fhir.nhs.uk/local-identifier/patient";
