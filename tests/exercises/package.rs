//! Many versions of the steps' programs, built at once into one binary: its argument says which one it is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use journey::Program;

use crate::binary::binary;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A built binary.
pub struct Package(PathBuf);

impl Package {
    /// Builds these programs, with the dependencies of this package. What has not changed is not built again.
    pub fn build(name: &str, sources: &[String]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        let mut main = "#![allow(warnings)]\n".to_string();
        let mut arms = String::new();
        for (place, source) in sources.iter().enumerate() {
            let file = format!("program{place}.rs");
            // The program's own `main` is called from another module here.
            let public = source.replace("\nasync fn main()", "\npub async fn main()");
            write(&folder.join(&file), &public);
            main += &format!("#[path = {file:?}] mod program{place};\n");
            arms += &format!("        \"{place}\" => program{place}::main(),\n");
        }
        main += &format!(
            "fn main() -> Result<(), locallibrary::Error> {{\n    \
             match std::env::args().nth(1).expect(\"a number\").as_str() {{\n\
             {arms}        _ => panic!(\"no such program\"),\n    }}\n}}\n"
        );
        write(&folder.join("main.rs"), &main);
        write(&folder.join("Cargo.toml"), &manifest(name));
        fs::copy(
            Path::new(ROOT).join("Cargo.lock"),
            folder.join("Cargo.lock"),
        )
        .unwrap();
        // The same target folder, so that nothing is built that the tests have built already.
        let target = Path::new(binary(1)).ancestors().nth(2).unwrap();
        let built = Command::new(env!("CARGO"))
            .args(["build", "--offline", "--quiet"])
            .env("CARGO_TARGET_DIR", target)
            .current_dir(&folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&built.stderr).into_owned();
        assert!(built.status.success(), "{name}: {said}");
        Self(target.join("debug").join(format!("many-{name}")))
    }

    /// Starts the program at this place of the list.
    pub async fn start(&self, place: usize) -> Program {
        let arguments = vec![place.to_string()];
        Program::start_with(self.0.clone(), arguments)
            .await
            .unwrap()
    }
}

/// An unchanged file keeps its time, so cargo does not build it again.
fn write(file: &Path, text: &str) {
    if fs::read_to_string(file).ok().as_deref() != Some(text) {
        fs::write(file, text).unwrap();
    }
}

/// Our own manifest, but for what it builds.
fn manifest(name: &str) -> String {
    let ours = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let between = |start: &str, end: &str| -> String {
        let (_, rest) = ours.split_once(start).unwrap();
        rest.split_once(end).unwrap().0.to_string()
    };
    let shared = between("[workspace.dependencies]", "[package]");
    let shared = shared.replace("path = \"", &format!("path = \"{ROOT}/"));
    let dependencies = between("\n[dependencies]", "[build-dependencies]");
    let profile = between("[profile.dev]", "[profile.release]");
    format!(
        "[workspace]\nresolver = \"1\"\n[workspace.dependencies]{shared}\n\
         [package]\nname = \"many-{name}\"\nedition = \"2024\"\n\
         [[bin]]\nname = \"many-{name}\"\npath = \"main.rs\"\n\
         [dependencies]\nlocallibrary.workspace = true\n{dependencies}\n[profile.dev]{profile}\n"
    )
}
