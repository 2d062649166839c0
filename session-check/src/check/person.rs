//! What a check does with an account.

use http::StatusCode;

use super::Check;
use crate::{
    account::Sent,
    html,
    question::Question,
    visitor::{From, Visitor},
    wire::{Answer, Failure},
};

/// How many links of the private page are followed.
const INNER_LINKS: usize = 20;

impl Check {
    /// Signs somebody in, in this visitor's browser; whether that worked.
    pub async fn sign_in(&mut self, visitor: &mut Visitor, person: &Sent) -> Result<bool, Failure> {
        self.submit(visitor, person, From::Here).await?;
        let worked = self.is_signed_in(visitor).await?;
        if worked {
            self.opened.push(visitor.clone());
        }
        Ok(worked)
    }

    /// Sends a form with what its page sends along unseen, such as a token.
    pub async fn submit(
        &self,
        visitor: &mut Visitor,
        sent: &Sent,
        from: From,
    ) -> Result<Answer, Failure> {
        let fields = self.with_hidden(visitor, sent).await?;
        visitor.post(&sent.path, &fields, from).await
    }

    /// The fields of a form as this visitor would send them.
    pub async fn with_hidden(
        &self,
        visitor: &mut Visitor,
        sent: &Sent,
    ) -> Result<Vec<(String, String)>, Failure> {
        let mut fields = sent.fields.clone();
        let pages = [
            Some(&sent.path),
            self.account.private.as_ref(),
            Some(&self.site.page),
        ];
        for path in pages.into_iter().flatten() {
            // Asking for the form's own address must not do what sending it does.
            if *path == sent.path && Some(sent) == self.account.sign_out.as_ref() {
                continue;
            }
            let answer = visitor.get(path).await?;
            let forms = html::read(&answer.body, self.wire.host(), path).forms;
            let same =
                |form: &html::Form| form.action.split('?').next() == sent.path.split('?').next();
            if let Some(form) = forms.into_iter().find(same) {
                let typed = |name: &str| sent.fields.iter().any(|(known, _)| known == name);
                fields.extend(
                    form.fields
                        .into_iter()
                        .filter(|(name, _)| !name.is_empty() && !typed(name)),
                );
                break;
            }
        }
        Ok(fields)
    }

    /// Whether the private page is shown to this visitor.
    pub async fn is_signed_in(&self, visitor: &Visitor) -> Result<bool, Failure> {
        let Some(private) = &self.account.private else {
            return Ok(false);
        };
        let mut copy = visitor.clone();
        let answer = copy.get(private).await?;
        Ok(answer.status == StatusCode::OK && !answer.body.contains("type=\"password\""))
    }

    /// A site may give its cookie to nobody but those who sign in.
    pub async fn find_cookie_of_account(&mut self) -> Result<(), Failure> {
        let Some(person) = self.account.sign_in.clone() else {
            return match self.site.cookie.is_empty() {
                true => Err(Failure::NoSession(self.site.page.clone())),
                false => Ok(()),
            };
        };
        let mut visitor = self.visitor();
        if self.is_signed_in(&visitor).await? {
            self.account.sign_in = None;
            self.no_account = self.account.private.clone().map(Failure::NotPrivate);
            return Ok(());
        }
        let answer = self.submit(&mut visitor, &person, From::Here).await?;
        if !self.is_signed_in(&visitor).await? {
            self.account.sign_in = None;
            self.no_account = Some(Failure::NotSignedIn(person.path, answer.status.as_u16()));
            return Ok(());
        }
        self.opened.push(visitor.clone());
        let names: Vec<_> = visitor.jar.names().map(str::to_string).collect();
        for name in names.iter().filter(|_| self.site.cookie.is_empty()) {
            let mut without = visitor.clone();
            without.jar.remove(name);
            if !self.is_signed_in(&without).await? {
                self.site.cookie.clone_from(name);
                break;
            }
        }
        self.site.remember(answer.cookies());
        self.read_inner_pages(visitor).await
    }

    /// Reads the private page and those that it links to, as somebody who is signed in. They are inner pages if strangers do
    /// not see them.
    async fn read_inner_pages(&mut self, mut visitor: Visitor) -> Result<(), Failure> {
        let mut waiting = vec![self.site.page.clone()];
        waiting.extend(self.account.private.clone());
        while let Some(path) = waiting.pop() {
            let answer = visitor.get(&path).await?;
            if answer.status != StatusCode::OK {
                continue;
            }
            let page = html::read(&answer.body, self.wire.host(), &path);
            self.site.add_forms(page.forms);
            if self.visitor().get(&path).await?.status == StatusCode::OK {
                continue;
            }
            if self.site.inner.is_empty() {
                let links = page.links.into_iter();
                let links = links.filter(|link| self.is_worth_reading(link));
                waiting.extend(links.take(INNER_LINKS));
            }
            self.site.inner.push(path);
        }
        Ok(())
    }

    /// A link with a question mark may do something, and so may one that a form posts to; strangers' pages are known.
    fn is_worth_reading(&self, link: &str) -> bool {
        let signs_out = self.account.sign_out.as_ref();
        let known = self.site.pages.iter().any(|page| page == link);
        let is_form = self.site.forms.iter().any(|form| form.action == link);
        !known && !is_form && !link.contains('?') && signs_out.is_none_or(|form| form.path != link)
    }

    /// The account; or, in its place, an answer to each of these questions that says why there is none.
    pub fn person(&mut self, questions: &[&'static Question]) -> Option<Sent> {
        if self.account.sign_in.is_none() {
            let why = match &self.no_account {
                Some(failure) => failure.to_string(),
                None => "it needs an account: --sign-in and --private".into(),
            };
            for question in questions {
                self.not_asked(question, &why);
            }
        }
        self.account.sign_in.clone()
    }

    /// Signs a visitor out.
    pub async fn sign_out(&self, visitor: &mut Visitor) -> Result<Option<Answer>, Failure> {
        let Some(form) = self.account.sign_out.clone() else {
            return Ok(None);
        };
        self.submit(visitor, &form, From::Here).await.map(Some)
    }

    /// Ends what the check began. A site that does not answer any more cannot be told.
    pub async fn sign_out_all(&mut self) {
        for mut visitor in std::mem::take(&mut self.opened) {
            let _ = self.sign_out(&mut visitor).await;
        }
    }
}
