//! Who uses whom: no two files import each other, however many others lie between them, and a room of the workshop uses
//! only the rooms that the map in its `lib.rs` names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::support::read;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The modules of a folder, by their path below it (`pages::mine`), and what each of them imports: other modules.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn imports(folder: &str) -> Imports {
    let mut sources = BTreeMap::new();
    collect(&Path::new(ROOT).join(folder), "", &mut sources);
    let modules: BTreeSet<_> = sources.keys().cloned().collect();
    let of = |module: &str, source: &str| {
        let paths = used(source);
        let found = paths
            .iter()
            .filter_map(|path| resolve(module, path, &modules));
        found.filter(|other| other != module).collect()
    };
    let all = sources
        .iter()
        .map(|(module, source)| (module.clone(), of(module, source)));
    all.collect()
}

fn collect(folder: &Path, above: &str, sources: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy();
        let module = format!("{above}{name}");
        match path.extension() {
            None => collect(&path, &format!("{module}::"), sources),
            Some(ending) if ending == "rs" && name != "lib" && name != "main" => {
                let module = module.trim_end_matches("::mod").to_string();
                sources.insert(module, fs::read_to_string(&path).unwrap());
            }
            Some(_) => {}
        }
    }
}

/// The paths of a file's `use` lines, one for each name. What a module hands on with `pub use` is not for itself, and
/// the imports of unit tests (which are indented) have no part in the program.
fn used(source: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, _) in format!("\n{source}").match_indices("\nuse ") {
        let tree = &source[at + "use ".len()..];
        let tree: String = tree.split(';').next().unwrap().split_whitespace().collect();
        flatten("", &tree, &mut paths);
    }
    paths
}

/// `a::{b,c::d}` is `a::b` and `a::c::d`.
fn flatten(above: &str, tree: &str, paths: &mut Vec<String>) {
    let Some((path, group)) = tree.split_once('{') else {
        return paths.push(format!("{above}{}", tree));
    };
    let (mut depth, mut from) = (0, 0);
    let group = &group[..group.len() - 1];
    let above = format!("{above}{path}");
    for (at, letter) in group.char_indices().chain([(group.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 && from < at => {
                flatten(&above, &group[from..at], paths);
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// The module of ours that a path leads to, seen from another one.
fn resolve(from: &str, path: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut here: Vec<_> = from.split("::").collect();
    let mut names: Vec<_> = path.split("::").collect();
    let mut full = match names[0] {
        "crate" => Vec::new(),
        "super" => {
            here.pop();
            here
        }
        _ => here,
    };
    if matches!(names[0], "crate" | "super") {
        names.remove(0);
    }
    full.extend(names);
    while !full.is_empty() {
        let module = full.join("::");
        if modules.contains(&module) {
            return Some(module);
        }
        full.pop();
    }
    None
}

/// The modules that lead back to themselves.
fn in_circles(imports: &Imports) -> Vec<&String> {
    let leads_back = |start: &&String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![*start]);
        while let Some(module) = open.pop() {
            for next in &imports[module] {
                if next == *start {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    };
    imports.keys().filter(leads_back).collect()
}

#[test]
fn no_file_imports_one_that_imports_it() {
    for folder in ["workshop/src", "src/web"] {
        let imports = imports(folder);
        let circles = in_circles(&imports);
        assert!(circles.is_empty(), "{folder}: a circle through {circles:?}");
    }
}

#[test]
fn a_circle_is_found_however_long_it_is() {
    let one = |from: &str, to: &str| (from.to_string(), BTreeSet::from([to.to_string()]));
    let circle = Imports::from([one("a", "b"), one("b", "c"), one("c", "a"), one("d", "a")]);
    assert_eq!(in_circles(&circle), ["a", "b", "c"]);
    let paths = used("use crate::{\n    a::{self, B},\n    c,\n};\npub use d::E;\n");
    assert_eq!(paths, ["crate::a::self", "crate::a::B", "crate::c"]);
}

#[test]
fn a_room_uses_only_the_rooms_that_the_map_names() {
    let map = read("workshop/src/lib.rs");
    let rows = map
        .lines()
        .filter_map(|line| line.strip_prefix("//! ")?.split_once("-> "));
    let mut allowed = BTreeMap::<String, BTreeSet<String>>::new();
    for (room, uses) in rows {
        let room = room.split_whitespace().next().unwrap().to_string();
        let uses = match uses {
            "nothing" => BTreeSet::new(),
            "all above" => allowed.keys().cloned().collect(),
            uses => uses.split_whitespace().map(String::from).collect(),
        };
        assert!(uses.iter().all(|used| allowed.contains_key(used)), "{room}");
        allowed.insert(room, uses);
    }
    let room = |module: &str| module.split("::").next().unwrap().to_string();
    let mut wrong = Vec::new();
    for (module, others) in imports("workshop/src") {
        let own = room(&module);
        let may = allowed
            .get(&own)
            .unwrap_or_else(|| panic!("the map has no {own}"));
        let odd = others
            .iter()
            .filter(|it| room(it) != own && !may.contains(&room(it)));
        wrong.extend(odd.map(|other| format!("{module} uses {other}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
