//! The research library beside bcftools on the same genotypes and DuckDB on the same files.

mod cohort;
mod others;
mod targets;

use anyhow::{Context, ensure};
use cohort::{Cohort, Site};
use library::{
    Call, Checked, Counting, Library, Person, PersonNo, Question, Release, Scope, Selection, ask,
    disclosure::{Count, DisclosureLedger},
    program::request::Shown,
};
use others::{Rows, Sites, bare_bytes};
use query::{
    plan::PlannedCarriers,
    workspace::{self, Workspace},
};
use std::{
    fs,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};
use targets::Target;

const SPAN: u32 = 5_000_000;
/// Genes of those bases: so many lie on a chromosome's five million bases on average.
const GENES: u32 = 40;
/// People of a file, as a laboratory's day.
const AT_ONCE: u32 = 64;
/// People of whom bcftools is given all bases: of more it is given the gene that is asked about, some gigabytes of text.
const WHOLE_BCF_PEOPLE_MAX: u32 = 10_000;

fn person(no: u32) -> Person {
    Person {
        no: PersonNo(no),
        first: PersonNo(no),
        family: no,
        sex: "female".into(),
        born_from: 1990,
        ancestry: "UNKNOWN".into(),
        affected: true,
        solved: false,
        present: if no.is_multiple_of(10) { vec![1250] } else { vec![] },
        absent: vec![],
    }
}

/// The median of several runs after one that warms up, and what the last printed.
async fn median<T>(mut run: impl AsyncFnMut() -> anyhow::Result<T>) -> anyhow::Result<(Duration, T)> {
    let mut last = run().await?;
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        last = run().await?;
        took.push(began.elapsed());
    }
    took.sort();
    Ok((took[RUNS / 2], last))
}

const RUNS: usize = 5;
/// The gene that is asked about.
const GENE: &str = "G020";

/// A command of the shell, as a user would type it; its output.
fn shell(command: &str) -> anyhow::Result<String> {
    let output = Command::new("sh").args(["-c", command]).output().with_context(|| command.to_owned())?;
    ensure!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn checked(text: &str) -> anyhow::Result<Checked> {
    let question: Question = text.parse()?;
    let variant = question.variant().map(str::parse).transpose()?;
    Ok(Checked { question, with: vec![], with_any: vec![], without: vec![], variant })
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

struct Bench {
    people: u32,
    folder: tempfile::TempDir,
    cohort: Cohort,
    library: Library,
    release: Release,
    /// Tools that are there: bcftools, DuckDB.
    tools: [bool; 2],
    targets: Vec<Target>,
}

/// How long a question took here, by a plan of the query engine, and by other tools.
struct Took {
    ours: Duration,
    planned: Option<Duration>,
    others: [Option<Duration>; 2],
}

impl Took {
    fn print(&self, what: &str) {
        let names = ["by the query engine", "bcftools", "DuckDB"].into_iter().zip([self.planned, self.others[0], self.others[1]]);
        let others: Vec<String> =
            names.filter_map(|(name, took)| took.map(|t| format!("{name} {:.2} ms ({:.0} ×)", ms(t), ms(t) / ms(self.ours)))).collect();
        println!("  {what}: {:.3} ms; {}", ms(self.ours), others.join("; "));
    }
}

/// What taking in a cohort took.
#[derive(Default)]
struct TakenIn {
    took: Duration,
    genotypes: usize,
    /// Bytes of the BCF of all bases without what is known of the sites, and of plain rows, where those tools are there.
    others: [Option<u64>; 2],
}

/// Takes a cohort in, people one after another, and hands the same to other tools.
async fn take_in(library: &Library, cohort: &Cohort, folder: &Path, tools: [bool; 2]) -> anyhow::Result<TakenIn> {
    let people = cohort.people();
    let gene = positions_of_gene(cohort)?;
    let mut sites = Sites::within(if people <= WHOLE_BCF_PEOPLE_MAX { 0..=u32::MAX - 1 } else { gene.0..=gene.1 });
    let mut rows = if tools[1] { Some(Rows::new(folder)?) } else { None };
    let mut all = TakenIn::default();
    for from in (1..=people).step_by(AT_ONCE as usize) {
        let some: Vec<Call> = (from..(from + AT_ONCE).min(people + 1)).flat_map(|no| cohort.calls(no)).collect();
        all.genotypes += some.len();
        let began = Instant::now();
        library.add(&some).await?;
        library.compact().await?;
        all.took += began.elapsed();
        if tools[0] {
            sites.take(&some);
        }
        if let Some(rows) = &mut rows {
            rows.take(&some)?;
        }
    }
    all.others[1] = rows.map(Rows::finish).transpose()?;
    if tools[0] {
        let bcf = folder.join("cohort.bcf");
        sites.write(&bcf, people)?;
        let bytes = bare_bytes(&bcf.display().to_string())?;
        let share = f64::from(SPAN) / f64::from(sites.bases().min(SPAN));
        all.others[0] = Some((bytes as f64 * share) as u64);
    }
    Ok(all)
}

/// First and last base of the gene that is asked about.
fn positions_of_gene(cohort: &Cohort) -> anyhow::Result<(u32, u32)> {
    let first = cohort.sites.iter().find(|site| site.gene == GENE).context("the gene has sites")?.position;
    let from = first / (SPAN / GENES) * (SPAN / GENES);
    Ok((from, from + SPAN / GENES - 1))
}

impl Bench {
    /// Simulates a cohort, takes it in, and says what that took.
    async fn new(people: u32) -> anyhow::Result<Bench> {
        let folder = tempfile::tempdir()?;
        let cohort = Cohort::new(people);
        let library = Library::open(folder.path().join("library").to_str().context("a path")?)?;
        let tools = ["bcftools", "duckdb"].map(|tool| shell(&format!("{tool} --version")).is_ok());
        let all = take_in(&library, &cohort, folder.path(), tools).await?;
        let release = library.release("bench", jiff::Timestamp::UNIX_EPOCH, (1..=people).map(person).collect(), [1; 32]).await?;
        let mut bench = Bench { people, folder, cohort, library, release, tools, targets: vec![] };
        bench.sizes(&all).await?;
        Ok(bench)
    }

    async fn sizes(&mut self, all: &TakenIn) -> anyhow::Result<()> {
        let manifest = self.library.manifest().await?;
        let bytes: u64 = manifest.files().map(|f| f.bytes).sum();
        let each = f64::from(self.people);
        let kb = |bytes: u64| bytes as f64 / 1e3 / each;
        println!(
            "{} people of 5 Mb, {:.0} % of the sites are rarer than 1 %, {} genotypes that differ from the reference, {} runs",
            self.people,
            self.cohort.rare() * 100.0,
            all.genotypes,
            manifest.runs.len()
        );
        println!("  taken in and put together: {:.1} ms and {:.2} kB a person", ms(all.took) / each, kb(bytes));
        if let Some(rows) = all.others[1] {
            println!("  plain rows of the same in Parquet: {:.2} kB a person", kb(rows));
        }
        if let Some(bcf) = all.others[0] {
            let share = bytes as f64 / bcf as f64;
            let of_what = if self.people > WHOLE_BCF_PEOPLE_MAX { ", from that of one gene" } else { "" };
            println!(
                "  BCF of the same, without what is known of the sites{of_what}: {:.2} kB a person; the library takes {share:.2} of it",
                kb(bcf)
            );
            self.target("size, of a BCF of the same", share, targets::SIZE_SHARE, "");
        }
        Ok(())
    }

    fn target(&mut self, what: &'static str, measured: f64, most: f64, unit: &'static str) {
        self.targets.push(Target { what, measured, most, unit });
    }

    fn bcf(&self) -> String {
        self.folder.path().join("cohort.bcf").display().to_string()
    }

    fn rows(&self) -> String {
        format!("read_parquet('{}')", self.folder.path().join("long.parquet").display())
    }

    fn gene_sites(&self) -> Vec<&Site> {
        self.cohort.sites.iter().filter(|site| site.gene == GENE).collect()
    }

    /// How long each other tool took that is there and can be asked, and what it said.
    async fn timed(&self, commands: [Option<String>; 2]) -> anyhow::Result<[Option<(Duration, String)>; 2]> {
        let mut took = [None, None];
        for ((took, there), command) in took.iter_mut().zip(self.tools).zip(commands) {
            if let Some(command) = command.filter(|_| there) {
                *took = Some(median(async || shell(&command)).await?);
            }
        }
        Ok(took)
    }

    /// A question: here, by a plan, and by others.
    async fn question(&self, what: &str, text: &str, commands: [Option<String>; 2]) -> anyhow::Result<f64> {
        let question = checked(text)?;
        let everybody = Scope::new(1..=self.people);
        let planned = self.library.clone().with_source(Arc::new(PlannedCarriers::here()));
        let ask = async |library: &Library| {
            let answer = ask::ask(library, &self.release, &everybody, &mut DisclosureLedger::default(), &question).await?;
            answer.carriers.context("it is asked about carriers")
        };
        let (ours, count) = median(async || ask(&self.library).await).await?;
        let (by_plan, same) = median(async || ask(&planned).await).await?;
        ensure!(count == same, "the plan gives {same:?}, not {count:?}");
        let others = self.timed(commands).await?;
        for (_, said) in others.iter().flatten() {
            ensure!(count == Count::part(said.parse()?, self.people.into()), "another tool counts {said}, not {count:?}");
        }
        let others = others.map(|other| other.map(|(took, _)| took));
        Took { ours, planned: Some(by_plan), others }.print(&format!("{what} ({})", count.label()));
        Ok(ms(ours))
    }

    async fn questions(&mut self) -> anyhow::Result<()> {
        let (bcf, rows) = (self.bcf(), self.rows());
        let (from, to) = positions_of_gene(&self.cohort)?;
        let sites = self.gene_sites();
        let rare = sites.iter().find(|s| (0.001..0.01).contains(&s.frequency)).context("a rare site")?.position;
        let common = sites.iter().find(|s| (0.1..0.5).contains(&s.frequency)).context("a common site")?.position;
        let carriers = [
            format!("bcftools query -r 2:{from}-{to} -i 'AF<=0.0010001 && IM<=1 && GT=\"alt\"' -f '[%SAMPLE\\n]' {bcf} | sort -u | wc -l"),
            duckdb(&format!("SELECT COUNT(DISTINCT no) FROM {rows} WHERE gene = '{GENE}' AND impact <= 1 AND frequency <= 0.0010001")),
        ];
        let took =
            self.question("carriers in a gene", &format!("carriers protein-changing AF < 0.1 % in {GENE}"), carriers.map(Some)).await?;
        self.target("carriers in a gene", took, targets::CARRIERS_MS, "ms");
        let at = |position: u32| {
            [
                format!("bcftools query -r 2:{position} -i 'GT=\"alt\"' -f '[%SAMPLE\\n]' {bcf} | wc -l"),
                duckdb(&format!("SELECT COUNT(DISTINCT no) FROM {rows} WHERE contig = 2 AND position = {position} AND alternate = 'T'")),
            ]
        };
        let took = self.question("seen before", &format!("seen 2-{rare}-A-T"), at(rare).map(Some)).await?;
        self.target("seen before", took, targets::SEEN_MS, "ms");
        self.question("alleles of a common variant", &format!("alleles of 2-{common}-A-T"), at(common).map(Some)).await?;
        let both = format!("compound heterozygotes protein-changing AF < 1 % in {GENE}");
        self.question("compound heterozygotes in a gene", &both, [None, None]).await?;
        Ok(())
    }

    /// Allele counts of 1,000 people: in the blocks, by SQL, and by others.
    async fn counts(&mut self) -> anyhow::Result<()> {
        let step = (self.people / 1000).max(1);
        let some: Vec<u32> = (1..=self.people).filter(|no| no.is_multiple_of(step)).take(1000).collect();
        let names = self.folder.path().join("names.txt");
        fs::write(&names, some.iter().map(|no| format!("P{no}\n")).collect::<String>())?;
        let scope = Scope::new(some);
        let counting = self.library.counting(&self.release, &scope);
        let (ours, (sites, alleles)) = median(async || totals(&counting, self.people).await).await?;
        let sql = "SELECT COUNT(*) AS n, SUM(alleles) AS alleles FROM variants";
        // Exact numbers, as other tools give them.
        let every = || Workspace { scope: scope.clone(), shown: Shown::Rows, ..Workspace::default() };
        let (by_sql, table) = median(async || Ok(workspace::run_in(&self.library, &self.release, every(), sql).await?.table)).await?;
        let cells: Vec<&str> = table.lines().nth(3).unwrap_or_default().split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        ensure!(cells == [sites.to_string(), alleles.to_string()], "SQL counts {cells:?}, not {sites} and {alleles}");
        let whole = self.people <= WHOLE_BCF_PEOPLE_MAX;
        let bcf = format!("bcftools view -S {} -c 1 -Ou {} | bcftools query -f '%POS %AC\\n' | wc -l", names.display(), self.bcf());
        let commands = [
            whole.then_some(bcf),
            Some(duckdb(&format!(
                "SELECT COUNT(*), SUM(ac) FROM \
                 (SELECT position, SUM(copies) AS ac FROM {} WHERE no % {step} = 0 AND no <= {} GROUP BY position)",
                self.rows(),
                1000 * step
            ))),
        ];
        let others = self.timed(commands).await?;
        for (_, said) in others.iter().flatten() {
            // bcftools counts the sites, DuckDB the alleles too.
            ensure!(said.split('|').zip(&cells).all(|(other, own)| other == *own), "another tool counts {said}, not {cells:?}");
        }
        let others = others.map(|other| other.map(|(took, _)| took));
        Took { ours, planned: Some(by_sql), others }.print(&format!("allele counts of 1,000 people over 5 Mb ({sites} sites)"));
        let gene = Selection::in_genes([GENE]);
        let (in_gene, _) = median(async || Ok(counting.count(&gene).await?.len())).await?;
        println!("  allele counts of 1,000 people in a gene: {:.2} ms", ms(in_gene));
        if whole {
            self.target("allele counts of 1,000 people over 5 Mb", ms(ours), targets::COUNTS_MS, "ms");
        }
        Ok(())
    }

    async fn changes(&mut self) -> anyhow::Result<()> {
        // Somebody else with the variants of one who is there.
        let one: Vec<Call> = self.cohort.calls(1).into_iter().map(|call| Call { person: PersonNo(self.people + 1), ..call }).collect();
        let began = Instant::now();
        self.library.add(&one).await?;
        let added = began.elapsed();
        let began = Instant::now();
        let hidden = Scope::new((1..=self.people).filter(|no| *no != self.people / 2));
        let question = checked("people")?;
        ask::ask(&self.library, &self.release, &hidden, &mut DisclosureLedger::default(), &question).await?;
        let out_of_sight = began.elapsed();
        let began = Instant::now();
        let files = self.library.purge(&[PersonNo(self.people / 2)]).await?.len();
        println!(
            "  one person added: {:.1} ms; one hidden: {:.2} ms; written anew without one: {:.0} ms, {files} files",
            ms(added),
            ms(out_of_sight),
            ms(began.elapsed())
        );
        self.target("one person added", ms(added), targets::ADDED_MS, "ms");
        self.target("one person hidden", ms(out_of_sight), targets::HIDDEN_MS, "ms");
        Ok(())
    }
}

fn duckdb(sql: &str) -> String {
    format!("duckdb -noheader -list -c \"{sql}\"")
}

/// Sites that those people vary at, and alleles: of a large library window by window, as its blocks do not fit into memory together.
async fn totals(counting: &Counting, people: u32) -> anyhow::Result<(usize, u64)> {
    let all = Selection::default();
    let windows = if people <= WHOLE_BCF_PEOPLE_MAX { vec![all] } else { counting.windows(&all).await? };
    let (mut sites, mut alleles) = (0, 0);
    for window in &windows {
        let counts = counting.count(window).await?;
        sites += counts.len();
        alleles += counts.iter().map(|count| count.alleles()).sum::<u64>();
    }
    Ok((sites, alleles))
}

/// Simulates cohorts and asks them.
pub fn run(sizes: &[u32]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    sizes.iter().try_for_each(|people| {
        runtime.block_on(async {
            let mut bench = Bench::new(*people).await?;
            bench.questions().await?;
            bench.counts().await?;
            bench.changes().await?;
            targets::print(&bench.targets);
            Ok(())
        })
    })
}
