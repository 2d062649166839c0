//! Where somebody wants to go after signing in.

use axum::{
    http::{Uri, uri::PathAndQuery},
    response::Redirect,
};
use serde::Deserialize;

/// Where somebody wants to go after signing in: `/sign-in?next=/loans`.
///
/// Anything but a path of this site leads to the home page. Otherwise a link in a mail could lead from our sign-in form
/// to a forged one on another site (OWASP: unvalidated redirects). Django: `url_has_allowed_host_and_scheme`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: OwnPath,
}

impl Next {
    /// Sends the browser there.
    pub fn redirect(&self) -> Redirect {
        Redirect::to(self.path())
    }

    /// The path and query, which a form keeps until somebody has signed in.
    pub(super) fn path(&self) -> &str {
        self.next.0.as_str()
    }
}

/// The address of a form that leads back to this page: `/sign-in?next=/loans`.
pub(super) fn leading_back(form: &str, page: &Uri) -> String {
    let page = page.path_and_query().map_or("/", PathAndQuery::as_str);
    let next: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
    // A slash may stay as it is (RFC 3986, section 3.4), which is easier to read.
    format!("{form}?next={}", next.replace("%2F", "/"))
}

/// A path of this site, with its query. It consists of visible ASCII characters, so it fits into a header.
#[derive(Deserialize)]
#[serde(from = "String")]
struct OwnPath(PathAndQuery);

impl From<String> for OwnPath {
    fn from(typed: String) -> Self {
        match PathAndQuery::try_from(typed) {
            Ok(path) if stays_here(path.as_str()) => Self(path),
            _ => Self::default(),
        }
    }
}

impl Default for OwnPath {
    fn default() -> Self {
        Self(PathAndQuery::from_static("/"))
    }
}

/// After the first slash, a second one would begin the name of another host (RFC 3986, section 4.2), and browsers take a
/// backslash for a slash (<https://url.spec.whatwg.org/#relative-slash-state>).
fn stays_here(path: &str) -> bool {
    let rest = path.strip_prefix('/');
    path.is_ascii() && rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
}

#[cfg(test)]
mod tests {
    use axum::{
        extract::Query,
        http::{StatusCode, header},
        response::IntoResponse,
    };
    use url::Url;

    use super::*;

    /// The address of a page to which `next`, still encoded, takes somebody who has signed in, as a browser resolves it.
    fn destination(next: &str) -> Url {
        let form: Uri = format!("/sign-in?next={next}").parse().unwrap();
        let Query(next) = Query::<Next>::try_from_uri(&form).unwrap();
        let answer = next.redirect().into_response();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{form}");
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        let here = Url::parse("https://library.example/sign-in").unwrap();
        here.join(location).unwrap()
    }

    #[test]
    fn a_path_of_this_site_is_where_one_goes() {
        for path in ["/", "/loans", "/books?q=the&page=2", "/books/1?q=%C3%A9"] {
            let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
            let there = destination(&next);
            assert_eq!(
                there.as_str(),
                format!("https://library.example{path}"),
                "{next}"
            );
        }
    }

    #[test]
    fn no_byte_leads_away_or_breaks_the_redirect() {
        for byte in 0..=u8::MAX {
            for next in [
                format!("%{byte:02x}"),
                format!("/%{byte:02x}"),
                format!("/%{byte:02x}/evil.example"),
                format!("%{byte:02x}//evil.example"),
                format!("/%{byte:02x}%{byte:02x}evil.example"),
                format!("/loans?%{byte:02x}"),
            ] {
                let there = destination(&next);
                assert_eq!(there.host_str(), Some("library.example"), "{next}");
            }
        }
    }

    #[test]
    fn no_known_disguise_of_another_site_leads_there() {
        for disguise in DISGUISES {
            let next: String = form_urlencoded::byte_serialize(disguise.as_bytes()).collect();
            let there = destination(&next);
            assert_eq!(there.host_str(), Some("library.example"), "{disguise:?}");
            assert_eq!(there.scheme(), "https", "{disguise:?}");
        }
    }

    /// Ways to write another site's address so that it looks like a path, or is overlooked.
    const DISGUISES: [&str; 44] = [
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\\/evil.example",
        "//\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "/\r\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "\u{0}//evil.example",
        "/\u{b}/evil.example",
        "/ /evil.example",
        "//evil.example/..",
        "//evil.example/%2f..",
        "//evil.example:80",
        "//library.example@evil.example",
        "//evil%2eexample",
        "//evil。example",
        "/／evil.example",
        "／／evil.example",
        "/\u{200b}/evil.example",
        "https://evil.example",
        "https:/evil.example",
        "https:evil.example",
        "https:\\\\evil.example",
        "HTTPS://evil.example",
        "http://library.example@evil.example",
        "http://library.example.evil.example",
        "ht\ntps://evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "javascript://library.example/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "mailto:ann@evil.example",
        "evil.example",
        "@evil.example",
        "/loans\r\nlocation: //evil.example",
        "/.//evil.example",
    ];
}
