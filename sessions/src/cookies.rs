//! Which of a request's cookies are trusted, and how the session's own is removed.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue, header};

/// Leaves out cookies that may not be what they seem; the others stay as they came.
///
/// - It leaves out a name with encoded or unusual characters. tower-sessions decodes names, so `%5F%5FHost-id` would pass
///   for `__Host-id`. But browsers keep other hosts from setting that cookie only under its plain name (RFC 6265bis,
///   section 4.1.3.2).
/// - It leaves out a name that comes twice. Another host of the domain may have set one of the two cookies, and the server
///   cannot tell which (RFC 6265, section 8.6).
pub(super) fn leave_out_doubtful(headers: &mut HeaderMap) {
    let pairs: Vec<_> = pairs(headers).collect();
    let mut times = BTreeMap::new();
    for pair in &pairs {
        *times.entry(name(pair)).or_insert(0) += 1;
    }
    let believed = |pair: &&[u8]| is_plain(name(pair)) && times[name(pair)] == 1;
    if pairs.iter().all(believed) {
        return;
    }
    let kept: Vec<_> = pairs.iter().copied().filter(believed).collect();
    // This is not a warning, because any other site on the same host can set such cookies, and any stranger can send them.
    tracing::debug!("a cookie that came twice, or under an encoded name, was left out");
    match HeaderValue::from_bytes(&kept.join(&b';')) {
        Ok(kept) if !kept.is_empty() => drop(headers.insert(header::COOKIE, kept)),
        _ => drop(headers.remove(header::COOKIE)),
    }
}

/// Lets browsers accept the cookie that removes the session's.
///
/// tower-sessions 0.15 removes its cookie with name, path and domain alone. A browser ignores that when the name begins
/// with `__Host-` or `__Secure-`, in upper or lower case, because such a cookie may only be set with `Secure` (RFC
/// 6265bis, section 4.1.3). With any other name `Secure` would be wrong, because on plain http it makes a browser ignore
/// the cookie. `SameSite` is not needed: it says when a cookie is sent, and this one never is.
///
/// The handler's own cookies come first, and are left as they are.
pub(super) fn complete_removal(headers: &mut HeaderMap, handlers_own: usize) {
    let header::Entry::Occupied(mut cookies) = headers.entry(header::SET_COOKIE) else {
        return;
    };
    for cookie in cookies.iter_mut().skip(handlers_own) {
        let Some(name) = removed(cookie) else {
            continue;
        };
        let name = name.to_ascii_lowercase();
        let is_prefixed = name.starts_with("__host-") || name.starts_with("__secure-");
        let mut complete = cookie.as_bytes().to_vec();
        complete.extend(b"; HttpOnly");
        if is_prefixed {
            complete.extend(b"; Secure");
        }
        *cookie = HeaderValue::from_bytes(&complete).expect("a header's value, and plain letters");
    }
}

/// The name of the cookie that this `Set-Cookie` removes from the browser; `None` if it has what we add.
fn removed(cookie: &HeaderValue) -> Option<&str> {
    let (pair, attributes) = cookie.to_str().ok()?.split_once(';')?;
    let name = pair.strip_suffix('=')?;
    let mut attributes = attributes.split(';').map(str::trim);
    let removes = attributes.clone().any(|one| one == "Max-Age=0");
    (removes && attributes.all(|one| one != "HttpOnly")).then_some(name)
}

/// The cookies of all the header's lines, as they came. `Cookie::split_parse` would take from each name the spaces around
/// it, of all the kinds that Unicode has, and these are what gives a doubtful name away.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(header::COOKIE).iter();
    lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
}

/// What comes before the `=`.
fn name(pair: &[u8]) -> &[u8] {
    pair.split(|byte| *byte == b'=')
        .next()
        .unwrap_or_default()
        .trim_ascii()
}

fn is_plain(name: &[u8]) -> bool {
    name.iter()
        .all(|byte| byte.is_ascii_graphic() && *byte != b'%')
}
