//! Public FHIR clients run an order to its result: fhirpy and SMART's client (PyPI), fhir-kit-client (npm). The scripts stand in
//! `.ci/clients`, whose `install` puts the clients beside the build; a client that is not installed is skipped, and named.

use crate::{Served, exchange::System, own_page::discussion, permissions::who, served::analyse};
use care::{
    OrderId, PatientId, Role,
    interpretation::case::{Conclusion, Outcome, Pathogenicity, Selected},
    laboratory::sample::Command as Tube,
    ordering::{choice::Category, family::Relationship},
};
use engine::reference;
use service::{
    interpretation::{self, cases},
    laboratory::{self, data::Delivered},
    ordering, results,
    results::exchange::{Search, search_orders},
};
use sim::{
    family,
    messages::{Sent, fhir},
    published,
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.ci/clients");

/// The folder into which the clients were installed.
fn installed() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/opengms/clients");
    std::env::var_os("GMS_CLIENTS").map_or_else(home, PathBuf::from)
}

/// A client: the program that runs its script, the script, and what must be there.
struct PublicClient {
    program: PathBuf,
    script: &'static str,
    package: PathBuf,
}

fn clients() -> Vec<PublicClient> {
    let tools = installed();
    let python = |script: &'static str, package: &str| {
        let lib = std::fs::read_dir(tools.join("venv/lib")).into_iter().flatten().flatten().next();
        let package = lib.map_or_else(|| tools.join("venv"), |lib| lib.path().join("site-packages").join(package));
        PublicClient { program: tools.join("venv/bin/python"), script, package }
    };
    vec![
        python("with_fhirpy.py", "fhirpy"),
        python("with_fhirclient.py", "fhirclient"),
        PublicClient { program: "node".into(), script: "with_fhir_kit_client.mjs", package: tools.join("node_modules/fhir-kit-client") },
    ]
}

impl PublicClient {
    /// Why its script cannot be run; nothing where it can.
    fn missing(&self) -> Option<String> {
        let runs = Command::new(&self.program).arg("--version").output().is_ok_and(|output| output.status.success());
        match (runs, self.package.is_dir()) {
            (false, _) => Some(format!("{} does not run", self.program.display())),
            (_, false) => Some(format!("{} is not there", self.package.display())),
            (true, true) => None,
        }
    }

    /// Runs a step of its script; what it says stands in the fault.
    async fn run(&self, step: &str, system: &System, number: &str, bundle: &Path) {
        let mut command = Command::new(&self.program);
        command.arg(Path::new(SCRIPTS).join(self.script)).args([step, &system.base, system.id(), system.secret(), number]).arg(bundle);
        command.env("GMS_CLIENTS", installed()).env("NO_PROXY", "127.0.0.1");
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("joined").expect("runs");
        let said = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
        assert!(output.status.success(), "{} {step}: {said}", self.script);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn public_clients_run_an_order_to_its_result() {
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    for (nth, client) in clients().iter().enumerate() {
        if let Some(why) = client.missing() {
            eprintln!("skipped: {}: {why}; .ci/clients/install installs it", client.script);
            continue;
        }
        let number = format!("CLIENT{nth}");
        let sent = Sent { control: "m", number: &number, test: "R98.2", family: "BELL", hospital: "RP4DEMO" };
        let bundle = served.service.folder.join(format!("{number}.json"));
        std::fs::write(&bundle, fhir(&sent).to_string()).expect("written");
        client.run("order", &system, &number, &bundle).await;
        report(&served, &system, &number).await;
        client.run("result", &system, &number, &bundle).await;
    }
}

/// The laboratory's part: choices, tubes, data, two scientists and a consultant.
async fn report(served: &Served, system: &System, number: &str) {
    let service = &served.service;
    let client = ordering::clients::desk_of_line(service, system.id().parse().expect("an identifier")).await.expect("asked").expect("open");
    let found = search_orders(&client, &Search { number: number.into(), most: 9, ..Search::default() }).await.expect("found");
    let order = found.first().expect("the order").id;
    let people = prepare(served, order).await;
    let planted = published::all().expect("cases").remove(1).planted().expect("variants");
    let vcf = service.folder.join(format!("{number}.vcf.gz"));
    family::write_trio(&vcf, ["kid", "dad", "mum"], &planted, &reference::open("demo").expect("a pack"), 3, false).expect("a VCF");
    let names = people.into_iter().zip(["kid", "mum", "dad"].map(str::to_owned)).collect();
    let desk = |role, which| service.desk(who(role, which));
    let analyst = desk(Role::Bioinformatician, 0);
    let analysis = laboratory::data::register_data(&analyst, order, &Delivered::small(&vcf), names).await.expect("registered");
    analyse(&analyst, order, analysis).await;
    let (_, found) = cases::case(&desk(Role::ClinicalScientist, 0), order).await.expect("a case");
    let variants = found.candidates[0].variants.iter().filter_map(|v| cases::select(&found, &v.variant.to_string()));
    // A scientist who assessed the uncertain variant of the pair.
    let assessed = |v: Selected| Selected { class: v.class.max(Pathogenicity::LikelyPathogenic), ..v };
    let variants = variants.map(assessed).collect();
    let conclusion = Conclusion { variants, outcome: Outcome::Diagnostic, summary: "Both variants fit.".into() };
    interpretation::cases::propose(&desk(Role::ClinicalScientist, 0), order, conclusion).await.expect("proposed");
    interpretation::cases::check(&desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    results::reports::authorise(&desk(Role::Consultant, 0), order).await.expect("signed");
    served.deliver().await;
}

/// Choices recorded and tubes received; the people of the order.
async fn prepare(served: &Served, order: OrderId) -> Vec<PatientId> {
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let permit = clinician.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let status = clinician.status(&permit, order).await.expect("a status");
    let people: Vec<PatientId> = status.order.request.expect("placed").people.iter().map(|person| person.patient).collect();
    for (nth, person) in people.iter().enumerate() {
        let category = if nth == 0 { Category::Child { by: Relationship::Mother, assent: true } } else { Category::AdultOwn };
        ordering::choices::record(&clinician, *person, discussion(order, category)).await.expect("recorded");
    }
    let bench = served.service.desk(who(Role::LaboratoryScientist, 0));
    for (sample, tube) in status.samples {
        let barcode = tube.label.expect("labelled").barcode;
        laboratory::samples::handle(&bench, order, sample, Tube::Receive { barcode }).await.expect("received");
        laboratory::samples::handle(&bench, order, sample, Tube::Accept).await.expect("accepted");
    }
    people
}
