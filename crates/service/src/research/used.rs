//! What a person sees of how their data were used.

use crate::{
    ServiceResult, research,
    results::own_page::{Own, Place, Used, UsedBy},
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
            (false, true, _) => places.push(Place::Entering),
            (false, false, _) => places.push(Place::NotIn),
            (true, true, None) => places.push(Place::In),
            (true, true, Some(_)) => places.push(Place::EnteringAgain),
            (true, false, left) => places.extend([
                Place::NotCounted,
                Place::NotShown,
                left.map_or(Place::BeingRewritten, Place::Rewritten),
                Place::ResultsStay,
            ]),
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
