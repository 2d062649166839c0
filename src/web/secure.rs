//! The one setting that says whether this site is on https.

use std::{env, ffi::OsStr};

/// Whether session cookies are `Secure`, so that browsers send them over https only. Django: `SESSION_COOKIE_SECURE`.
///
/// In a release build they are. In a debug build they are not, because that is tried out on plain http, where many
/// clients drop a `Secure` cookie (RFC 6265bis, section 4.1.2.5). `PLAIN_HTTP=1` in the environment lets a release build
/// be tried out there as well, and no other value does.
pub fn secure_cookies() -> bool {
    are_secure(cfg!(debug_assertions), env::var_os("PLAIN_HTTP").as_deref())
}

fn are_secure(is_debug_build: bool, plain_http: Option<&OsStr>) -> bool {
    !is_debug_build && plain_http != Some(OsStr::new("1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_build_has_secure_cookies_unless_plain_http_is_asked_for() {
        for (is_debug_build, plain_http, expected) in [
            (true, None, false),
            (true, Some("0"), false),
            (false, None, true),
            (false, Some("1"), false),
            (false, Some(""), true),
            (false, Some("0"), true),
            (false, Some("false"), true),
        ] {
            let secure = are_secure(is_debug_build, plain_http.map(OsStr::new));
            assert_eq!(secure, expected, "{is_debug_build} {plain_http:?}");
        }
    }
}
