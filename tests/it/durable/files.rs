//! Uploads on disk.

use std::time::Duration;

use suanquan::files::Files;

use crate::harness::folder::Folder;

#[test]
fn a_half_written_upload_is_removed_and_a_whole_one_stays() {
    let folder = Folder::new("files");
    let files = Files::new(folder.path().join("files"));
    assert_eq!(files.sweep(Duration::ZERO).unwrap(), 0, "a folder that is not there yet");
    let kept = files.keep(b"%PDF-1.7 whole").unwrap();
    let shelf = folder.path().join("files").join(&kept.sha256[..2]);
    let half = shelf.join(format!("{}.abc.part", kept.sha256));
    std::fs::write(&half, b"%PDF-1.7 wh").unwrap();
    assert_eq!(files.sweep(Duration::from_hours(1)).unwrap(), 0, "somebody may be writing it");
    assert_eq!(files.sweep(Duration::ZERO).unwrap(), 1);
    assert!(!half.exists());
    assert_eq!(files.read(&kept.sha256).unwrap(), b"%PDF-1.7 whole");
    assert_eq!(files.keep(b"%PDF-1.7 whole").unwrap(), kept, "the same file again");
}
