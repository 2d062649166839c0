//! The address of a server: how it is reached, and what is wrong with an address that cannot be read.
//!
//! `sslmode` and `sslrootcert` mean what they mean to libpq, PostgreSQL's own client
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>). tokio-postgres knows three of the modes, so the others are
//! read here.

use std::time::Duration;

use deadpool_postgres::Manager;
use tokio_postgres::{Config, config::SslMode};

use super::{Error, failure};

/// What connects to the server of this address. The server, too, gives up a statement after `patience`, because nobody waits
/// for it any more.
pub(super) fn manager(url: &str, patience: Duration) -> Result<Manager, Error> {
    let (url, settings) = without_tls_settings(url);
    let mut config = parse(&url, &settings).map_err(|what| {
        Error(format!(
            "DATABASE_URL {what}; it looks like postgres://name:password@127.0.0.1:5432/database"
        ))
    })?;
    let options = config.get_options().unwrap_or_default();
    let options = format!("-c statement_timeout={} {options}", patience.as_millis());
    config.options(options);
    #[cfg(feature = "rustls")]
    return super::tls::manager(config, &settings);
    #[cfg(not(feature = "rustls"))]
    Ok(Manager::new(config, tokio_postgres::NoTls))
}

/// What an address says about TLS.
#[derive(Default)]
pub(super) struct TlsSettings {
    /// `sslmode`.
    pub mode: Option<String>,
    /// `sslrootcert`: the file of the certificates that are trusted, still in percent-encoding.
    pub roots: Option<String>,
}

/// The address without its settings for TLS, and these.
fn without_tls_settings(url: &str) -> (String, TlsSettings) {
    let mut settings = TlsSettings::default();
    let Some((server, query)) = url.split_once('?') else {
        return (url.into(), settings);
    };
    let mut others = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", mode)) => settings.mode = Some(mode.into()),
            Some(("sslrootcert", file)) => settings.roots = Some(file.into()),
            _ => others.push(pair),
        }
    }
    (format!("{server}?{}", others.join("&")), settings)
}

/// Reads the address, or says what is wrong with it. The words never hold the address itself, since a password may stand in
/// it.
fn parse(url: &str, settings: &TlsSettings) -> Result<Config, String> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err("does not begin with postgres://".into());
    }
    let mut config: Config = url
        .parse()
        .map_err(|cause| format!("cannot be read: {}", failure::words(&cause)))?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err("names no server".into());
    }
    config.ssl_mode(match settings.mode.as_deref() {
        None | Some("prefer") => SslMode::Prefer,
        Some("disable") => SslMode::Disable,
        Some("require" | "verify-ca" | "verify-full") => SslMode::Require,
        Some(_) => {
            return Err(
                "has a wrong sslmode; it is disable, prefer, require, verify-ca or verify-full"
                    .into(),
            );
        }
    });
    if config.get_ssl_mode() == SslMode::Require && cfg!(not(feature = "rustls")) {
        return Err(
            "asks for TLS, which this program has not been built with; that takes the feature `rustls` of lossless-sessions"
                .into(),
        );
    }
    if config.get_application_name().is_none() {
        config.application_name("lossless-sessions");
    }
    Ok(config)
}
