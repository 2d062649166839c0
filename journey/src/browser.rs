//! A browser with a cookie jar.

use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use cookie::{Cookie, time::Duration};
use futures_util::future::join_all;

use locallibrary::Error;

use crate::{Answer, Exchange, Site, address::resolved, jar::Jar, page};

/// How many redirects are followed in a row.
const REDIRECTS: usize = 5;

/// One visitor's browser: a cookie jar, and the page that is open.
pub struct Browser {
    name: String,
    jar: Jar,
    /// The open page, and its path.
    page: String,
    path: String,
}

/// What a browser asks for.
struct Question<'a> {
    method: Method,
    path: &'a str,
    form: &'a str,
    /// Whether the form is on a page of this site.
    from_here: bool,
}

impl Browser {
    /// A browser without cookies. The name says whose it is: "Ann's".
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            jar: Jar::default(),
            page: String::new(),
            path: String::new(),
        }
    }

    /// Whose browser it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of a cookie in the jar.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.value(name)
    }

    /// Puts a cookie for the whole site into the jar, as an attacker or a learner may do by hand.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        let cookie = Cookie::build((name.to_string(), value.to_string()));
        self.jar.keep(cookie.path("/").build());
    }

    /// Replaces all of its cookies.
    pub(crate) fn set_jar(&mut self, jar: Jar) {
        self.jar = jar;
    }

    /// Its cookies.
    pub(crate) fn jar(&self) -> &Jar {
        &self.jar
    }

    /// The cookies in the jar, each as its `Set-Cookie` had it.
    pub fn cookies(&self) -> impl Iterator<Item = String> {
        self.jar.texts()
    }

    /// Keeps the cookies of an answer; returns every value that is or was in the jar.
    pub fn receive_cookies(&mut self, headers: &HeaderMap) -> Vec<String> {
        self.jar.receive(headers)
    }

    /// What it sends with a request for `path`, written as in a `Cookie` header; empty if it sends no cookie.
    pub fn cookie_header(&self, path: &str) -> String {
        self.jar.header(path)
    }

    /// Empties the jar.
    pub fn clear_cookies(&mut self) {
        self.jar.clear();
    }

    /// Lets this much time pass, and drops the cookies that have expired by then.
    pub fn wait(&mut self, time: Duration) {
        self.jar.wait(time);
    }

    /// Opens a page, and follows redirects.
    ///
    /// # Errors
    /// [`Error::Failed`], here and below, when nothing answers.
    pub async fn get(&mut self, site: &mut dyn Site, path: &str) -> Result<Vec<Exchange>, Error> {
        let mut exchanges = vec![self.send(site, &get(path)).await?];
        self.follow(site, &mut exchanges).await?;
        Ok(exchanges)
    }

    /// Opens a page in this many tabs at once. Redirects are not followed.
    pub async fn get_at_once(
        &mut self,
        site: &dyn Site,
        tabs: usize,
        path: &str,
    ) -> Result<Vec<Exchange>, Error> {
        let question = get(path);
        let sent = self.jar.header(path);
        let requests: Result<Vec<_>, _> = (0..tabs)
            .map(|_| request(site.host(), &question, &sent))
            .collect();
        let answers = join_all(requests?.into_iter().map(|request| site.send(request))).await;
        answers
            .into_iter()
            .map(|answer| Ok(self.receive(&question, &sent, answer?)))
            .collect()
    }

    /// Sends a form of this site, and follows redirects.
    pub async fn post(
        &mut self,
        site: &mut dyn Site,
        path: &str,
        form: &str,
    ) -> Result<Vec<Exchange>, Error> {
        let mut exchanges = vec![self.send(site, &post(path, form)).await?];
        self.follow(site, &mut exchanges).await?;
        Ok(exchanges)
    }

    /// Presses a button on the page that is open, and follows redirects.
    pub async fn press(
        &mut self,
        site: &mut dyn Site,
        label: &str,
        form: &str,
    ) -> Result<Vec<Exchange>, Error> {
        let found = page::form(&self.page, label).ok_or_else(|| {
            Error::Failed(format!(
                "the page {} has no form with a button “{label}”",
                self.path
            ))
        })?;
        let action = resolved(&found.action, &self.path, site.host())
            .ok_or_else(|| Error::Failed(format!("“{label}” leads to another site")))?;
        let mut form = form.to_string();
        for (name, value) in found.hidden {
            let pair = form_urlencoded::Serializer::new(String::new())
                .append_pair(&name, &value)
                .finish();
            form = if form.is_empty() {
                pair
            } else {
                format!("{form}&{pair}")
            };
        }
        self.post(site, &action, &form).await
    }

    /// Sends a form from a page of another site.
    pub async fn post_from_elsewhere(
        &mut self,
        site: &mut dyn Site,
        path: &str,
        form: &str,
    ) -> Result<Exchange, Error> {
        let question = Question {
            from_here: false,
            ..post(path, form)
        };
        self.send(site, &question).await
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
            exchanges.push(self.send(site, &get(&path)).await?);
        }
        Ok(())
    }

    async fn send(&mut self, site: &dyn Site, question: &Question<'_>) -> Result<Exchange, Error> {
        let sent = self.jar.header(question.path);
        let answer = site.send(request(site.host(), question, &sent)?).await?;
        Ok(self.receive(question, &sent, answer))
    }

    /// Keeps the answer's cookies and opens its page.
    fn receive(&mut self, question: &Question<'_>, sent: &str, answer: Answer) -> Exchange {
        let ids = self.jar.receive(answer.response.headers());
        let (head, page) = answer.response.into_parts();
        self.page.clone_from(&page);
        self.path = question.path.into();
        let exchange = Exchange {
            act: 0,
            browser: self.name.clone(),
            method: question.method.clone(),
            path: question.path.into(),
            form: question.form.into(),
            cookies: sent.into(),
            status: head.status,
            headers: head.headers,
            page,
            calls: answer.calls,
        };
        exchange.with_fixed_words(&ids)
    }
}

fn get(path: &str) -> Question<'_> {
    Question {
        method: Method::GET,
        path,
        form: "",
        from_here: true,
    }
}

fn post<'a>(path: &'a str, form: &'a str) -> Question<'a> {
    Question {
        method: Method::POST,
        path,
        form,
        from_here: true,
    }
}

/// The request as a browser would write it.
fn request(host: &str, question: &Question, cookies: &str) -> Result<Request<String>, Error> {
    let mut request = Request::builder()
        .method(question.method.clone())
        .uri(question.path)
        .header(header::HOST, host)
        .header(header::ACCEPT, "text/html");
    if !cookies.is_empty() {
        request = request.header(header::COOKIE, cookies);
    }
    if question.method == Method::POST {
        let (origin, from) = match question.from_here {
            true => (format!("http://{host}"), "same-origin"),
            false => ("http://elsewhere.example".into(), "cross-site"),
        };
        request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, origin)
            .header("sec-fetch-site", from);
    }
    request
        .body(question.form.to_string())
        .map_err(|cause| Error::Failed(format!("{} cannot be asked for: {cause}", question.path)))
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
