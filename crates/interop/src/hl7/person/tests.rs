use super::*;
use crate::hl7::Message;
use genome::Sex;

fn read(pid: &str) -> ReadPerson {
    let message = Message::read(&format!("MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|2.5\r{pid}\r")).expect("a message");
    patient(message.first("PID").expect("a patient"))
}

/// NHS number with its place, numbers of hospitals with who gave them, faults.
fn numbers(pid: &str) -> (String, String, String) {
    let found = read(pid);
    let nhs = found.person.nhs_number.map_or_else(String::new, |n| format!("{} {}", n.place, n.value));
    let hospital = found.person.hospital_numbers.iter().map(|n| format!("{}@{}", n.value, n.authority)).collect::<Vec<_>>().join(" ");
    (nhs, hospital, found.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

#[test]
fn the_nhs_number_is_found_wherever_it_is_sent() {
    for (pid, place) in [
        ("PID|1||A1^^^RP4^MR~9991000232^^^NHS&2.16.840.1.113883.2.1.4.1&ISO^NH", "PID-3 9991000232"),
        ("PID|1||999 100 0240^^^NHS^NH", "PID-3 999 100 0240"),
        ("PID|1||999-100-0240^^^NHS", "PID-3 999-100-0240"),
        ("PID|1||9991000275^^^&2.16.840.1.113883.2.1.4.1&ISO^NI", "PID-3 9991000275"),
        ("PID|1||9991000275^^^^NI", "PID-3 9991000275"),
        ("PID|1||9991000275^^^^NHS", "PID-3 9991000275"),
        ("PID|1||9991000275^^^https://fhir.nhs.uk/Id/nhs-number", "PID-3 9991000275"),
        ("PID|1|9991000275", "PID-2 9991000275"),
        ("PID|1|999 100 0275^^^NHS^NH|A1^^^RP4^MR", "PID-2 999 100 0275"),
        ("PID|1|||9991000275^^^NHS^NH", "PID-4 9991000275"),
        ("PID|1||A78^^^RP4^MR||||||||||||||||9991000267", "PID-19 9991000267"),
        ("PID|1|9991000267|9991000267^^^NHS^NH||||||||||||||||999 100 0267", "PID-3 9991000267"),
    ] {
        let (nhs, _, faults) = numbers(pid);
        assert_eq!((nhs.as_str(), faults.as_str()), (place, ""), "{pid}");
    }
}

#[test]
fn a_mistyped_number_and_a_second_one_are_refused_by_name() {
    let (_, _, faults) = numbers("PID|1||9991000019^^^NHS^NH");
    assert_eq!(faults, "PID-3: 9991000019: the NHS number is mistyped, as its check digit shows: compare it with the label or the record");
    let (_, _, faults) = numbers("PID|1|9991000267|9991000275^^^NHS^NH");
    assert_eq!(faults, "PID-2: 9991000267 is another NHS number than 9991000275 in PID-3; send the one of this person");
    let (nhs, hospital, faults) = numbers("PID|1||\"\"^^^NHS^NH~A55^^^RP4^MR");
    assert_eq!((nhs.as_str(), hospital.as_str(), faults.as_str()), ("", "A55@RP4", ""), "two quotation marks empty it");
}

#[test]
fn every_other_number_is_the_hospitals_with_who_gave_it() {
    let (nhs, hospital, _) = numbers("PID|1|CB0123|A1^^^RP4&1.2.3&ISO^MR~B2^^^&1.2.3.4&ISO~C3^^^^PI^RXX~A1^^^RP4^MR|D4");
    assert_eq!((nhs.as_str(), hospital.as_str()), ("", "A1@RP4 B2@1.2.3.4 C3@RXX CB0123@ D4@"));
    let (nhs, hospital, _) = numbers("PID|1|9991000266|0412345678^^^CHI^NI");
    assert_eq!(
        (nhs.as_str(), hospital.as_str()),
        ("", "0412345678@CHI 9991000266@"),
        "ten digits with a wrong check digit are no NHS number"
    );
    for undescribed in ["PID|1||9991000275", "PID|1||9991000275^^^^MR", "PID|1||9991000275^^^^PI"] {
        let read = read(undescribed);
        assert_eq!((read.person.nhs_number, read.person.hospital_numbers.len()), (None, 1), "{undescribed}");
        assert!(read.notes.len() == 1 && read.notes[0].contains("also looks like an NHS number"), "{:?}", read.notes);
    }
}

#[test]
fn the_name_in_use_is_the_legal_one_and_those_of_before_are_kept_apart() {
    let names = |pid5: &str| {
        let person = read(&format!("PID|1||||{pid5}")).person;
        (person.family_name, person.given_name, person.former_names.join(","))
    };
    let expect = |family: &str, given_name: &str, former: &str| (family.to_owned(), given_name.to_owned(), former.to_owned());
    assert_eq!(names("Oldname^Ivy^^^^^M~Newname^Ivy^^^^^L"), expect("Newname", "Ivy", "Oldname"));
    assert_eq!(names("Newname^Ivy~Oldname^Ivy^^^^^M~Vee^Ivy^^^^^N|Mother^Mary^^^^^M"), expect("Newname", "Ivy", "Oldname"));
    assert_eq!(names("Newname^Ivy||||Alias^Ivy"), expect("Newname", "Ivy", "Alias"), "PID-9");
    assert_eq!(names("Oldname^Ivy^^^^^M"), expect("", "", "Oldname"), "a maiden name is never the name");
    assert_eq!(names("Vries&van^Jan"), expect("van Vries", "Jan", ""));
    assert_eq!(names("van Vries&van&Vries^Jan"), expect("van Vries", "Jan", ""));
    assert_eq!(names("O'Hara^Finn"), expect("O'Hara", "Finn", ""));
    assert_eq!(names("Ended^Ivy^^^^^L^^^^^^20200101~Newname^Ivy^^^^^L"), expect("Newname", "Ivy", "Ended"));
}

#[test]
fn sex_is_read_in_letters_words_and_codes_of_the_nhs_and_what_is_not_understood_is_noted() {
    for (sent, expected, noted) in [
        ("F", Sex::Female, false),
        ("f", Sex::Female, false),
        ("Female", Sex::Female, false),
        ("2", Sex::Female, false),
        ("M^Male^HL70001", Sex::Male, false),
        ("1", Sex::Male, false),
        ("U", Sex::Unknown, false),
        ("9", Sex::Unknown, false),
        ("", Sex::Unknown, false),
        ("O", Sex::Unknown, true),
        ("I", Sex::Unknown, true),
        ("W", Sex::Unknown, true),
    ] {
        let found = read(&format!("PID|1||||A^B||2018|{sent}"));
        assert_eq!((found.person.sex, !found.notes.is_empty()), (expected, noted), "{sent}");
    }
}

#[test]
fn days_are_read_with_a_time_and_a_year_alone_stays_a_year() {
    for (sent, expected) in [
        ("20180304", "2018-03-04"),
        ("201803041230+0000", "2018-03-04"),
        ("2018-03-04T10:00", "2018-03-04"),
        ("1980", "1980"),
        ("198003", "198003"),
        ("04/03/2018", "04/03/2018"),
        ("", ""),
    ] {
        assert_eq!(day(sent), expected);
    }
    let died = |end: &str| read(&format!("PID|1{}{end}", "|".repeat(28))).person.death_date;
    assert_eq!(died("20261101|Y").as_deref(), Some("2026-11-01"));
    assert_eq!((died("|y").as_deref(), died("20261101").as_deref()), (Some(""), Some("2026-11-01")));
    assert_eq!((died("|N"), died("")), (None, None));
    for noughts in ["0", "00000000", "00000000000000", "0000-00-00", "00000000|N", "0|"] {
        assert_eq!(died(noughts), None, "{noughts}");
    }
    assert_eq!(died("00000000|Y").as_deref(), Some(""));
}

#[test]
fn the_name_in_use_is_told_from_others_however_its_type_is_written() {
    let name = |pid5: &str| {
        let person = read(&format!("PID|1||A1^^^RP4^MR||{pid5}")).person;
        (person.given_name + " " + &person.family_name, person.former_names)
    };
    for (pid5, in_use) in [
        ("SMYTHE^JACQUELINE^^^MRS^^CURRENT~JONES^JACQUELINE^^^MISS^^PREVIOUS", "JACQUELINE SMYTHE"),
        ("JONES^JACQUELINE^^^^^MAIDEN~SMYTHE^JACQUELINE^^^^^Legal", "JACQUELINE SMYTHE"),
        ("SMYTHE^JACQUELINE^^^^^PRN", "JACQUELINE SMYTHE"),
        ("JONES^JACQUELINE^^^^^FORMER~SMYTHE^JACQUELINE", "JACQUELINE SMYTHE"),
        ("Smith^Baby Boy^^^^^NB", "Baby Boy Smith"),
        ("Van\u{200b} Dyke^Jo\u{a0}Ann", "Jo Ann Van Dyke"),
        ("JONES^JACQUELINE^^^^^PREVIOUS", " "),
        ("Bob^Bobby^^^^^N", " "),
    ] {
        assert_eq!(name(pid5).0, in_use, "{pid5}");
    }
    assert_eq!(name("SMYTHE^JACQUELINE^^^^^CURRENT~JONES^JACQUELINE^^^^^PREVIOUS").1, ["JONES"]);
}

/// Müller, René and Schröder in code page 850, read as Windows-1252; Zoë in UTF-8, read twice.
#[test]
fn a_name_in_the_wrong_characters_is_refused() {
    for name in ["M\u{fffd}ller^Ann", "Ren‚^Ann", "Schr”der^Ann", "ZoÃ«^Ann"] {
        let faults = read(&format!("PID|1||A1^^^RP4^MR||{name}")).faults;
        assert!(
            faults.first().is_some_and(|fault| fault.to_string().starts_with("PID-5: The name holds a character")),
            "{name}: {faults:?}"
        );
    }
    for name in ["O’Hara^Zoë", "Núñez-Łoś^Siân", "O´Hara^Ann", "Smith^Ann “Nan”", "Gŵyr^D'Arcy"] {
        assert_eq!(read(&format!("PID|1||A1^^^RP4^MR||{name}")).faults, [], "{name}");
    }
}

#[test]
fn a_check_digit_beside_a_number_is_part_of_it_and_an_ended_number_is_not_used() {
    let (nhs, _, faults) = numbers("PID|1||999100026^7^M11^NHS^NH");
    assert_eq!((nhs.as_str(), faults.as_str()), ("PID-3 9991000267", ""));
    let (nhs, _, faults) = numbers("PID|1||9991000267^^^NHS^NH^^20100101^20150101~9991000275^^^NHS^NH");
    assert_eq!((nhs.as_str(), faults.as_str()), ("PID-3 9991000275", ""));
}

/// HL7 2.5.1, data type XPN, component 3.
#[test]
fn second_and_further_given_names_are_read_and_none_is_lost() {
    for (pid5, given_name, former, noted) in [
        ("Bell^Ann^Marie", "Ann Marie", "", false),
        ("Bell^Ann^Marie Louise", "Ann Marie Louise", "", false),
        ("Bell^Ann Marie^Marie", "Ann Marie", "", false),
        ("Bell^Ann^\"\"", "Ann", "", false),
        ("Bell^^Marie", "Marie", "", false),
        ("Bell^Ann^M^^^^L", "Ann M", "", false),
        ("Bell^Ann^^^^^L~Bell^Ann^Marie^^^^L", "Ann Marie", "", false),
        ("Bell^Ann^Marie^^^^L~BELL^ANN^^^^^L", "Ann Marie", "", false),
        ("Bell^Ann^Marie^^^^L~Oldname^Ann^^^^^L", "Ann Marie", "Oldname", false),
        ("Bell^Ann^Marie^^^^L~Bell^Fay^^^^^L", "Ann Marie", "", true),
        ("Bell^Ann^Marie^^^^L~Bell^Nan^^^^^N", "Ann Marie", "", false),
    ] {
        let found = read(&format!("PID|1||A1^^^RP4^MR||{pid5}"));
        let person = &found.person;
        let expected = (given_name, "Bell", former, noted);
        let note = found.notes.iter().any(|note| note.starts_with("PID-5: another name of the same type"));
        assert_eq!((person.given_name.as_str(), person.family_name.as_str(), &*person.former_names.join(","), note), expected, "{pid5}");
    }
}

/// HL7 2.5.1, PID-32, table 0445.
#[test]
fn a_date_of_birth_that_the_sender_does_not_rely_on_is_refused() {
    let pid = |codes: &str| read(&format!("PID|1||A1^^^RP4^MR||Bell^Ann||19000101|F{}{codes}", "|".repeat(24)));
    let faults = pid("AL~UD").faults;
    assert!(faults.first().is_some_and(|fault| fault.to_string().starts_with("PID-32: the date of birth stands in")), "{faults:?}");
    let alias = pid("AL");
    assert!(alias.faults.is_empty() && alias.notes.iter().any(|note| note == "PID-32: the name is an alias: compare by number"));
    assert!(pid("UA").faults.is_empty() && pid("").notes.is_empty());
}
