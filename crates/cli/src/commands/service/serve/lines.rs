//! Lines on which systems send HL7 over MLLP, from the arguments of `gms serve`.

use super::network;
use crate::{
    arguments::service::{Place, Serve, WithinTls},
    commands::service::{folder, identifiers},
};
use anyhow::{Context, bail};
use care::StaffId;
use service::{
    Service,
    certificates::{self, OwnCertificate},
    fault::ForLog,
    ordering,
};
use std::{path::Path, sync::Arc};

/// A line as it is typed: where it listens, and the system whose it is.
#[derive(Debug)]
struct Line<'a> {
    option: &'static str,
    address: &'a str,
    client: StaffId,
}

impl<'a> Line<'a> {
    fn read(option: &'static str, text: &'a str) -> anyhow::Result<Line<'a>> {
        let (address, client) = text.split_once('=').with_context(|| {
            format!(
                "{option}: '{text}' is no line for HL7. It is an address and the system whose line it is, such as {option} \
                 0.0.0.0:2575=01900000-0000-7000-8000-000000000000; gms client printed the system's identifier"
            )
        })?;
        network::check_form(option, address)?;
        Ok(Line { option, address, client: identifiers::system(option, client)? })
    }
}

/// Refuses lines, certificates and keys with which none could be opened; nothing is listened on.
pub fn check(arguments: &Serve) -> Vec<anyhow::Error> {
    let lines = read(arguments).into_iter().filter_map(Result::err);
    lines.chain(check_within_tls(&arguments.within_tls, &arguments.place.dir).err()).collect()
}

/// Opens every line of the arguments.
pub async fn open(service: &Arc<Service>, arguments: &Serve) -> anyhow::Result<()> {
    let config = within_tls(service, &arguments.within_tls)?;
    for line in read(arguments) {
        let line = line?;
        let config = match (line.option, &config) {
            (OVER_TLS, None) => bail!("{OVER_TLS} needs --mllp-certificate, --mllp-key and --mllp-clients"),
            (OVER_TLS, Some(config)) => Some(Arc::clone(config)),
            _ => None,
        };
        listen(service, &arguments.place, &line, config).await?;
    }
    Ok(())
}

/// How lines within TLS are opened, and what this service shows on those that it makes; nothing where no certificate is named.
pub fn within_tls(service: &Service, arguments: &WithinTls) -> anyhow::Result<Option<Arc<web::ServerConfig>>> {
    let Some(own) = own_certificate(arguments)? else { return Ok(None) };
    config(service.show_certificate(own), arguments, &service.folder)
}

const PLAIN: &str = "--mllp";
const OVER_TLS: &str = "--mllp-tls";

fn read(arguments: &Serve) -> Vec<anyhow::Result<Line<'_>>> {
    let plain = arguments.lines.iter().map(|text| Line::read(PLAIN, text));
    plain.chain(arguments.within_tls.mllp_tls.iter().map(|text| Line::read(OVER_TLS, text))).collect()
}

fn check_within_tls(arguments: &WithinTls, folder: &Path) -> anyhow::Result<()> {
    match own_certificate(arguments)? {
        Some(own) => config(&own, arguments, folder).map(drop),
        None => Ok(()),
    }
}

fn own_certificate(arguments: &WithinTls) -> anyhow::Result<Option<OwnCertificate>> {
    let (Some(certificate), Some(key)) = (&arguments.mllp_certificate, &arguments.mllp_key) else { return Ok(None) };
    folder::check_secret(key)?;
    OwnCertificate::read(certificate, key).map(Some)
}

fn config(own: &OwnCertificate, arguments: &WithinTls, folder: &Path) -> anyhow::Result<Option<Arc<web::ServerConfig>>> {
    let Some(clients) = &arguments.mllp_clients else { return Ok(None) };
    certificates::server_with_lists(own, clients, (&arguments.mllp_revoked, Some(folder))).map(Some)
}

/// Opens a line for a system's messages.
async fn listen(service: &Arc<Service>, place: &Place, line: &Line<'_>, within_tls: Option<Arc<web::ServerConfig>>) -> anyhow::Result<()> {
    let Line { option, address, client } = *line;
    let system = ordering::clients::desk_of_line(service, client)
        .await?
        .with_context(|| format!("{option}: no system {client} may ask; gms client {} --orders … opens one", place.again()))?;
    if within_tls.is_some() && ordering::clients::certificates_of(service, client).await?.is_empty() {
        let again = place.again();
        bail!("nobody has said what the certificates of {client} name: gms client {again} --system {client} --certificate NAME");
    }
    let listener = bind(option, address).await?;
    let how = if within_tls.is_some() { " within TLS" } else { "" };
    println!("{} sends HL7 to {}{how}.", system.staff.name, listener.local_addr()?);
    let service = Arc::clone(service);
    tokio::spawn(async move {
        let ended = match within_tls {
            Some(config) => web::hl7_line_within_tls(service, listener, client, config).await,
            None => web::hl7_line(service, listener, client).await,
        };
        if let Err(fault) = ended {
            tracing::error!("the line of {client}: {}", fault.for_log());
        }
    });
    Ok(())
}

async fn bind(option: &str, address: &str) -> anyhow::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address).await.with_context(|| {
        format!(
            "the port for HL7, {address}, cannot be listened on; is another program there, or another gms serve? {option} takes another \
             address"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: &str = "01900000-0000-7000-8000-000000000000";

    #[test]
    fn a_line_is_an_address_and_a_system_and_what_is_none_is_said_with_its_option() {
        let text = format!("0.0.0.0:2575={SYSTEM}");
        let line = Line::read(PLAIN, &text).expect("a line");
        assert_eq!((line.address, line.client.to_string().as_str()), ("0.0.0.0:2575", SYSTEM));
        for (text, says) in [
            ("junk".to_owned(), "--mllp: 'junk' is no line for HL7"),
            (format!("junk={SYSTEM}"), "--mllp: 'junk' is no address to listen on"),
            (format!("127.0.0.1:99999={SYSTEM}"), "--mllp: '127.0.0.1:99999' is no address to listen on"),
            ("0.0.0.0:2575=ward".to_owned(), "--mllp: 'ward' is no identifier of a system"),
        ] {
            let refused = Line::read(PLAIN, &text).expect_err(&text).to_string();
            assert!(refused.starts_with(says), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_port_that_another_program_has_is_said_to_be_that_of_hl7() {
        let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = other.local_addr().expect("an address").to_string();
        let refused = format!("{:#}", bind(OVER_TLS, &address).await.expect_err("in use"));
        for part in ["the port for HL7", address.as_str(), "--mllp-tls takes another address"] {
            assert!(refused.contains(part), "{part}: {refused}");
        }
    }
}
