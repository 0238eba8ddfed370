//! What nobody may learn, whatever they ask.

use super::*;

#[tokio::test]
async fn nobody_outside_the_scope_is_counted() {
    let mut made = Made::new().await;
    let few = Scope::new(1..=100);
    let answer = made.ask(&few, "carriers in SCN1A").await.expect("answered");
    assert_eq!(answer.cohort, Count::rounded(100));
    assert_eq!(carriers(&made.library, &made.release, &few).await.expect("asked"), 100);
    assert_eq!(carriers(&made.library, &made.release, &Scope::default()).await.expect("asked"), 0);
}

#[tokio::test]
async fn differencing_and_small_cells_are_stopped() {
    let mut made = Made::new().await;
    let everybody = everybody();
    made.ask(&everybody, "people").await.expect("answered");
    let answer = made.ask(&Scope::new(1..=20), "carriers in SCN1A with HP:0001250 sex male").await.expect("answered");
    assert!(answer.carriers == Some(Count::Few), "{answer:?}");
    // Many questions that add one person after another never tell of fewer than five.
    let mut sizes = Vec::new();
    for upto in 5..60 {
        let scope = Scope::new(1..=upto);
        if let Ok(answer) = made.ask(&scope, "people").await
            && let Count::About(n) = answer.cohort
        {
            sizes.push((upto, n));
        }
    }
    sizes.dedup_by_key(|size| size.1);
    assert!(sizes.windows(2).all(|w| w[1].0 - w[0].0 >= 5), "{sizes:?}");
}

/// "People" and "people who are not": whether nobody or one to four are left out is answered alike, to this project and the next.
#[tokio::test]
async fn a_refusal_does_not_tell_whether_anybody_is_left_out() {
    let made = Made::new().await;
    let mut answers = BTreeSet::new();
    // The first 99 people are the whole of their group.
    for others in 0..5 {
        let scope = Scope::new(1..=99 + others);
        let mut ledger = DisclosureLedger::default();
        let mut ask = async |text: &str| {
            let answered = ask::ask(&made.library, &made.release, &scope, &mut ledger, &checked(text)).await;
            answered.map_or_else(|why| why.to_string(), |answer| format!("{:?} {:?}", answer.cohort, answer.groups))
        };
        ask("people").await;
        let (again, near) = (ask("people").await, ask("people ancestry AFR").await);
        assert!(again.starts_with("About("), "the same question is answered again: {again}");
        answers.insert(near);
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.contains("all but fewer than 5")), "{answers:?}");
}

/// Groups are named whether or not somebody is in them: none of them, or one to four, is answered alike.
#[tokio::test]
async fn that_a_group_is_named_does_not_tell_that_somebody_is_in_it() {
    let made = Made::new().await;
    let mut answers = BTreeSet::new();
    for others in 0..5 {
        let scope = Scope::new((1..=others).chain(100..=300));
        for text in ["people by ancestry", "carriers in SCN1A by ancestry"] {
            let answer = made.alone(&scope, text).await.expect("answered");
            answers.insert((text, format!("{:?}", answer.groups)));
        }
    }
    assert_eq!(answers.len(), 2, "{answers:?}");
}

#[tokio::test]
async fn copies_do_not_tell_of_the_few_who_came_since_their_carriers_were_counted() {
    let mut made = Made::new().await;
    let before = made.ask(&Scope::new(1..=390), "alleles of 2-2000-A-T").await.expect("answered");
    let since = made.ask(&Scope::new(1..=394), "alleles of 2-2000-A-T").await.expect("answered");
    assert_eq!(before.alleles, Some(Count::rounded(82)));
    assert_eq!(since, before, "person 392 has two copies more");
}

/// The attacks of Homer et al. 2008 and of Shringarpure and Bustamante 2015: somebody's own variants, asked one by one.
#[tokio::test]
async fn a_persons_own_variants_asked_one_by_one_do_not_tell_whether_they_are_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    // Of each person's variants one is their own, and one is shared by three.
    let own = |no: u32| [call(no, 10_000 + no, "SCN1A", Impact::High, None, 1), call(no, 20_000 + no / 3, "SCN1A", Impact::High, None, 1)];
    library.add(&(1..=90).flat_map(own).collect::<Vec<_>>()).await.expect("added");
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=90).map(person).collect(), [7; 32]).await.expect("made");
    let mut answers = BTreeSet::new();
    // Half of those who are asked about are here, half are not.
    for no in 61..=120 {
        for variant in own(no) {
            let question = checked(&format!("seen 2-{}-A-T", variant.position));
            let mut ledger = DisclosureLedger::default();
            let answer = ask::ask(&library, &release, &Scope::new(1..=90), &mut ledger, &question).await.expect("answered");
            answers.insert(format!("{:?} {:?} {:?}", answer.cohort, answer.carriers, answer.alleles));
        }
    }
    assert_eq!(answers.len(), 1, "everybody is answered the same: {answers:?}");
}

/// Reconstruction: counts of every crossing of conditions, of which none may be the sum of others but for a few people.
#[tokio::test]
async fn many_counts_together_do_not_tell_of_a_few_people() {
    let mut made = Made::new().await;
    let mut disclosed: Vec<(BTreeSet<u32>, u64)> = Vec::new();
    for sex in ["", " sex female", " sex male"] {
        for ancestry in ["", " ancestry AFR", " ancestry EUR"] {
            for solved in ["", " solved", " unsolved"] {
                for seizures in ["", " with HP:0001250", " without HP:0001250"] {
                    let text = format!("people{seizures}{sex}{ancestry}{solved}");
                    let Ok(answer) = made.ask(&everybody(), &text).await else { continue };
                    let Count::About(number) = answer.cohort else { continue };
                    let fits = |no: &u32| {
                        (sex.is_empty() || (sex == " sex female") == no.is_multiple_of(2))
                            && (ancestry.is_empty() || (ancestry == " ancestry AFR") == (*no < 100))
                            && (solved.is_empty() || (solved == " solved") == no.is_multiple_of(5))
                            && (seizures.is_empty() || seizures.starts_with(" with ") == has_seizures(*no))
                    };
                    disclosed.push(((1..=PEOPLE).filter(fits).collect(), number));
                }
            }
        }
    }
    assert!(disclosed.len() > 40, "an honest researcher is told most of it: {}", disclosed.len());
    for (one, _) in &disclosed {
        for (other, _) in &disclosed {
            let apart = one.symmetric_difference(other).count();
            assert!(apart == 0 || apart >= 5, "two numbers differ by {apart} people");
        }
    }
    // What is told is never the true number more exactly than to the nearest five.
    assert!(disclosed.iter().all(|(set, number)| number.is_multiple_of(5) && number.abs_diff(set.len() as u64) <= 2));
}

#[tokio::test]
async fn only_columns_of_the_register_are_in_any_file() {
    let made = Made::new().await;
    for entry in std::fs::read_dir(made.folder.path().join("calls")).expect("a folder") {
        let file = std::fs::File::open(entry.expect("a file").path()).expect("opened");
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
        let wrong = |f: &&std::sync::Arc<arrow_schema::Field>| !library::register::enters_library("calls", f.name());
        assert_eq!(reader.schema().fields().iter().find(wrong), None);
    }
    let people = serde_json::to_value(&made.release.people).expect("JSON");
    for person in people.as_array().expect("people") {
        let wrong = person.as_object().expect("a person").keys().find(|name| !library::register::enters_library("people", name));
        assert_eq!(wrong, None);
    }
}

#[tokio::test]
async fn pseudonyms_belong_to_one_release_and_one_project() {
    let made = Made::new().await;
    let other =
        made.library.release("2026-11-22.2", jiff::Timestamp::UNIX_EPOCH, (1..=9).map(person).collect(), [8; 32]).await.expect("made");
    let names: BTreeSet<String> = (1..=PEOPLE).map(|no| made.release.pseudonym("one", PersonNo(no))).collect();
    assert_eq!(names.len(), PEOPLE as usize);
    assert!((1..=9).all(|no| !names.contains(&other.pseudonym("one", PersonNo(no)))));
    assert!((1..=PEOPLE).all(|no| !names.contains(&made.release.pseudonym("two", PersonNo(no)))), "two projects share no pseudonym");
    let families = |project: &str| made.release.people.iter().map(|p| made.release.family_pseudonym(project, p.family)).collect();
    let [one, two]: [BTreeSet<String>; 2] = [families("one"), families("two")];
    assert!(one.is_disjoint(&two));
    assert_eq!(made.release.person("one", &made.release.pseudonym("one", PersonNo(33))), Some(PersonNo(33)));
    assert_eq!(made.release.person("two", &made.release.pseudonym("one", PersonNo(33))), None);
    assert_eq!(made.release.person("one", &made.release.shared_pseudonym(PersonNo(33))), Some(PersonNo(33)), "as it was sent back before");
    assert_eq!(other.person("one", &made.release.pseudonym("one", PersonNo(3))), None);
    assert_eq!(made.library.releases().await.expect("listed"), ["2026-11-22.1", "2026-11-22.2"]);
}
