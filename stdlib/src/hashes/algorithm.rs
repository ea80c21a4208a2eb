//! The hash functions behind one interface.

use blake2::digest::block_api::{Buffer, UpdateCore, VariableOutputCore};
use blake2::{Blake2bVarCore, Blake2sVarCore};
use sha2::Digest;
use sha2::digest::{ExtendableOutput, Update, XofReader};

/// A hash that is being computed.
pub(super) trait Hash {
    fn update(&mut self, data: &[u8]);
    /// The digest of what came so far; its length counts only where it may be any.
    fn digest(&self, length: usize) -> Vec<u8>;
    fn copy(&self) -> Box<dyn Hash>;
    /// 0 for any.
    fn digest_size(&self) -> usize;
    fn block_size(&self) -> usize;
}

/// A new hash by its name in any case, with the name it goes by.
pub(super) fn make(name: &str) -> Option<(&'static str, Box<dyn Hash>)> {
    let fixed = |name, hash| Some((name, hash));
    match name.to_ascii_lowercase().as_str() {
        "md5" => fixed("md5", Fixed::<md5::Md5>::boxed(64)),
        "sha1" => fixed("sha1", Fixed::<sha1::Sha1>::boxed(64)),
        "sha224" => fixed("sha224", Fixed::<sha2::Sha224>::boxed(64)),
        "sha256" => fixed("sha256", Fixed::<sha2::Sha256>::boxed(64)),
        "sha384" => fixed("sha384", Fixed::<sha2::Sha384>::boxed(128)),
        "sha512" => fixed("sha512", Fixed::<sha2::Sha512>::boxed(128)),
        "sha3_224" => fixed("sha3_224", Fixed::<sha3::Sha3_224>::boxed(144)),
        "sha3_256" => fixed("sha3_256", Fixed::<sha3::Sha3_256>::boxed(136)),
        "sha3_384" => fixed("sha3_384", Fixed::<sha3::Sha3_384>::boxed(104)),
        "sha3_512" => fixed("sha3_512", Fixed::<sha3::Sha3_512>::boxed(72)),
        "shake_128" => fixed("shake_128", Open::<shake::Shake128>::boxed(168)),
        "shake_256" => fixed("shake_256", Open::<shake::Shake256>::boxed(136)),
        "blake2b" => fixed("blake2b", Box::new(Blake::new(true, 64, &[], &[], &[]))),
        "blake2s" => fixed("blake2s", Box::new(Blake::new(false, 32, &[], &[], &[]))),
        _ => None,
    }
}

/// A hash with a digest of fixed size.
struct Fixed<D> {
    state: D,
    block: usize,
}

impl<D: Digest + Clone + 'static> Fixed<D> {
    fn boxed(block: usize) -> Box<dyn Hash> {
        let state = D::new();
        Box::new(Fixed { state, block })
    }
}

impl<D: Digest + Clone + 'static> Hash for Fixed<D> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.state, data);
    }
    fn digest(&self, _: usize) -> Vec<u8> {
        self.state.clone().finalize().to_vec()
    }
    fn copy(&self) -> Box<dyn Hash> {
        let state = self.state.clone();
        Box::new(Fixed { state, ..*self })
    }
    fn digest_size(&self) -> usize {
        <D as Digest>::output_size()
    }
    fn block_size(&self) -> usize {
        self.block
    }
}

/// A hash with a digest of any size.
struct Open<D> {
    state: D,
    block: usize,
}

impl<D: ExtendableOutput + Update + Default + Clone + 'static> Open<D> {
    fn boxed(block: usize) -> Box<dyn Hash> {
        let state = D::default();
        Box::new(Open { state, block })
    }
}

impl<D: ExtendableOutput + Update + Default + Clone + 'static> Hash for Open<D> {
    fn update(&mut self, data: &[u8]) {
        self.state.update(data);
    }
    fn digest(&self, length: usize) -> Vec<u8> {
        let mut digest = vec![0; length];
        self.state.clone().finalize_xof().read(&mut digest);
        digest
    }
    fn copy(&self) -> Box<dyn Hash> {
        let state = self.state.clone();
        Box::new(Open { state, ..*self })
    }
    fn digest_size(&self) -> usize {
        0
    }
    fn block_size(&self) -> usize {
        self.block
    }
}

/// BLAKE2, with its parameters.
#[derive(Clone)]
pub(super) struct Blake {
    core: Core,
    size: usize,
}

#[derive(Clone)]
enum Core {
    Wide(Blake2bVarCore, Buffer<Blake2bVarCore>),
    Narrow(Blake2sVarCore, Buffer<Blake2sVarCore>),
}

impl Blake {
    /// The lengths are checked.
    pub(super) fn new(is_wide: bool, size: usize, key: &[u8], salt: &[u8], person: &[u8]) -> Blake {
        let (core, block) = if is_wide {
            let core = Blake2bVarCore::new_with_params(salt, person, key.len(), size);
            (Core::Wide(core, Buffer::<Blake2bVarCore>::default()), 128)
        } else {
            let core = Blake2sVarCore::new_with_params(salt, person, key.len(), size);
            (Core::Narrow(core, Buffer::<Blake2sVarCore>::default()), 64)
        };
        let mut blake = Blake { core, size };
        if !key.is_empty() {
            // The key is a block of its own.
            let mut first = key.to_vec();
            first.resize(block, 0);
            blake.update(&first);
        }
        blake
    }
}

impl Hash for Blake {
    fn update(&mut self, data: &[u8]) {
        match &mut self.core {
            Core::Wide(core, buffer) => {
                buffer.digest_blocks(data, |blocks| core.update_blocks(blocks));
            }
            Core::Narrow(core, buffer) => {
                buffer.digest_blocks(data, |blocks| core.update_blocks(blocks));
            }
        }
    }
    fn digest(&self, _: usize) -> Vec<u8> {
        let mut digest = match self.core.clone() {
            Core::Wide(mut core, mut buffer) => {
                let mut out = Default::default();
                core.finalize_variable_core(&mut buffer, &mut out);
                out.to_vec()
            }
            Core::Narrow(mut core, mut buffer) => {
                let mut out = Default::default();
                core.finalize_variable_core(&mut buffer, &mut out);
                out.to_vec()
            }
        };
        digest.truncate(self.size);
        digest
    }
    fn copy(&self) -> Box<dyn Hash> {
        Box::new(self.clone())
    }
    fn digest_size(&self) -> usize {
        self.size
    }
    fn block_size(&self) -> usize {
        match self.core {
            Core::Wide(..) => 128,
            Core::Narrow(..) => 64,
        }
    }
}
