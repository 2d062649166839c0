//! The project's folder, with the steps, decks and snapshots.

use std::{
    env,
    path::{Path, PathBuf},
};

use locallibrary::Error;

/// A file that every checkout of the project has.
const MARK: &str = "workshop/src/project.rs";

/// The folder in which this program was built, or what `LOCALLIBRARY_ROOT` names.
pub fn root() -> PathBuf {
    match env::var_os("LOCALLIBRARY_ROOT") {
        Some(folder) => {
            let folder = PathBuf::from(folder);
            dunce::canonicalize(&folder).unwrap_or(folder)
        }
        None => built_in().into(),
    }
}

fn built_in() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// `progress.damaged-1.json` for `progress.damaged.json`: the first such name that nothing has yet.
pub fn free_name(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let names = (1..).map(|number| path.with_file_name(format!("{stem}-{number}.{ending}")));
    names
        .into_iter()
        .find(|name| !name.exists())
        .unwrap_or_else(|| path.to_path_buf())
}

/// Whether this program lies where it was built.
///
/// # Errors
/// [`Error::Failed`] when its checkout was moved or copied after the build: it would read and change the files of the
/// old folder.
pub fn is_in_place() -> Result<(), Error> {
    if env::var_os("LOCALLIBRARY_ROOT").is_some() {
        return Ok(());
    }
    let program = env::current_exe().unwrap_or_default();
    moved(&program, built_in()).map_or(Ok(()), |sentence| Err(Error::Failed(sentence)))
}

/// What to say when a program lies in another checkout than the one in which it was built, or that one is gone.
fn moved(program: &Path, built_in: &Path) -> Option<String> {
    let is_project = |folder: &&Path| folder.join(MARK).is_file();
    let here = program.ancestors().skip(1).find(is_project);
    let same = |one: &Path, other: &Path| match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    let was = built_in.display();
    match here {
        Some(here) if same(here, built_in) => None,
        Some(here) => Some(format!(
            "this program was built in {was} and would work there; cargo run in {} builds it for that folder",
            here.display()
        )),
        // A target folder of one's own lies anywhere.
        None if is_project(&built_in) => None,
        None => Some(format!(
            "this program was built in {was}, where the project is no more; cargo run in its new folder builds it anew"
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_program_whose_checkout_was_moved_or_copied_says_so() {
        let home = tempfile::tempdir().unwrap();
        let (old, new) = (home.path().join("old"), home.path().join("new"));
        let project = |folder: &Path| {
            fs::create_dir_all(folder.join(MARK).parent().unwrap()).unwrap();
            fs::write(folder.join(MARK), "").unwrap();
        };
        project(&old);
        let program = |folder: &Path| folder.join("target/debug/workshop");
        assert_eq!(moved(&program(&old), &old), None);
        assert_eq!(
            moved(&program(home.path()), &old),
            None,
            "a target folder of its own"
        );
        project(&new);
        let copied = moved(&program(&new), &old).expect("a sentence");
        assert!(
            copied.contains(&format!("cargo run in {}", new.display())),
            "{copied}"
        );
        fs::remove_dir_all(&old).unwrap();
        assert!(moved(&program(&new), &old).is_some());
        let gone = moved(&program(home.path()), &old).expect("a sentence");
        assert!(gone.contains("where the project is no more"), "{gone}");
    }
}
