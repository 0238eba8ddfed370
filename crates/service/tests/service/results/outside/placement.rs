//! On which order a result is filed, by itself or by a person; never on one of somebody else.

use super::*;

#[tokio::test]
async fn what_does_not_fit_waits_for_a_person_who_sees_both_and_gives_a_reason() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let bench_scientist = bench.desk(Role::LaboratoryScientist, 0);
    let mut misspelt = result("OG-0000000000", "F-1");
    misspelt.person = person_of("", "Proband", "2019-04-03");
    let notes = take(&system, misspelt).await.notes;
    assert!(notes[0].contains("waits for a person: No order, sample or manifest has the number"), "{notes:?}");
    let id = bench.waiting(StateKind::Unmatched).await[0];
    refused(outside::check(&bench.desk(Role::ClinicalScientist, 0), id).await, "on no order yet");
    refused(outside::result(&bench.desk(Role::LaboratoryScientist, 1), id).await, "may not");
    let comparison = outside::compare(&bench_scientist, id, &number.to_lowercase()).await.expect("compared");
    assert_eq!((comparison[0].relative, comparison[0].differs.as_slice()), (None, &["no NHS number".to_owned()][..]), "the patient first");
    assert!(comparison.len() > 1 && comparison[1..].iter().all(|one| one.relative.is_some()), "then the relatives who are tested");
    let filing = |reason: &str, is_person_confirmed| HandFiling { reason: reason.into(), is_person_confirmed };
    refused(outside::file(&bench_scientist, id, (&number, None), &filing("", true)).await, "Say why the result belongs");
    refused(outside::file(&bench_scientist, id, (&number, None), &filing("Rung them", false)).await, "The result has no NHS number");
    refused(outside::file(&bench_scientist, id, ("OG-9", None), &filing("Rung them", true)).await, "No order has the number OG-9");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    outside::file(&scientist, id, (&number, None), &filing("Rung them", true)).await.expect("filed");
    refused(outside::check(&scientist, id).await, "two others must check it");
    outside::check(&bench.desk(Role::ClinicalScientist, 1), id).await.expect("checked");
    outside::check(&bench.desk(Role::Consultant, 0), id).await.expect("released");
    assert!(matches!(bench.state(order).await.0, State::Reported { .. }));

    // Its correction carries the same number of the laboratory, and is filed there if it is certainly the same person.
    let mut corrected = result("OG-0000000000", "F-1");
    corrected.status = "C".into();
    take(&system, corrected).await;
    let shown = outside::result(&scientist, bench.outside(order).await[1].0).await.expect("shown");
    assert_eq!(shown.result.filed.expect("filed").how, FiledBy::Earlier { result: id });

    let mut other = result("", "F-2");
    other.person = person_of("9990000018", "Proband", "2019-04-03");
    take(&system, other).await;
    let other = bench.waiting(StateKind::Unmatched).await[0];
    refused(outside::file(&scientist, other, (&number, None), &filing("Sure", true)).await, "it is of somebody else");
    outside::refuse(&bench_scientist, other, "Sent to us by mistake; the laboratory was rung").await.expect("refused");
    assert!(bench.waiting(StateKind::Unmatched).await.is_empty());
    bench.lists_agree().await;
}

#[tokio::test]
async fn nothing_is_filed_by_itself_on_an_order_of_another_person_or_of_a_laboratory_that_had_no_sample() {
    let bench = Bench::new().await;
    let (order, number, barcode) = bench.sent_away().await;
    let system = bench.laboratory(&["699Y0"]).await;
    let mut of_father = result("M-1", "M-F");
    of_father.person = person_of("9434765919", "Father", "1988-04-03");
    assert!(take(&system, of_father).await.orders.is_empty());
    let by_manifest = take(&system, result("M-1", "M-C")).await;
    assert_eq!(by_manifest.orders, [order], "{:?}", by_manifest.notes);
    let mut filler = 0;
    for number in [&number, &barcode] {
        for nhs_number in ["4010232137", "9990000018", "9434765919", "", "401"] {
            for given_name in ["Proband", "Father"] {
                for birth_date in ["2019-04-03", "2019-04-30", ""] {
                    filler += 1;
                    let mut sent = result(number, &format!("F-{filler}"));
                    sent.person = person_of(nhs_number, given_name, birth_date);
                    let is_same = nhs_number == "4010232137" && given_name == "Proband" && birth_date != "2019-04-30";
                    // The father is tested in the order; the barcode is of the child's sample.
                    let is_father = nhs_number == "9434765919" && given_name == "Father" && birth_date.is_empty() && *number != barcode;
                    let received = take(&system, sent).await;
                    assert_eq!(!received.orders.is_empty(), is_same || is_father, "{number} {nhs_number} {given_name} {birth_date}");
                    assert_eq!(received.notes[0].contains("on the part of a relative"), is_father, "{:?}", received.notes);
                }
            }
        }
    }
    let here = bench.ready_elsewhere().await;
    let unsent = take(&system, result(&here.1, "F-0")).await;
    assert!(unsent.notes[0].contains("was sent to RJ1, and its laboratory takes no results of it"), "{:?}", unsent.notes);
    assert!(bench.outside(here.0).await.is_empty() && !bench.outside(order).await.is_empty());

    let unknown = bench.laboratory(&[]).await;
    let refusal = outside::take_in(&unknown, MessageId(MachineClock.new_id()), &[result("X-1", "F-1")]).await;
    refused(refusal, "No laboratory of this service takes results");
    let mut vague = result(&number, "F-90");
    vague.status = "perhaps".into();
    refused(outside::take_in(&system, MessageId(MachineClock.new_id()), &[vague]).await, "'perhaps' is no status");
    let hospital = bench.system(Address::None).await;
    refused(outside::take_in(&hospital, MessageId(MachineClock.new_id()), &[result(&number, "F-91")]).await, "may not send results");
}

/// A hospital merges two records (`ADT^A40`); a laboratory that knows only the old number, or only the new one, still reaches both orders.
#[tokio::test]
async fn a_merged_patients_old_number_still_finds_the_result() {
    let bench = Bench::new().await;
    let hospital = bench.system(Address::None).await;
    let placed = |control: &str, numbers: &str, number: &str| {
        format!(
            "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||ORM^O01|{control}|P|2.4\rPID|1||{numbers}||Bell^Ann||20180304|F\r\
             ORC|NW|{number}\rOBR|1|{number}||R29.4\rOBX|1|CE|HP:0001250^Seizure^HPO||Y\r"
        )
    };
    let of_old = order(&sent(&hospital, &placed("m1", "A1^^^&2.16.840.1.113883.19.5&ISO^MR", "N-1")).await);
    let of_new = order(&sent(&hospital, &placed("m2", "9990000018^^^NHS^NH~A2^^^&2.16.840.1.113883.19.5&ISO^MR", "N-2")).await);
    let merge = "MSH|^~\\&|PAS|RP4|OPENGMS|699X0|20261101120000||ADT^A40^ADT_A39|m3|P|2.4\rEVN|A08\r\
                 PID|1||9990000018^^^NHS^NH~A2^^^&2.16.840.1.113883.19.5&ISO^MR||Bell^Ann||20180304|F\rMRG|A1^^^&2.16.840.1.113883.19.5&ISO^MR\r";
    sent(&hospital, merge).await;
    let system = bench.laboratory(&["699X0"]).await;
    let mut filler = 0;
    for (id, number, pid) in [
        (of_old, "A1^^^&2.16.840.1.113883.19.5&ISO^MR", "old"),
        (of_new, "A1^^^&2.16.840.1.113883.19.5&ISO^MR", "old"),
        (of_old, "A2^^^&2.16.840.1.113883.19.5&ISO^MR", "new"),
    ] {
        filler += 1;
        let ours = bench.service.store.order_view(id).await.expect("read").expect("a line").number;
        let text = format!(
            "MSH|^~\\&|LIMS|RJ1|OPENGMS|699X0|20261101||ORU^R01|r{filler}|P|2.5.1\rPID|1||{number}||Bell^Ann||20180304|F\r\
             OBR|1|{ours}|F-{filler}|FMR1^FMR1 repeat|||||||||||||||||||||F\rOBX|1|ST|CGG^CGG repeats||31||||||F\r"
        );
        assert_eq!(order(&sent(&system, &text).await), id, "by the {pid} number");
        assert_eq!(bench.outside(id).await.len(), if filler == 3 { 2 } else { 1 });
    }
    bench.lists_agree().await;
}
