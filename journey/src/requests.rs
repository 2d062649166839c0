//! What a browser sends to a site, and how it takes the answer.

use axum::http::StatusCode;
use futures_util::future::join_all;
use locallibrary::Error;

use crate::{Answer, Browser, Exchange, Site, address::resolved, page, wanted::Wanted};

/// How many redirects are followed in a row.
const REDIRECTS: usize = 5;

impl Browser {
    /// Opens a page, and follows redirects.
    ///
    /// # Errors
    /// [`Error::Failed`], here and below, when nothing answers.
    pub async fn get(&mut self, site: &mut dyn Site, path: &str) -> Result<Vec<Exchange>, Error> {
        let mut exchanges = vec![self.send(site, &Wanted::get(path)).await?];
        self.follow(site, &mut exchanges).await?;
        Ok(exchanges)
    }

    /// Opens a page in this many tabs at once, each of which follows its redirects. Returns what each tab shows.
    pub async fn get_at_once(
        &mut self,
        site: &dyn Site,
        tabs: usize,
        path: &str,
    ) -> Result<Vec<Exchange>, Error> {
        let mut last = self
            .send_at_once(site, &vec![path.to_string(); tabs])
            .await?;
        for _ in 0..REDIRECTS {
            let next = |(tab, shown): (usize, &Exchange)| {
                Some((
                    tab,
                    resolved(shown.redirects_to()?, &shown.path, site.host())?,
                ))
            };
            let (redirected, paths): (Vec<_>, Vec<_>) =
                last.iter().enumerate().filter_map(next).unzip();
            let answers = self.send_at_once(site, &paths).await?;
            redirected
                .into_iter()
                .zip(answers)
                .for_each(|(tab, answer)| last[tab] = answer);
        }
        Ok(last)
    }

    /// Asks for all of these at the same moment.
    async fn send_at_once(
        &mut self,
        site: &dyn Site,
        paths: &[String],
    ) -> Result<Vec<Exchange>, Error> {
        let all: Vec<_> = paths.iter().map(|path| Wanted::get(path)).collect();
        let sent: Vec<_> = paths.iter().map(|path| self.jar.header(path)).collect();
        let both = || all.iter().zip(&sent);
        let requests: Result<Vec<_>, _> = both()
            .map(|(wanted, sent)| wanted.request(site.host(), sent))
            .collect();
        let answers = join_all(requests?.into_iter().map(|request| site.send(request))).await;
        both()
            .zip(answers)
            .map(|((wanted, sent), answer)| Ok(self.receive(wanted, sent, answer?)))
            .collect()
    }

    /// Sends a form of this site, and follows redirects.
    ///
    /// Django refuses a form that does not bring the token of its page along. Then the page is opened first, as a
    /// visitor has done who sends a form.
    pub async fn post(
        &mut self,
        site: &mut dyn Site,
        path: &str,
        form: &str,
    ) -> Result<Vec<Exchange>, Error> {
        let open = self.path.clone();
        let mut answer = self.send(site, &Wanted::post(path, form)).await?;
        if answer.status == StatusCode::FORBIDDEN
            && let Some(form) = self.with_token(site, path, form, &open).await?
        {
            answer = self.send(site, &Wanted::post(path, &form)).await?;
        }
        let mut exchanges = vec![answer];
        self.follow(site, &mut exchanges).await?;
        Ok(exchanges)
    }

    /// The same form with what its page sends along unseen; `None` when no page has this form. It stands at its own
    /// address, a folder up, or on the page that was open.
    async fn with_token(
        &mut self,
        site: &dyn Site,
        action: &str,
        form: &str,
        open: &str,
    ) -> Result<Option<String>, Error> {
        let folder = action.rsplit_once('/').map_or("", |(folder, _)| folder);
        let pages = [action, folder, open].into_iter();
        for path in pages.filter(|path| !path.is_empty()) {
            self.send(site, &Wanted::get(path)).await?;
            let mut forms = page::forms(&self.page).into_iter();
            let leads_there = |found: &page::Form| {
                resolved(&found.action, path, site.host()).as_deref() == Some(action)
            };
            if let Some(found) = forms.find(leads_there) {
                return Ok(Some(with_hidden(form, &found)));
            }
        }
        Ok(None)
    }

    /// Presses a button on the page that is open, and follows redirects.
    pub async fn press(
        &mut self,
        site: &mut dyn Site,
        label: &str,
        form: &str,
    ) -> Result<Vec<Exchange>, Error> {
        let mut forms = page::forms(&self.page).into_iter();
        let has_it = |form: &page::Form| form.buttons.iter().any(|words| words == label);
        let found = forms.find(has_it).ok_or_else(|| {
            Error::Failed(format!(
                "the page {} has no form with a button “{label}”",
                self.path
            ))
        })?;
        let action = resolved(&found.action, &self.path, site.host())
            .ok_or_else(|| Error::Failed(format!("“{label}” leads to another site")))?;
        self.post(site, &action, &with_hidden(form, &found)).await
    }

    /// Sends a form from a page of another site.
    pub async fn post_from_elsewhere(
        &mut self,
        site: &mut dyn Site,
        path: &str,
        form: &str,
    ) -> Result<Exchange, Error> {
        let wanted = Wanted {
            from_here: false,
            ..Wanted::post(path, form)
        };
        self.send(site, &wanted).await
    }

    /// Loads a picture of a page of another site from here. Where it redirects to is not followed: what was asked for has
    /// been done by then.
    pub async fn load_picture(
        &mut self,
        site: &mut dyn Site,
        path: &str,
    ) -> Result<Exchange, Error> {
        let wanted = Wanted {
            from_here: false,
            ..Wanted::get(path)
        };
        self.send(site, &wanted).await
    }

    async fn follow(
        &mut self,
        site: &dyn Site,
        exchanges: &mut Vec<Exchange>,
    ) -> Result<(), Error> {
        for _ in 0..REDIRECTS {
            let last = exchanges.last();
            let next =
                last.and_then(|last| resolved(last.redirects_to()?, &last.path, site.host()));
            let Some(path) = next else { break };
            exchanges.push(self.send(site, &Wanted::get(&path)).await?);
        }
        Ok(())
    }

    async fn send(&mut self, site: &dyn Site, wanted: &Wanted<'_>) -> Result<Exchange, Error> {
        let sent = self.jar.header(wanted.path);
        let answer = site.send(wanted.request(site.host(), &sent)?).await?;
        Ok(self.receive(wanted, &sent, answer))
    }

    /// Keeps the answer's cookies and opens its page.
    fn receive(&mut self, wanted: &Wanted<'_>, sent: &str, answer: Answer) -> Exchange {
        let ids = self.jar.receive(answer.response.headers());
        let (head, page) = answer.response.into_parts();
        self.page.clone_from(&page);
        self.path = wanted.path.into();
        let exchange = Exchange {
            act: 0,
            browser: self.name.clone(),
            method: wanted.method.clone(),
            path: wanted.path.into(),
            form: wanted.form.into(),
            cookies: sent.into(),
            status: head.status,
            headers: head.headers,
            page,
            calls: answer.calls,
        };
        exchange.with_fixed_words(&ids)
    }
}

/// What was typed into a form, and its hidden fields.
fn with_hidden(typed: &str, form: &page::Form) -> String {
    let mut fields = form_urlencoded::Serializer::new(typed.to_string());
    fields.extend_pairs(&form.hidden).finish()
}

/// What went wrong with requests that were sent at once, if anything did.
pub(crate) fn not_all_answered(exchanges: &[Exchange]) -> Option<String> {
    let failed: Vec<_> = exchanges
        .iter()
        .filter(|exchange| exchange.status != StatusCode::OK)
        .collect();
    let first = failed.first()?;
    Some(format!(
        "of {} requests at once, {} were not answered 200 but {}",
        exchanges.len(),
        failed.len(),
        first.status
    ))
}
