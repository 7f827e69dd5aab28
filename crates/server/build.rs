//! Has the binary look for the engine's library beside itself too, where `make install` puts it, and be
//! built anew when its pages are.

fn main() {
    let beside = if cfg!(target_os = "macos") {
        "@loader_path"
    } else {
        "$ORIGIN"
    };
    println!("cargo::rustc-link-arg-bins=-Wl,-rpath,{beside}/../lib/nchat-analytics");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=pages");
}
