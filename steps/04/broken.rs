//! A broken step 4: it fits alloy wheels to the visitor's car.
//!
//! "When I fitted alloy wheels, the page said alloy," says Ann. "I look again, and it says steel."

use axum::routing::{get, post};
use axum::{Router, response::Redirect};
use locallibrary::form::{self, Form, TextField};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken4";
const MY_CAR: &str = "my_car";

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Car {
    model: String,
    wheels: String,
}

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/my-car", get(my_car).post(set_my_car))
        .route("/my-car/fit", post(fit))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

fn on_steel(model: String) -> Car {
    let wheels = "steel".into();
    Car { model, wheels }
}

async fn my_car(session: Session) -> Result<Markup, Error> {
    let car: Car = session.get_or(MY_CAR, on_steel("mini".into())).await?;
    Ok(car_page(&car))
}

async fn set_my_car(session: Session, Form(typed): Form<TextField>) -> Result<Redirect, Error> {
    session.insert(MY_CAR, on_steel(typed.text.0)).await?;
    Ok(Redirect::to("/my-car"))
}

async fn fit(session: Session) -> Result<Markup, Error> {
    let car: Car = session.get_or(MY_CAR, on_steel("mini".into())).await?;
    let mut fitted = car.clone();
    fitted.wheels = "alloy".into();
    session.insert(MY_CAR, &car).await?;
    Ok(car_page(&fitted))
}

fn car_page(car: &Car) -> Markup {
    let content = html! {
        (page::fact("model", &car.model))
        (page::fact("wheels", &car.wheels))
        (form::text_form("/my-car", "My car", "Set"))
        (form::button("/my-car/fit", "Fit alloy wheels"))
    };
    page::layout("My car", content)
}

pub fn engine() -> MemoryStore {
    MemoryStore::default()
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let app = app(Library::open()?, engine());
    serve(app).await
}
