#!/usr/bin/env bash
# Builds crates/wasm into packages/wasm/module: glue, types, the module, and the hashes of its sources.
#
#   bash scripts/build-wasm.sh [--force] [--module FOLDER]
#
#   --force          build even when the sources are those of the module that is there
#   --module FOLDER  write there instead (or set DUALCONE_MODULE)
#
# Needs wasm-pack, the wasm-bindgen command of the version in crates/wasm/Cargo.toml, Bun and the workspace's npm packages
# (`bun install`), patch, and Rust for wasm32-unknown-unknown: rustup's (`rustup target add wasm32-unknown-unknown`) or
# Debian's (`apt-get install rustc-web cargo-web rust-web-src lld-19`), whose standard library is built here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

module=${DUALCONE_MODULE:-packages/wasm/module}
force=false
while (($#)); do
  case $1 in
    --force) force=true ;;
    --module) module=${2:?--module needs a folder} && shift ;;
    *) echo "build-wasm: unknown argument $1; known are --force and --module FOLDER" >&2 && exit 2 ;;
  esac
  shift
done
work=$root/target-wasm

say() { echo "build-wasm: $*" >&2; }
fail() { say "$*" && exit 1; }
have() { command -v "$1" >/dev/null || fail "$1 is missing; $2"; }

sizes() {
  local file=$module/dualcone_bg.wasm raw gzipped
  raw=$(wc -c <"$file") gzipped=$(gzip -9 -c "$file" | wc -c)
  say "$file: $raw bytes, $gzipped gzipped"
}

have bun "see https://bun.sh, or run this through 'npx bun run build:wasm'"
if ! $force && [[ -f $module/dualcone_bg.wasm ]] && bun scripts/source-hash.ts | cmp -s - "$module/SOURCES.sha256"; then
  say "up to date"
  sizes
  exit 0
fi

# One build at a time. Sources are hashed before they are compiled: a change meanwhile leaves the module stale, not wrong.
mkdir -p "$work"
if command -v flock >/dev/null; then
  exec 9>"$work/build.lock"
  flock 9
fi
cargo fetch --quiet # completes Cargo.lock, and the source folders that are renamed below
sources=$(bun scripts/source-hash.ts)

bindgen=$(sed -n 's/^wasm-bindgen = "=\(.*\)".*/\1/p' crates/wasm/Cargo.toml)
have wasm-pack "cargo install wasm-pack"
have wasm-bindgen "cargo install wasm-bindgen-cli --version =$bindgen"
[[ "$(wasm-bindgen --version)" == "wasm-bindgen $bindgen" ]] ||
  fail "$(wasm-bindgen --version) is installed; the crate needs $bindgen: cargo install wasm-bindgen-cli --version =$bindgen"
wasm_opt=$root/node_modules/.bin/wasm-opt
[[ -x $wasm_opt ]] || fail "wasm-opt of the npm package binaryen is missing; run bun install"

# 1. A Rust that compiles to wasm32-unknown-unknown.
triple=wasm32-unknown-unknown
if compgen -G "$(rustc --print target-libdir --target $triple 2>/dev/null)/libcore-*.rlib" >/dev/null; then
  mode=normal
elif [[ -x /usr/bin/rustc && -d $(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library ]] && command -v wasm-ld-19 >/dev/null; then
  export PATH=/usr/bin:$PATH RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo RUSTC_BOOTSTRAP=1
  export CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-19
  export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size # formatting and sorting, no kernel; 10 KB gzipped
  mode=force # Debian has no compiled standard library for the target, whose absence wasm-pack would refuse
else
  fail "no Rust for $triple; rustup target add $triple, or on Debian apt-get install rustc-web cargo-web rust-web-src lld-19"
fi

# 2. Clarabel without the cones and the printing that the interior point cannot reach: the locked crate, patched.
version=$(sed -n 's/^clarabel = "=\([^"]*\)".*/\1/p' crates/interior-point/Cargo.toml)
clarabel=$work/clarabel
have patch "apt-get install patch"
published=("${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/clarabel-"$version")
rm -rf "$clarabel"
cp -r "${published[0]}" "$clarabel"
patch --quiet --strip=1 --fuzz=0 --directory="$clarabel" <crates/interior-point/nonnegative-cone.patch

# 3. Compile. SIMD always; no path of this machine may reach the module, so every source folder is renamed.
flags=("-Ctarget-feature=+simd128")
rename() { [[ -z $1 ]] || flags+=("--remap-path-prefix=$1=$2"); }
rename "$root" dualcone
rename "$(rustc --print sysroot)/lib/rustlib/src/rust" rust
for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do rename "${registry%/}" registry; done
export CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR=$work CARGO_BUILD_JOBS=${CARGO_BUILD_JOBS:-2}
[[ $mode == normal ]] || flags+=(-Zunstable-options -Cpanic=immediate-abort) # no message of a panic is ever read
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "${flags[@]}")
CARGO_ENCODED_RUSTFLAGS=${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}
wasm-pack build crates/wasm --release --target web --no-opt --no-pack --mode $mode \
  --out-dir "$work/pack" --out-name dualcone -- --config "paths=['$clarabel']" >&2

# 4. Optimise for size and speed; drop names and producers. Functions sorted by name: alike ones side by side compress better.
features=(--enable-simd --enable-bulk-memory --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext
  --enable-mutable-globals --enable-reference-types --enable-multivalue)
"$wasm_opt" -O3 "${features[@]}" --reorder-functions-by-name --strip-debug --strip-producers --strip-target-features \
  "$work/pack/dualcone_bg.wasm" -o "$work/pack/optimised.wasm"
say "$(wc -c <"$work/pack/dualcone_bg.wasm") bytes before wasm-opt"
if leaked=$(LC_ALL=C tr -c '[:print:]' '\n' <"$work/pack/optimised.wasm" | grep -F -e "$root" -e "$HOME/" -e /usr/ -e index.crates.io); then
  fail "paths of this machine in the module: $leaked"
fi

# 5. Publish into the package.
mkdir -p "$module"
cp "$work/pack/optimised.wasm" "$module/dualcone_bg.wasm"
cp "$work/pack/dualcone.js" "$work/pack/dualcone.d.ts" "$module/"
echo "$sources" >"$module/SOURCES.sha256"
sizes
