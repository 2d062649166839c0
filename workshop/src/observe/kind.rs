//! What a browser wanted with a request.

use axum::http::HeaderMap;

/// What a browser wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page that somebody looks at, or a form.
    Page,
    /// A style sheet.
    Style,
    /// An icon or a picture.
    Icon,
    /// A page that the browser fetches in case somebody wants it.
    Prefetch,
    /// Anything else: a script, `curl` asking for a file.
    Other,
}

impl Kind {
    /// Reads the browser's own words, the Fetch Metadata headers; without them the path decides.
    pub fn of(path: &str, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if ["sec-purpose", "purpose"]
            .iter()
            .any(|name| text(name).is_some_and(|it| it.contains("prefetch")))
        {
            return Self::Prefetch;
        }
        let file = path.split('?').next().unwrap_or(path);
        match text("sec-fetch-dest") {
            Some("document" | "iframe" | "frame") => Self::Page,
            Some("style") => Self::Style,
            Some("image") => Self::Icon,
            Some(_) => Self::Other,
            None if file.ends_with(".css") => Self::Style,
            None if file.ends_with(".svg") || file.ends_with(".ico") => Self::Icon,
            None => Self::Page,
        }
    }

    /// The kind in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Style => "style",
            Self::Icon => "icon",
            Self::Prefetch => "prefetch",
            Self::Other => "file",
        }
    }
}
