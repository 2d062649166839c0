//! Which lines of a program asked the session store: read from its source, since a store cannot know who asked it.
//!
//! A route names its handler. The store is asked for the record when the handler first needs the session, and it is
//! given the record after the handler, by the session layer, when a line of the handler has changed the session.

use std::ops::RangeInclusive;

use lossless_sessions::Operation;
use proc_macro2::extra::invalidate_current_thread_spans;
use syn::{
    Block, Expr, ExprAwait, ExprMethodCall, File, Ident,
    spanned::Spanned,
    visit::{self, Visit},
};

use crate::observe::routes;

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

/// A handler of a program, and what of it concerns the session.
#[derive(Debug, PartialEq, Eq)]
pub struct Origin {
    /// The whole function.
    pub handler: Lines,
    /// Where it waits for the session, in their order.
    asks: Vec<Lines>,
    /// Where it waits for the stored record itself, to loop over it.
    loops: Option<Lines>,
    /// Where it changes the session.
    pub changes: Vec<Lines>,
    /// The layer that saves a session though no handler changed it.
    saves_always: Option<Lines>,
}

impl Origin {
    /// The handler that `source` has for a request. `None` when another file has it, as the catalog's are, or when the
    /// source is no Rust.
    pub fn of(source: &str, method: &str, path: &str) -> Option<Self> {
        let origin = syn::parse_file(source)
            .ok()
            .and_then(|program| Self::within(&program, method, path));
        // Otherwise this thread would keep each source that it has ever parsed, to find the text of its spans.
        invalidate_current_thread_spans();
        origin
    }

    fn within(program: &File, method: &str, path: &str) -> Option<Self> {
        let handler = routes::handler(program, method, path)?;
        let session = Uses::of("session", &handler.block);
        let stored = Uses::of("stored", &handler.block);
        Some(Self {
            handler: handler.sig.span().start().line..=handler.block.span().end().line,
            asks: session.waits,
            loops: stored.waits.into_iter().next(),
            changes: session.changes,
            saves_always: SavingLayer::of(program),
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
            _ => vec![self.saves_always.clone().unwrap_or(head)],
        }
    }
}

/// Where the layer stands that saves each session.
struct SavingLayer(Option<Lines>);

impl SavingLayer {
    fn of(program: &File) -> Option<Lines> {
        let mut layer = Self(None);
        layer.visit_file(program);
        layer.0
    }
}

impl<'ast> Visit<'ast> for SavingLayer {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let layers = call.args.iter().filter(|_| call.method == "layer");
        let saving = layers.filter(|layer| Names::has(layer, "save_every_request"));
        self.0 = saving.map(lines).next().or(self.0.take());
        visit::visit_expr_method_call(self, call);
    }
}

/// Where a function waits for a variable, and where it changes what is in it.
struct Uses {
    variable: &'static str,
    waits: Vec<Lines>,
    changes: Vec<Lines>,
}

impl Uses {
    fn of(variable: &'static str, function: &Block) -> Self {
        let mut uses = Self {
            variable,
            waits: Vec::new(),
            changes: Vec::new(),
        };
        uses.visit_block(function);
        uses
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_expr_await(&mut self, wait: &'ast ExprAwait) {
        if !Names::has(&wait.base, self.variable) {
            return visit::visit_expr_await(self, wait);
        }
        self.waits.push(lines(wait));
        if Change::is_in(&wait.base) {
            self.changes.push(lines(wait));
        }
    }
}

/// Whether an expression calls a method that changes a session.
struct Change(bool);

impl Change {
    fn is_in(expression: &Expr) -> bool {
        let mut change = Self(false);
        change.visit_expr(expression);
        change.0
    }
}

impl<'ast> Visit<'ast> for Change {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.0 |= CHANGES.iter().any(|method| call.method == method);
        visit::visit_expr_method_call(self, call);
    }
}

/// Whether an expression has a name in it.
struct Names<'a>(&'a str, bool);

impl<'a> Names<'a> {
    fn has(expression: &Expr, name: &'a str) -> bool {
        let mut names = Self(name, false);
        names.visit_expr(expression);
        names.1
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_ident(&mut self, name: &'ast Ident) {
        self.1 |= name == self.0;
    }
}

fn lines(part: &impl Spanned) -> Lines {
    let span = part.span();
    span.start().line..=span.end().line
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"fn pages() {
    let pages = Router::new()
        .route("/", get(index))
        .route(
            "/my-car/{part}",
            get(my_car).post(set_my_car),
        )
        .layer(session_layer);
}
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
    fn words_in_a_comment_or_a_text_are_no_routes_and_no_questions() {
        let source = r#"
fn pages() -> Router {
    // .route("/", get(other))
    Router::new().route("/", axum::routing::get(index))
}

async fn index(session: Session) -> Markup {
    page("session.insert().await");
    session.clear().await
}
"#;
        let origin = Origin::of(source, "HEAD", "/").expect("a handler");
        assert_eq!(origin.handler, 7..=10);
        assert_eq!(origin.changes, [9..=9]);
    }

    #[test]
    fn a_request_of_the_catalog_has_no_handler_here() {
        assert_eq!(Origin::of(SOURCE, "GET", "/books"), None);
        assert_eq!(Origin::of(SOURCE, "POST", "/"), None);
    }
}
