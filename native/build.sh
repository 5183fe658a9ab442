#!/usr/bin/env bash
# Builds the libtorch shim into a folder, unless the one that lies there was built from the same sources for the same libtorch.
# MSBuild calls it whenever Panoptes.Torch is built; several builds at once wait for each other.
#
#   native/build.sh FOLDER        leaves FOLDER/libpanoptes_torch.so (and its makings below FOLDER/build)
#
# PANOPTES_LIBTORCH names the folder that holds libtorch's lib/ and include/; without it the system's libtorch is taken.
# Messages have MSBuild's form ("origin : error : text"), so that they arrive as its errors.
set -euo pipefail

source="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
mkdir -p "$1"
target="$(cd "$1" && pwd)"
shim="$target/libpanoptes_torch.so"
stamp="$target/stamp"
log="$target/build.log"
PATH="$PATH:/usr/sbin:/sbin"

fail() { echo "native : error : $1"; exit 1; }

need() { command -v "$1" >/dev/null || fail "$1 is missing: apt-get install $2, or run ./build.sh, which installs what is needed"; }

# What the result depends on: the sources, and which file libtorch is now.
fingerprint() {
    local library="${PANOPTES_LIBTORCH:-}"
    if [[ -n "$library" ]]; then
        library+=/lib/libtorch_cpu.so
    else
        library="$(ldconfig -p 2>/dev/null | sed -n 's/^\tlibtorch_cpu\.so (.*=> //p' | head -n 1)"
    fi
    cat "$source"/CMakeLists.txt "$source"/src/* | cksum
    echo "$source ${CXX:-} $library"
    stat --dereference --format '%s %Y' "$library" 2>/dev/null || true
}

is_current() { [[ -e "$shim" && -e "$stamp" && "$(cat "$stamp")" == "$now" ]]; }

check_tools() {
    need cmake cmake
    need "${CXX:-c++}" g++
    if [[ -z "${CMAKE_GENERATOR:-}" ]]; then need make make; fi
    if [[ -n "${PANOPTES_LIBTORCH:-}" ]]; then
        [[ -e "$PANOPTES_LIBTORCH/include/ATen/ATen.h" && -e "$PANOPTES_LIBTORCH/lib/libtorch_cpu.so" ]] ||
            fail "PANOPTES_LIBTORCH is '$PANOPTES_LIBTORCH', which has no include/ATen/ATen.h or no lib/libtorch_cpu.so"
    fi
}

build() {
    cmake -S "$source" -B "$target/build" -DCMAKE_BUILD_TYPE=Release && cmake --build "$target/build" --parallel "$(nproc)"
}

now="$(fingerprint)"
if is_current; then exit 0; fi

# Without flock (it belongs to Debian's util-linux) only builds that run at once are at risk.
if command -v flock >/dev/null; then
    exec 9>"$target/lock"
    flock 9
    if is_current; then exit 0; fi
fi

check_tools
echo "Building the libtorch shim (native/) with CMake: about half a minute, once."
# Another libtorch invalidates everything that CMake remembers; another source only what make sees.
if [[ -e "$stamp" && "$(tail -n +2 "$stamp")" != "$(tail -n +2 <<<"$now")" ]]; then rm -rf "$target/build"; fi
if ! build >"$log" 2>&1; then
    if grep -q 'libtorch is missing' "$log"; then
        rm -rf "$target/build"
        fail "libtorch is missing: apt-get install libtorch-dev, or run ./build.sh, which installs what is needed, or set PANOPTES_LIBTORCH"
    fi
    grep -m 10 'error: ' "$log" || true
    fail "the libtorch shim cannot be built; all of the compiler's output is in $log"
fi

# Renamed into place: whoever loads or copies the shim meanwhile has the old one or the new one, whole.
cp "$target/build/libpanoptes_torch.so" "$shim.$$"
mv -f "$shim.$$" "$shim"
echo "$now" >"$stamp"
