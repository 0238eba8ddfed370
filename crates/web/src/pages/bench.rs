//! What the laboratory does with a sample.

use super::{PageResult, id, order, refusals};
use crate::session::At;
use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, SampleId, sample::Command};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Act {
    action: String,
    #[serde(default)]
    barcode: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    concentration: String,
    #[serde(default)]
    volume: String,
}

pub(crate) async fn post(At(desk): At, Path((order, sample)): Path<(String, String)>, Form(act): Form<Act>) -> PageResult<Response> {
    let (order, sample): (OrderId, SampleId) = (id(&order, "order")?, id(&sample, "sample")?);
    let number = |text: &str| text.trim().parse().unwrap_or(f32::NAN);
    let command = match act.action.as_str() {
        "receive" => Command::Receive { barcode: act.barcode },
        "accept" => Command::Accept,
        "reject" => Command::Reject { reason: act.reason },
        "prepare" => Command::Prepare { concentration_ng_per_ul: number(&act.concentration), volume_ul: number(&act.volume) },
        "sequence" => Command::Sequence,
        _ => return Ok(order::page(&desk, order, vec!["Choose what was done with the sample".into()]).await?.into_response()),
    };
    match desk.handle_sample(order, sample, command).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}#samples")).into_response()),
        Err(error) => Ok(order::page(&desk, order, refusals(error)?).await?.into_response()),
    }
}
