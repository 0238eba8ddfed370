//! `gms demo`

use crate::arguments::service::Demo;
use indicatif::{ProgressBar, ProgressStyle};
use service::research;
use std::process::ExitCode;

/// Makes a fresh service, sends the cases through, prints their timelines, serves.
pub fn run(arguments: &Demo) -> anyhow::Result<ExitCode> {
    super::serve::check_plain(!arguments.no_serve, &arguments.listen)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let bar = ProgressBar::new(sim::demo::STEPS);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}").expect("a template written here"));
    let steps = bar.clone();
    let (service, timelines) = runtime.block_on(sim::demo::run(&arguments.dir, &mut |step| {
        steps.set_message(step.to_owned());
        steps.inc(1);
    }))?;
    let released = runtime.block_on(async {
        bar.set_message("filling the research library with simulated people");
        research::fill_library(&service).await?;
        sim::cohort::take_in(&service, &engine::reference::open("demo")?, sim::cohort::PEOPLE).await?;
        let released = research::make_release(&service).await?;
        sim::demo::roles::place(&service).await?;
        anyhow::Ok(released)
    })?;
    bar.finish_and_clear();
    for timeline in &timelines {
        println!("{timeline}");
    }
    println!(
        "Research library: release {} of {} people who agreed, all of them simulated; a researcher can apply.",
        released.name,
        released.people.len()
    );
    println!("The service is in {}.", arguments.dir.display());
    if arguments.no_serve {
        return Ok(ExitCode::SUCCESS);
    }
    runtime.block_on(super::serve::serve(service, web::Entrance::on_loopback(), &arguments.listen, true))?;
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}
