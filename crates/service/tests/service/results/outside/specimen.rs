//! Results by specimen (`OUL^R22`): filed by the same rules as any other.

use super::*;
use care::ordering::message::State as Became;

fn by_specimen(control: &str, (number, barcode): (&str, &str), (nhs_number, name, born): (&str, &str, &str)) -> String {
    format!(
        "MSH|^~\\&|LIMS|RJ1|OPENGMS|699X0|20261101||OUL^R22^OUL_R22|{control}|P|2.5.1\r\
         PID|1||{nhs_number}^^^NHS^NH||{name}||{born}|F\rSPM|1|{barcode}||BLD\r\
         OBR|1|{number}|F-{control}|X^FMR1 repeat^L||||||||||||||||||||||F\rORC|RE|{number}|F-{control}\r\
         OBX|1|SN|CGG^Repeats^L||^31||||||F\r"
    )
}

const CHILD: (&str, &str, &str) = ("4010232137", "Testcase^Proband", "20190403");

#[tokio::test]
async fn a_result_by_specimen_is_filed_by_its_order_or_its_tube_and_never_on_somebody_else() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, barcode) = bench.sent_away().await;
    for (control, named, person, is_filed) in [
        ("1", (number.as_str(), ""), CHILD, true),
        ("2", ("", barcode.as_str()), CHILD, true),
        ("3", (number.as_str(), barcode.as_str()), ("9990000018", "Testcase^Proband", "20190403"), false),
        ("4", ("", barcode.as_str()), ("4010232137", "Testcase^Other", "20190403"), false),
        ("5", (number.as_str(), ""), ("4010232137", "Testcase^Proband", "20180403"), false),
    ] {
        let receipt = sent(&system, &by_specimen(control, named, person)).await;
        let Became::Done { orders, notes } = &receipt.state else { panic!("{control}: {:?}", receipt.state) };
        assert_eq!(orders.contains(&order), is_filed, "{control}: {notes:?}");
    }
    assert_eq!((bench.outside(order).await.len(), bench.waiting(StateKind::Unmatched).await.len()), (2, 3));
    bench.lists_agree().await;
}
