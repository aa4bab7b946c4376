//! Removes what uploads left half-written when the program was ended under them.

use std::time::Duration;

use crate::web::site::Site;

/// No upload takes that long.
const LEFT_OVER: Duration = Duration::from_hours(1);

/// One round.
///
/// # Errors
/// A folder that cannot be read or written.
pub fn run(site: &Site) -> std::io::Result<()> {
    let removed = site.files.sweep(LEFT_OVER)?;
    if removed > 0 {
        tracing::info!(removed, "half-written uploads were removed");
    }
    Ok(())
}
