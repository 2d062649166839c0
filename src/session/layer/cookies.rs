//! Which of a request's cookies are believed.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue, header};

/// Leaves out the cookies that may not be what they seem; the others stay as they came.
///
/// - A name in any but plain characters. tower-sessions decodes names, so `%5F%5FHost-id` would pass for
///   `__Host-id`; but a browser lets no other host set that one only when it is written plainly (RFC 6265bis,
///   section 4.1.3.2).
/// - A name that comes twice. Another host of the domain may have set one of the two, and nobody can tell which
///   (RFC 6265, section 8.6).
pub(super) fn leave_out_doubtful(headers: &mut HeaderMap) {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs: Vec<_> = lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .collect();
    let mut times = BTreeMap::new();
    for pair in &pairs {
        *times.entry(name(pair)).or_insert(0) += 1;
    }
    let believed = |pair: &&[u8]| is_plain(name(pair)) && times[name(pair)] == 1;
    if pairs.iter().all(believed) {
        return;
    }
    let kept: Vec<_> = pairs.iter().copied().filter(believed).collect();
    tracing::warn!("a cookie that came twice, or under an encoded name, was left out");
    match HeaderValue::from_bytes(&kept.join(&b';')) {
        Ok(kept) if !kept.is_empty() => drop(headers.insert(header::COOKIE, kept)),
        _ => drop(headers.remove(header::COOKIE)),
    }
}

/// What stands before the `=`.
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
