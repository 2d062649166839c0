//! `cargo run -- export DIR`: the workshop as files, for any file server, or for none.
//!
//! The pages come from the router that serves them: the export follows every link from `/`, as a browser would, and
//! writes each page with links to files. All pages are made before the first one is written.

mod address;
mod page;
mod script;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{Request, header},
};
use http_body_util::BodyExt;
use journey::Step;
use locallibrary::Error;
use tempfile::TempDir;
use tokio::sync::watch::channel;
use tower::ServiceExt;

use crate::{console::say, machine::neighbour::PORT, pages, sites::live, workshop::Workshop};
use page::Still;

/// Writes the workshop of these steps into `folder`, which must be empty or not there yet.
///
/// # Errors
/// [`Error::Failed`] when the folder holds something, a page does not answer, or a file cannot be written.
pub async fn export(steps: &'static [Step], folder: &Path) -> Result<(), Error> {
    refuse_full(folder)?;
    let stranger = tempfile::tempdir()
        .map_err(|cause| Error::Failed(format!("there is no room for a folder: {cause}")))?;
    let files = crawl(pages::router(unused(steps, &stranger).await?)).await?;
    write(folder, &files).map_err(|cause| {
        let folder = folder.display();
        Error::Failed(format!(
            "{folder} cannot be written: {cause}; what is there now is not complete"
        ))
    })?;
    let first = folder.join("index.html");
    say(format_args!(
        "{} files; open {}",
        files.len(),
        first.display()
    ));
    Ok(())
}

fn refuse_full(folder: &Path) -> Result<(), Error> {
    let shown = folder.display();
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::Failed(format!(
            "{shown} is not empty, and nothing in it was changed; name a folder that is new or empty"
        ))),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(Error::Failed(format!(
            "{shown} cannot be used as a folder: {cause}"
        ))),
    }
}

/// A workshop that nobody has used: the progress and the program of whoever exports it stay at home.
async fn unused(steps: &'static [Step], stranger: &TempDir) -> Result<Arc<Workshop>, Error> {
    let listener = live::bind(0).await?;
    let mut workshop = Workshop::new(steps, stranger.path(), &listener, channel(()).1)?;
    let numbers = steps.iter().map(|step| step.number);
    workshop.ports = numbers
        .map(|number| (number, PORT + u16::from(number)))
        .collect();
    Ok(Arc::new(workshop))
}

/// Every file that `/` leads to, by its name.
async fn crawl(site: Router) -> Result<BTreeMap<String, Bytes>, Error> {
    let mut files = BTreeMap::new();
    let mut open = vec!["/".to_string()];
    while let Some(address) = open.pop() {
        let file = address::file(&address);
        if files.contains_key(&file) {
            continue;
        }
        let (kind, body) = fetch(&site, &address).await?;
        let body = if kind.starts_with("text/html") {
            let page = Still::of(&String::from_utf8_lossy(&body), &address);
            open.extend(page.links);
            page.html.into()
        } else if kind.starts_with("text/javascript") {
            script::classic(&site, &address).await?.into()
        } else {
            body
        };
        files.insert(file, body);
    }
    Ok(files)
}

/// What the site answers at an address: the content's type, and the content.
async fn fetch(site: &Router, address: &str) -> Result<(String, Bytes), Error> {
    let wrong = |what: String| Error::Failed(format!("the workshop's page {address} {what}"));
    let request = Request::get(address).body(Body::empty());
    let request = request.map_err(|cause| wrong(format!("has a bad address: {cause}")))?;
    let answer = site.clone().oneshot(request).await;
    let answer = answer.unwrap_or_else(|never| match never {});
    if !answer.status().is_success() {
        return Err(wrong(format!("answers {}", answer.status())));
    }
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.to_string();
    let body = answer.into_body().collect().await;
    let body = body.map_err(|cause| wrong(format!("breaks off: {cause}")))?;
    Ok((kind, body.to_bytes()))
}

/// Writes the files, `index.html` last: where it is, all is there. No file takes the place of another.
fn write(folder: &Path, files: &BTreeMap<String, Bytes>) -> io::Result<()> {
    let (first, others): (Vec<_>, Vec<_>) =
        files.iter().partition(|(name, _)| *name == "index.html");
    for (name, content) in others.into_iter().chain(first) {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        File::create_new(path)?.write_all(content)?;
    }
    Ok(())
}
