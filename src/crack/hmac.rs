//! HMAC (RFC 2104) block by block, for a sequence of keys that are each used once.
//!
//! The cost of a candidate is its compressions: two for the key, those of the message, one to finish. The message is
//! padded into blocks once; no context or buffer is created per candidate, unlike with the interfaces of
//! aws-lc-rs and the `hmac` crate.

use super::hit::SecretMatch;
use super::target::HmacTarget;
use crate::encoding::bounds::as_u64;
use sha2::block_api::{compress256, compress512};
use std::slice::from_ref;

/// The word type of a SHA-2 function: `u32` up to SHA-256, `u64` up to SHA-512 (FIPS 180-4 §6.2, §6.4).
pub(super) trait Word: Copy + PartialEq {
    type Block: Copy + AsMut<[u8]>;
    const ZEROS: Self::Block;

    fn compress(state: &mut [Self; 8], blocks: &[Self::Block]);
    /// The big-endian word in `bytes`, which must have its size.
    fn read(bytes: &[u8]) -> Option<Self>;
    fn write(self, bytes: &mut [u8]);
}

impl Word for u32 {
    type Block = [u8; 64];
    const ZEROS: Self::Block = [0; 64];

    fn compress(state: &mut [Self; 8], blocks: &[Self::Block]) {
        compress256(state, blocks);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_be_bytes)
    }

    fn write(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.to_be_bytes());
    }
}

impl Word for u64 {
    type Block = [u8; 128];
    const ZEROS: Self::Block = [0; 128];

    fn compress(state: &mut [Self; 8], blocks: &[Self::Block]) {
        compress512(state, blocks);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_be_bytes)
    }

    fn write(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.to_be_bytes());
    }
}

/// The initial state of SHA-256 (FIPS 180-4 §5.3.3).
pub(super) const SHA256: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The initial state of SHA-384 (FIPS 180-4 §5.3.4).
pub(super) const SHA384: [u64; 8] = [
    0xcbbb_9d5d_c105_9ed8,
    0x629a_292a_367c_d507,
    0x9159_015a_3070_dd17,
    0x152f_ecd8_f70e_5939,
    0x6733_2667_ffc0_0b31,
    0x8eb4_4a87_6858_1511,
    0xdb0c_2e0d_64f9_8fa7,
    0x47b5_481d_befa_4fa4,
];

/// The initial state of SHA-512 (FIPS 180-4 §5.3.5).
pub(super) const SHA512: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// All targets of one algorithm: each key is prepared once for all of them.
pub(super) struct HmacGroup<W: Word> {
    initial: [W; 8],
    /// Words of the hash: all eight, or the first six for SHA-384.
    tag_words: usize,
    /// The only block of the outer hash, without the leading inner hash.
    ending: W::Block,
    messages: Vec<HmacMessage<W>>,
}

/// The signing input of a target, as the blocks that follow the key block.
struct HmacMessage<W: Word> {
    /// Index of the target among all targets.
    target: usize,
    blocks: Vec<W::Block>,
    tag: Vec<W>,
}

/// The states after the key block (RFC 2104 §4).
struct HmacKeyState<W> {
    inner: [W; 8],
    outer: [W; 8],
}

impl<W: Word> HmacGroup<W> {
    pub(super) fn new(initial: [W; 8], tag_words: usize) -> Self {
        let tag = vec![0; tag_words.saturating_mul(size_of::<W>())];
        let ending = padded::<W>(&tag, size_of::<W::Block>()).first().copied().unwrap_or(W::ZEROS);
        Self { initial, tag_words, ending, messages: Vec::new() }
    }

    pub(super) fn push(&mut self, place: usize, target: &HmacTarget) {
        let blocks = padded::<W>(target.signing_input(), size_of::<W::Block>());
        let tag = target.signature().chunks_exact(size_of::<W>()).filter_map(W::read).collect();
        self.messages.push(HmacMessage { target: place, blocks, tag });
    }

    /// Tries `secret` on every target without a match in `hits`, and stores `hit` where it matches.
    pub(super) fn try_secret(&self, secret: &[u8], hit: SecretMatch, hits: &mut [Option<SecretMatch>]) {
        let mut key = None;
        for message in &self.messages {
            if let Some(place @ None) = hits.get_mut(message.target) {
                let key = key.get_or_insert_with(|| self.key(secret));
                // The tag is public, so the comparison need not be constant-time.
                if self.sign(key, &message.blocks).starts_with(&message.tag) {
                    *place = Some(hit);
                }
            }
        }
    }

    fn key(&self, secret: &[u8]) -> HmacKeyState<W> {
        let mut block = W::ZEROS;
        match block.as_mut().get_mut(..secret.len()) {
            Some(start) => start.copy_from_slice(secret),
            // A key longer than a block is replaced by its hash.
            None => {
                let mut digest = self.initial;
                W::compress(&mut digest, &padded::<W>(secret, 0));
                self.write(&digest, &mut block);
            }
        }
        let state = |pad: u8| {
            let (mut state, mut block) = (self.initial, block);
            block.as_mut().iter_mut().for_each(|byte| *byte ^= pad);
            W::compress(&mut state, from_ref(&block));
            state
        };
        HmacKeyState { inner: state(0x36), outer: state(0x5c) }
    }

    /// The first `tag_words` of the result are the HMAC.
    fn sign(&self, key: &HmacKeyState<W>, blocks: &[W::Block]) -> [W; 8] {
        let (mut inner, mut outer, mut ending) = (key.inner, key.outer, self.ending);
        W::compress(&mut inner, blocks);
        self.write(&inner, &mut ending);
        W::compress(&mut outer, from_ref(&ending));
        outer
    }

    /// Writes a hash to the start of a block.
    fn write(&self, hash: &[W; 8], block: &mut W::Block) {
        let places = block.as_mut().chunks_exact_mut(size_of::<W>());
        places.zip(hash).take(self.tag_words).for_each(|(place, word)| word.write(place));
    }
}

/// `text` with the padding of FIPS 180-4 §5.1, as blocks; `before` bytes were already hashed.
fn padded<W: Word>(text: &[u8], before: usize) -> Vec<W::Block> {
    let size = size_of::<W::Block>();
    let bits = as_u64(before.saturating_add(text.len())).saturating_mul(8);
    let mut bytes = [text, &[0x80]].concat();
    // The length takes an eighth of a block; of its 128 bits in SHA-512, the upper 64 are zero.
    let end = bytes.len().saturating_add(size / 8).next_multiple_of(size);
    bytes.resize(end.saturating_sub(8), 0);
    bytes.extend(bits.to_be_bytes());
    let block = |bytes: &[u8]| {
        let mut block = W::ZEROS;
        block.as_mut().copy_from_slice(bytes);
        block
    };
    bytes.chunks_exact(size).map(block).collect()
}
