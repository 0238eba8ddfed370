//! What a journey begins with: a service that listens, on this machine or on several, and what is done there beside the browser.

use crate::{
    browser::Browser,
    machines::{Machines, Place, are_several},
};
use access::Action;
use care::{AnalysisId, OrderId, interpretation::analysis::State};
use engine::reference;
use service::{
    Desk, Service, laboratory,
    people::{accounts, trace::EXTRACT},
    research, results, work,
};
use sim::{family, published};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// The published case that the clinician orders for: compound heterozygous, so that phase comes from the parents.
const CASE: usize = 1;

/// For how many seconds something is waited for that another machine has in hand: of one that was killed it is another's after a minute,
/// and a message after two.
const IN_HAND_SECONDS: usize = 240;

/// A service that listens, with the people of the demonstration and a family's file that was delivered.
pub(crate) struct Served {
    /// Where it listens on several machines; they end first.
    machines: Option<Machines>,
    pub(crate) service: Arc<Service>,
    pub(crate) base: String,
    _folder: tempfile::TempDir,
}

impl Served {
    /// On this machine; on several where those who run the journeys say so.
    pub(crate) async fn new() -> Served {
        Served::with_accounts(demonstration).await
    }

    /// The same with other accounts than those of the demonstration, or with what is there before any other machine begins.
    pub(crate) async fn with_accounts(open: impl AsyncFnOnce(&Arc<Service>)) -> Served {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::of_several(folder.path()).await;
        Served::begin(folder, place, open).await
    }

    /// On this machine alone, wherever the other journeys run: for what looks into the program itself, or listens in a way of its own.
    pub(crate) async fn alone() -> Served {
        Served::begin(tempfile::tempdir().expect("a folder"), None, demonstration).await
    }

    /// A service of the journey's own, which listens on this machine alone.
    pub(crate) fn here(base: String, service: Arc<Service>, folder: tempfile::TempDir) -> Served {
        Served { machines: None, service, base, _folder: folder }
    }

    async fn begin(folder: tempfile::TempDir, place: Option<Place>, open: impl AsyncFnOnce(&Arc<Service>)) -> Served {
        let pack = reference::open("demo").expect("the demo pack");
        let service = match &place {
            Some(place) => place.open(&pack).await,
            None => Service::open(folder.path(), &pack).await.expect("a service"),
        };
        open(&service).await;
        let planted = published::all().expect("cases").remove(CASE).planted().expect("variants");
        let incoming = service.folder.join("incoming");
        std::fs::create_dir_all(&incoming).expect("a folder");
        family::write_trio(&incoming.join("family.vcf.gz"), ["kid", "dad", "mum"], &planted, &pack, 7, false).expect("a VCF");
        std::fs::write(service.folder.join(EXTRACT), sim::demo::EXTRACT).expect("written");
        let Some(place) = place else { return Served::here(listen(&service).await, service, folder) };
        let machines = Machines::begin(place).await;
        Served { base: machines.base.clone(), machines: Some(machines), service, _folder: folder }
    }

    /// A browser at its first page; none where the machine has none.
    pub(crate) async fn browser(&self) -> Option<Browser> {
        Browser::start(&self.base).await
    }

    /// How many programs of its machines were killed so far.
    pub(crate) fn killed(&self) -> usize {
        self.machines.as_ref().map_or(0, Machines::killed)
    }

    /// Sends what waits; where another machine has some of it in hand, waits until it was tried.
    pub(crate) async fn deliver(&self) {
        for _ in 0..IN_HAND_SECONDS {
            results::deliver::deliver(&self.service).await.expect("delivered");
            if !are_several() || self.tried_all().await {
                return;
            }
            second().await;
        }
        panic!("what waits was not sent");
    }

    /// Whether the first message that waits for each recipient was tried; the others wait for it.
    async fn tried_all(&self) -> bool {
        let (waiting, mut recipients) = (self.service.store.undelivered().await.expect("read"), BTreeSet::new());
        waiting
            .iter()
            .filter(|waiting| recipients.insert(&waiting.message.recipient))
            .all(|first| first.attempts > 0 || !first.due.is_empty())
    }

    /// Takes people into the research library; of how many it did so here. On several machines others may have taken in some.
    pub(crate) async fn fill_library(&self) -> usize {
        self.by_turns("library/filled", async || research::fill_library(&self.service).await).await
    }

    /// Takes people out of it whose choice ended.
    pub(crate) async fn look_after_library(&self) {
        let looked = async || {
            research::keeping::look_after_library(&self.service, 1).await;
            Ok(())
        };
        self.by_turns("library/kept", looked).await;
    }

    /// Does what one machine does at a time, once no other does it.
    async fn by_turns<T>(&self, subject: &str, act: impl AsyncFn() -> anyhow::Result<T>) -> T {
        if !are_several() {
            return act().await.expect("done");
        }
        for _ in 0..IN_HAND_SECONDS {
            if let Some(done) = work::alone(&self.service, subject, async || act().await).await.expect("done") {
                return done;
            }
            second().await;
        }
        panic!("{subject} is another machine's for too long");
    }
}

/// Opens the accounts and laboratories of the demonstration.
pub(crate) async fn demonstration(service: &Arc<Service>) {
    accounts::open_demonstration(service).await.expect("people");
}

/// Runs an analysis to its end; where another machine has begun it meanwhile, waits for that.
pub(crate) async fn analyse(desk: &Desk, order: OrderId, analysis: AnalysisId) {
    let ran = laboratory::data::run_analysis(desk, order, analysis, Arc::new(|_| {})).await;
    if !are_several() {
        ran.expect("settled");
        return;
    }
    let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
    for _ in 0..IN_HAND_SECONDS {
        let status = desk.status(&permit, order).await.expect("a status");
        let (_, found) = status.analyses.into_iter().find(|(id, _)| *id == analysis).expect("registered");
        if !matches!(found.state, State::None | State::Queued | State::Running) {
            return;
        }
        second().await;
    }
    panic!("the analysis did not end: {ran:?}");
}

async fn second() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// Lets a service listen on this machine.
pub(crate) async fn listen(service: &Arc<Service>) -> String {
    listen_with(service, web::Entrance::on_loopback()).await
}

/// The same with an entrance of its own.
pub(crate) async fn listen_with(service: &Arc<Service>, entrance: web::Entrance) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(web::serve(Arc::clone(service), entrance, listener, std::future::pending()));
    format!("http://{address}")
}
