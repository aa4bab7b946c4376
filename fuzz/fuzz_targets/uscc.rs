//! A credit code that is read is its own normal form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use suanquan::ids::Uscc;

fuzz_target!(|text: &str| {
    if let Ok(code) = Uscc::parse(text) {
        assert_eq!(Uscc::parse(code.as_str()), Ok(code));
    }
});
