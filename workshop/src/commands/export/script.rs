//! A script and the modules that it imports, in one file: a browser loads no module from a file without a server.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use locallibrary::Error;

use super::fetch;

/// Runs each module once, when something first asks for it.
const LOADER: &str = "\"use strict\";\n{\nconst modules = {}, loaded = {};\n\
    const load = (name) => (loaded[name] ??= modules[name]());\n";

/// The script at `address`, with all that it imports.
pub async fn classic(site: &Router, address: &str) -> Result<String, Error> {
    let mut modules = BTreeMap::new();
    let mut open = BTreeSet::from([address.to_string()]);
    while let Some(address) = open.pop_first() {
        let (_, text) = fetch(site, &address).await?;
        let module = Module::read(&address, &String::from_utf8_lossy(&text))?;
        open.extend(module.imports.clone());
        modules.insert(address, module.text);
        open.retain(|address| !modules.contains_key(address));
    }
    let modules = modules
        .iter()
        .map(|(address, text)| format!("modules[\"{address}\"] = () => {{\n{text}}};\n"));
    let modules: String = modules.collect();
    Ok(format!("{LOADER}{modules}load(\"{address}\");\n}}\n"))
}

/// A module as the body of a function that returns what the module exports.
struct Module {
    text: String,
    imports: Vec<String>,
}

impl Module {
    /// Reads a module of ours: each import and export begins a line and ends on it.
    fn read(address: &str, text: &str) -> Result<Self, Error> {
        let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
        let (mut body, mut imports, mut exports) = (String::new(), Vec::new(), Vec::new());
        for line in text.lines() {
            let strange = || {
                Error::Failed(format!(
                    "{address} cannot be written for a page without a server; this line is new to it: {line}"
                ))
            };
            if let Some(import) = line.strip_prefix("import ") {
                let (names, file) = imported(import).ok_or_else(strange)?;
                let module = format!("{folder}/{file}");
                if let Some(names) = names {
                    body.push_str(&format!("const {} = ", names.replace(" as ", ": ")));
                }
                body.push_str(&format!("load(\"{module}\");\n"));
                imports.push(module);
                continue;
            }
            let line = match line.strip_prefix("export ") {
                Some(exported) => {
                    exports.push(declared(exported).ok_or_else(strange)?);
                    exported
                }
                None => line,
            };
            body.push_str(&format!("{line}\n"));
        }
        body.push_str(&format!("return {{ {} }};\n", exports.join(", ")));
        Ok(Self {
            text: body,
            imports,
        })
    }
}

/// `{ fit } from "./frame.js";` or `"./frame.js";`: the names, if any, and the file.
fn imported(import: &str) -> Option<(Option<&str>, &str)> {
    let (names, from) = match import.split_once(" from ") {
        Some((names, from)) => (Some(names), from),
        None => (None, import),
    };
    let file = from.strip_prefix("\"./")?.strip_suffix("\";")?;
    names
        .is_none_or(|names| names.starts_with('{'))
        .then_some((names, file))
}

/// The name in `async function fit(slides) {`, or in `const SIZE = 3;`.
fn declared(export: &str) -> Option<&str> {
    let export = export.strip_prefix("async ").unwrap_or(export);
    let (kind, rest) = export.split_once(' ')?;
    let name = rest
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next();
    name.filter(|name| !name.is_empty() && matches!(kind, "function" | "const" | "class"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_becomes_a_function_that_returns_its_exports() {
        let module = Module::read(
            "/static/a.js",
            "import \"./b.js\";\nimport { c, d as e } from \"./c.js\";\nexport async function f() {}\nexport const G = 1;",
        )
        .unwrap();
        assert_eq!(module.imports, ["/static/b.js", "/static/c.js"]);
        assert_eq!(
            module.text,
            "load(\"/static/b.js\");\nconst { c, d: e } = load(\"/static/c.js\");\n\
             async function f() {}\nconst G = 1;\nreturn { f, G };\n"
        );
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        for line in [
            "import x from \"./b.js\";",
            "import \"https://host/b.js\";",
            "export default f;",
        ] {
            let error = Module::read("/static/a.js", line).err().unwrap();
            assert!(error.to_string().ends_with(line), "{error}");
        }
    }
}
