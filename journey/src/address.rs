//! Where an address leads, seen from a page.

/// The path that a `Location` leads to, seen from the page at `path` (RFC 3986, section 5.2); `None` when it leads
/// to another site.
pub(crate) fn resolved(location: &str, path: &str, host: &str) -> Option<String> {
    if let Some((_, rest)) = location
        .split_once("//")
        .filter(|(scheme, _)| !scheme.contains('/'))
    {
        let there = rest.split(['/', '?', '#']).next()?;
        let path = &rest[there.len()..];
        return (there == host).then(|| {
            if path.starts_with('/') {
                path.into()
            } else {
                format!("/{path}")
            }
        });
    }
    if location.starts_with('/') {
        return Some(location.into());
    }
    if location.is_empty() {
        return Some(path.into());
    }
    let page = path.split('?').next().unwrap_or(path);
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{folder}/{location}"))
}

/// RFC 6265, section 5.1.4: `/my-car/fit` is below `/my-car`, and `/my-cars` is not.
pub(crate) fn below(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_followed_within_the_site_however_it_is_written() {
        let from = |location| resolved(location, "/books/7?q=a/b", "127.0.0.1:8000");
        assert_eq!(from("/my-car").as_deref(), Some("/my-car"));
        assert_eq!(from("8").as_deref(), Some("/books/8"));
        assert_eq!(
            from("http://127.0.0.1:8000/catalog/?a=1").as_deref(),
            Some("/catalog/?a=1")
        );
        assert_eq!(from("http://127.0.0.1:8000").as_deref(), Some("/"));
        assert_eq!(
            resolved("catalog/", "/", "127.0.0.1:8000").as_deref(),
            Some("/catalog/")
        );
        for elsewhere in [
            "http://evil.example/",
            "//evil.example/",
            "http://127.0.0.1:8001/",
        ] {
            assert_eq!(from(elsewhere), None, "{elsewhere}");
        }
    }
}
