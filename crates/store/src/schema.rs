//! The tables. Every column says whose business it is: `identifying`, `clinical`, `research` or `never`; the register
//! in `COLUMNS` is compared with the schema by a test, and the research library will read it and nothing else.

mod columns;
mod migration;

pub use columns::COLUMNS;
pub(crate) use migration::{bring_on, migrate};

/// Statements of each version of the schema, in order. A released version is never edited: what changes is a new one.
const VERSIONS: [&[&str]; 34] = [
    &FIRST,
    &ACCOUNTS,
    &SAMPLES,
    &PEOPLE,
    &RACKS_AND_MEDICINES,
    &MESSAGES_AND_CASCADES,
    &UNREAD,
    &RESEARCH,
    &NUMBERS,
    &TYPED_ORDERS,
    &HOSPITAL_NUMBERS,
    &SAMPLE_LABELS,
    &ALIASES,
    &OUTSIDE_RESULTS,
    &FOLLOWING,
    &ISSUERS,
    &CLAIMS_AND_SECRETS,
    &LEASES,
    &DATA,
    &MENTIONS,
    &ACCOUNTS_OF_ORGANISATIONS,
    &MILESTONES,
    &SAVED_VIEWS,
    &WORKLISTS,
    &EDITS,
    &MANY_ORDERS,
    &JOBS,
    &WAITING,
    &EVIDENCE,
    &QUESTIONS,
    &DEATHS,
    &PLACERS,
    &RELATIVES,
    &UNREAD_AT_ONCE,
];

const FIRST: [&str; 8] = [
    "CREATE TABLE IF NOT EXISTS event (
        position BIGINT NOT NULL PRIMARY KEY, stream TEXT NOT NULL, sequence BIGINT NOT NULL,
        kind TEXT NOT NULL, version BIGINT NOT NULL, payload TEXT NOT NULL,
        actor TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, organisation TEXT NOT NULL,
        reason TEXT NOT NULL, at TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
        UNIQUE (stream, sequence))",
    "CREATE TABLE IF NOT EXISTS order_stream (order_id TEXT NOT NULL, stream TEXT NOT NULL, PRIMARY KEY (order_id, stream))",
    "CREATE TABLE IF NOT EXISTS order_view (
        order_id TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL UNIQUE, test TEXT NOT NULL, indication TEXT NOT NULL,
        patient_id TEXT NOT NULL, patient TEXT NOT NULL, state TEXT NOT NULL, waiting TEXT NOT NULL,
        requester TEXT NOT NULL, laboratory TEXT NOT NULL, submitted TEXT NOT NULL, due TEXT NOT NULL, hidden BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS patient_view (
        patient_id TEXT NOT NULL PRIMARY KEY, nhs_number TEXT UNIQUE, family_name TEXT NOT NULL, given_name TEXT NOT NULL, birth_date TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS outbox (
        id TEXT NOT NULL PRIMARY KEY, recipient TEXT NOT NULL, payload TEXT NOT NULL, created TEXT NOT NULL,
        attempts BIGINT NOT NULL, delivered TEXT, failure TEXT)",
    "CREATE TABLE IF NOT EXISTS audit (
        id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, organisation TEXT NOT NULL,
        action TEXT NOT NULL, resource TEXT NOT NULL, outcome TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS session (id TEXT NOT NULL PRIMARY KEY, data TEXT NOT NULL, expires BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)",
];

const ACCOUNTS: [&str; 6] = [
    "ALTER TABLE audit ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE audit ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE IF NOT EXISTS account_view (
        staff_id TEXT NOT NULL PRIMARY KEY, login TEXT NOT NULL UNIQUE, staff TEXT NOT NULL, password TEXT NOT NULL,
        demonstration BIGINT NOT NULL, closed BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS emergency_view (
        patient_id TEXT NOT NULL, staff_id TEXT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (patient_id, staff_id))",
    "CREATE INDEX IF NOT EXISTS audit_by_resource ON audit (resource, at)",
    "CREATE INDEX IF NOT EXISTS audit_by_action ON audit (action, at)",
];

const SAMPLES: [&str; 16] = [
    "CREATE TABLE IF NOT EXISTS sample_view (
        sample_id TEXT NOT NULL PRIMARY KEY, barcode TEXT NOT NULL UNIQUE, order_id TEXT NOT NULL, patient_id TEXT NOT NULL,
        material TEXT NOT NULL, state TEXT NOT NULL, place TEXT NOT NULL, manifest TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS sample_by_order ON sample_view (order_id)",
    "CREATE INDEX IF NOT EXISTS sample_by_manifest ON sample_view (manifest)",
    "ALTER TABLE order_view ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE order_view ADD COLUMN assignee TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE order_view ADD COLUMN rests TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE order_view ADD COLUMN reported TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX IF NOT EXISTS order_by_test_reported ON order_view (test, reported)",
    // Lists are read by organisation: who requested, who tests, who it was sent on to.
    "CREATE TABLE IF NOT EXISTS order_organisation (
        organisation TEXT NOT NULL, order_id TEXT NOT NULL, listed BIGINT NOT NULL, owner TEXT NOT NULL,
        rests TEXT NOT NULL, submitted TEXT NOT NULL, due TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (organisation, order_id))",
    "CREATE INDEX IF NOT EXISTS order_organisation_by_due ON order_organisation (organisation, listed, due, number)",
    "CREATE INDEX IF NOT EXISTS order_organisation_by_submitted ON order_organisation (organisation, listed, submitted, number)",
    "CREATE INDEX IF NOT EXISTS order_organisation_by_owner ON order_organisation (organisation, listed, owner, due, number)",
    "CREATE TABLE IF NOT EXISTS order_word (word TEXT NOT NULL, order_id TEXT NOT NULL, PRIMARY KEY (word, order_id))",
    "CREATE INDEX IF NOT EXISTS order_organisation_by_order ON order_organisation (order_id)",
    "CREATE INDEX IF NOT EXISTS order_by_patient ON order_view (patient_id)",
    "CREATE INDEX IF NOT EXISTS order_stream_by_stream ON order_stream (stream)",
];

const PEOPLE: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS invitation_view (
        secret_sha256 TEXT NOT NULL PRIMARY KEY, invitation_id TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS draft_view (
        order_id TEXT NOT NULL PRIMARY KEY, organisation TEXT NOT NULL, title TEXT NOT NULL, saved_by TEXT NOT NULL, saved TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS draft_by_organisation ON draft_view (organisation, saved)",
];

const MESSAGES_AND_CASCADES: [&str; 5] = [
    "CREATE TABLE IF NOT EXISTS message_view (
        message_id TEXT NOT NULL PRIMARY KEY, client_id TEXT NOT NULL, organisation TEXT NOT NULL, control TEXT NOT NULL,
        kind TEXT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL, received TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS message_by_control ON message_view (client_id, control)",
    "CREATE INDEX IF NOT EXISTS message_by_state ON message_view (organisation, state, received)",
    "CREATE TABLE IF NOT EXISTS cascade_view (
        order_id TEXT NOT NULL PRIMARY KEY, organisation TEXT NOT NULL, number TEXT NOT NULL, gene TEXT NOT NULL, open BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS cascade_by_organisation ON cascade_view (organisation, gene)",
];

const RESEARCH: [&str; 3] = [
    // Who agreed to research, and the day from which that ends; empty while it does not.
    "CREATE TABLE IF NOT EXISTS agreed_view (patient_id TEXT NOT NULL PRIMARY KEY, until TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS participant_view (
        patient_id TEXT NOT NULL PRIMARY KEY, no BIGINT NOT NULL UNIQUE, present BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS project_view (project_id TEXT NOT NULL PRIMARY KEY, applied TEXT NOT NULL, title TEXT NOT NULL)",
];

/// A number for the data of each analysis of a participant.
const NUMBERS: [&str; 3] = [
    "DROP TABLE IF EXISTS participant_view",
    "CREATE TABLE IF NOT EXISTS participant_view (
        no BIGINT NOT NULL PRIMARY KEY, patient_id TEXT NOT NULL, first BIGINT NOT NULL, present BIGINT NOT NULL, latest BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS participant_by_patient ON participant_view (patient_id)",
];

/// What lists show of an order as types instead of words: every row is written anew from the journal.
const TYPED_ORDERS: [&str; 6] = [
    "DROP TABLE IF EXISTS order_view",
    "CREATE TABLE IF NOT EXISTS order_view (
        order_id TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL UNIQUE, test TEXT NOT NULL, indication TEXT NOT NULL,
        patient_id TEXT NOT NULL, patient TEXT NOT NULL, state TEXT NOT NULL, stage TEXT NOT NULL, is_final BIGINT NOT NULL,
        is_released BIGINT NOT NULL, hidden BIGINT NOT NULL, turn TEXT, requester TEXT NOT NULL, laboratory TEXT NOT NULL,
        submitted TEXT NOT NULL, due TEXT NOT NULL, assignee TEXT, rests TEXT, reported TEXT, unread TEXT)",
    "CREATE INDEX IF NOT EXISTS order_by_test_reported ON order_view (test, reported)",
    "CREATE INDEX IF NOT EXISTS order_by_patient ON order_view (patient_id)",
    "CREATE INDEX IF NOT EXISTS order_by_unread ON order_view (unread)",
    "CREATE TABLE IF NOT EXISTS analysis_queue (analysis_id TEXT NOT NULL PRIMARY KEY, order_id TEXT NOT NULL, queued TEXT NOT NULL)",
];

/// Numbers that hospitals gave people: a number may be of several, which is for somebody to look at.
const HOSPITAL_NUMBERS: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS hospital_number (
        patient_id TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (patient_id, number))",
    "CREATE INDEX IF NOT EXISTS hospital_number_by_number ON hospital_number (number)",
];

/// What else stands on tubes: two hospitals may give the same number.
const SAMPLE_LABELS: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS sample_label (sample_id TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (sample_id, label))",
    "CREATE INDEX IF NOT EXISTS sample_label_by_label ON sample_label (label)",
];

/// Barcodes that other laboratories put on plates and racks; two laboratories may use one for different racks.
const ALIASES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS container_alias (container_id TEXT NOT NULL, barcode TEXT NOT NULL, PRIMARY KEY (container_id, barcode))",
    "CREATE INDEX IF NOT EXISTS container_alias_by_barcode ON container_alias (barcode)",
];

/// Results of other laboratories, in the list of each laboratory that looks after them.
const OUTSIDE_RESULTS: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS outside_view (
        result_id TEXT NOT NULL, organisation TEXT NOT NULL, order_id TEXT, client_id TEXT NOT NULL, filler TEXT NOT NULL,
        state TEXT NOT NULL, is_released BIGINT NOT NULL, received TEXT NOT NULL, PRIMARY KEY (result_id, organisation))",
    "CREATE INDEX IF NOT EXISTS outside_by_organisation ON outside_view (organisation, state, received)",
    "CREATE INDEX IF NOT EXISTS outside_by_filler ON outside_view (client_id, filler)",
];

/// How far the journal was followed, and what systems were told of their orders.
const FOLLOWING: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS followed (follower TEXT NOT NULL PRIMARY KEY, position BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS notified (
        subscription TEXT NOT NULL, resource TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (subscription, resource))",
];
/// Names under which systems sign their requests.
const ISSUERS: [&str; 2] =
    ["ALTER TABLE client_view ADD COLUMN issuer TEXT", "CREATE INDEX IF NOT EXISTS client_by_issuer ON client_view (issuer)"];

/// Who sends a message at this moment, and secrets of other systems that have to be sent along.
const CLAIMS_AND_SECRETS: [&str; 2] = [
    "ALTER TABLE outbox ADD COLUMN claimed TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE IF NOT EXISTS secret (name TEXT NOT NULL PRIMARY KEY, key_id TEXT NOT NULL, sealed TEXT NOT NULL)",
];

/// Which program does what, until when in milliseconds since 1970: nothing of it follows from the journal.
const LEASES: [&str; 1] = ["CREATE TABLE IF NOT EXISTS lease (
        subject TEXT NOT NULL PRIMARY KEY, fence BIGINT NOT NULL, attempts BIGINT NOT NULL, until BIGINT NOT NULL)"];

/// Whose samples the files of analyses hold, so that no file is taken for somebody else's.
const DATA: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS data_view (
        analysis_id TEXT NOT NULL, sha256 TEXT NOT NULL, sample TEXT NOT NULL, patient_id TEXT NOT NULL, order_id TEXT NOT NULL,
        file TEXT NOT NULL, PRIMARY KEY (analysis_id, sha256, sample))",
    "CREATE INDEX IF NOT EXISTS data_by_sha256 ON data_view (sha256)",
    "CREATE INDEX IF NOT EXISTS data_by_file ON data_view (file)",
];

/// Comments on variants that wait for a colleague.
const MENTIONS: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS mention_view (
        interpretation_id TEXT NOT NULL, comment_id TEXT NOT NULL, staff_id TEXT NOT NULL, order_id TEXT NOT NULL,
        variant TEXT NOT NULL, by_name TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (interpretation_id, comment_id, staff_id))",
    "CREATE INDEX IF NOT EXISTS mention_by_staff ON mention_view (staff_id, at)",
];

/// What accounts of an organisation are found by.
const ACCOUNTS_OF_ORGANISATIONS: [&str; 4] = [
    "ALTER TABLE account_view ADD COLUMN organisation TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE account_view ADD COLUMN role TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE account_view ADD COLUMN found_by TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX IF NOT EXISTS account_by_organisation ON account_view (organisation, login)",
];

/// When orders reached what every order has to reach, in the list of each organisation.
const MILESTONES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS order_milestone (
        organisation TEXT NOT NULL, order_id TEXT NOT NULL, number TEXT NOT NULL, listed BIGINT NOT NULL, reported TEXT,
        requested_at TEXT, consents_at TEXT, samples_at TEXT, data_at TEXT, analysed_at TEXT, interpreted_at TEXT, reported_at TEXT,
        acknowledged_at TEXT, PRIMARY KEY (organisation, order_id))",
    "CREATE INDEX IF NOT EXISTS order_milestone_by_reported ON order_milestone (organisation, reported, listed)",
    "CREATE INDEX IF NOT EXISTS order_milestone_by_order ON order_milestone (order_id)",
];

/// Views of candidates that somebody saved, and the one that each used last.
const SAVED_VIEWS: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS saved_view (
        staff_id TEXT NOT NULL, view_id TEXT NOT NULL, by_name TEXT NOT NULL, name TEXT NOT NULL, filters TEXT NOT NULL,
        shared_with TEXT NOT NULL, PRIMARY KEY (staff_id, view_id))",
    "CREATE INDEX IF NOT EXISTS saved_view_by_laboratory ON saved_view (shared_with)",
    "CREATE TABLE IF NOT EXISTS view_used (staff_id TEXT NOT NULL PRIMARY KEY, view_id TEXT NOT NULL)",
];

/// Questions from people's own pages that nobody has answered.
const QUESTIONS: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS question_view (
        question_id TEXT NOT NULL PRIMARY KEY, organisation TEXT NOT NULL, order_id TEXT NOT NULL, since TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS question_by_organisation ON question_view (organisation, since)",
];

/// Worklists and lots of reagents, what is done with samples step by step and where they were sent on to, and which orders are urgent.
const WORKLISTS: [&str; 7] = [
    "CREATE TABLE IF NOT EXISTS worklist_view (
        worklist_id TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL, laboratory TEXT NOT NULL, step TEXT NOT NULL,
        instrument TEXT NOT NULL, state TEXT NOT NULL, samples BIGINT NOT NULL, created TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS worklist_by_laboratory ON worklist_view (laboratory, state, created)",
    "CREATE TABLE IF NOT EXISTS lot_view (
        lot_id TEXT NOT NULL PRIMARY KEY, laboratory TEXT NOT NULL, name TEXT NOT NULL, maker TEXT NOT NULL, number TEXT NOT NULL,
        expires TEXT NOT NULL, state TEXT NOT NULL, used BIGINT NOT NULL, lot_key TEXT NOT NULL UNIQUE)",
    "CREATE INDEX IF NOT EXISTS lot_by_laboratory ON lot_view (laboratory, state, expires)",
    "CREATE TABLE IF NOT EXISTS sample_step (
        sample_id TEXT NOT NULL, step TEXT NOT NULL, outcome TEXT NOT NULL, PRIMARY KEY (sample_id, step))",
    "ALTER TABLE order_organisation ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE sample_view ADD COLUMN sent_to TEXT NOT NULL DEFAULT ''",
];

/// Edits of a report's text that a scientist has not read stand among the mentions: the lists are written anew.
const EDITS: [&str; 0] = [];

/// What pages ask of many orders, each by an index of its own: no page reads a list whole.
const MANY_ORDERS: [&str; 20] = [
    "ALTER TABLE order_organisation ADD COLUMN unread TEXT",
    "CREATE INDEX IF NOT EXISTS order_organisation_unread ON order_organisation (organisation, unread, number) WHERE unread IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS order_organisation_of_owner ON order_organisation (organisation, listed, owner, submitted, number)",
    "CREATE INDEX IF NOT EXISTS order_organisation_all_by_due ON order_organisation (organisation, due, number)",
    "CREATE INDEX IF NOT EXISTS order_organisation_all_by_submitted ON order_organisation (organisation, submitted, number)",
    "CREATE INDEX IF NOT EXISTS order_milestone_open ON order_milestone (organisation, listed, requested_at, number)
        WHERE reported IS NULL",
    "CREATE INDEX IF NOT EXISTS order_milestone_reported ON order_milestone (organisation, reported, number, listed)",
    "DROP INDEX IF EXISTS order_milestone_by_reported",
    "CREATE INDEX IF NOT EXISTS order_by_test ON order_view (test, hidden, is_final, submitted, number, order_id)",
    "CREATE INDEX IF NOT EXISTS event_of_merging ON event (stream) WHERE kind IN ('MergedInto', 'Absorbed')",
    "CREATE INDEX IF NOT EXISTS event_of_choice ON event (at) WHERE stream LIKE 'choice/%'",
    // Whether one order has a word, without reading every order that has it.
    "CREATE INDEX IF NOT EXISTS order_word_of_order ON order_word (order_id, word)",
    "DROP INDEX IF EXISTS order_word_by_order",
    "CREATE INDEX IF NOT EXISTS sample_by_state ON sample_view (state, order_id)",
    "CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (created, id) WHERE delivered IS NULL",
    "CREATE INDEX IF NOT EXISTS message_by_sender ON message_view (state, client_id, received)",
    "CREATE INDEX IF NOT EXISTS classification_by_order ON classification_view (order_id, variant, at)",
    "CREATE INDEX IF NOT EXISTS classification_by_symbol ON classification_view (symbol, at)",
    "CREATE INDEX IF NOT EXISTS classification_by_time ON classification_view (at)",
    "CREATE INDEX IF NOT EXISTS classification_by_class ON classification_view (variant, class)",
];

/// What waits for a program, whatever kind of work it is; and of who does it what others need to know. Leases stay as they are.
const JOBS: [&str; 9] = [
    "DROP TABLE IF EXISTS analysis_queue",
    "CREATE TABLE IF NOT EXISTS job (
        subject TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, order_id TEXT NOT NULL, queued TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS job_by_order ON job (order_id)",
    // Who has it: name and version of a program.
    "ALTER TABLE lease ADD COLUMN leased_by TEXT NOT NULL DEFAULT ''",
    // From when on it may be begun, and since when it waits for somebody, in milliseconds since 1970; zero at once, and not at all.
    "ALTER TABLE lease ADD COLUMN due BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE lease ADD COLUMN parked BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE lease ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE lease ADD COLUMN progress BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX IF NOT EXISTS lease_by_parked ON lease (parked)",
];

/// What waits is counted and read without what has long been done.
const WAITING: [&str; 3] = [
    "CREATE INDEX IF NOT EXISTS message_by_waiting ON message_view (state, received)",
    "CREATE INDEX IF NOT EXISTS outside_by_waiting ON outside_view (state, received)",
    "CREATE INDEX IF NOT EXISTS lease_by_until ON lease (until)",
];

/// Lines of the audit in chains; passwords that have to be changed, and accounts and roles that a second person has to agree to.
const EVIDENCE: [&str; 6] = [
    "ALTER TABLE audit ADD COLUMN chain TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE audit ADD COLUMN number BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT ''",
    "CREATE UNIQUE INDEX IF NOT EXISTS audit_by_chain ON audit (chain, number) WHERE chain <> ''",
    "ALTER TABLE account_view ADD COLUMN password_due BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE account_view ADD COLUMN proposal TEXT NOT NULL DEFAULT 'null'",
];

/// Deaths that a hospital's system says and somebody has to check.
const DEATHS: [&str; 2] = [
    "ALTER TABLE patient_view ADD COLUMN death TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX IF NOT EXISTS patient_by_death ON patient_view (death, patient_id) WHERE death <> ''",
];

/// Which orders have one number of one system.
const PLACERS: [&str; 2] = [
    "ALTER TABLE order_view ADD COLUMN placer TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX IF NOT EXISTS order_by_placer ON order_view (placer) WHERE placer <> ''",
];

/// An order is found by the name and day of birth of everybody in it; what is not reported yet is found by the day on which it is due.
const RELATIVES: [&str; 2] = [
    "ALTER TABLE order_organisation ADD COLUMN awaited TEXT",
    "CREATE INDEX IF NOT EXISTS order_organisation_awaited ON order_organisation (organisation, awaited, number)
        WHERE awaited IS NOT NULL",
];

const UNREAD: [&str; 3] = [
    "ALTER TABLE order_view ADD COLUMN unread TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX IF NOT EXISTS order_by_unread ON order_view (unread)",
    "DROP INDEX IF EXISTS order_by_state_reported",
];

const RACKS_AND_MEDICINES: [&str; 9] = [
    "CREATE TABLE IF NOT EXISTS container_view (
        container_id TEXT NOT NULL PRIMARY KEY, barcode TEXT NOT NULL UNIQUE, laboratory TEXT NOT NULL, kind TEXT NOT NULL,
        purpose TEXT NOT NULL, place TEXT NOT NULL, state TEXT NOT NULL, held BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS container_by_laboratory ON container_view (laboratory, state, barcode)",
    "CREATE TABLE IF NOT EXISTS restriction_view (patient_id TEXT NOT NULL PRIMARY KEY, named TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS order_word_by_order ON order_word (order_id)",
    "ALTER TABLE outbox ADD COLUMN due TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX IF NOT EXISTS order_by_state_reported ON order_view (state, reported)",
    "CREATE TABLE IF NOT EXISTS classification_view (
        interpretation_id TEXT NOT NULL, variant TEXT NOT NULL, symbol TEXT NOT NULL, class TEXT NOT NULL, criteria TEXT NOT NULL,
        order_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (interpretation_id, variant))",
    "CREATE INDEX IF NOT EXISTS classification_by_variant ON classification_view (variant, at)",
    "CREATE TABLE IF NOT EXISTS client_view (client_id TEXT NOT NULL PRIMARY KEY, secret_sha256 TEXT NOT NULL UNIQUE, staff TEXT NOT NULL, closed BIGINT NOT NULL)",
];

/// How many reports nobody has read is counted in an index alone.
const UNREAD_AT_ONCE: [&str; 2] = [
    "CREATE INDEX IF NOT EXISTS order_organisation_unread_listed ON order_organisation (organisation, unread, number, listed)
        WHERE unread IS NOT NULL",
    "DROP INDEX IF EXISTS order_organisation_unread",
];

/// The present version of the schema.
pub(crate) fn latest() -> usize {
    VERSIONS.len()
}

#[cfg(test)]
mod tests;
