#!/usr/bin/env bash
# Builds crates/wasm into packages/wasm/module, twice: `dualcone`, and `dualcone-threads`, whose memory is shared with
# workers. Glue, types and module of each, and the hashes of their sources.
#
#   bash scripts/build-wasm.sh [--force] [--module FOLDER]
#
#   --force          build even when the sources are those of the module that is there
#   --module FOLDER  write there instead (or set DUALCONE_MODULE)
#
# Needs wasm-pack, the wasm-bindgen command of the version in crates/wasm/Cargo.toml, Bun and the workspace's npm packages
# (`bun install`), patch, and Rust for wasm32-unknown-unknown: rustup's (`rustup target add wasm32-unknown-unknown`) or
# Debian's (`apt-get install rustc-web cargo-web rust-web-src lld-19`). The standard library is built here where there is
# none for what a build needs: always for threads, whose has atomic instructions, so that rustup's Rust needs its sources
# (`rustup component add rust-src`).
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
  local file raw gzipped
  for file in "$module"/*_bg.wasm; do
    raw=$(wc -c <"$file") gzipped=$(gzip -9 -c "$file" | wc -c)
    say "$file: $raw bytes, $gzipped gzipped"
  done
}

have bun "see https://bun.sh, or run this through 'npx bun run build:wasm'"
if ! $force && [[ -f $module/dualcone_bg.wasm && -f $module/dualcone-threads_bg.wasm ]] && bun scripts/source-hash.ts | cmp -s - "$module/SOURCES.sha256"; then
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

# 1. A Rust that compiles to wasm32-unknown-unknown, and the source of its standard library.
triple=wasm32-unknown-unknown
library() { [[ -d $("$1" --print sysroot)/lib/rustlib/src/rust/library ]]; }
if compgen -G "$(rustc --print target-libdir --target $triple 2>/dev/null)/libcore-*.rlib" >/dev/null; then
  library rustc || fail "no source of the standard library; rustup component add rust-src"
  mode=normal
  export RUSTC_BOOTSTRAP=1 # a standard library built here is an unstable feature
elif [[ -x /usr/bin/rustc ]] && library /usr/bin/rustc && command -v wasm-ld-19 >/dev/null; then
  export PATH=/usr/bin:$PATH RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo RUSTC_BOOTSTRAP=1
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-19
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

# 3. Compile. SIMD always; no path of this machine may reach a module, so every source folder is renamed.
renames=()
rename() { [[ -z $1 ]] || renames+=("--remap-path-prefix=$1=$2"); }
rename "$root" dualcone
rename "$(rustc --print sysroot)/lib/rustlib/src/rust" rust
for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do rename "${registry%/}" registry; done
export CARGO_BUILD_JOBS=${CARGO_BUILD_JOBS:-2}

# build NAME MODE FLAG…: one module, with the standard library of the toolchain (normal) or one built here (force).
build() {
  local name=$1 how=$2 flags=("${@:3}" "${renames[@]}") pack=$work/pack-$1 encoded leaked
  if [[ $how == force ]]; then
    flags+=(-Zunstable-options -Cpanic=immediate-abort) # no message of a panic is ever read
    export CARGO_UNSTABLE_BUILD_STD=std,panic_abort
    export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size # formatting and sorting, no kernel; 10 KB gzipped
  else
    unset CARGO_UNSTABLE_BUILD_STD CARGO_UNSTABLE_BUILD_STD_FEATURES
  fi
  encoded=$(printf '%s\x1f' "${flags[@]}")
  CARGO_ENCODED_RUSTFLAGS=${encoded%$'\x1f'} CARGO_TARGET_DIR=$work/$name \
    wasm-pack build crates/wasm --release --target web --no-opt --no-pack --mode "$how" \
    --out-dir "$pack" --out-name "$name" -- --config "paths=['$clarabel']" >&2

  # Optimise for size and speed; drop names and producers. Functions sorted by name: alike ones side by side compress better.
  # Constants go from additions into the offsets of loads and stores, which spares an instruction each: right where no
  # address wraps around into the first KB of memory, which is the last of the stack's 1 MB. Large functions with one
  # caller stay functions, their registers to themselves.
  "$wasm_opt" -O3 --low-memory-unused --optimize-added-constants --one-caller-inline-max-function-size 50 \
    "${features[@]}" --reorder-functions-by-name --strip-debug --strip-producers --strip-target-features \
    "$pack/${name}_bg.wasm" -o "$pack/optimised.wasm"
  say "$name: $(wc -c <"$pack/${name}_bg.wasm") bytes before wasm-opt"
  if leaked=$(LC_ALL=C tr -c '[:print:]' '\n' <"$pack/optimised.wasm" | grep -F -e "$root" -e "$HOME/" -e /usr/ -e index.crates.io); then
    fail "paths of this machine in the module: $leaked"
  fi
}
features=(--enable-simd --enable-bulk-memory --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext
  --enable-mutable-globals --enable-reference-types --enable-multivalue)
build dualcone "$mode" -Ctarget-feature=+simd128
features+=(--enable-threads)
build dualcone-threads force -Ctarget-feature=+simd128,+atomics,+bulk-memory,+mutable-globals \
  -Clink-arg=--shared-memory -Clink-arg=--import-memory -Clink-arg=--max-memory=4294967296 \
  -Clink-arg=--export=__wasm_init_tls -Clink-arg=--export=__tls_size -Clink-arg=--export=__tls_align \
  -Clink-arg=--export=__tls_base

# 4. Publish into the package.
mkdir -p "$module"
for name in dualcone dualcone-threads; do
  pack=$work/pack-$name
  cp "$pack/optimised.wasm" "$module/${name}_bg.wasm"
  cp "$pack/$name.js" "$pack/$name.d.ts" "$module/"
done
echo "$sources" >"$module/SOURCES.sha256"
sizes
