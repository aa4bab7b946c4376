//! An event of usage is an event or a list of faults.
#![no_main]

use libfuzzer_sys::fuzz_target;
use suanquan::metering::event::read_event;
use suanquan::metering::moment::Moment;
use suanquan::metering::tariff::read_tariff;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(json) = serde_json::from_slice(bytes) {
        let now = Moment::parse("2026-03-02T00:00:00Z").ok();
        if let Some(now) = now {
            let _ = read_event(&json, now);
        }
        let _ = read_tariff(&json);
    }
});
