//! An amount that is read is written back as the same amount.
#![no_main]

use libfuzzer_sys::fuzz_target;
use suanquan::money::Fen;

fuzz_target!(|text: &str| {
    if let Ok(amount) = Fen::parse_yuan(text) {
        assert_eq!(Fen::parse_yuan(&amount.plain()), Ok(amount), "{text:?}");
    }
    if let Ok(amount) = Fen::parse_plain(text) {
        assert_eq!(Fen::parse_plain(&amount.plain()), Ok(amount), "{text:?}");
    }
});
