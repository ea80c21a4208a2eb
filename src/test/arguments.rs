//! Arguments of `aio test`.

use std::path::PathBuf;

use clap::Parser;

/// Run scripts (*.aio) and compare what they print with the .out file beside each; replay
/// transcripts of the prompt (*.repl)
#[derive(Parser, Debug, Clone)]
#[command(name = "aio test")]
pub struct Arguments {
    /// Files and folders to look into
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Only tests whose names contain FILTER (several times: any of them)
    #[arg(short = 'k', value_name = "FILTER")]
    pub filters: Vec<String>,

    /// How many run at the same time
    #[arg(short = 'j', value_name = "N")]
    pub jobs: Option<usize>,

    /// Write what came out into the .out files (and .err files that exist)
    #[arg(long, conflicts_with = "review")]
    pub bless: bool,

    /// Show each difference and ask whether it is right
    #[arg(long)]
    pub review: bool,

    /// List the tests, run nothing
    #[arg(long)]
    pub list: bool,

    /// Begin with the tests that failed last time
    #[arg(long)]
    pub failed_first: bool,

    /// Run every test N times
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub repeat: usize,

    /// Run every test under N orders of what is ready together, and report those that notice
    #[arg(long, value_name = "N")]
    pub explore: Option<u64>,

    /// The first seed of --explore
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,

    /// Run again whenever a file changes
    #[arg(long)]
    pub watch: bool,

    /// Seconds a test may take (60, if it does not say otherwise)
    #[arg(long, value_name = "S")]
    pub timeout: Option<f64>,

    /// Write the results to FILE in JUnit's format
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// Print one JSON object per test, then one for all
    #[arg(long)]
    pub json: bool,

    /// Show which lines ran, which branches were taken, and which awaits suspended; with =FILE also
    /// write that in lcov's format
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub coverage: Option<PathBuf>,

    /// Compare with another interpreter, such as python3
    #[arg(long, value_name = "CMD")]
    pub against: Option<String>,

    /// Tasks, timers and coroutines that are left over are no fault
    #[arg(long)]
    pub allow_leaks: bool,
}
