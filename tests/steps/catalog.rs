//! The catalog: what its pages show, and what becomes of a database file.

use std::fs;

use journey::Browser;
use locallibrary::{Error, Library};
use lossless_sessions::sqlite as database;

use crate::support::site;

async fn page(path: &str) -> (u16, String) {
    let seen = Browser::new("Ann's")
        .get(&mut site(1).await, path)
        .await
        .unwrap()
        .remove(0);
    (seen.status.as_u16(), seen.page)
}

#[tokio::test]
async fn the_catalog_is_worth_browsing() {
    let counts = Library::in_memory().unwrap().counts().await.unwrap();
    assert!(
        counts.books >= 60 && counts.authors >= 30 && counts.copies >= 150,
        "{counts:?}"
    );
    assert!(
        counts.available > 0 && counts.available < counts.copies,
        "{counts:?}"
    );
}

#[tokio::test]
async fn every_book_and_author_has_a_page() {
    let library = Library::in_memory().unwrap();
    let counts = library.counts().await.unwrap();
    for id in 1..=i64::from(counts.books) {
        let book = library
            .book(id)
            .await
            .unwrap()
            .expect("books are numbered from 1");
        assert!(!book.title.is_empty() && !book.summary.is_empty() && !book.copies.is_empty());
    }
    for id in 1..=i64::from(counts.authors) {
        let author = library
            .author(id)
            .await
            .unwrap()
            .expect("authors are numbered from 1");
        assert!(!author.line.name.is_empty() && !author.books.is_empty());
    }
}

#[tokio::test]
async fn the_list_has_ten_books_on_a_page_and_every_book_once() {
    let library = Library::in_memory().unwrap();
    let first = library.books("", 1, 10).await.unwrap();
    assert_eq!(first.books.len(), 10);
    let mut ids = Vec::new();
    for number in 1..=first.pages {
        ids.extend(
            library
                .books("", number, 10)
                .await
                .unwrap()
                .books
                .iter()
                .map(|book| book.id),
        );
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), first.total as usize);
}

#[tokio::test]
async fn a_page_beyond_the_last_is_the_last() {
    let library = Library::in_memory().unwrap();
    let last = library.books("", u32::MAX, 10).await.unwrap();
    assert_eq!(last.page, last.pages);
    assert!(!last.books.is_empty());
    assert_eq!(library.books("", 0, 10).await.unwrap().page, 1);
    assert_eq!(library.books("", 1, 0).await.unwrap().books.len(), 1);
}

#[tokio::test]
async fn a_search_looks_at_titles_and_authors() {
    let library = Library::in_memory().unwrap();
    for search in ["pride", "AUSTEN", "jane austen", " Pride "] {
        let found = library.books(search, 1, 50).await.unwrap();
        let titles: Vec<_> = found.books.iter().map(|book| &*book.title).collect();
        assert!(
            titles.contains(&"Pride and Prejudice"),
            "{search}: {titles:?}"
        );
    }
}

#[tokio::test]
async fn a_search_takes_every_character_literally() {
    let library = Library::in_memory().unwrap();
    for search in ["%", "_", "\\", "' or 1=1 --"] {
        assert_eq!(
            library.books(search, 1, 50).await.unwrap().total,
            0,
            "{search}"
        );
    }
    let (status, page) = page("/books?q=%3Cb%3E").await;
    assert!(status == 200 && page.contains("&lt;b&gt;") && !page.contains("<b>"));
}

#[tokio::test]
async fn the_links_to_other_pages_keep_the_search() {
    let (_, page) = page("/books?q=the").await;
    assert!(page.contains("href=\"/books?q=the&amp;page=2\""), "{page}");
}

#[tokio::test]
async fn what_does_not_exist_is_a_404_page() {
    for path in [
        "/nowhere",
        "/books/0",
        "/books/999999",
        "/books/none",
        "/authors/-1",
        "/static/",
    ] {
        let (status, page) = page(path).await;
        assert_eq!(status, 404, "{path}");
        assert!(
            page.contains("There is no page at this address."),
            "{path}: {page}"
        );
    }
}

#[tokio::test]
async fn a_strange_query_is_refused_with_a_page() {
    let long = format!("/books?q={}", "x".repeat(101));
    for path in [
        "/books?page=two",
        "/books?page=-1",
        "/books?page=1&page=2",
        &long,
    ] {
        let (status, page) = page(path).await;
        assert_eq!(status, 400, "{path}");
        assert!(page.contains("</html>"), "{path}");
    }
}

#[tokio::test]
async fn styles_and_icon_come_with_their_types() {
    for (path, kind) in [
        ("/static/style.css", "text/css"),
        ("/static/icon.svg", "image/svg+xml"),
    ] {
        let seen = Browser::new("Ann's")
            .get(&mut site(1).await, path)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(seen.status, 200, "{path}");
        assert_eq!(seen.headers["content-type"], kind, "{path}");
    }
}

#[tokio::test]
async fn a_new_file_is_made_filled_and_opened_again_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let made = Library::open_file(&path).unwrap().counts().await.unwrap();
    let again = Library::open_file(&path).unwrap().counts().await.unwrap();
    assert_eq!(made, again);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_start_at_once_share_one_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let opened: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            tokio::task::spawn_blocking(|| Library::open_file(path))
        })
        .collect();
    for library in opened {
        let counts = library.await.unwrap().unwrap().counts().await.unwrap();
        assert_eq!(
            counts,
            Library::in_memory().unwrap().counts().await.unwrap()
        );
    }
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_named_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "my notes").unwrap();
    let other = folder.path().join("other.db");
    let foreign = rusqlite::Connection::open(&other).unwrap();
    foreign
        .execute_batch("create table precious (value text)")
        .unwrap();
    drop(foreign);
    for path in [text, other] {
        let before = fs::read(&path).unwrap();
        let Err(database::Error::Unusable(sentence)) = Library::open_file(&path) else {
            panic!("{} was opened", path.display());
        };
        assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
        assert!(sentence.contains("left untouched"), "{sentence}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 2, "no file was added beside them");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no such folder").join("library.db");
    for path in [folder.path().to_path_buf(), missing] {
        let Err(database::Error::Unusable(sentence)) = Library::open_file(&path) else {
            panic!("{} was opened", path.display());
        };
        assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
    }
}

#[test]
fn a_catalog_that_is_busy_is_503_and_one_that_is_broken_is_500() {
    use axum::response::IntoResponse;
    let answer = |code| {
        let cause = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        Error::from(database::Error::from(cause)).into_response()
    };
    let busy = answer(rusqlite::ffi::SQLITE_BUSY);
    assert_eq!(
        (busy.status().as_u16(), &busy.headers()["retry-after"]),
        (503, &"2".parse().unwrap())
    );
    let broken = answer(rusqlite::ffi::SQLITE_CORRUPT);
    assert_eq!(
        (
            broken.status().as_u16(),
            broken.headers().get("retry-after")
        ),
        (500, None)
    );
}
