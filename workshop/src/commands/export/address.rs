//! The workshop's addresses as files, with links from one to another that need no server.

/// The file of an address: `steps/3/code.html` for `/steps/3/code`, `api-q-id.html` for
/// `/api?q=id`. What has an ending keeps its name.
pub fn file(address: &str) -> String {
    let path = address
        .trim_start_matches('/')
        .replace(['?', '=', '&'], "-");
    match path.rsplit('/').next() {
        Some("") | None => format!("{path}index.html"),
        Some(name) if name.contains('.') => path,
        Some(_) => format!("{path}.html"),
    }
}

/// A link to an address, `#L42` and all, from the file of another: `../static/workshop.css`.
pub fn link(from: &str, to: &str) -> String {
    let (to, anchor) = match to.split_once('#') {
        Some((to, anchor)) => (to, format!("#{anchor}")),
        None => (to, String::new()),
    };
    let up = "../".repeat(file(from).matches('/').count());
    format!("{up}{}{anchor}", file(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_has_a_file_of_its_own() {
        for (address, expected) in [
            ("/", "index.html"),
            ("/steps/3", "steps/3.html"),
            ("/steps/3/code", "steps/3/code.html"),
            ("/api?q=id", "api-q-id.html"),
            ("/static/icon.svg", "static/icon.svg"),
        ] {
            assert_eq!(file(address), expected);
        }
    }

    #[test]
    fn links_lead_up_to_the_folder_and_down_again() {
        assert_eq!(link("/", "/steps/3"), "steps/3.html");
        assert_eq!(link("/steps/3", "/"), "../index.html");
        assert_eq!(
            link("/steps/3/slides", "/steps/3/code#L4"),
            "../../steps/3/code.html#L4"
        );
    }
}
