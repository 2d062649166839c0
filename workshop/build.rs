//! Hands `assets` to memory-serve: read from disk in a debug build, embedded in a release build.

fn main() {
    memory_serve::load_directory("assets");
}
