//! Encrypted connections, and how much each `sslmode` trusts the server at the other end.

use std::{path::PathBuf, sync::Arc};

use deadpool_postgres::Manager;
use percent_encoding::percent_decode_str;
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor,
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{address::TlsSettings, failure::Error};

/// What connects with TLS, unless the mode is `disable`, or `prefer` and the server has none.
pub(super) fn manager(config: Config, settings: &TlsSettings) -> Result<Manager, Error> {
    let mode = settings.mode.as_deref();
    let provider = Arc::new(ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|cause| Error(format!("TLS cannot be used ({cause})")))?;
    let tls = match (mode, roots(settings)?) {
        (Some("verify-full"), Some(roots)) => tls.with_root_certificates(roots),
        (Some(mode @ ("verify-ca" | "verify-full")), None) => {
            return Err(Error(format!(
                "DATABASE_URL has sslmode={mode} and names no certificates that are trusted; add \
                 &sslrootcert=FILE, on many systems /etc/ssl/certs/ca-certificates.crt"
            )));
        }
        (_, roots) => tls
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyHost { roots, provider })),
    };
    Ok(Manager::new(
        config,
        MakeRustlsConnect::new(tls.with_no_client_auth()),
    ))
}

/// The certificates that the address names.
fn roots(settings: &TlsSettings) -> Result<Option<RootCertStore>, Error> {
    let Some(file) = &settings.roots else {
        return Ok(None);
    };
    let file = PathBuf::from(percent_decode_str(file).decode_utf8_lossy().as_ref());
    let refused = |cause: &dyn std::fmt::Display| {
        Error(format!(
            "the certificates of sslrootcert, {}, cannot be used ({cause}); it is a file of PEM blocks that begin with \
             -----BEGIN CERTIFICATE-----",
            file.display()
        ))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&file).map_err(|cause| refused(&cause))? {
        let certificate = certificate.map_err(|cause| refused(&cause))?;
        roots.add(certificate).map_err(|cause| refused(&cause))?;
    }
    match roots.is_empty() {
        true => Err(refused(&"it holds none")),
        false => Ok(Some(roots)),
    }
}

/// Takes the certificate of any host: if there are roots, one that they have signed, and otherwise whichever the server shows.
///
/// That is what libpq does with `verify-ca`, and with `require` and `prefer`. Without roots nobody can listen, but whoever
/// stands between the two can pretend to be the server.
#[derive(Debug)]
struct AnyHost {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyHost {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(certificate)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                roots,
                intermediates,
                now,
                algorithms,
            )?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
