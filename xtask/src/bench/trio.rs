//! `cargo xtask bench trio`

use anyhow::{Context, ensure};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Runs of each command; the middle one is quoted.
const RUNS: usize = 3;

/// Interprets a trio and inflates the same file, in turn.
pub fn run(sites: usize, dir: &Path, generator: &Path) -> anyhow::Result<()> {
    if !dir.join("trio.vcf.gz").is_file() {
        ensure!(generator.is_file(), "no trio in {} and no generator at {}", dir.display(), generator.display());
        println!("generating {sites} sites in {} …", dir.display());
        let scale = format!("{}", 0.2 * sites as f64 / 1e6);
        let made = Command::new("python3")
            .arg(generator)
            .args(["--out"])
            .arg(dir)
            .args(["--sites", &sites.to_string(), "--scale", &scale, "--db-sites", &(sites * 2).to_string()])
            .status()?;
        ensure!(made.success(), "the generator failed (it needs numpy, bgzip, tabix and samtools)");
    }
    let gms = std::env::current_exe()?.with_file_name("gms");
    ensure!(gms.is_file(), "build the program first: cargo build --release");
    let pack = dir.join("trio.gmspack");
    if !pack.is_file() {
        let built = Command::new(&gms)
            .args(["reference", "build", "--name", "trio", "--to"])
            .arg(&pack)
            .arg("--fasta")
            .arg(dir.join("genome.fa"))
            .arg("--gff3")
            .arg(dir.join("genes.gff3"))
            .arg("--frequency")
            .arg(dir.join("freq.vcf.gz"))
            .args(["--frequency-complete", &(1..=22).map(|n| n.to_string()).collect::<Vec<_>>().join(",")])
            .status()?;
        ensure!(built.success(), "building the trio's reference pack failed");
    }
    let vcf = dir.join("trio.vcf.gz");
    let (mut ours, mut theirs, mut peak) = (Vec::new(), Vec::new(), 0);
    for _ in 0..=RUNS {
        let mut interpret = Command::new("/usr/bin/time");
        interpret.args(["-f", "%M"]).arg(&gms).args(["interpret", "--vcf"]).arg(&vcf).arg("--ped").arg(dir.join("trio.ped"));
        interpret.arg("--reference").arg(&pack).arg("--out").arg(dir.join("out")).stderr(Stdio::piped());
        let (time, output) = timed(&mut interpret)?;
        ours.push(time);
        peak = peak.max(output.lines().last().and_then(|l| l.trim().parse::<u64>().ok()).unwrap_or(0));
        let mut inflate = Command::new("bgzip");
        inflate.args(["-dc"]).arg(&vcf).stdout(Stdio::null());
        theirs.push(timed(&mut inflate)?.0);
    }
    // The first of each warms the caches.
    let middle = |times: &[Duration]| {
        let mut counted = times[1..].to_vec();
        counted.sort();
        counted[RUNS / 2].as_secs_f64()
    };
    let (a, b) = (middle(&ours), middle(&theirs));
    println!("gms interpret: {a:.2} s wall, {:.0} MB peak memory", peak as f64 / 1024.0);
    println!("bgzip -dc:     {b:.2} s wall");
    println!("ratio:         {:.2}", a / b);
    match chain(dir)? {
        Some(time) => println!(
            "bcftools annotate | csq | +trio-dnm2: {:.2} s wall, {:.1} times gms interpret",
            time.as_secs_f64(),
            time.as_secs_f64() / a
        ),
        None => println!("bcftools annotate | csq | +trio-dnm2: not run, bcftools with its plugins is not installed"),
    }
    Ok(())
}

/// What a chain of today's tools takes on the same files for frequency, consequence and de novo calls alone, run once.
fn chain(dir: &Path) -> anyhow::Result<Option<Duration>> {
    let there =
        Command::new("bcftools").args(["plugin", "-l"]).output().is_ok_and(|o| String::from_utf8_lossy(&o.stdout).contains("trio-dnm2"));
    if !there {
        return Ok(None);
    }
    let mut shell = Command::new("sh");
    shell.current_dir(dir).args([
        "-c",
        "bcftools annotate -a freq.vcf.gz -c INFO/AF_grpmax,INFO/nhomalt trio.vcf.gz -Ou \
         | bcftools csq -f genome.fa -g genes.gff3 -p a -Ou 2>/dev/null \
         | bcftools +trio-dnm2 -P trio.ped --use-NAIVE -Ob -o peers.bcf 2>/dev/null",
    ]);
    Ok(Some(timed(&mut shell)?.0))
}

fn timed(command: &mut Command) -> anyhow::Result<(Duration, String)> {
    let start = Instant::now();
    let output = command.output().with_context(|| format!("running {command:?}"))?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{command:?} failed: {text}");
    Ok((start.elapsed(), text))
}
