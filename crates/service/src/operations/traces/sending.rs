//! Spans on their way to a collector: a queue of so many, a thread of its own that sends them. Nothing that the service does waits for
//! either; what finds no room, or no collector, is dropped and counted.

use super::{COUNTS, Collector, Span, otlp};
use crate::{certificates, fault::ForLog};
use anyhow::{Context, ensure};
use reqwest::{Client, header::CONTENT_TYPE, redirect::Policy};
use std::{path::Path, thread::JoinHandle, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

/// Spans that wait at the most: a few seconds of a busy server.
const WAITING_MAX: usize = 4096;
/// Spans that are sent together at the most.
const TOGETHER_MAX: usize = 512;
/// How long others are waited for that go along.
const GATHERED: Duration = Duration::from_secs(1);
/// How long a collector has to answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
/// How long a program that ends sends what is left.
const ENDED_WITHIN: Duration = Duration::from_secs(3);

/// Where spans are put that have ended.
#[derive(Clone)]
pub struct Queue(mpsc::Sender<Span>);

impl Queue {
    /// A queue of so many, and what takes spans out of it.
    pub fn new(most: usize) -> (Queue, mpsc::Receiver<Span>) {
        let (sender, receiver) = mpsc::channel(most);
        (Queue(sender), receiver)
    }

    /// Adds one, where there is room.
    pub fn add(&self, span: Span) {
        if self.0.try_send(span).is_err() {
            COUNTS.dropped(1);
        }
    }
}

/// What sends them, for as long as this value lives: then what is left is sent, for a few seconds at the most.
pub struct Sending {
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Sending {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            // A thread that has ended hears nothing, and need not.
            let _ = end.send(());
        }
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("what sends traces ended by itself");
        }
    }
}

/// Begins to send to a collector, by the authorities of a service's folder.
pub fn begin(collector: &Collector, folder: &Path) -> anyhow::Result<(Queue, Sending)> {
    let client = certificates::http(folder)?.redirect(Policy::none()).timeout(ANSWERED_WITHIN).build().context("sending traces")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (queue, waiting) = Queue::new(WAITING_MAX);
    let (end, ended) = oneshot::channel();
    let instance = format!("{:016x}", rand::random::<u64>());
    let sender = Sender { client, collector: collector.clone(), instance, together: Vec::new(), is_away: false };
    let thread = std::thread::Builder::new().name("traces".into()).spawn(move || runtime.block_on(sender.run(waiting, ended)))?;
    Ok((queue, Sending { end: Some(end), thread: Some(thread) }))
}

struct Sender {
    client: Client,
    collector: Collector,
    instance: String,
    /// What is sent next, or is being sent.
    together: Vec<Span>,
    /// Whether the last were not taken: what goes on is said once.
    is_away: bool,
}

impl Sender {
    async fn run(mut self, mut waiting: mpsc::Receiver<Span>, ended: oneshot::Receiver<()>) {
        tokio::select! {
            () = self.send_all(&mut waiting) => {}
            _ = ended => {}
        }
        waiting.close();
        if timeout(ENDED_WITHIN, self.send_all(&mut waiting)).await.is_err() {
            COUNTS.dropped(self.together.len() + waiting.len());
        }
    }

    /// Sends until the queue is closed and empty. Left in the middle, it goes on where it was.
    async fn send_all(&mut self, waiting: &mut mpsc::Receiver<Span>) {
        while !self.together.is_empty() || waiting.recv_many(&mut self.together, TOGETHER_MAX).await > 0 {
            let gathered = &mut self.together;
            let more = async {
                while gathered.len() < TOGETHER_MAX {
                    let room = TOGETHER_MAX - gathered.len();
                    if waiting.recv_many(gathered, room).await == 0 {
                        break;
                    }
                }
            };
            // Time that ran out is what was waited for.
            let _ = timeout(GATHERED, more).await;
            self.send().await;
        }
    }

    async fn send(&mut self) {
        let count = self.together.len();
        match self.post().await {
            Ok(()) => {
                COUNTS.sent(count);
                if self.is_away {
                    tracing::warn!("traces are taken again by their collector");
                }
                self.is_away = false;
            }
            Err(fault) => {
                COUNTS.dropped(count);
                if !self.is_away {
                    tracing::warn!("traces are dropped and counted, since no collector takes them: {}", fault.for_log());
                }
                self.is_away = true;
            }
        }
        self.together.clear();
    }

    async fn post(&self) -> anyhow::Result<()> {
        let body = serde_json::to_vec(&otlp::request(&self.together, &self.instance))?;
        let request = self.client.post(self.collector.url().clone()).header(CONTENT_TYPE, "application/json").body(body);
        let status = request.send().await?.status();
        ensure!(status.is_success(), "the collector answered {}", status.as_u16());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
