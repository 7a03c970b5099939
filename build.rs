//! Has cargo build the program anew when a file of the folders that it embeds changes, comes or goes:
//! the macro that embeds them cannot say so to a stable compiler.

fn main() {
    for folder in ["themes", "src/schema", "src/scaffold/init", "src/import/table/presets"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
