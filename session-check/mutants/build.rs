//! Makes the mutants of step 8 that are one change of its source, and a router of the package's example for production.

use std::{env, fs, path::Path};

const STEP: &str = "../../steps/08/main.rs";
const EXAMPLE: &str = "../../sessions/examples/production.rs";

/// The example's `main`, without its port and with a file of the test's own.
const PRODUCTION: [(&str, &str); 3] = [
    (
        "#[tokio::main]\nasync fn main() -> Result<(), ",
        "/// The example's router.\npub async fn app(file: &std::path::Path) -> Result<Router, ",
    ),
    ("\"app.db\"", "file"),
    (
        "    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:8000\").await?;\n    Ok(axum::serve(listener, app).await?)\n",
        "    Ok(app)\n",
    ),
];

/// Each mutant's name, and which text of the step becomes which other.
const CHANGES: [(&str, &str, &str); 14] = [
    ("good", "", ""),
    (
        "no_new_id",
        "    session.cycle_key().await?;\n    session.insert(PERSON",
        "    session.insert(PERSON",
    ),
    (
        "sign_out_clears_the_cookie_alone",
        "    session.flush_and_cycle().await?;\n    Ok(Redirect::to(\"/\"))",
        "    session.get::<u64>(PERSON).await?;\n    Ok(Redirect::to(\"/\"))",
    ),
    (
        "sign_out_by_get",
        "post(sign_out)",
        "get(sign_out).post(sign_out)",
    ),
    (
        "no_http_only",
        ".with_same_site(SameSite::Lax)",
        ".with_same_site(SameSite::Lax).with_http_only(false)",
    ),
    (
        "sign_out_forgets_the_person_alone",
        "    session.flush_and_cycle().await?;\n    Ok(Redirect::to(\"/\"))",
        "    session.remove::<i64>(PERSON).await?;\n    Ok(Redirect::to(\"/\"))",
    ),
    (
        "long_life",
        ".with_same_site(SameSite::Lax)",
        ".with_same_site(SameSite::Lax).with_expiry(tower_sessions::Expiry::OnInactivity(Duration::days(3_650)))",
    ),
    (
        "short_life",
        ".with_same_site(SameSite::Lax)",
        ".with_same_site(SameSite::Lax).with_expiry(tower_sessions::Expiry::OnInactivity(Duration::seconds(4)))",
    ),
    (
        "domain",
        ".with_same_site(SameSite::Lax)",
        ".with_same_site(SameSite::Lax).with_domain(\"127.0.0.1\")",
    ),
    ("prefix_without_secure", "\"step8\"", "\"__Host-step8\""),
    (
        "no_hash_for_unknown_names",
        "    let checked = library.authenticate",
        "    if !people::PEOPLE.iter().any(|(name, _)| *name == typed.name) {\n        return Ok(people::refused(&typed, &people::Refused::Wrong));\n    }\n    let checked = library.authenticate",
    ),
    (
        "id_in_a_redirect",
        "    Ok((device, typed.next.redirect()).into_response())",
        "    session.save().await?;\n    let id = session.id().map(|id| id.to_string()).unwrap_or_default();\n    Ok((device, Redirect::to(&format!(\"/loans?sid={id}\"))).into_response())",
    ),
    (
        "second_person_inherits",
        "    people::flush_if_of_another(&session, &person).await?;\n",
        "",
    ),
    (
        "id_in_the_page",
        "page::record_counts(&counts))\n",
        "page::record_counts(&counts))\n        p { (session.id().map(|id| id.to_string()).unwrap_or_default()) }\n",
    ),
];

fn main() {
    let mutants = CHANGES.map(|(name, from, to)| module(name, STEP, &[(from, to)]));
    let all = mutants.concat() + &module("production", EXAMPLE, &PRODUCTION);
    let folder = env::var_os("OUT_DIR").expect("cargo says it");
    fs::write(Path::new(&folder).join("mutants.rs"), all).expect("it can be written");
}

/// A module with a file's text, in which each text has become another.
fn module(name: &str, file: &str, changes: &[(&str, &str)]) -> String {
    println!("cargo::rerun-if-changed={file}");
    let text = fs::read_to_string(file).expect("the workspace has it");
    let mut source = text.replace("\r\n", "\n");
    for (from, to) in changes {
        if !from.is_empty() && source.matches(from).count() != 1 {
            source = format!(
                "compile_error!({:?});",
                format!("{file} has no {from:?} for {name}")
            );
            break;
        }
        source = source.replacen(from, to, 1);
    }
    format!("#[allow(dead_code, unused_imports, missing_docs)]\npub mod {name} {{\n{source}\n}}\n")
}
