//! Looks at the learner's program: how it names its session engine.

const PROGRAM: &str = "../../steps/mine/main.rs";

fn main() {
    println!("cargo::rerun-if-changed={PROGRAM}");
    println!("cargo::rustc-check-cfg=cfg(engine, engine_of_library)");
    let source = std::fs::read_to_string(PROGRAM).unwrap_or_default();
    let of_library = source.contains("fn engine(library: &Library) ->");
    if of_library || source.contains("fn engine() ->") {
        println!("cargo::rustc-cfg=engine");
    }
    if of_library {
        println!("cargo::rustc-cfg=engine_of_library");
    }
}
