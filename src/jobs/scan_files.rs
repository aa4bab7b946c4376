//! Has files scanned that were uploaded while the virus scanner was down, or before there was one.

use crate::acts::{Fault, perform, record_scan::record_scan};
use crate::party::Actor;
use crate::reports::proofs;
use crate::scan::Verdict;
use crate::web::site::Site;

/// Files of one round. It ends with the first silence of the scanner.
const ROUND: i64 = 20;

/// One round.
///
/// # Errors
/// A fault of the database while looking.
pub fn run(site: &Site) -> Result<(), Fault> {
    let Some(scanner) = &site.scanner else { return Ok(()) };
    for (file, sha256) in site.store.read(|db| proofs::not_scanned(db, ROUND))? {
        let bytes = match site.files.read(&sha256) {
            Ok(bytes) => bytes,
            Err(why) => {
                tracing::error!(%why, sha256, "a stored file cannot be scanned");
                continue;
            }
        };
        let found = match scanner.scan(&bytes) {
            Ok(Verdict::Clean) => String::new(),
            Ok(Verdict::Infected(found)) => {
                tracing::warn!(sha256, found, "a stored file holds a virus");
                found
            }
            Err(why) => {
                tracing::warn!(%why, "files wait for the virus scanner");
                break;
            }
        };
        let kept = perform(&site.store, &site.house, &Actor::system(), site.clock.now(), |act| record_scan(act, file, &sha256, &found));
        if let Err(error) = kept {
            tracing::error!(sha256, ?error, "a verdict of the virus scanner could not be kept");
        }
    }
    Ok(())
}
