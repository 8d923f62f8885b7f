#!/usr/bin/env bash
# Builds what a release consists of into dist/out: the program without paths of the machine that built it, its bill of
# materials (CycloneDX), and the checksums of both.
#   cargo install --locked cargo-cyclonedx@0.5.9 && dist/build.sh
set -euo pipefail
cd "$(dirname "$0")/.."

cargo=${CARGO_HOME:-$HOME/.cargo}
# Flags are separated by the unit separator, so that a path may have blanks. The later of two that fit counts.
separator=$'\x1f'
remap="--remap-path-prefix=$HOME=/home${separator}--remap-path-prefix=$cargo/registry/src=/crates"
remap+="${separator}--remap-path-prefix=$PWD=/authkit"
CARGO_ENCODED_RUSTFLAGS=$remap cargo build --release --locked

out=dist/out
rm -rf "$out"
mkdir -p "$out"
cp target/release/authkit "$out/"
cargo cyclonedx --format json --all-features --override-filename authkit.cdx
mv authkit.cdx.json "$out/"

for path in "$HOME" "$cargo" "$PWD"; do
  if grep -qaF "$path/" "$out/authkit"; then
    echo "dist/build.sh: the program names $path" >&2
    exit 1
  fi
done
(cd "$out" && sha256sum authkit authkit.cdx.json >SHA256SUMS)
ls -l "$out"
