//! Messages in the manner of systems that hospitals run, with what such systems do otherwise than the standard says: each is read for
//! its own patient, or refused by name, and nothing of it is lost without a word. All people are invented.

use expect_test::expect_file;
use interop::{
    hl7::{self, ReceivedAcknowledgement, Unit},
    incoming_message::{IncomingResult, MessageContent},
    incoming_order::{IncomingOrder, OrderAction, OrderDetails, Person, SentNumber, Subject},
};

/// Names and bytes of what is sent.
const SENT: [(&str, &[u8]); 30] = [
    (
        "Epic: identifiers of its own beside the NHS number, middle initial, questions with numbers",
        b"MSH|^~\\&|EPIC|RBT|OPENGMS|699X0|20261101103000|JONESA|ORM^O01^ORM_O01|7001|P|2.3|||||GBR\rPID|1||E14562^^^EPI^EPI~RBT0012345^^^RBTMRN^MRN~9991000046^^^NHSNMBR^NHS Number||TESTA^ANN^M^^MS^^D||20180304|F|||1 HIGH ST^^CREWE^^CW1 1AA^GBR^P||07700900123^P^M\rPD1||||G1234567^GREEN^DAVID^^^DR\rPV1|1|O|RBTGEN^^^RBT||||C1234567^BROWN^SUSAN^J^^DR^^^GMC\rORC|NW|448812201^EPC|||||^^^20261101^^R||20261101102900|JONESA||C1234567^BROWN^SUSAN^J^^DR|RBTGEN\rOBR|1|448812201^EPC||R59.3^EARLY ONSET EPILEPSY^GTD^^WGS EPILEPSY||20261101|||||||FITS|||C1234567^BROWN^SUSAN\rNTE|1|L|Order comments:|\rNTE|2|L|Fits since 4 months\rOBX|1|ST|1234^Family structure?^EPIC|1|Singleton\rOBX|2|CE|1235^HPO terms^EPIC|2|HP:0001250^Seizure^HPO\r",
    ),
    (
        "Cerner Millennium: words for types, the NHS number as SSN, several names",
        b"MSH|^~\\&|HNAM|RXX|OPENGMS|699X0|20261101103000||OML^O21|Q7002T1|P|2.5.1|||AL|NE\rPID|1|123^^^MRN|123^^^RXX MRN^MRN~999 100 0046^^^NHS Number^SSN^^20200101||TESTA^ANN^LOUISE^^Miss^^CURRENT~OLDNAME^ANN^LOUISE^^Miss^^PREVIOUS||20180304000000|Female||\"\"|1 High St^^CREWE\rORC|NW|3456789^HNAM_ORDERID||9988^HNAM_CEORDERID|Ordered||||20261101|77^Smith^Jo||88^Consultant^Carol\rTQ1|1||||||20261101||RT^Routine\rOBR|1|3456789^HNAM_ORDERID||R59.3^Epilepsy^GTD^GENWGS^Genome^L|||20261101\rSPM|1|26-305-001234&HNAM_ACCN||EDTA^EDTA blood\r",
    ),
    (
        "ICE: older version, the NHS number in PID-2 and its own in PID-3, texts in capitals, urgent",
        b"MSH|^~\\&|ICE|RW3|OPENGMS|699X0|202611011030||ORM^O01|ICE0007003|P|2.3\nPID|1|9991000046|ICE778812^^^ICE||TESTA^ANN^^^MISS||20180304|F\nPV1|1|OP|PAEDS\nORC|NW|A26110100123|||||^^^^^U\nOBR|1|A26110100123||R59.3^R59.3 EARLY ONSET OR SYNDROMIC EPILEPSY^ICE|U|202611011000|||||||CLINICAL DETAILS: FITS ?METABOLIC~BROTHER DIED||BLD&BLOOD|C1234567^DR S BROWN\nOBX|1|ST|CONSENT^HAS CONSENT BEEN OBTAINED?^ICE||YES\n",
    ),
    (
        "EMIS: a surgery, trailing separators, name and title in one component, day of birth with blanks",
        b"MSH|^~\\&|EMIS|A81001|OPENGMS|699X0|20261101103000||ORM^O01|7004|P|2.4||||||||||\rPID|1||9991000046^^^NHS^NH||TESTA^ANN ^ ^^MISS ||  20180304  |F||||||||||||||||||||\rPD1|||SURGERY^^A81001|G8888888^GP^GRACE\rORC|NW|EMIS-55|||||||||||G8888888^GP^GRACE\rOBR|1|EMIS-55||R59^Epilepsy^GTD^R59.3^Epilepsy WGS^GTD\rNTE|1||Pt & mum attended ; 2^nd opinion ~ please\r",
    ),
    (
        "WinPath: a result line by line, each with its number, no order of this service",
        b"MSH|^~\\&|WINPATH|RQM|OPENGMS|699X0|202611011030||ORU^R01|7005|P|2.3\rPID|1||9991000046^^^NHS~H445566^^^RQM||TESTA^ANN^^^^^L||20180304|F\rPV1|1||GEN\rOBR|1|W123|26G0012345|CYTO^MOLECULAR GENETICS^WINPATH|||202610201200|||||||||||||||202611011000||CG|F\rOBX|1|TX|REP^Report^WP|1|MOLECULAR GENETICS REPORT||||||F\rOBX|2|TX|REP^Report^WP|2|No pathogenic variant was found in FMR1.||||||F\rOBX|3|TX|REP^Report^WP|3|Authorised by: Dr Lab||||||F\r",
    ),
    (
        "WinPath: a corrected result of two variants, each with its number",
        b"MSH|^~\\&|WINPATH|RQM|OPENGMS|699X0|202611011030||ORU^R01|7006|P|2.5.1\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rORC|RE|OG-AAAAA-BBBBB|26G0012345\rOBR|1|OG-AAAAA-BBBBB|26G0012345|51969-4^Genetic analysis report^LN||||||||||||||||||202611011000||GE|C\rOBX|1|CWE|48018-6^Gene studied^LN|2a|HGNC:1100^BRCA1^HGNC||||||C\rOBX|2|ST|48004-6^DNA change^LN|2a|c.68_69del||||||C\rOBX|3|CWE|48018-6^Gene studied^LN|2b|HGNC:1101^BRCA2^HGNC||||||C\rOBX|4|ST|48004-6^DNA change^LN|2b|c.5946del||||||C\rNTE|1||Replaces the report of 1 October\r",
    ),
    (
        "An integration engine's batch: three messages, of which the trailer counts four",
        b"FHS|^~\\&|TIE|RXX\rBHS|^~\\&|TIE|RXX\rMSH|^~\\&|PAS|RXX|OPENGMS|699X0|20261101||ADT^A08|7007|P|2.4\rEVN|A08|20261101103000\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rMSH|^~\\&|EPR|RXX|OPENGMS|699X0|20261101||ORM^O01|7008|P|2.4\rPID|1||9991000054^^^NHS^NH||SECOND^SAM||20150101|M\rORC|CA|P-1\rMSH|^~\\&|LIMS|RXX|OPENGMS|699X0|20261101||ACK^R01|7009|P|2.4\rMSA|AE|R-1|Unknown patient\rBTS|4\rFTS|1\r",
    ),
    (
        "A registration with parents as next of kin, insurance and what a visit holds",
        b"MSH|^~\\&|LORENZO|RXX|OPENGMS|699X0|20261101103000||ADT^A04^ADT_A01|7010|P|2.5\rEVN|A04|20261101102959+0000\rPID|1||9991000046^^^NHS^NH~L123^^^RXX^PI||TESTA^ANN^^^MISS^^L||20180304|F||A|1 HIGH ST^^CREWE||||||||||||N|1\rPD1|||SURGERY^^A81001\rNK1|1|TESTA^MARY|MTH^Mother|1 HIGH ST|07700900123|||||||||F|19900101|||||||||||||||||9991000453^^^NHS^NH\rNK1|2|TESTA^TOM|FTH^Father||||||||||||M|19880101\rPV1|1|O|GEN|||||C1^BROWN^SUSAN|||||||||||V99^^^RXX\rIN1|1|NHS|NHS\rAL1|1|DA|PENICILLIN\r",
    ),
    (
        "A newborn, whose mother's number stands in PID-21",
        b"MSH|^~\\&|BADGER|RXX|OPENGMS|699X0|20261101103000||ORM^O01|7011|P|2.4\rPID|1||B778^^^RXX^MR||TESTA^TWIN 2^^^^^NB||20261030|F||||||||||||9991000453^^^NHS^NH|||Y|2\rNK1|1|TESTA^MARY^JANE|MTH\rORC|NW|N-1\rOBR|1|N-1||R14^Acutely unwell children^GTD\r",
    ),
    (
        "A merge in which the number of before is the older system's, with check digit",
        b"MSH|^~\\&|PAS|RXX|OPENGMS|699X0|20261101103000||ADT^A40^ADT_A39|7012|P|2.4\rEVN|A40|20261101103000\rPID|1||9991000046^^^NHS^NH~L123^^^RXX^PI||TESTA^ANN^MARIE||20180304|F\rMRG|L077^4^M11^RXX^PI~\"\"||||||TESTA^ANN\r",
    ),
    (
        "German: ISO 8859-1, name at birth, a sex in German, times with fractions",
        b"MSH|^~\\&|ORBIS|UKX|OPENGMS|699X0|20261101103000.123+0100||ORM^O01|7013|P|2.5|||AL|NE|DEU|8859/1|DE\rPID|1||0001234567^^^UKX^PI||M\xfcller^J\xf6rg^Hans^^Dr.^^L~Schr\xf6der^J\xf6rg^^^^^B||19620317|W|||Stra\xdfe 1^^K\xf6ln^^50667^DEU\rORC|NW|2026/4711\rOBR|1|2026/4711||R59.3^Epilepsie^GTD\rNTE|1||Gr\xfc\xdfe aus K\xf6ln\r",
    ),
    (
        "Dutch: prefixes of own and partner's name, a national number that looks like one of ten digits, ISO 8859-15",
        b"MSH|^~\\&|CHIPSOFT|UMC|OPENGMS|699X0|20261101103000||OML^O21|7014|P|2.4||||||8859/15\rPID|1||123456782^^^NLMINBIZA^NNNLD~7654321^^^UMC^PI||de Vries-van den Berg&de&Vries&van den&Berg^Zo\xeb^M.^^mw.^^L||19800506|F\rORC|NW|N-2\rOBR|1|N-2||R59.3^Epilepsie^GTD\r",
    ),
    (
        "Other separators throughout",
        b"MSH#*!/%#EPR#RP4#OPENGMS#699X0#20261101##ORM*O01#7015#P#2.4\rPID#1##9991000046***NHS*NH!A1***RP4*MR##TESTA*ANN##20180304#F\rORC#NW#P-1*RP4\rOBR#1#P-1*RP4##R59.3*Epilepsy*GTD\rNTE#1##Mum ^ dad | well /T/ good & /F/ true\r",
    ),
    (
        "Escapes of every kind, and separators that nobody escaped",
        b"MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101||ORM^O01|7016|P|2.5.1\rPID|1||9991000046^^^NHS^NH||O\\X27\\Hara^Ann||20180304|F\rORC|NW|P-1\rOBR|1|P-1||R59.3\rNTE|1||Line 1\\.br\\Line 2\\X0D0A\\Line 3 \\E\\ \\S\\ \\R\\ 50 \\F\\ 60 \\H\\bold\\N\\ \\Zpriv\\ \\C2842\\\rNTE|2||R&D ward ^ bay 2 ~ bed 4\rNTE|3||A | B\r",
    ),
    (
        "A placeholder day of birth, and no name",
        b"MSH|^~\\&|ED|RXX|OPENGMS|699X0|20261101||ORM^O01|7017|P|2.4\rPID|1||T999^^^RXX^PI||UNKNOWN^UNKNOWN||19000101|U||||||||||||||||||||||||Y\rORC|NW|U-1\rOBR|1|U-1||R14\r",
    ),
    (
        "One name in one component",
        b"MSH|^~\\&|OLD|RXX|OPENGMS|699X0|20261101||ORM^O01|7018|P|2.1\rPID|1||9991000046^^^NHS||TESTA, ANN||20180304|F\rORC|NW|O-1\rOBR|1|O-1||R59.3\r",
    ),
    (
        "Two tests in one repetition of OBR-4",
        b"MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101||ORM^O01|7019|P|2.4\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rORC|NW|P-1\rOBR|1|P-1||R59.3^Epilepsy^GTD~R29.4^Intellectual disability^GTD\r",
    ),
    (
        "Results by specimen of a genomics laboratory, with a control among them",
        b"MSH|^~\\&|LIMS|RQM|OPENGMS|699X0|20261101||OUL^R22^OUL_R22|7020|P|2.5.1\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rSPM|1|S1^L1||BLD\rOBX|1|NM|CONC^DNA concentration^L||52|ng/ul\rOBR|1|OG-AAAAA-BBBBB|F-1|X^FMR1 repeat^L||||||||||||||||||||||F\rORC|RE|OG-AAAAA-BBBBB|F-1\rOBX|1|SN|CGG^Repeats^L||^31||||||F\rSPM|2|QC7||BLD|||||||Q\rOBR|2||F-2|X^FMR1 repeat^L||||||||||||||||||||||F\rOBX|1|SN|CGG^Repeats^L||^30||||||F\r",
    ),
    (
        "A document of a registry, with its parts in the wrong order",
        b"MSH|^~\\&|DOCMAN|RQM|OPENGMS|699X0|20261101||MDM^T02^MDM_T02|7021|P|2.4\rEVN|T02|20261101\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rPV1|1|O\rOBX|1|ED|PDF^Report^L||^application^pdf^Base64^JVBERi0xLjQKJSVFT0YK||||||F\rTXA|1|CN|AP|20261101||||||||D-1||OG-AAAAA-BBBBB|F-9||AU||AV\r",
    ),
    (
        "A parent tested along, whose name has three parts",
        b"MSH|^~\\&|EPIC|RP4|OPENGMS|699X0|20261101||OML^O21|7022|P|2.5.1\rPID|1||9991000046^^^NHS^NH||TESTA^ANN^MARIE||20180304|F\rNK1|1|TESTA^MARY^JANE|MTH|||||||||||| F|19900101|||||||||||||||||9991000453^^^NHS^NH\rORC|NW|P-1\rOBR|1|P-1||R59.3^Epilepsy - Duo^GTD\r",
    ),
    (
        "A header in small letters after a mark of UTF-8 and blanks, segments in small letters",
        b"\xef\xbb\xbf \r\n msh|^~\\&|epr|rp4|opengms|699x0|20261101||orm^o01|7023|p|2.4\r\npid|1||9991000046^^^nhs^nh||testa^ann||20180304|f\r\norc|nw|P-1\r\nobr|1|P-1||r59.3\r\n",
    ),
    (
        "An acknowledgement of an order that nobody sent",
        b"MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101||ORL^O22^ORL_O22|7024|P|2.5.1\rMSA|AE|X-1|Order unknown\rERR||ORC^1^2|204^Unknown key identifier^HL70357|E||||No such order\r",
    ),
    (
        "An alarm of a device",
        b"MSH|^~\\&|PUMP|ICU|OPENGMS|699X0|20261101||ORU^R40^ORU_R40|7025|P|2.6\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rOBR|1|A1|B1|196616^MDC_EVT_ALARM^MDC\rOBX|1|CWE|196616^MDC_EVT_ALARM^MDC|1.0.0.0.1|196670^MDC_EVT_LO^MDC||||||R\r",
    ),
    (
        "A test beside the patient, which orders itself",
        b"MSH|^~\\&|POCT|RXX|OPENGMS|699X0|20261101||ORU^R30^ORU_R30|7026|P|2.5.1\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rORC|NW||POC-1\rOBR|1||POC-1|G6PD^G6PD activity^L||||||||||||||||||||||F\rOBX|1|NM|G6PD^G6PD activity^L||2.1|U/g Hb|4.6-13.5|L|||F\r",
    ),
    (
        "Features with what is said of each, by their numbers",
        b"MSH|^~\\&|GENEWORKS|RP4|OPENGMS|699X0|20261101||OML^O21|7027|P|2.5.1\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rORC|NW|P-1\rOBR|1|P-1||R59.3\rOBX|1|CWE|HPO^HPO term^L|1|HP:0001250^Seizure^HPO\rOBX|2|CWE|HPOSTAT^HPO status^L|1|N^No\rOBX|3|CWE|HPO^HPO term^L|2|HP:0001252^Hypotonia^HPO\rOBX|4|CWE|HPOSTAT^HPO status^L|2|Y^Yes\rOBX|5|CWE|ONSET^HPO onset^L|2|HP:0003593^Infantile onset^HPO\r",
    ),
    (
        "Two numbers of the NHS, one of them the mother's",
        b"MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101||ORM^O01|7028|P|2.4\rPID|1|9991000453|9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rORC|NW|P-1\rOBR|1|P-1||R59.3\r",
    ),
    (
        "Line ends written out, and nothing after the header",
        b"MSH|^~\\&|WEB|RP4|OPENGMS|699X0|20261101||ORM^O01|7029|P|2.4\\rPID|1||9991000046^^^NHS^NH\\rORC|NW|P-1",
    ),
    (
        "Repeated segments, and orders without a patient between them",
        b"MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101||OML^O21|7030|P|2.5.1\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rPID|1||9991000054^^^NHS^NH||SECOND^SAM||20150101|M\rORC|NW|P-1\rOBR|1|P-1||R59.3\r",
    ),
    (
        "An order within XML",
        b"<?xml version=\"1.0\"?><hl7>MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101||ORM^O01|7031|P|2.4\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rORC|NW|P-1\rOBR|1|P-1||R59.3\r</hl7>",
    ),
    (
        "A laboratory's result for two people in one message",
        b"MSH|^~\\&|LIMS|RQM|OPENGMS|699X0|20261101||ORU^R01|7032|P|2.4\rPID|1||9991000046^^^NHS^NH||TESTA^ANN||20180304|F\rOBR|1|OG-1|F-1|X^Test^L||||||||||||||||||||||F\rOBX|1|ST|V^Value^L||one||||||F\rPID|2||9991000054^^^NHS^NH||SECOND^SAM||20150101|M\rOBX|2|ST|V^Value^L||two||||||F\rOBR|2|OG-2|F-2|X^Test^L||||||||||||||||||||||F\rOBX|1|ST|V^Value^L||three||||||F\r",
    ),
];

fn person(person: &Person) -> String {
    let nhs = person.nhs_number.as_ref().map_or("none", |number| number.value.as_str());
    let hospital: Vec<String> = person.hospital_numbers.iter().map(number).collect();
    let former = if person.former_names.is_empty() { String::new() } else { format!(" (before: {})", person.former_names.join(", ")) };
    format!(
        "{:?} {} / {}{former}, {:?}, {}; NHS {nhs}; {}",
        person.relationship,
        person.given_name,
        person.family_name,
        person.sex,
        person.birth_date.value,
        hospital.join(" ")
    )
}

fn number(number: &SentNumber) -> String {
    format!("{}@{}", number.value, number.authority)
}

fn details(details: &OrderDetails) -> Vec<String> {
    let mut lines: Vec<String> = details.people.iter().map(person).collect();
    lines.extend(details.tests.iter().map(|code| format!("test {}", code.label())));
    lines.extend(details.features.iter().map(|f| format!("feature {}{}", if f.absent { "absent " } else { "" }, f.code.label())));
    lines.extend(details.onsets.iter().map(|(feature, onset)| format!("onset {} {}", feature.code, onset.label())));
    lines.extend(details.notes.iter().map(|note| format!("note {}", note.replace('\n', " / "))));
    lines.extend(details.specimens.iter().map(|specimen| format!("specimen {}", specimen.label())));
    lines.push(format!("asked by '{}', urgent {:?}, {:?}", details.requester, details.urgent, details.reason));
    lines.extend(details.not_used.iter().map(|note| format!("not used {note}")));
    lines
}

fn order(order: &IncomingOrder) -> Vec<String> {
    let (action, mut lines) = match &order.action {
        OrderAction::Place(stated) => ("places".to_owned(), details(stated)),
        OrderAction::Amend(stated, reason) => (format!("changes ({reason})"), details(stated)),
        OrderAction::Cancel(reason) => (format!("cancels ({reason})"), vec![]),
        OrderAction::EnterInError(reason) => (format!("entered in error ({reason})"), vec![]),
    };
    if let (true, Subject::Person(subject)) = (lines.is_empty(), &order.subject) {
        lines.push(person(subject));
    }
    std::iter::once(format!("{action} {}", order.number)).chain(lines).collect()
}

fn result(result: &IncomingResult) -> Vec<String> {
    let first = format!("result {} of order '{}', {}: {}", result.filler, result.number, result.status, result.test);
    let values = result.values.iter().map(|value| format!("{} = {}", value.name, value.value));
    let documents = result.documents.iter().map(|document| format!("document {} {}", document.title, document.media_type));
    let not_used = result.not_used.iter().map(|note| format!("not used {note}"));
    [first, person(&result.person)].into_iter().chain(values).chain(documents).chain(not_used).collect()
}

fn outcome(unit: &Unit) -> Vec<String> {
    if let Some(received) = ReceivedAcknowledgement::read(unit) {
        return vec![format!("acknowledges '{}' with {}: {}", received.control, received.code, received.text)];
    }
    let message = match &unit.message {
        Ok(message) => message,
        Err(why) => return vec![format!("refused {}: {why}", why.place())],
    };
    let reading = match hl7::content(message) {
        Ok(reading) => reading,
        Err(faults) => return faults.iter().map(|fault| format!("refused {fault}")).collect(),
    };
    let mut lines: Vec<String> = match &reading.content {
        MessageContent::Orders(orders) => orders.iter().flat_map(order).collect(),
        MessageContent::Demographics(who, at) => vec![format!("is now {}; stated {at:?}", person(who))],
        MessageContent::Merge(merge) => {
            let replaced: Vec<String> = merge.replaced.iter().map(number).collect();
            vec![format!("{} is also {}", person(&merge.survivor), replaced.join(" "))]
        }
        MessageContent::Results(results) => results.iter().flat_map(result).collect(),
    };
    lines.extend(reading.notes.iter().map(|note| format!("note of the message {note}")));
    lines
}

#[test]
fn every_systems_messages_are_read_for_their_own_patient_or_refused_by_name() {
    let mut table = String::new();
    for (name, bytes) in SENT {
        table += &format!("{name}\n");
        for unit in hl7::read(bytes) {
            table += &format!("  {} {}\n", unit.header.kind(), unit.header.control());
            for line in outcome(&unit) {
                table += &format!("    {line}\n");
            }
        }
    }
    expect_file!["vendors.txt"].assert_eq(&table);
}
