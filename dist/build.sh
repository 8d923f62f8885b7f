#!/usr/bin/env bash
# Builds the release files into dist/out: the program without paths of the build machine, its SBOM (CycloneDX), and the
# checksums of both.
#   cargo install --locked cargo-cyclonedx@0.5.9 && dist/build.sh
set -euo pipefail
cd "$(dirname "$0")/.."

cargo=${CARGO_HOME:-$HOME/.cargo}
# Flags are separated by U+001F because paths may contain spaces. Of two matching prefixes the later one applies.
separator=$'\x1f'
remap="--remap-path-prefix=$HOME=/home${separator}--remap-path-prefix=$cargo/registry/src=/crates"
remap+="${separator}--remap-path-prefix=$PWD=/authkit"
CARGO_ENCODED_RUSTFLAGS=$remap cargo build --release --locked

out=dist/out
rm -rf "$out"
mkdir -p "$out"
cp target/release/authkit "$out/"
cargo cyclonedx --format json --all-features --override-filename authkit.cdx
# References to the package itself are URLs of this directory.
sed "s|file://$PWD|file:///authkit|g" authkit.cdx.json >"$out/authkit.cdx.json"
rm authkit.cdx.json

for path in "$HOME" "$cargo" "$PWD"; do
  for file in authkit authkit.cdx.json; do
    if grep -qaE "$path(/|#)" "$out/$file"; then
      echo "dist/build.sh: $file contains $path" >&2
      exit 1
    fi
  done
done
(cd "$out" && sha256sum authkit authkit.cdx.json >SHA256SUMS)
ls -l "$out"
