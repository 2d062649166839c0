//! Which lines of a step asked the session store: read from its source, since a store cannot know who asked it.
//!
//! A route names its handler. The store is asked for the record when the handler first needs the session, and it is
//! given the record after the handler, by the session layer, when a line of the handler has changed the session.

use std::ops::{Range, RangeInclusive};

use lossless_sessions::Operation;

/// Lines of a source, counted from 1.
pub type Lines = RangeInclusive<usize>;

/// The methods of a session that change it.
const CHANGES: [&str; 19] = [
    "clear",
    "cycle_id",
    "cycle_key",
    "delete",
    "delete_test_cookie",
    "edit",
    "flush",
    "flush_and_cycle",
    "insert",
    "insert_value",
    "keep_expiry",
    "remove",
    "remove_all",
    "remove_value",
    "save",
    "set_expiry",
    "set_test_cookie",
    "setdefault",
    "update",
];

/// A handler of a step, and what of it concerns the session.
#[derive(Debug, PartialEq, Eq)]
pub struct Origin {
    /// The whole function.
    pub handler: Lines,
    /// The statements that wait for the session, in their order.
    asks: Vec<Lines>,
    /// The statement that waits for the stored record itself, to loop over it.
    loops: Option<Lines>,
    /// The statements that change the session.
    pub changes: Vec<Lines>,
    /// The layer that saves a session though no handler changed it.
    saves_always: Option<usize>,
}

impl Origin {
    /// The handler that `source` has for a request; `None` when the request belongs to the catalog.
    pub fn of(source: &str, method: &str, path: &str) -> Option<Self> {
        let name = handler(source, method, path)?;
        let lines: Vec<_> = source.lines().collect();
        let first = lines
            .iter()
            .position(|line| line.contains(&format!("async fn {name}(")))?;
        let length = lines[first..].iter().position(|line| *line == "}")?;
        let body = first + 1..first + length;
        let asks = statements(&lines, body.clone(), "session");
        let changes = asks.iter().filter(|it| is_change(&text(&lines, it)));
        let layer = lines
            .iter()
            .position(|line| line.contains(".layer(from_fn(save_every_request))"));
        Some(Self {
            handler: first + 1..=first + length + 1,
            changes: changes.cloned().collect(),
            loops: statements(&lines, body, "stored").into_iter().next(),
            asks,
            saves_always: layer.map(|at| at + 1),
        })
    }

    /// The lines that caused a call of the store: the `place`th call of this operation in the request, from 0.
    pub fn lines(&self, operation: Operation, place: usize) -> Vec<Lines> {
        // A handler that names its session in no line has it from an argument.
        let head = *self.handler.start()..=*self.handler.start();
        match operation {
            Operation::Load => match (place, &self.loops) {
                (1.., Some(loops)) => vec![loops.clone()],
                _ => vec![self.asks.first().cloned().unwrap_or(head)],
            },
            _ if !self.changes.is_empty() => self.changes.clone(),
            _ => vec![self.saves_always.map_or(head, |line| line..=line)],
        }
    }
}

/// The name of the function that a step's router has for this request.
fn handler<'a>(source: &'a str, method: &str, path: &str) -> Option<&'a str> {
    let path = path.split('?').next().unwrap_or(path);
    let method = if method == "HEAD" { "GET" } else { method };
    let word = format!("{}(", method.to_lowercase());
    source.split(".route(").skip(1).find_map(|route| {
        let (_, route) = route.split_once('"')?;
        let (pattern, route) = route.split_once('"')?;
        let methods = route.split(".layer(").next()?;
        let (before, found) = methods.split_once(&word)?;
        let whole = before.ends_with(|c: char| !c.is_alphanumeric());
        (whole && fits(pattern, path)).then_some(found.split(')').next()?)
    })
}

/// Whether a path is one of those that a route's pattern stands for: `/books/{id}`.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') || wanted == given => {}
            _ => return false,
        }
    }
}

/// Whether a line has this word in it, not as a part of a longer one.
fn names(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|part| part == word)
}

/// The statements among these lines, counted from 0, that have this word in them and wait for something.
fn statements(lines: &[&str], among: Range<usize>, word: &str) -> Vec<Lines> {
    let found = among.filter(|at| names(lines[*at], word));
    let whole = found.map(|at| statement(lines, at));
    whole
        .filter(|it| text(lines, it).contains(".await"))
        .collect()
}

/// The statement that begins at this line: up to the line where its brackets are closed and no method follows.
fn statement(lines: &[&str], first: usize) -> Lines {
    let mut depth = 0;
    for (at, line) in lines.iter().enumerate().skip(first) {
        // A brace at the end of `match session... {` opens a block, which is no part of the question.
        let counted = line.trim_end_matches('{');
        depth += counted.matches(['(', '[', '{']).count() as isize;
        depth -= counted.matches([')', ']', '}']).count() as isize;
        let goes_on = lines
            .get(at + 1)
            .is_some_and(|next| next.trim_start().starts_with('.'));
        if depth <= 0 && !goes_on {
            return first + 1..=at + 1;
        }
    }
    first + 1..=first + 1
}

fn text(lines: &[&str], part: &Lines) -> String {
    lines[part.start() - 1..*part.end()].concat()
}

fn is_change(statement: &str) -> bool {
    let calls = statement.split('.').skip(1);
    let mut methods = calls.map(|call| call.split(['(', ':']).next().unwrap_or_default().trim());
    methods.any(|method| CHANGES.contains(&method))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
    let pages = Router::new()
        .route("/", get(index))
        .route(
            "/my-car/{part}",
            get(my_car).post(set_my_car),
        )
        .layer(session_layer);

async fn index(session: Session) -> Markup {
    let counts = library.counts().await?;
    let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;
    session
        .insert(NUM_VISITS, num_visits + 1)
        .await?;
    page(num_visits, session.is_modified())
}

async fn my_car(session: Session, stored: StoredItems) -> Markup {
    match session.contains(MY_CAR).await? {
        true => page(stored.items().await?),
    }
}

async fn set_my_car(session: Session) -> Redirect {
    session
        .edit(MY_CAR, mini(), |car| {
            car.wheels = "alloy".into()
        })
        .await?;
}
"#;

    fn lines(method: &str, path: &str, operation: Operation, place: usize) -> Vec<Lines> {
        Origin::of(SOURCE, method, path)
            .expect("a handler")
            .lines(operation, place)
    }

    #[test]
    fn a_load_is_asked_for_where_the_session_is_first_waited_for() {
        assert_eq!(lines("GET", "/?a=b", Operation::Load, 0), [12..=12]);
        assert_eq!(lines("GET", "/my-car/model", Operation::Load, 0), [20..=20]);
        assert_eq!(lines("GET", "/my-car/model", Operation::Load, 1), [21..=21]);
    }

    #[test]
    fn a_save_comes_from_the_lines_that_changed_the_session() {
        assert_eq!(lines("GET", "/", Operation::Save, 0), [13..=15]);
        assert_eq!(
            lines("POST", "/my-car/model", Operation::Create, 0),
            [26..=30]
        );
    }

    #[test]
    fn a_request_of_the_catalog_has_no_handler_here() {
        assert_eq!(Origin::of(SOURCE, "GET", "/books"), None);
        assert_eq!(Origin::of(SOURCE, "POST", "/"), None);
    }
}
