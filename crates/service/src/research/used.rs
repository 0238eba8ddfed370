//! What a person sees of how their data were used.

use crate::{
    ServiceResult, research,
    results::own_page::{Own, Used, UsedBy},
};
use care::{
    ordering::choice::{Choice, Purpose},
    research::{
        participant::{self, Participant},
        project::airlock::OutputState,
    },
};

impl Own {
    /// How the data of the person at the page were used in research.
    #[crate::boxed]
    pub async fn used(&self) -> ServiceResult<Used> {
        let service = &self.desk.service;
        let permit = research::library_permit(service).await?;
        let participant = service.store.load::<Participant>(&permit, participant::stream(self.patient)).await?.state;
        let choice = service.store.load::<Choice>(&permit, care::ordering::choice::stream(self.patient)).await?.state;
        let agrees = choice.allows(Purpose::Research, self.desk.today());
        let mut places = Vec::new();
        let ever = !participant.numbers.is_empty();
        match (ever, agrees, participant.left) {
            (false, true, _) => places.push("You said yes. Your coded data enter the library when your test is done.".to_owned()),
            (false, false, _) => places.push("Your data are not in the library.".to_owned()),
            (true, true, None) => places.push("Your coded data are in the library. No name and no date are.".to_owned()),
            (true, true, Some(_)) => places.push("Your data were taken out. They enter again, as you have said yes again.".to_owned()),
            (true, false, left) => {
                places.push("Answers to researchers: you are not counted, from the moment of your choice.".to_owned());
                places.push("Workspaces of projects: your data are not shown, from the same moment.".to_owned());
                places.push(match left {
                    Some(time) => format!(
                        "Files and releases of the library: written anew without you at {}.",
                        time.strftime("%H:%M on %-d %B %Y (UTC)")
                    ),
                    None => "Files and releases of the library: they are being written anew without you, within minutes.".to_owned(),
                });
                places.push("Results that were made before, with many people together, stay as they are.".to_owned());
            }
        }
        let mut projects = Vec::new();
        for (_, project) in research::projects::register(service).await? {
            let (Some(release), Some(application)) = (project.release(), &project.application) else { continue };
            let Some(release) = research::library(service).await?.released(release).await? else { continue };
            if release.people.iter().any(|p| participant.numbers.contains(&p.no.0)) {
                projects.push(UsedBy {
                    title: application.title.clone(),
                    lay_summary: application.lay_summary.clone(),
                    state: project.summary(self.desk.today()),
                    queries: project.queries.len(),
                    released: project.outputs.iter().filter(|o| !o.inward && o.state() == OutputState::Released).count(),
                });
            }
        }
        Ok(Used { places, projects })
    }
}
