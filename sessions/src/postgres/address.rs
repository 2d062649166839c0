//! The address of a server: how it is reached, and what is wrong with an address that cannot be read.
//!
//! `sslmode` and `sslrootcert` mean what they mean to libpq, PostgreSQL's own client
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>). tokio-postgres knows three of the modes, so the others are
//! read here.

use tokio_postgres::{Config, config::SslMode};

use super::failure::{self, Error};

/// Reads an address: how its server is reached, and what it says about TLS.
pub(super) fn read(url: &str) -> Result<(Config, TlsSettings), Error> {
    let (url, settings) = without_tls_settings(url);
    match parse(&url, &settings) {
        Ok(config) => Ok((config, settings)),
        Err(what) => Err(Error(format!(
            "DATABASE_URL {what}; it looks like postgres://name:password@127.0.0.1:5432/database"
        ))),
    }
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
