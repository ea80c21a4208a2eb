//! Compiles the grammar.

fn main() {
    lalrpop::Configuration::new()
        .emit_rerun_directives(true)
        .use_cargo_dir_conventions()
        .process_dir("src")
        .expect("the grammar compiles");
}
