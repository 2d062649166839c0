//! What is asked of a site, and what to do about a bad answer.

/// One thing that is asked of a site.
#[derive(Debug)]
pub struct Question {
    /// Its short name, for `--only` and `--skip`: `id-adopted`.
    pub id: &'static str,
    /// What should be so, as a sentence.
    pub title: &'static str,
    /// What should come back.
    pub should: &'static str,
    /// Why it matters, in a sentence.
    pub why: &'static str,
    /// Where that is written: OWASP, ASVS, an RFC.
    pub source: &'static str,
    /// What to do.
    pub remedy: Remedy,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// What to do, framework by framework.
#[derive(Debug)]
pub struct Remedy {
    /// axum with this course's sessions.
    pub ours: &'static str,
    /// axum with tower-sessions and nothing else.
    pub tower_sessions: &'static str,
    /// Django.
    pub django: &'static str,
    /// Express with express-session.
    pub express: &'static str,
    /// Rails.
    pub rails: &'static str,
    /// Flask.
    pub flask: &'static str,
}

impl Remedy {
    /// Each framework's name, and what to do there.
    pub fn lines(&self) -> [(&'static str, &'static str); 6] {
        [
            ("axum and this course", self.ours),
            ("tower-sessions alone", self.tower_sessions),
            ("Django", self.django),
            ("Express", self.express),
            ("Rails", self.rails),
            ("Flask", self.flask),
        ]
    }
}
