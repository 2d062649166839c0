//! A browser with a cookie jar.

use axum::http::{HeaderMap, Method, Request, header};
use cookie::{Cookie, time::Duration};

use locallibrary::Error;

use crate::{
    Answer, Exchange, Site,
    address::{below, resolved},
    page,
};

/// How many redirects are followed in a row.
const REDIRECTS: usize = 5;

/// One visitor's browser.
///
/// Its jar keeps to the parts of RFC 6265 that one site on plain http can show: a cookie replaces that of the
/// same name and path, is sent to paths below its own, is dropped when it has expired, and is refused when it is
/// `Secure`, since the connection is not. A real browser also knows domains, sites, and the passing of time.
pub struct Browser {
    name: String,
    jar: Vec<Cookie<'static>>,
    /// The page that is open, and its path.
    page: String,
    path: String,
}

impl Browser {
    /// A browser without cookies. The name says whose it is: "Ann's".
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            jar: Vec::new(),
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
        self.jar
            .iter()
            .find(|cookie| cookie.name() == name)
            .map(Cookie::value)
    }

    /// Puts a cookie for the whole site into the jar, as an attacker or a learner may do by hand.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.keep(
            Cookie::build((name.to_string(), value.to_string()))
                .path("/")
                .build(),
        );
    }

    /// A copy of its cookies.
    pub(crate) fn jar(&self) -> Vec<Cookie<'static>> {
        self.jar.clone()
    }

    /// Replaces all of its cookies.
    pub(crate) fn set_jar(&mut self, jar: Vec<Cookie<'static>>) {
        self.jar = jar;
    }

    /// The cookies in the jar, each as its `Set-Cookie` had it.
    pub fn cookies(&self) -> impl Iterator<Item = String> {
        self.jar.iter().map(ToString::to_string)
    }

    /// Empties the jar.
    pub fn clear_cookies(&mut self) {
        self.jar.clear();
    }

    /// Lets so much time pass: a cookie whose age is then over is dropped.
    pub fn wait(&mut self, time: Duration) {
        for cookie in &mut self.jar {
            if let Some(age) = cookie.max_age() {
                cookie.set_max_age(age - time);
            }
        }
        self.jar
            .retain(|cookie| cookie.max_age().is_none_or(|age| age.is_positive()));
    }

    /// Opens a page, and follows redirects.
    ///
    /// # Errors
    /// [`Error::Failed`], here and below, when nothing answers.
    pub async fn get(&mut self, site: &mut dyn Site, path: &str) -> Result<Vec<Exchange>, Error> {
        let mut exchanges = vec![self.send(site, Method::GET, path, "", true).await?];
        self.follow(site, &mut exchanges).await?;
        Ok(exchanges)
    }

    /// Sends a form of this site, and follows redirects.
    pub async fn post(
        &mut self,
        site: &mut dyn Site,
        path: &str,
        form: &str,
    ) -> Result<Vec<Exchange>, Error> {
        let mut exchanges = vec![self.send(site, Method::POST, path, form, true).await?];
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
            Error::Failed(format!("the page has no form with a button “{label}”"))
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

    /// Sends a form that stands on a page of another site.
    pub async fn post_from_elsewhere(
        &mut self,
        site: &mut dyn Site,
        path: &str,
        form: &str,
    ) -> Result<Exchange, Error> {
        self.send(site, Method::POST, path, form, false).await
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
            exchanges.push(self.send(site, Method::GET, &path, "", true).await?);
        }
        Ok(())
    }

    async fn send(
        &mut self,
        site: &dyn Site,
        method: Method,
        path: &str,
        form: &str,
        from_here: bool,
    ) -> Result<Exchange, Error> {
        let sent = self.cookie_header(path);
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::HOST, site.host())
            .header(header::ACCEPT, "text/html");
        if !sent.is_empty() {
            request = request.header(header::COOKIE, &sent);
        }
        if method == Method::POST {
            let here = format!("http://{}", site.host());
            let origin = if from_here {
                &here
            } else {
                "http://elsewhere.example"
            };
            request = request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ORIGIN, origin)
                .header(
                    "sec-fetch-site",
                    if from_here {
                        "same-origin"
                    } else {
                        "cross-site"
                    },
                );
        }
        let request = request
            .body(form.to_string())
            .map_err(|cause| Error::Failed(format!("{path} cannot be asked for: {cause}")))?;
        let Answer { response, calls } = site.send(request).await?;
        let ids = self.receive(response.headers());
        let (head, page) = response.into_parts();
        self.page.clone_from(&page);
        self.path = path.into();
        let exchange = Exchange {
            act: 0,
            browser: self.name.clone(),
            method,
            path: path.into(),
            form: form.into(),
            cookies: sent,
            status: head.status,
            headers: head.headers,
            page,
            calls,
        };
        Ok(exchange.with_fixed_words(&ids))
    }

    /// Keeps the cookies of an answer; returns every value that is or was in the jar.
    pub fn receive(&mut self, headers: &HeaderMap) -> Vec<String> {
        let mut values: Vec<_> = self
            .jar
            .iter()
            .map(|cookie| cookie.value().to_string())
            .collect();
        for line in headers.get_all(header::SET_COOKIE) {
            let Some(text) = line.to_str().ok() else {
                continue;
            };
            let Ok(cookie) = Cookie::parse(text.to_string()) else {
                continue;
            };
            values.push(cookie.value().to_string());
            self.keep(cookie);
        }
        values
    }

    fn keep(&mut self, cookie: Cookie<'static>) {
        let path = cookie.path().map(str::to_string);
        self.jar
            .retain(|old| old.name() != cookie.name() || old.path() != path.as_deref());
        let expired = cookie.max_age().is_some_and(|age| !age.is_positive());
        if !expired && cookie.secure() != Some(true) {
            self.jar.push(cookie);
        }
    }

    /// What it sends with a request for `path`, as a `Cookie` header has it; empty when that is nothing.
    pub fn cookie_header(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap_or(path);
        let pairs: Vec<_> = self
            .jar
            .iter()
            .filter(|cookie| below(path, cookie.path().unwrap_or("/")))
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        pairs.join("; ")
    }
}
