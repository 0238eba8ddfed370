//! Carriers that several machines find: `gms-query` plans a question for the scheduler that gives out the work.

use crate::{
    Checked, Library, Release,
    ask::NotAnswered,
    lookup::{CarrierSets, CarrierSource},
    program::{QueryError, QueryProgram},
};
use async_trait::async_trait;
use std::net::SocketAddr;

/// The machines of a scheduler.
#[derive(Clone, Debug)]
pub struct MachineCarriers {
    program: QueryProgram,
    scheduler: SocketAddr,
}

impl MachineCarriers {
    /// The machines that a scheduler gives work, planned for by a program.
    pub fn new(program: QueryProgram, scheduler: SocketAddr) -> MachineCarriers {
        MachineCarriers { program, scheduler }
    }
}

#[async_trait]
impl CarrierSource for MachineCarriers {
    async fn carriers(&self, library: &Library, release: &Release, question: &Checked) -> Result<CarrierSets, NotAnswered> {
        self.program.carriers(library, release, question, self.scheduler).await.map_err(|why| match why {
            QueryError::Refused(message) => NotAnswered::Stopped(message),
            QueryError::Fault(fault) => NotAnswered::Fault(fault),
        })
    }
}
