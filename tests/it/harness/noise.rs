//! Numbers that look random and are the same on every machine.

/// Steele's `splitmix64`.
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Noise {
        Noise(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end`, without it.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    pub fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// The bytes with some of them changed, cut or doubled.
    pub fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = bytes.to_vec();
        for _ in 0..=self.below(12) {
            let at = self.below(damaged.len());
            match self.below(5) {
                0 => damaged[at] = self.byte(),
                1 => damaged[at] ^= 1 << self.below(8),
                2 => drop(damaged.drain(at..(at + self.below(40)).min(damaged.len()))),
                3 => {
                    let again = damaged[at..(at + self.below(60)).min(damaged.len())].to_vec();
                    damaged.splice(at..at, again);
                }
                _ => {
                    let large = [0xff_u8, 0xff, 0xff, 0x7f];
                    let end = (at + 4).min(damaged.len());
                    damaged[at..end].copy_from_slice(&large[..end - at]);
                }
            }
            if damaged.is_empty() {
                damaged.push(0);
            }
        }
        damaged
    }

    /// The beginnings of a file, a sixteenth longer each time.
    pub fn beginnings(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
        (1..16).map(|part| (part, &bytes[..bytes.len() * part / 16]))
    }
}
