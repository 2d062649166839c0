//! The sign-in form, and the pages after an attempt that failed.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Next, PEOPLE, Refused, remember::Stay};
use crate::{form::SHORT_TEXT, page};

/// What the form of [`sign_in_form`] sends.
#[derive(Deserialize)]
pub struct Credentials {
    /// Who wants to sign in.
    pub name: String,
    /// How they prove it.
    pub password: String,
    /// Whether they want to stay signed in.
    #[serde(default)]
    pub stay: Stay,
    /// Where they want to go afterwards.
    #[serde(flatten)]
    pub next: Next,
}

/// The sign-in form; `refused` says why the last attempt failed.
pub fn sign_in_form(next: &Next, refused: Option<&Refused>) -> Markup {
    form_with(next, Stay::NotAsked, refused)
}

/// The same form, which may ask whether somebody wants to stay signed in.
pub(super) fn form_with(next: &Next, stay: Stay, refused: Option<&Refused>) -> Markup {
    html! {
        @if let Some(refused) = refused { p.refused role="alert" { (refused) } }
        form.fields method="post" action="/sign-in" {
            input type="hidden" name="next" value=(next.path());
            label for="name" { "Name" }
            input #name name="name" required maxlength=(SHORT_TEXT) autocomplete="username";
            label for="password" { "Password" }
            input #password type="password" name="password" required maxlength=(SHORT_TEXT)
                autocomplete="current-password";
            @if stay != Stay::NotAsked {
                label for="stay" { "Stay signed in" }
                select #stay name="stay" {
                    option value="no" { "for this visit" }
                    option value="yes" selected[stay == Stay::Yes] { "in this browser, for weeks" }
                }
            }
            button { "Sign in" }
        }
        h2 { "The people of this workshop" }
        dl { @for (name, password) in PEOPLE { dt { (name) } dd { code { (password) } } } }
    }
}

/// The page after a failed attempt: 422, or 429 when it came too soon.
///
/// 401 would need a `WWW-Authenticate` with a scheme such as Basic (RFC 9110, section 15.5.2), and then the browser would
/// ask for the password in a window of its own. 422 says that the form was understood and could not be accepted (section
/// 15.5.21), as for any other form of this site. Django's own sign-in answers 200, which a program cannot tell from
/// success.
pub fn refused(typed: &Credentials, refused: &Refused) -> Response {
    let page = page::layout("Sign in", form_with(&typed.next, typed.stay, Some(refused)));
    match refused {
        Refused::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
        Refused::TooSoon(seconds) => too_soon(*seconds, page),
    }
}

/// 429, with the time to wait in seconds (RFC 6585, section 4).
pub(super) fn too_soon(seconds: i64, page: Markup) -> Response {
    let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
    (StatusCode::TOO_MANY_REQUESTS, wait, page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_too_soon_is_told_how_long_to_wait() {
        let answer = too_soon(12, html! {});
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "12");
        let sentence = |seconds| Refused::TooSoon(seconds).to_string();
        assert!(sentence(12).ends_with("Please wait 12 seconds and try again."));
        assert!(sentence(1).ends_with("Please wait 1 second and try again."));
    }
}
