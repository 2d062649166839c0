//! What is learnt of a site before it is asked anything.

use std::{collections::BTreeSet, sync::Arc};

use cookie::Cookie;
use journey::Counting;

use crate::{
    html::{self, Form},
    jar::{Jar, is_removal},
    visitor::{Shown, Visitor},
    wire::{Failure, Wire},
};

/// How many pages are read for links and forms.
const PAGES: usize = 8;

/// What is known of a site.
pub struct Site {
    /// The page that uses the session.
    pub page: String,
    /// The name of the session's cookie.
    pub cookie: String,
    /// The `Set-Cookie` lines that gave it, without their values.
    pub given: Vec<Cookie<'static>>,
    /// How the page counts a visitor's visits, if it does. It is how a site shows that it knows somebody.
    pub counting: Option<Counting>,
    /// Whether the cookie itself carries the data, so that an old cookie brings the old data back.
    pub carries_data: bool,
    /// The pages that were read.
    pub pages: Vec<String>,
    /// Pages that only somebody who is signed in sees, the private one first.
    pub inner: Vec<String>,
    /// The paths of pictures, styles and scripts.
    pub files: Vec<String>,
    /// The forms of these pages, one for each address that they post to.
    pub forms: Vec<Form>,
}

impl Site {
    /// Learns what a stranger can see. `None` for the cookie's name means that strangers are given no session.
    ///
    /// # Errors
    /// A [`Failure`] when the page cannot be read.
    pub async fn learn(wire: &Arc<Wire>, page: &str) -> Result<Self, Failure> {
        let mut visitor = Visitor::new(wire);
        let (mut texts, mut jars, mut given) = (Vec::new(), Vec::new(), Vec::new());
        let mut shown = visitor.open(page).await?;
        for _ in 0..3 {
            given.extend(shown.answer.cookies().filter(|cookie| !is_removal(cookie)));
            texts.push(shown.answer.body);
            jars.push(visitor.jar.clone());
            shown = visitor.open(page).await?;
        }
        let mut site = Self {
            page: shown.path,
            cookie: String::new(),
            given: Vec::new(),
            counting: Counting::of(&texts),
            carries_data: false,
            pages: Vec::new(),
            inner: Vec::new(),
            files: Vec::new(),
            forms: Vec::new(),
        };
        site.cookie = site.session_cookie(&visitor).await?.unwrap_or_default();
        site.remember(given);
        site.carries_data = site.cookie_carries_data(wire, &jars[0]).await?;
        site.read_pages(wire).await?;
        Ok(site)
    }

    /// The number of visits on a page.
    pub fn count(&self, shown: &Shown) -> Option<u64> {
        self.counting.as_ref()?.count_in(&shown.answer.body)
    }

    /// The number on a first visit.
    pub fn first(&self) -> u64 {
        self.counting.as_ref().map_or(0, Counting::first)
    }

    /// Keeps what these cookies tell of the session's attributes.
    pub fn remember(&mut self, cookies: impl IntoIterator<Item = Cookie<'static>>) {
        let ours = cookies
            .into_iter()
            .filter(|cookie| cookie.name() == self.cookie && !is_removal(cookie));
        let found: Vec<_> = ours.collect();
        self.given.extend(found);
    }

    /// The cookie without which the site does not know the visitor any more; else the one that looks like it.
    async fn session_cookie(&self, visitor: &Visitor) -> Result<Option<String>, Failure> {
        let names: BTreeSet<_> = visitor.jar.names().map(str::to_string).collect();
        if self.counting.is_some() {
            for name in &names {
                let mut without = visitor.clone();
                without.jar.remove(name);
                if self.count(&without.open(&self.page).await?) == Some(self.first()) {
                    return Ok(Some(name.clone()));
                }
            }
        }
        let looks_like_it = |name: &&String| {
            let name = name.to_lowercase();
            !name.contains("csrf") && !name.contains("xsrf")
        };
        Ok(names.iter().find(looks_like_it).cloned())
    }

    async fn cookie_carries_data(&self, wire: &Arc<Wire>, early: &Jar) -> Result<bool, Failure> {
        let mut counts = Vec::new();
        for _ in 0..2 {
            let mut visitor = Visitor {
                wire: wire.clone(),
                jar: early.clone(),
            };
            counts.push(self.count(&visitor.open(&self.page).await?));
        }
        Ok(!early.is_empty() && counts == [Some(self.first() + 1); 2])
    }

    async fn read_pages(&mut self, wire: &Arc<Wire>) -> Result<(), Failure> {
        let mut waiting = vec![self.page.clone()];
        while let Some(path) = (self.pages.len() < PAGES).then(|| waiting.pop()).flatten() {
            if self.pages.contains(&path) {
                continue;
            }
            let answer = Visitor::new(wire).get(&path).await?;
            self.pages.push(path.clone());
            let page = html::read(&answer.body, wire.host(), &path);
            let first = self.pages.len() == 1;
            waiting.extend(page.links.into_iter().rev().filter(|_| first));
            self.files.extend(page.files);
            self.add_forms(page.forms);
        }
        self.files.sort();
        self.files.dedup();
        Ok(())
    }

    pub fn add_forms(&mut self, forms: Vec<Form>) {
        for form in forms {
            if self.forms.iter().all(|known| known.action != form.action) {
                self.forms.push(form);
            }
        }
    }
}
