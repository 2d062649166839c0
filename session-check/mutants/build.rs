//! Makes the mutants of step 8 that are one change of its source.

use std::{env, fs, path::Path};

const STEP: &str = "../../steps/08/main.rs";

/// Each mutant's name, and which text of the step becomes which other.
const CHANGES: [(&str, &str, &str); 7] = [
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
    println!("cargo::rerun-if-changed={STEP}");
    let step = fs::read_to_string(STEP)
        .expect("step 8 is there")
        .replace("\r\n", "\n");
    let modules = CHANGES.map(|(name, from, to)| {
        let fits = from.is_empty() || step.matches(from).count() == 1;
        let source = if fits {
            step.replacen(from, to, 1)
        } else {
            format!(
                "compile_error!({:?});",
                format!("step 8 has no {from:?} for {name}")
            )
        };
        format!(
            "#[allow(dead_code, unused_imports, missing_docs)]\npub mod {name} {{\n{source}\n}}\n"
        )
    });
    let folder = env::var_os("OUT_DIR").expect("cargo says it");
    fs::write(Path::new(&folder).join("mutants.rs"), modules.concat()).expect("it can be written");
}
