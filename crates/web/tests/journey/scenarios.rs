//! Every kind of request that begins with an order, as a clinician places it.

use crate::{
    Served,
    browser::Browser,
    ordering::{BOY, FATHER, GRANDMOTHER, METABOLIC, MOTHER, Ordered, SISTER, order},
};
use service::clock::{Clock, MachineClock};

const HEARING: (&str, &str) = ("R67.1", "R67.1 Monogenic hearing loss");

/// A service, and the clinician at it.
async fn clinician(served: &Served) -> Option<Browser> {
    let b = served.browser().await?;
    b.sign_in("Clinician").await;
    Some(b)
}

macro_rules! journey {
    ($name:ident, $b:ident, $body:block) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let served = Served::new().await;
            let Some($b) = clinician(&served).await else { return };
            $body
            $b.close().await;
        }
    };
}

journey!(a_child_alone_has_a_panel_that_is_no_genome, b, {
    order(&b, &Ordered { test: HEARING, people: &[("proband", BOY)], letter: "Profound hearing impairment.", ..Ordered::default() }).await;
    b.see("R67.1 Monogenic hearing loss").await;
    b.see("(42 days)").await;
    b.see("Waiting for the choice of 1 person").await;
});

journey!(a_duo_is_a_patient_and_one_parent, b, {
    let people = &[("proband", BOY), ("mother", MOTHER)];
    order(&b, &Ordered { test: METABOLIC, people, letter: "Coma.", ..Ordered::default() }).await;
    b.see("Waiting for the choice of 2 people").await;
    b.see("Temi Oduya").await;
});

journey!(a_larger_family_has_a_sibling_and_a_grandparent, b, {
    let people = &[("proband", BOY), ("mother", MOTHER), ("father", FATHER), ("relative1", SISTER), ("relative2", GRANDMOTHER)];
    let relatives = &[("relative1", "Sibling"), ("relative2", "Grandparent")];
    order(&b, &Ordered { test: METABOLIC, people, relatives, letter: "Coma.", ..Ordered::default() }).await;
    b.see("Waiting for the choice of 5 people").await;
    b.see("Ngozi Oduya").await;
    b.picture("scenario-larger-family").await;
});

journey!(a_leukaemia_is_tested_from_bone_marrow_without_germline, b, {
    let ordered = Ordered {
        test: ("M80.1", "M80.1 Acute Myeloid Leukaemia"),
        purpose: &[("diagnosis", "Acute myeloid leukaemia")],
        chosen: &[("tumour_sample", "marrow"), ("germline", "none")],
        people: &[("proband", FATHER)],
        ..Ordered::default()
    };
    order(&b, &ordered).await;
    b.see("Sample S").await;
    b.see("Bone marrow (EDTA)").await;
});

journey!(a_relative_is_tested_for_the_variant_of_the_family, b, {
    let ordered = Ordered {
        test: ("R208.1", "R208.1 Inherited breast cancer and ovarian cancer"),
        purpose: &[("variant", "NM_007294.4:c.68_69del"), ("relative", "Sister, report of 2025")],
        chosen: &[("kind", "predictive")],
        people: &[("proband", MOTHER)],
        ..Ordered::default()
    };
    order(&b, &ordered).await;
    b.see("R208.1 Inherited breast cancer").await;
});

journey!(the_second_of_twins_is_tested_before_birth, b, {
    let due = MachineClock.today().saturating_add(jiff::Span::new().weeks(18));
    let (day, month, year) = (due.day().to_string(), due.month().to_string(), due.year().to_string());
    let typed = &[
        ("proband_given_name", "Second twin"),
        ("proband_family_name", "Oduya"),
        ("proband_day", day.as_str()),
        ("proband_month", month.as_str()),
        ("proband_year", year.as_str()),
    ];
    let ordered = Ordered {
        test: ("R21.2", "R21.2 Fetal anomalies with a likely genetic cause"),
        purpose: &[("gestation", "22"), ("fetus", "2"), ("fetuses", "2")],
        chosen: &[("kind", "fetus"), ("fetal_sample", "fluid")],
        people: &[("mother", MOTHER)],
        typed,
        letter: "Ventriculomegaly.",
        ..Ordered::default()
    };
    order(&b, &ordered).await;
    b.see("Amniotic fluid").await;
    b.see("Waiting for the choice of 1 person").await;
});

journey!(a_pregnancy_that_was_lost_is_tested_from_tissue, b, {
    b.open("/order-a-test").await;
    b.fill("q", "R21.2").await;
    b.press("Search").await;
    b.press_labelled("Choose R21.2 Fetal anomalies with a likely genetic cause").await;
    b.open("/order-a-test/purpose").await;
    b.select("kind", "fetus").await;
    b.press("Continue").await;
    b.see("Enter the gestation in completed weeks").await;
    b.see("Choose what is sent of the fetus").await;
    b.fill("gestation", "17").await;
    b.select("fetal_sample", "tissue").await;
    b.tick("lost").await;
    b.press("Continue").await;
    b.see("Estimated date of delivery").await;
});

journey!(a_coroner_asks_about_somebody_who_has_died, b, {
    let ordered = Ordered {
        test: METABOLIC,
        purpose: &[("coroner", "HM Coroner, Westshire"), ("died", "01-11-2026")],
        chosen: &[("kind", "death")],
        people: &[("proband", BOY)],
        letter: "Coma.",
        ..Ordered::default()
    };
    order(&b, &ordered).await;
    b.see("Stored DNA or tissue").await;
});

journey!(dna_is_kept_for_later, b, {
    let ordered = Ordered {
        test: METABOLIC,
        purpose: &[("reason", "The child is very ill")],
        chosen: &[("kind", "storage")],
        people: &[("proband", BOY)],
        ..Ordered::default()
    };
    order(&b, &ordered).await;
    b.see("Waiting for the choice of 1 person").await;
});

journey!(an_earlier_order_is_confirmed_its_data_looked_at_again_and_both_cancelled, b, {
    let first = order(&b, &Ordered { test: METABOLIC, people: &[("proband", BOY)], letter: "Coma.", ..Ordered::default() }).await;
    let number = b.text("//p[contains(., 'Order OG-')]").await;
    let number = number.split_whitespace().find(|word| word.starts_with("OG-")).expect("a number").to_owned();
    let fields = [("earlier", number.as_str()), ("reason", "Confirm in a fresh sample")];
    let follow = Ordered {
        test: METABOLIC,
        purpose: &fields,
        chosen: &[("kind", "follow")],
        people: &[("proband", BOY)],
        letter: "Coma.",
        ..Ordered::default()
    };
    let second = order(&b, &follow).await;
    b.open("/order-a-test").await;
    b.fill("q", METABOLIC.0).await;
    b.press("Search").await;
    b.press_labelled(&format!("Choose {}", METABOLIC.1)).await;
    b.open("/order-a-test/purpose").await;
    b.select("kind", "reanalysis").await;
    b.fill("earlier", &number).await;
    b.fill("reason", "A new gene is known").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", BOY).await;
    b.press("Continue").await;
    b.fill("eligibility", "Unsolved").await;
    b.press("Continue").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.press("Send the order").await;
    b.see("cannot be looked at again").await;
    b.picture("scenario-reanalysis-refused").await;
    for (address, button, state) in [(first, "Cancel the order", "Cancelled"), (second, "Entered in error", "Entered in error")] {
        b.open(&address).await;
        b.unfold("mark in error").await;
        b.fill("reason", "Placed to try it").await;
        b.press(button).await;
        b.see(state).await;
    }
    b.open("/?show=all").await;
    b.see("Cancelled").await;
});

journey!(a_reported_variant_is_classified_again, b, {
    let ordered = Ordered {
        test: METABOLIC,
        purpose: &[("variant", "NM_005518.4:c.634G>A"), ("reason", "New functional evidence")],
        chosen: &[("kind", "reinterpretation")],
        people: &[("proband", BOY)],
        ..Ordered::default()
    };
    order(&b, &ordered).await;
    b.see("Waiting for the laboratory to accept the request").await;
});

journey!(a_person_without_an_nhs_number_is_ordered_for_with_the_reason, b, {
    let typed = &[
        ("proband_no_number", "Visitor from abroad"),
        ("proband_given_name", "<b>Ana</b>"),
        ("proband_family_name", "O'Núñez-Šmit"),
        ("proband_day", "3"),
        ("proband_month", "4"),
        ("proband_year", "2015"),
    ];
    order(&b, &Ordered { test: METABOLIC, typed, letter: "Coma.", ..Ordered::default() }).await;
    b.see("&lt;b&gt;Ana&lt;/b&gt; O'Núñez-Šmit").await;
});

journey!(a_laboratory_that_sends_nothing_is_inferred_from_its_data, b, {
    let placed = order(&b, &Ordered { test: METABOLIC, people: &[("proband", BOY)], letter: "Coma.", ..Ordered::default() }).await;
    b.click("Record the choices of Marcus Oduya").await;
    b.choose("A clinician, in the best interests").await;
    b.fill("by", "Dr Amara Okafor").await;
    for question in ["test", "research"] {
        b.tick(&format!("{question}-yes")).await;
    }
    b.press("Record these choices").await;
    let barcode = b.barcode(0).await;
    b.sign_in("Chloe Marsh").await;
    b.open(&placed).await;
    b.fill_nth("barcode", 0, &barcode).await;
    b.press("Receive").await;
    b.press("Accept").await;
    b.click(&barcode).await;
    b.select("l", "699Y0").await;
    b.fill("m", "M-2026-9").await;
    b.press("Dispatched").await;
    b.see("Sample sent to the laboratory 699Y0").await;
    b.sign_in("Bioinformatician").await;
    b.open(&placed).await;
    b.click("Register sequence data").await;
    b.click("Choose family.vcf.gz").await;
    b.select("p1", "kid").await;
    b.press("Register and analyse").await;
    b.see_within("Waiting for the first scientist", 30).await;
    b.see("must have reached the laboratory 699Y0: its results are here (inferred)").await;
    b.picture("scenario-silent-laboratory").await;
});
