//! Who uses whom: in no package do two files use each other, however many others lie between them, and a room of the
//! workshop uses only the rooms that the map in its `lib.rs` names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, iter,
    path::Path,
};

use crate::support::read;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The modules of a folder, by their path below it (`pages::mine`; that of `lib.rs` is empty), and which others each uses.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn imports(folder: &str) -> Imports {
    let mut files = Files::new();
    collect(&Path::new(ROOT).join(folder), "", &mut files);
    let of = |module: &str, file: &File| {
        let paths = file.imported.iter().chain(&file.written_out);
        let found = paths.filter_map(|path| home(module, path, &files));
        found.filter(|other| other != module).collect()
    };
    let all = files.iter();
    all.map(|(module, file)| (module.clone(), of(module, file)))
        .collect()
}

type Files = BTreeMap<String, File>;

fn collect(folder: &Path, above: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy();
        if path.is_dir() {
            collect(&path, &format!("{above}{name}::"), files);
        } else if path.extension().is_some_and(|ending| ending == "rs") && name != "main" {
            let module = match name.as_ref() {
                "lib" | "mod" => above.trim_end_matches("::").into(),
                name => format!("{above}{name}"),
            };
            files.insert(module, File::of(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The paths in a file, one for each name. Unit tests have no part in the program.
#[derive(Default)]
struct File {
    /// After `use`.
    imported: Vec<String>,
    /// After `pub use`. These are not for the module itself.
    handed_on: Vec<String>,
    /// In the midst of the code.
    written_out: Vec<String>,
}

impl File {
    fn of(source: &str) -> Self {
        let mut file = Self::default();
        let program = source.split("\nmod tests {").next().unwrap();
        let mut lines = program
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        while let Some(line) = lines.next() {
            let paths = match line.split_once("use ") {
                Some(("", _)) => &mut file.imported,
                Some(("pub " | "pub(crate) " | "pub(super) ", _)) => &mut file.handed_on,
                _ => {
                    file.written_out.extend(written_out(line));
                    continue;
                }
            };
            let rest = iter::once(line).chain(&mut lines);
            let mut statement = String::new();
            for part in rest {
                statement.push_str(part.trim());
                if part.ends_with(';') {
                    break;
                }
            }
            let tree = statement.split_once("use ").unwrap().1;
            flatten("", &tree.replace([' ', ';'], ""), paths);
        }
        file
    }
}

/// The paths that begin with `crate` or `super` in a line of code.
fn written_out(line: &str) -> impl Iterator<Item = String> {
    let starts = ["crate::", "super::"];
    let found = starts
        .into_iter()
        .flat_map(|start| line.match_indices(start));
    let paths = found.filter(|(at, _)| {
        let before = &line[..*at];
        !before.ends_with([':', '$']) && !before.ends_with("pub(in ")
    });
    paths.map(|(at, _)| {
        let is_of_path = |letter: &char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
        let path: String = line[at..].chars().take_while(is_of_path).collect();
        path.trim_end_matches(':').to_string()
    })
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

/// The module of ours that a name is from, as seen from another one. What a module only has from elsewhere is followed to
/// the file that it comes from.
fn home(from: &str, path: &str, files: &Files) -> Option<String> {
    let mut here: Vec<_> = from.split("::").filter(|name| !name.is_empty()).collect();
    let mut names = path.split("::").peekable();
    match names.peek() {
        Some(&"crate") => here.clear(),
        Some(&"super" | &"self") => {}
        Some(child) if files.contains_key(&[&here[..], &[child]].concat().join("::")) => {}
        _ => return None, // It is of another package.
    }
    for name in names {
        match name {
            "crate" | "self" => continue,
            "super" => drop(here.pop()),
            name => here.push(name),
        }
        if files.contains_key(&here.join("::")) {
            continue;
        }
        here.pop();
        let module = here.join("::");
        let file = files.get(&module)?;
        let mut others = file.handed_on.iter().chain(&file.imported);
        let other = others.find(|path| path.rsplit("::").next() == Some(name));
        return match other {
            Some(path) => home(&module, path, files),
            None => Some(module),
        };
    }
    Some(here.join("::"))
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
fn no_file_uses_one_that_uses_it() {
    for folder in [
        "src",
        "sessions/src",
        "journey/src",
        "session-check/src",
        "session-check/mutants/src",
        "workshop/src",
    ] {
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
}

#[test]
fn a_name_is_followed_to_the_file_that_it_comes_from() {
    let lib = "pub use a::B;\npub struct C;";
    let user = "//! use d::E;\nuse crate::{\n    B,\n    C,\n    a::{self, F},\n};\nfn f(g: super::h::G) {}\n\
                #[cfg(test)]\nmod tests {\n    use crate::i;\n}\n";
    let sources = [("", lib), ("a", ""), ("h", ""), ("i", ""), ("user", user)];
    let files: Files = sources
        .map(|(module, source)| (module.to_string(), File::of(source)))
        .into();
    let user = &files["user"];
    let of = |paths: &[String]| -> Vec<_> {
        let paths = paths.iter();
        paths
            .filter_map(|path| home("user", path, &files))
            .collect()
    };
    assert_eq!(of(&user.imported), ["a", "", "a", "a"]);
    assert_eq!(of(&user.written_out), ["h"]);
    assert_eq!(home("user", "serde::Serialize", &files), None);
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
        if module.is_empty() {
            continue; // `lib.rs` is of no room.
        }
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
