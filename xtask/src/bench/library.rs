//! The research library beside bcftools on the same genotypes and DuckDB on the same files.

mod cohort;

use anyhow::{Context, ensure};
use cohort::Cohort;
use library::{
    Call, Checked, Library, Person, PersonNo, Question, Release, Scope, ask,
    disclosure::{Count, DisclosureLedger},
    program::request::Shown,
};
use query::{
    plan::PlannedCarriers,
    workspace::{self, Workspace},
};
use std::{
    fs,
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

const SPAN: u32 = 5_000_000;
/// Genes of those bases: so many lie on a chromosome's five million bases on average.
const GENES: u32 = 40;
/// People of a file, as a laboratory's day.
const AT_ONCE: u32 = 64;

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

/// The same genotypes as BCF.
fn bcf(path: &Path, cohort: &Cohort) -> anyhow::Result<()> {
    let mut tool =
        Command::new("bcftools").args(["view", "-Ob", "-o"]).arg(path).arg("-").stdin(Stdio::piped()).spawn().context("bcftools")?;
    let mut to = BufWriter::with_capacity(1 << 20, tool.stdin.take().context("its input")?);
    writeln!(to, "##fileformat=VCFv4.2\n##contig=<ID=2,length=242193529>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">")?;
    writeln!(to, "##INFO=<ID=AF,Number=1,Type=Float,Description=\"\">\n##INFO=<ID=IM,Number=1,Type=Integer,Description=\"\">")?;
    write!(to, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT")?;
    (1..=cohort.people()).try_for_each(|no| write!(to, "\tP{no}"))?;
    for (index, site) in cohort.sites.iter().enumerate().filter(|(_, site)| site.frequency > 0.0) {
        write!(to, "\n2\t{}\t.\tA\tT\t.\tPASS\tAF={};IM={}\tGT", site.position, site.frequency, site.impact as u8)?;
        for no in 1..=cohort.people() {
            to.write_all([b"\t0/0", b"\t0/1", b"\t1/1"][usize::from(cohort.copies(no, index))])?;
        }
    }
    writeln!(to)?;
    drop(to);
    ensure!(tool.wait()?.success(), "bcftools did not write the BCF");
    ensure!(Command::new("bcftools").args(["index", "-f"]).arg(path).status()?.success(), "bcftools did not index");
    Ok(())
}

/// The same genotypes as plain rows of Parquet, a row for each person who carries, as DuckDB writes them itself.
fn long(folder: &Path, cohort: &Cohort) -> anyhow::Result<()> {
    let rows = folder.join("long.csv");
    let mut to = BufWriter::with_capacity(1 << 20, fs::File::create(&rows)?);
    writeln!(to, "contig,position,alternate,gene,impact,frequency,no,copies")?;
    for (index, site) in cohort.sites.iter().enumerate() {
        for no in 1..=cohort.people() {
            let copies = cohort.copies(no, index);
            if copies > 0 {
                writeln!(to, "2,{},T,{},{},{},{no},{copies}", site.position, site.gene, site.impact as u8, site.frequency)?;
            }
        }
    }
    drop(to);
    let types = "{'contig':'UTINYINT','position':'UINTEGER','alternate':'VARCHAR','gene':'VARCHAR','impact':'UTINYINT','frequency':'FLOAT','no':'UINTEGER','copies':'UTINYINT'}";
    let long = folder.join("long.parquet");
    shell(&format!(
        "duckdb -c \"COPY (SELECT * FROM read_csv('{}', header=true, columns={types})) TO '{}' (FORMAT parquet, COMPRESSION zstd)\"",
        rows.display(),
        long.display()
    ))?;
    Ok(fs::remove_file(rows)?)
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

struct Bench {
    people: u32,
    folder: tempfile::TempDir,
    cohort: Cohort,
    library: Library,
    release: Release,
    /// Tools that are there: bcftools, DuckDB.
    tools: [bool; 2],
}

/// How long a question took here, by a plan of the query engine, and by other tools.
struct Took {
    ours: Duration,
    planned: Option<Duration>,
    others: [Option<Duration>; 2],
}

impl Took {
    fn print(&self, what: &str) {
        let ms = |t: Duration| t.as_secs_f64() * 1e3;
        let names = ["a plan of DataFusion", "bcftools", "DuckDB"].into_iter().zip([self.planned, self.others[0], self.others[1]]);
        let others: Vec<String> =
            names.filter_map(|(name, took)| took.map(|t| format!("{name} {:.2} ms ({:.0} ×)", ms(t), ms(t) / ms(self.ours)))).collect();
        println!("  {what}: {:.3} ms; {}", ms(self.ours), others.join("; "));
    }
}

impl Bench {
    /// Simulates a cohort, takes it in, and says what that took.
    async fn new(people: u32) -> anyhow::Result<Bench> {
        let folder = tempfile::tempdir()?;
        let cohort = Cohort::new(people);
        let library = Library::open(folder.path().join("library").to_str().context("a path")?)?;
        let (mut added, mut drawn) = (Duration::ZERO, 0);
        for from in (1..=people).step_by(AT_ONCE as usize) {
            let some: Vec<Call> = (from..(from + AT_ONCE).min(people + 1)).flat_map(|no| cohort.calls(no)).collect();
            drawn += some.len();
            let began = Instant::now();
            library.add(&some).await?;
            library.compact().await?;
            added += began.elapsed();
        }
        let manifest = library.manifest().await?;
        let bytes: u64 = manifest.files().map(|f| f.bytes).sum();
        let each = f64::from(people);
        println!(
            "{people} people of 5 Mb, {} sites of which {:.0} % are rarer than 1 %, {drawn} genotypes that differ from the reference, {} runs",
            cohort.sites.iter().filter(|site| site.frequency > 0.0).count(),
            cohort.rare() * 100.0,
            manifest.runs.len()
        );
        println!(
            "  taken in and put together: {:.1} ms and {:.2} kB a person",
            added.as_secs_f64() * 1e3 / each,
            bytes as f64 / 1e3 / each
        );
        let release = library.release("bench", jiff::Timestamp::UNIX_EPOCH, (1..=people).map(person).collect(), [1; 32]).await?;
        let tools = ["bcftools", "duckdb"].map(|tool| shell(&format!("{tool} --version")).is_ok());
        let bench = Bench { people, folder, cohort, library, release, tools };
        if tools[1] {
            long(bench.folder.path(), &bench.cohort)?;
            let size = fs::metadata(bench.folder.path().join("long.parquet"))?.len();
            println!("  plain rows of the same in Parquet: {:.2} kB a person", size as f64 / 1e3 / each);
        }
        if tools[0] {
            bcf(Path::new(&bench.bcf()), &bench.cohort)?;
            let bare = shell(&format!("bcftools annotate -x INFO -Ob {} | wc -c", bench.bcf()))?;
            let size: u64 = bare.parse()?;
            println!(
                "  BCF of the same, without what is known of the sites: {:.2} kB a person ({:.2} ×)",
                size as f64 / 1e3 / each,
                size as f64 / bytes as f64
            );
        }
        Ok(bench)
    }

    fn bcf(&self) -> String {
        self.folder.path().join("cohort.bcf").display().to_string()
    }

    fn rows(&self) -> String {
        format!("read_parquet('{}')", self.folder.path().join("long.parquet").display())
    }

    /// How long each other tool took that is there, and what it said.
    async fn timed(&self, commands: [String; 2]) -> anyhow::Result<[Option<(Duration, String)>; 2]> {
        let mut took = [None, None];
        for ((took, there), command) in took.iter_mut().zip(self.tools).zip(commands) {
            if there {
                *took = Some(median(async || shell(&command)).await?);
            }
        }
        Ok(took)
    }

    /// A question: here, by a plan, and by others.
    async fn question(&self, what: &str, text: &str, commands: [String; 2]) -> anyhow::Result<()> {
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
        Ok(())
    }

    async fn questions(&self) -> anyhow::Result<()> {
        let gene: Vec<_> = self.cohort.sites.iter().filter(|site| site.gene == GENE).collect();
        let (bcf, region) = (self.bcf(), format!("2:{}-{}", gene[0].position, gene[gene.len() - 1].position));
        let duckdb = |sql: String| format!("duckdb -noheader -list -c \"{sql}\"");
        let rows = self.rows();
        let carriers = [
            format!("bcftools query -r {region} -i 'AF<=0.0010001 && IM<=1 && GT=\"alt\"' -f '[%SAMPLE\\n]' {bcf} | sort -u | wc -l"),
            duckdb(format!("SELECT COUNT(DISTINCT no) FROM {rows} WHERE gene = '{GENE}' AND impact <= 1 AND frequency <= 0.0010001")),
        ];
        self.question("carriers in a gene", &format!("carriers protein-changing AF < 0.1 % in {GENE}"), carriers).await?;
        let rare = gene.iter().find(|s| (0.001..0.01).contains(&s.frequency)).context("a rare site")?.position;
        let seen = [
            format!("bcftools query -r 2:{rare} -i 'GT=\"alt\"' -f '[%SAMPLE\\n]' {bcf} | wc -l"),
            duckdb(format!("SELECT COUNT(DISTINCT no) FROM {rows} WHERE contig = 2 AND position = {rare} AND alternate = 'T'")),
        ];
        self.question("seen before", &format!("seen 2-{rare}-A-T"), seen).await?;
        let step = (self.people / 1000).max(1);
        let some: Vec<u32> = (1..=self.people).filter(|no| no.is_multiple_of(step)).take(1000).collect();
        let names = self.folder.path().join("names.txt");
        fs::write(&names, some.iter().map(|no| format!("P{no}\n")).collect::<String>())?;
        let scope = Scope::new(some);
        let sql = "SELECT COUNT(*) AS n, SUM(alleles) AS alleles FROM variants";
        // Exact numbers, as other tools give them.
        let every = || Workspace { scope: scope.clone(), shown: Shown::Rows, ..Workspace::default() };
        let (ours, table) = median(async || Ok(workspace::run_in(&self.library, &self.release, every(), sql).await?.table)).await?;
        let counts = [
            format!("bcftools view -S {} -c 1 -Ou {bcf} | bcftools query -f '%POS %AC\\n' | wc -l", names.display()),
            duckdb(format!(
                "SELECT COUNT(*), SUM(ac) FROM (SELECT position, SUM(copies) AS ac FROM {rows} WHERE no % {step} = 0 AND no <= {} GROUP BY position)",
                1000 * step
            )),
        ];
        let cells: Vec<&str> = table.lines().nth(3).unwrap_or_default().split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let others = self.timed(counts).await?;
        for (_, said) in others.iter().flatten() {
            // bcftools counts the sites, DuckDB the alleles too.
            ensure!(said.split('|').zip(&cells).all(|(other, own)| other == *own), "another tool counts {said}, not {cells:?}");
        }
        let others = others.map(|other| other.map(|(took, _)| took));
        Took { ours, planned: None, others }.print(&format!("allele counts of 1,000 people over 5 Mb ({} sites)", cells[0]));
        Ok(())
    }

    async fn changes(&self) -> anyhow::Result<()> {
        // Somebody else with the variants of one who is there.
        let one: Vec<Call> = self.cohort.calls(1).map(|call| Call { person: PersonNo(self.people + 1), ..call }).collect();
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
        let ms = |t: Duration| t.as_secs_f64() * 1e3;
        println!(
            "  one person added: {:.1} ms; one hidden: {:.2} ms; written anew without one: {:.0} ms, {files} files",
            ms(added),
            ms(out_of_sight),
            ms(began.elapsed())
        );
        Ok(())
    }
}

/// Simulates cohorts and asks them.
pub fn run(sizes: &[u32]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    sizes.iter().try_for_each(|people| {
        runtime.block_on(async {
            let bench = Bench::new(*people).await?;
            bench.questions().await?;
            bench.changes().await
        })
    })
}
