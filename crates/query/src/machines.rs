//! Questions of the research library on several machines: a scheduler, and executors that read the library's files themselves.
//! Apache DataFusion Ballista runs the same plans over the same files.
//!
//! Scheduler and executors talk without encryption and ask nobody who they are: they belong into a network of their own.

use crate::{functions::members, plan::PlannedCarriers};
use anyhow::Context;
use ballista_core::{
    ConfigProducer, RuntimeProducer,
    config::TaskSchedulingPolicy,
    extension::SessionStateExt,
    registry::BallistaFunctionRegistry,
    utils::{default_config_producer, default_session_builder},
};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::{
    cluster::BallistaCluster,
    config::SchedulerConfig,
    scheduler_process::{create_scheduler, start_grpc_service_with_listener},
};
use datafusion::{
    execution::{
        FunctionRegistry, SessionStateBuilder,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    prelude::SessionConfig,
};
use library::Library;
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

/// How often an executor asks for work and says that it lives, in seconds; one that was silent for three times as long is taken
/// for dead, and its work is given to others.
const HEARTBEAT_SECONDS: u64 = 5;

/// What reads the library's files.
fn runtime(library: &Library) -> anyhow::Result<Arc<RuntimeEnv>> {
    let runtime = RuntimeEnvBuilder::new().build_arc()?;
    let (url, store) = library.store();
    runtime.register_object_store(&url, store);
    Ok(runtime)
}

/// Text of files is read as such, so that every machine gives columns the same type.
fn config() -> SessionConfig {
    default_config_producer().set_bool("datafusion.execution.parquet.schema_force_view_types", false)
}

/// Gives out work to executors until it is stopped.
pub async fn schedule(library: &Library, listener: TcpListener) -> anyhow::Result<()> {
    let runtime = runtime(library)?;
    let builder = move |config: SessionConfig| {
        let mut state = default_session_builder(config)?;
        state.register_udf(Arc::new(members()))?;
        Ok(SessionStateBuilder::new_from_existing(state).with_runtime_env(Arc::clone(&runtime)).build())
    };
    let own = listener.local_addr()?;
    let config = SchedulerConfig {
        bind_host: own.ip().to_string(),
        external_host: own.ip().to_string(),
        bind_port: own.port(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        override_config_producer: Some(Arc::new(config) as ConfigProducer),
        override_session_builder: Some(Arc::new(builder)),
        executor_timeout_seconds: 3 * HEARTBEAT_SECONDS,
        expire_dead_executor_interval_seconds: HEARTBEAT_SECONDS,
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await.context("starting the scheduler")?;
    let scheduler = create_scheduler::<Logical, Physical>(cluster, Arc::new(config)).await.context("starting the scheduler")?;
    start_grpc_service_with_listener(listener, scheduler).await.context("scheduling")
}

type Logical = datafusion_proto::protobuf::LogicalPlanNode;
type Physical = datafusion_proto::protobuf::PhysicalPlanNode;

/// Where an executor works.
pub struct Executor {
    /// The scheduler.
    pub scheduler: SocketAddr,
    /// Where other executors fetch what it made.
    pub address: SocketAddr,
    /// Tasks at once.
    pub cores: usize,
    /// Folder for what it made, which others fetch.
    pub folder: String,
}

/// Does work until it is stopped.
pub async fn execute(library: &Library, executor: &Executor) -> anyhow::Result<()> {
    let runtime = runtime(library)?;
    let producer: RuntimeProducer = Arc::new(move |_| Ok(Arc::clone(&runtime)));
    let mut functions = BallistaFunctionRegistry::default();
    functions.scalar_functions.insert("members".to_owned(), Arc::new(members()));
    let process = ExecutorProcessConfig {
        bind_host: executor.address.ip().to_string(),
        external_host: Some(executor.address.ip().to_string()),
        port: executor.address.port(),
        scheduler_host: executor.scheduler.ip().to_string(),
        scheduler_port: executor.scheduler.port(),
        scheduler_connect_timeout_seconds: 30,
        vcores: executor.cores,
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(executor.folder.clone()),
        job_data_clean_up_interval_seconds: 600,
        job_data_ttl_seconds: 3_600,
        executor_heartbeat_interval_seconds: HEARTBEAT_SECONDS,
        override_runtime_producer: Some(producer),
        override_function_registry: Some(Arc::new(functions)),
        override_config_producer: Some(Arc::new(config)),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(process)).await.context("executing")
}

/// Carriers by plans for the machines of a scheduler.
pub fn planned(library: &Library, scheduler: SocketAddr) -> anyhow::Result<PlannedCarriers> {
    let state = SessionStateBuilder::new().with_default_features().with_config(config()).with_runtime_env(runtime(library)?).build();
    Ok(PlannedCarriers::new(state.upgrade_for_ballista(format!("http://{scheduler}"))?))
}
