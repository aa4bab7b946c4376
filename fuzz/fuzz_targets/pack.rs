//! A policy pack is a pack or says what is wrong with it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use suanquan::policy::Pack;

fuzz_target!(|bytes: &[u8]| {
    let _ = Pack::parse(bytes);
});
