//! Which sites may be asked.

use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};

/// A site that may be asked.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name and port.
    pub host: String,
    /// Where its name led when it was looked up. Every connection goes there, whatever the name means later.
    pub address: SocketAddr,
}

impl Target {
    /// The site at an address like `http://127.0.0.1:8000`. It has to be on this machine, unless `it_is_mine` says that
    /// whoever asks may ask elsewhere too.
    ///
    /// # Errors
    /// A sentence that says why the site is not asked.
    pub fn find(base: &str, it_is_mine: bool) -> Result<Self, String> {
        let host = base.trim_start_matches("http://").trim_end_matches('/');
        let with_port = match host.rsplit_once(':') {
            Some((_, port)) if port.parse::<u16>().is_ok() => host.to_string(),
            _ => format!("{host}:80"),
        };
        let unknown = |cause| format!("{host} leads nowhere: {cause}");
        let found: Vec<_> = with_port.to_socket_addrs().map_err(unknown)?.collect();
        let stranger = found.iter().find(|found| !is_of_this_machine(found.ip()));
        if let (Some(stranger), false) = (stranger, it_is_mine) {
            return Err(format!(
                "{host} is {}, which is not this machine; it would be sent some thousand requests. If the site is yours, add --it-is-mine",
                stranger.ip()
            ));
        }
        let local_first = found.iter().find(|found| found.is_ipv4()).or(found.first());
        let address = *local_first.ok_or_else(|| format!("{host} leads nowhere"))?;
        Ok(Self {
            host: host.into(),
            address,
        })
    }

    /// Whether it is on this machine.
    pub fn is_here(&self) -> bool {
        is_of_this_machine(self.address.ip())
    }
}

/// Whether this machine has the address: only then can a program listen there.
fn is_of_this_machine(address: IpAddr) -> bool {
    address.is_loopback() || (!address.is_unspecified() && TcpListener::bind((address, 0)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked_unless_the_site_is_said_to_be_mine() {
        for here in [
            "http://127.0.0.1:8000",
            "http://127.9.9.9",
            "http://[::1]:8000",
            "http://localhost:8000",
        ] {
            assert!(Target::find(here, false).is_ok(), "{here}");
        }
        // 192.0.2.0/24 is for documentation, and no machine has it (RFC 5737).
        let refused = Target::find("http://192.0.2.7:8000", false).unwrap_err();
        assert!(refused.contains("--it-is-mine"), "{refused}");
        assert!(Target::find("http://192.0.2.7:8000", true).is_ok());
        assert!(Target::find("http://0.0.0.0:8000", false).is_err());
    }
}
