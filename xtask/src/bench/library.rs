//! The research library beside bcftools on the same genotypes and DuckDB on the same files.

use anyhow::{Context, ensure};
use genome::{Contig, consequence::Impact};
use library::{Call, Checked, Library, Person, PersonNo, Question, Release, Scope, ask, disclosure::Told, workspace};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
    fs,
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Sites of the five million bases that are simulated: with frequencies after 1/x, some 3,000 of a person differ from the reference.
const SITES: u32 = 32_000;
const SPAN: u32 = 5_000_000;
/// Sites of a gene.
const GENE_SITES: u32 = 320;
/// People of a file, as a laboratory's day.
const AT_ONCE: u32 = 64;

struct Site {
    position: u32,
    frequency: f64,
    gene: u32,
    impact: Impact,
}

/// Sites with a neutral spectrum: density of frequency x as 1/x from 1 in 10,000 to a half.
fn sites(random: &mut ChaCha8Rng) -> Vec<Site> {
    let (least, most) = (1e-4_f64.ln(), 0.5_f64.ln());
    (0..SITES)
        .map(|at| Site {
            position: 1_000_000 + at * (SPAN / SITES) + 1,
            frequency: random.random_range(least..most).exp(),
            gene: at / GENE_SITES,
            impact: match random.random_range(0..200) {
                0 => Impact::High,
                1..20 => Impact::Moderate,
                20..60 => Impact::Low,
                _ => Impact::Modifier,
            },
        })
        .collect()
}

/// Copies of one person at every site: drawn anew from the person's number, so that a cohort is never held.
fn copies(no: u32, sites: &[Site]) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(u64::from(no));
    sites.iter().map(|s| u8::from(random.random_bool(s.frequency)) + u8::from(random.random_bool(s.frequency))).collect()
}

fn calls(no: u32, sites: &[Site]) -> impl Iterator<Item = anyhow::Result<Call>> {
    let held = copies(no, sites);
    let carried = sites.iter().zip(held).filter(|(_, copies)| *copies > 0);
    carried.map(move |(site, copies)| {
        Ok(Call {
            person: PersonNo(no),
            contig: "2".parse::<Contig>()?,
            position: site.position,
            reference: "A".into(),
            alternate: "T".into(),
            gene: format!("G{:03}", site.gene),
            consequence: String::new(),
            impact: site.impact,
            frequency: Some(site.frequency as f32),
            copies,
        })
    })
}

fn person(no: u32) -> Person {
    Person {
        no: PersonNo(no),
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
fn bcf(path: &Path, people: u32, sites: &[Site]) -> anyhow::Result<()> {
    let mut tool =
        Command::new("bcftools").args(["view", "-Ob", "-o"]).arg(path).arg("-").stdin(Stdio::piped()).spawn().context("bcftools")?;
    let mut to = BufWriter::with_capacity(1 << 20, tool.stdin.take().context("its input")?);
    writeln!(to, "##fileformat=VCFv4.2\n##contig=<ID=2,length=242193529>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">")?;
    write!(to, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT")?;
    (1..=people).try_for_each(|no| write!(to, "\tP{no}"))?;
    // Drawn by person, written by site.
    let held: Vec<Vec<u8>> = (1..=people).map(|no| copies(no, sites)).collect();
    for (at, site) in sites.iter().enumerate() {
        write!(to, "\n2\t{}\t.\tA\tT\t.\tPASS\t.\tGT", site.position)?;
        for person in &held {
            to.write_all([b"\t0/0", b"\t0/1", b"\t1/1"][usize::from(person[at])])?;
        }
    }
    writeln!(to)?;
    drop(to);
    ensure!(tool.wait()?.success(), "bcftools did not write the BCF");
    ensure!(Command::new("bcftools").args(["index", "-f"]).arg(path).status()?.success(), "bcftools did not index");
    Ok(())
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

/// A command of the shell, as a user would type it; its output.
fn shell(command: &str) -> anyhow::Result<String> {
    let output = Command::new("sh").args(["-c", command]).output().with_context(|| command.to_owned())?;
    ensure!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn checked(text: &str) -> anyhow::Result<Checked> {
    let question: Question = text.parse()?;
    let variant = if let library::question::What::Seen(text) = &question.what { Some(text.parse()?) } else { None };
    Ok(Checked { question, with: vec![], without: vec![], variant })
}

struct Bench {
    people: u32,
    folder: tempfile::TempDir,
    sites: Vec<Site>,
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
    fn told(&self, what: &str) {
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
        let sites = sites(&mut ChaCha8Rng::seed_from_u64(1));
        let library = Library::open(folder.path().join("library").to_str().context("a path")?)?;
        let (mut added, mut drawn) = (Duration::ZERO, 0);
        for from in (1..=people).step_by(AT_ONCE as usize) {
            let some: Vec<Call> =
                (from..(from + AT_ONCE).min(people + 1)).flat_map(|no| calls(no, &sites)).collect::<anyhow::Result<_>>()?;
            drawn += some.len();
            let began = Instant::now();
            library.add(&some).await?;
            library.compact().await?;
            added += began.elapsed();
        }
        let manifest = library.manifest().await?;
        let bytes: u64 = manifest.files().map(|f| f.bytes).sum();
        let each = f64::from(people);
        println!("{people} people of 5 Mb, {drawn} genotypes that differ from the reference, {} runs", manifest.runs.len());
        println!(
            "  taken in and put together: {:.1} ms and {:.2} kB a person",
            added.as_secs_f64() * 1e3 / each,
            bytes as f64 / 1e3 / each
        );
        let release = library.release("bench", jiff::Timestamp::UNIX_EPOCH, (1..=people).map(person).collect(), [1; 32]).await?;
        let tools = ["bcftools", "duckdb"].map(|tool| shell(&format!("{tool} --version")).is_ok());
        let bench = Bench { people, folder, sites, library, release, tools };
        if tools[0] {
            bcf(Path::new(&bench.bcf()), people, &bench.sites)?;
            let held = fs::metadata(bench.bcf())?.len();
            println!("  BCF of the same: {:.2} kB a person ({:.2} ×)", held as f64 / 1e3 / each, held as f64 / bytes as f64);
        }
        Ok(bench)
    }

    fn bcf(&self) -> String {
        self.folder.path().join("cohort.bcf").display().to_string()
    }

    /// The files as DuckDB reads them: a row for each person who carries.
    fn rows(&self, columns: &str, condition: &str) -> String {
        let files = self.folder.path().join("library/calls/*.parquet");
        let each = |list: &str, copies: u8| {
            format!("SELECT {columns}, unnest({list}) AS no, {copies} AS copies FROM read_parquet('{}') WHERE {condition}", files.display())
        };
        format!("{} UNION ALL {}", each("one", 1), each("two", 2))
    }

    async fn timed(&self, commands: [String; 2]) -> anyhow::Result<[Option<Duration>; 2]> {
        let mut took = [None, None];
        for ((took, there), command) in took.iter_mut().zip(self.tools).zip(commands) {
            if there {
                *took = Some(median(async || shell(&command)).await?.0);
            }
        }
        Ok(took)
    }

    /// A question: here, by a plan, and by others.
    async fn question(&self, what: &str, text: &str, commands: [String; 2]) -> anyhow::Result<()> {
        let asked = checked(text)?;
        let everybody = Scope::of(1..=self.people);
        let planned = self.library.clone().on(datafusion::prelude::SessionContext::new().state());
        let ask = async |library: &Library| {
            let answer = ask::ask(library, &self.release, &everybody, &mut Told::default(), &asked).await?;
            Ok(format!("{:?}", answer.carriers))
        };
        let (ours, told) = median(async || ask(&self.library).await).await?;
        let (by_plan, same) = median(async || ask(&planned).await).await?;
        ensure!(told == same, "the plan gives {same}, not {told}");
        Took { ours, planned: Some(by_plan), others: self.timed(commands).await? }.told(&format!("{what} ({told})"));
        Ok(())
    }

    async fn questions(&self) -> anyhow::Result<()> {
        let gene = &self.sites[(50 * GENE_SITES) as usize..(51 * GENE_SITES) as usize];
        let (bcf, region) = (self.bcf(), format!("2:{}-{}", gene[0].position, gene[gene.len() - 1].position));
        let duckdb = |sql: String| format!("duckdb -noheader -list -c \"{sql}\"");
        let rows = self.rows("gene", "gene = 'G050' AND impact <= 1 AND frequency <= 0.001");
        let carriers = [
            format!("bcftools query -r {region} -i 'GT=\"alt\"' -f '[%SAMPLE\\n]' {bcf} | sort -u | wc -l"),
            duckdb(format!("SELECT COUNT(DISTINCT no) FROM ({rows})")),
        ];
        self.question("carriers in a gene", "carriers protein-changing AF < 0.1 % in G050", carriers).await?;
        let rare = gene.iter().find(|s| s.frequency < 0.01).context("a rare site")?.position;
        let rows = self.rows("gene", &format!("contig = 2 AND position = {rare} AND alternate = 'T'"));
        let seen = [
            format!("bcftools query -r 2:{rare} -i 'GT=\"alt\"' -f '[%SAMPLE\\n]' {bcf} | wc -l"),
            duckdb(format!("SELECT COUNT(DISTINCT no) FROM ({rows})")),
        ];
        self.question("seen before", &format!("seen 2-{rare}-A-T"), seen).await?;
        let step = (self.people / 1000).max(1);
        let some: Vec<u32> = (1..=self.people).filter(|no| no.is_multiple_of(step)).take(1000).collect();
        let names = self.folder.path().join("names.txt");
        fs::write(&names, some.iter().map(|no| format!("P{no}\n")).collect::<String>())?;
        let scope = Scope::of(some);
        let sql = "SELECT COUNT(*) AS n, SUM(alleles) AS alleles FROM variants";
        let (ours, told) = median(async || Ok(workspace::run(&self.library, &self.release, &scope, sql).await?.table)).await?;
        let rows = self.rows("position", "true");
        let counts = [
            format!("bcftools view -S {} -c 1 -Ou {bcf} | bcftools query -f '%POS %AC\\n' | wc -l", names.display()),
            duckdb(format!(
                "SELECT COUNT(*), SUM(ac) FROM (SELECT position, SUM(copies) AS ac FROM ({rows}) WHERE no % {step} = 0 AND no <= {} GROUP BY position)",
                1000 * step
            )),
        ];
        let told = told.lines().nth(3).unwrap_or_default().to_owned();
        Took { ours, planned: None, others: self.timed(counts).await? }.told(&format!("allele counts of 1,000 people over 5 Mb ({told})"));
        Ok(())
    }

    async fn changes(&self) -> anyhow::Result<()> {
        let one = calls(self.people + 1, &self.sites).collect::<anyhow::Result<Vec<Call>>>()?;
        let began = Instant::now();
        self.library.add(&one).await?;
        let added = began.elapsed();
        let began = Instant::now();
        let hidden = Scope::of((1..=self.people).filter(|no| *no != self.people / 2));
        let asked = checked("people")?;
        ask::ask(&self.library, &self.release, &hidden, &mut Told::default(), &asked).await?;
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
