//! One browser that visits the home page of step 10, and sees which process answers. A journey does not: there the
//! number of a process is replaced by a fixed word.

use std::time::{Duration, Instant};

use axum::http::{Request, Response, header};
use journey::{OverHttp, Site};

use crate::ask::visits;

pub struct Visitor {
    site: OverHttp,
    cookie: String,
}

impl Visitor {
    pub fn of(address: &str) -> Self {
        Self {
            site: OverHttp::new(address),
            cookie: String::new(),
        }
    }

    /// The same browser once more, for requests at once.
    pub fn another_tab(&self) -> Self {
        Self {
            cookie: self.cookie.clone(),
            ..Self::of(&format!("http://{}", self.site.host()))
        }
    }

    pub async fn get(&mut self, path: &str) -> Response<String> {
        let request = Request::get(path)
            .header(header::HOST, self.site.host())
            .header(header::COOKIE, &self.cookie)
            .body(String::new())
            .unwrap();
        let answer = self.site.send(request).await.unwrap().response;
        if let Some(given) = answer.headers().get(header::SET_COOKIE) {
            let given = given.to_str().unwrap();
            self.cookie = given.split(';').next().unwrap().into();
        }
        answer
    }

    /// Visits the home page; returns its count, and the process that has made it.
    pub async fn visit(&mut self) -> (u64, u32) {
        let answer = self.get("/").await;
        let page = answer.body();
        assert_eq!(answer.status(), 200, "{page}");
        let (_, process) = page.split_once("process</dt><dd><code>").unwrap();
        let (process, _) = process.split_once('<').unwrap();
        (visits(page), process.parse().unwrap())
    }

    /// Visits until the count is `last`, and it must rise by one each time; returns the two processes that answered in turn.
    pub async fn two_in_turn(&mut self, last: u64) -> [u32; 2] {
        let (first, one) = self.visit().await;
        let (_, other) = self.visit().await;
        assert_ne!(one, other, "one process answered twice");
        for count in first + 2..=last {
            let expected = if (count - first) % 2 == 0 { one } else { other };
            assert_eq!(self.visit().await, (count, expected));
        }
        [one, other]
    }

    /// A page with a session says that it cannot be served now, calmly and within three seconds; the catalog is served.
    pub async fn is_refused_calmly(&mut self) {
        let asked = Instant::now();
        let answer = self.get("/").await;
        let took = asked.elapsed();
        assert!(took < Duration::from_secs(3), "{took:?}");
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
        assert!(answer.body().contains("try again in a few seconds"));
        assert_eq!(self.get("/books").await.status(), 200);
    }
}
