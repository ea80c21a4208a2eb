//! Waiting for a change of any file below some paths.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use super::Stop;

/// How often it looks.
const INTERVAL: Duration = Duration::from_millis(300);

/// When each file was changed last.
type Times = BTreeMap<PathBuf, SystemTime>;

/// Returns when a file was changed, made or removed since `before`, or when it is to stop.
pub fn wait(paths: &[PathBuf], before: &Times, stop: &Stop) {
    while times(paths) == *before && !stop.is_requested() {
        thread::sleep(INTERVAL);
    }
}

/// The state to compare with.
pub fn times(paths: &[PathBuf]) -> Times {
    let mut times = Times::new();
    for path in paths {
        note(path, &mut times);
    }
    times
}

fn note(path: &Path, times: &mut Times) {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return;
    };
    if !metadata.is_dir() {
        if let Ok(changed) = metadata.modified() {
            times.insert(path.to_path_buf(), changed);
        }
        return;
    }
    let Ok(entries) = fs::read_dir(path) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && name != "target" {
            note(&entry.path(), times);
        }
    }
}
