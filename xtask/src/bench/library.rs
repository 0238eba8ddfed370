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

fn calls(no: u32, sites: &[Site], contig: Contig) -> Vec<Call> {
    let held = copies(no, sites);
    let carried = sites.iter().zip(held).filter(|(_, copies)| *copies > 0);
    carried
        .map(|(site, copies)| Call {
            person: PersonNo(no),
            contig,
            position: site.position,
            reference: "A".into(),
            alternate: "T".into(),
            gene: format!("G{:03}", site.gene),
            consequence: String::new(),
            impact: site.impact,
            frequency: Some(site.frequency as f32),
            copies,
        })
        .collect()
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

fn folder_bytes(folder: &Path) -> anyhow::Result<u64> {
    fs::read_dir(folder)?.try_fold(0, |sum, entry| Ok(sum + entry?.metadata()?.len()))
}

struct Bench {
    library: Library,
    release: Release,
    scope: Scope,
}

impl Bench {
    async fn ask(&self, text: &str) -> anyhow::Result<String> {
        let answer = ask::ask(&self.library, &self.release, &self.scope, &mut Told::default(), &checked(text)?).await?;
        Ok(format!("{:?}", answer.carriers))
    }

    async fn counted(&self, scope: &Scope) -> anyhow::Result<String> {
        let sql = "SELECT COUNT(*), SUM(ac) FROM (SELECT position, SUM(copies) AS ac FROM calls GROUP BY position)";
        Ok(workspace::run(&self.library, &self.release, scope, sql).await?.table)
    }
}

fn line(what: &str, ours: Duration, theirs: &[(&str, Option<Duration>)]) {
    let others: Vec<String> = theirs
        .iter()
        .filter_map(|(name, took)| {
            took.map(|t| format!("{name} {:.1} ms ({:.1} ×)", t.as_secs_f64() * 1e3, t.as_secs_f64() / ours.as_secs_f64()))
        })
        .collect();
    println!("  {what}: {:.1} ms; {}", ours.as_secs_f64() * 1e3, others.join("; "));
}

/// Simulates cohorts and asks them.
pub fn run(sizes: &[u32]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    sizes.iter().try_for_each(|people| runtime.block_on(of(*people)))
}

async fn of(people: u32) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (contig, sites) = ("2".parse::<Contig>()?, sites(&mut ChaCha8Rng::seed_from_u64(1)));
    let library = Library::open(folder.path().join("library").to_str().context("a path")?)?;
    let began = Instant::now();
    for from in (1..=people).step_by(AT_ONCE as usize) {
        let mut some: Vec<Call> = (from..(from + AT_ONCE).min(people + 1)).flat_map(|no| calls(no, &sites, contig)).collect();
        library.add(&mut some).await?;
    }
    let added = began.elapsed();
    let manifest = library.manifest().await?;
    let (rows, bytes) = manifest.files.iter().fold((0, 0), |(r, b), f| (r + f.rows, b + f.bytes));
    println!("{people} people, {rows} genotypes that differ, {} files", manifest.files.len());
    let each = f64::from(people);
    println!("  taken in: {:.1} ms and {:.1} kB a person (5 Mb each)", added.as_secs_f64() * 1e3 / each, bytes as f64 / 1e3 / each);
    let release = library.release("bench", jiff::Timestamp::UNIX_EPOCH, (1..=people).map(person).collect(), [1; 32]).await?;
    let bench = Bench { library: library.clone(), release, scope: Scope::of(1..=people) };

    let held = folder.path().join("cohort.bcf");
    let has_bcftools = shell("bcftools --version").is_ok();
    if has_bcftools {
        bcf(&held, people, &sites)?;
        println!("  BCF of the same: {:.1} kB a person", fs::metadata(&held)?.len() as f64 / 1e3 / each);
    }
    let bcf = held.display().to_string();
    let parquet = folder.path().join("library/calls/*.parquet").display().to_string();
    let has_duckdb = shell("duckdb --version").is_ok();
    let timed = async |has: bool, command: String| -> anyhow::Result<Option<Duration>> {
        if !has {
            return Ok(None);
        }
        Ok(Some(median(async || shell(&command)).await?.0))
    };
    let gene = &sites[(50 * GENE_SITES) as usize..(51 * GENE_SITES) as usize];
    let region = format!("2:{}-{}", gene[0].position, gene[gene.len() - 1].position);
    let (ours, told) = median(async || bench.ask("carriers protein-changing AF < 0.1 % in G050").await).await?;
    let by_bcftools =
        timed(has_bcftools, format!("bcftools query -r {region} -i 'GT=\"alt\"' -f '[%SAMPLE\\n]' {bcf} | sort -u | wc -l")).await?;
    let sql =
        format!("SELECT COUNT(DISTINCT no) FROM read_parquet('{parquet}') WHERE gene = 'G050' AND impact <= 1 AND frequency <= 0.001");
    let by_duckdb = timed(has_duckdb, format!("duckdb -noheader -list -c \"{sql}\"")).await?;
    line(&format!("carriers in a gene ({told})"), ours, &[("bcftools", by_bcftools), ("DuckDB", by_duckdb)]);

    let rare = gene.iter().find(|s| s.frequency < 0.01).context("a rare site")?.position;
    let (ours, told) = median(async || bench.ask(&format!("seen 2-{rare}-A-T")).await).await?;
    let by_bcftools = timed(has_bcftools, format!("bcftools query -r 2:{rare} -i 'GT=\"alt\"' -f '[%SAMPLE\\n]' {bcf} | wc -l")).await?;
    let sql =
        format!("SELECT COUNT(DISTINCT no) FROM read_parquet('{parquet}') WHERE contig = 2 AND position = {rare} AND alternate = 'T'");
    let by_duckdb = timed(has_duckdb, format!("duckdb -noheader -list -c \"{sql}\"")).await?;
    line(&format!("seen before ({told})"), ours, &[("bcftools", by_bcftools), ("DuckDB", by_duckdb)]);

    let some = Scope::of((1..=people).filter(|no| no.is_multiple_of((people / 1000).max(1))).take(1000));
    let names = folder.path().join("names.txt");
    fs::write(
        &names,
        (1..=people).filter(|no| no.is_multiple_of((people / 1000).max(1))).take(1000).map(|no| format!("P{no}\n")).collect::<String>(),
    )?;
    let (ours, _) = median(async || bench.counted(&some).await).await?;
    let by_bcftools =
        timed(has_bcftools, format!("bcftools view -S {} -c 1 -Ou {bcf} | bcftools query -f '%POS %AC\\n' | wc -l", names.display()))
            .await?;
    let step = (people / 1000).max(1);
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT position, SUM(copies) FROM read_parquet('{parquet}') WHERE no % {step} = 0 AND no <= {} GROUP BY position)",
        1000 * step
    );
    let by_duckdb = timed(has_duckdb, format!("duckdb -noheader -list -c \"{sql}\"")).await?;
    line("allele counts of 1,000 people", ours, &[("bcftools", by_bcftools), ("DuckDB", by_duckdb)]);

    let began = Instant::now();
    library.add(&mut calls(people + 1, &sites, contig)).await?;
    let one = began.elapsed();
    let began = Instant::now();
    library.purge(&[PersonNo(people / 2)]).await?;
    let purged = began.elapsed();
    let total = folder_bytes(&folder.path().join("library/calls"))?;
    println!(
        "  one person added: {:.1} ms; one taken out of every file: {:.1} ms; library {:.1} MB",
        one.as_secs_f64() * 1e3,
        purged.as_secs_f64() * 1e3,
        total as f64 / 1e6
    );
    Ok(())
}
