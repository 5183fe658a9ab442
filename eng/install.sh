#!/usr/bin/env bash
# Installs what Panoptes needs and this machine lacks, and says what it does.
#
#   eng/install.sh         what building and running need
#   eng/install.sh test    also what the tests compare with (optional: without it those tests say that they are skipped)
#
# On Debian and Ubuntu the packages come from apt, as root or through sudo; with neither, the command to run is printed.
# Where all is there nothing is asked, downloaded or changed. PANOPTES_LIBTORCH=FOLDER (with lib/ and include/, such as
# the one inside an installed PyTorch) stands in for the packages of libtorch and of the BLAS.
#
# ONNX Runtime, which runs exported models, is in no package of Debian 12: its library is fetched once from the npm registry
# into artifacts/onnxruntime, unless PANOPTES_ONNXRUNTIME names one. Without it everything else works.
set -euo pipefail

PATH="$PATH:/usr/sbin:/sbin"
purpose="${1:-build}"
onnxruntime="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/artifacts/onnxruntime"
libraries="$(ldconfig -p 2>/dev/null || true)"
turbojpeg='libturbojpeg0|libturbojpeg'
if grep -qs '^ID=ubuntu' /etc/os-release; then turbojpeg='libturbojpeg|libturbojpeg0'; fi

say() { printf '%s\n' "$*" >&2; }

fail() { say "install: $*"; exit 1; }

has_library() { grep -qF -- "$1 (" <<<"$libraries"; }

# The BLAS that programs linked with libblas get: Debian lets the reference implementation (thirty times slower) and
# OpenBLAS, MKL or BLIS take turns behind this name.
blas_is_fast() {
    local path
    path="$(sed -n 's/^\tlibblas\.so\.3 (.*=> //p' <<<"$libraries" | head -n 1)"
    [[ -n "$path" ]] && [[ "$(readlink -f "$path")" != */blas/libblas.so.3* ]]
}

has_libtorch() {
    local header
    has_library libtorch_cpu.so || return 1
    for header in /usr/include/torch/script.h /usr/include/*/torch/script.h /usr/local/include/torch/script.h; do
        if [[ -e "$header" ]]; then return 0; fi
    done
    return 1
}

has_oracle() {
    local python
    for python in "${PANOPTES_PYTHON:-}" /usr/bin/python3 python3; do
        if [[ -n "$python" ]] && "$python" -c 'import importlib.util as u, sys
sys.exit(not (u.find_spec("torch") and u.find_spec("torchvision")))' 2>/dev/null; then return 0; fi
    done
    return 1
}

# Prints what is missing, one package a line; a|b is a choice, the first that the machine's sources have is taken.
missing_packages() {
    command -v g++ >/dev/null || echo g++
    command -v cmake >/dev/null || echo cmake
    command -v make >/dev/null || echo make
    has_library libturbojpeg.so.0 || echo "$turbojpeg"
    has_library libspng.so.0 || echo libspng0
    if [[ -z "${PANOPTES_LIBTORCH:-}" ]]; then
        has_libtorch || echo libtorch-dev
        blas_is_fast || has_library libopenblas.so.0 || echo 'libopenblas0-openmp|libopenblas0-pthread'
    fi
}

missing_test_packages() {
    has_oracle || printf '%s\n' python3-torch python3-torchvision
}

as_root() {
    if [[ "$(id -u)" == 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

can_be_root() {
    [[ "$(id -u)" == 0 ]] && return 0
    command -v sudo >/dev/null || return 1
    sudo -n true 2>/dev/null || [[ -t 0 ]]   # without a password, or with somebody there to type it
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >&2; }

has_candidate() {
    local policy   # Kept first: grep -q would end early, and pipefail would take apt-cache's broken pipe for a no.
    policy="$(apt-cache policy "$1" 2>/dev/null || true)"
    grep -q '^  Candidate: [^(]' <<<"$policy"
}

# Of a|b the first that apt knows; the first at all where it knows none.
choose() {
    local name
    for name in ${1//|/ }; do
        if has_candidate "$name"; then echo "$name"; return; fi
    done
    echo "${1%%|*}"
}

# Nothing is upgraded from other sources, downgraded or removed to make room.
apt_install() { apt install --yes --no-install-recommends --no-remove "$@"; }

install_packages() {
    local wanted=("$@") names=() name updated=no
    if ! command -v apt-get >/dev/null; then
        say "This machine lacks what these Debian packages hold: ${wanted[*]}."
        say "It has no apt-get: install their like with its own package manager, or use the Containerfile."
        return 1
    fi

    for name in "${wanted[@]}"; do names+=("$(choose "$name")"); done
    if ! can_be_root; then
        say "This machine lacks packages that only root can install, and sudo is not at hand. Let somebody run:"
        say "    apt-get update && apt-get install --yes --no-install-recommends ${names[*]}"
        return 1
    fi

    for name in "${names[@]}"; do
        if [[ "$updated" == no ]] && ! has_candidate "$name"; then
            say "Reading the package lists (apt-get update)."
            apt update || say "apt-get update had trouble; going on with the lists that are there."
            updated=yes
        fi
    done
    names=()
    for name in "${wanted[@]}"; do names+=("$(choose "$name")"); done

    say "Installing with apt-get: ${names[*]}."
    if apt_install "${names[@]}"; then return 0; fi
    if [[ "$updated" == no ]]; then
        say "That failed; trying again with fresh package lists (apt-get update)."
        apt update && apt_install "${names[@]}" && return 0
    fi
    return 1
}

# The version that was measured. The sum is the registry's own of this file (dist.integrity), in hexadecimal digits.
onnx_version=1.27.0
onnx_sha512=404cc6c2bbcd060bf8b8f55d9db1ec3861b81ba4fdea676570523c68028f8cc53cc0e3e956870f5dbea4dd01a46996a0553bf61bd0679dba3a67725d5ebd5f43

has_onnxruntime() {
    [[ -n "${PANOPTES_ONNXRUNTIME:-}" ]] || has_library libonnxruntime.so.1 ||
        [[ -e "$onnxruntime/libonnxruntime.so.1" && "$(cat "$onnxruntime/version" 2>/dev/null)" == "$onnx_version" ]]
}

# Fetches the package of npm into a folder. npm, where it is, knows a registry or proxy of one's own.
download_onnxruntime() {
    local name="onnxruntime-node-$onnx_version.tgz"
    local address="https://registry.npmjs.org/onnxruntime-node/-/$name"
    if command -v npm >/dev/null &&
        npm pack --silent --fetch-retries=0 --pack-destination "$1" "onnxruntime-node@$onnx_version" >/dev/null; then return; fi
    if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --connect-timeout 20 --retry 2 --output "$1/$name" "$address"
    elif command -v wget >/dev/null; then
        wget --no-verbose --timeout=20 --tries=3 --output-document="$1/$name" "$address"
    else
        install_packages curl ca-certificates && command -v curl >/dev/null && download_onnxruntime "$1"
    fi
}

# Of the package's libraries for several systems the one for this machine, put in place only when it is whole and right.
fetch_onnxruntime() {
    local archive library="package/bin/napi-v6/$1/libonnxruntime.so.1"
    say "Fetching ONNX Runtime $onnx_version into artifacts/onnxruntime (npm package onnxruntime-node, 101 MB, once)."
    mkdir -p "$onnxruntime"
    download="$(mktemp -d "$onnxruntime/new.XXXXXX")"
    trap 'rm -rf "$download"' EXIT
    archive="$download/onnxruntime-node-$onnx_version.tgz"
    download_onnxruntime "$download" || return 1
    if ! sha512sum --check --status <<<"$onnx_sha512  $archive"; then
        say "What came is not the file that was expected: its SHA-512 is another."
        return 1
    fi
    tar -xzmf "$archive" -C "$download" "$library" &&
        mv -f "$download/$library" "$onnxruntime/libonnxruntime.so.1" &&
        echo "$onnx_version" > "$onnxruntime/version" &&
        rm -rf "$download"
}

install_onnxruntime() {
    local kind
    case "$(uname -sm)" in
        'Linux x86_64') kind=linux/x64 ;;
        'Linux aarch64') kind=linux/arm64 ;;
        *) say "No ONNX Runtime is fetched for $(uname -sm): let PANOPTES_ONNXRUNTIME name its library to run ONNX models."; return ;;
    esac
    if ! fetch_onnxruntime "$kind"; then
        say "Going on without ONNX Runtime: everything works but running ONNX models. The next ./build.sh tries again;"
        say "or let PANOPTES_ONNXRUNTIME name its library."
    fi
}

case "$purpose" in
    build | test) ;;
    *) fail "unknown purpose '$purpose': build or test." ;;
esac

sdks="$(dotnet --list-sdks 2>/dev/null || true)"
if ! grep -qE '^1[0-9]\.' <<<"$sdks"; then
    fail "the .NET SDK 10 is not there. See https://dotnet.microsoft.com/download/dotnet/10.0 (Ubuntu: apt-get install dotnet-sdk-10.0)."
fi

if [[ -n "${PANOPTES_LIBTORCH:-}" && ! -e "$PANOPTES_LIBTORCH/lib/libtorch_cpu.so" ]]; then
    fail "PANOPTES_LIBTORCH is '$PANOPTES_LIBTORCH', which has no lib/libtorch_cpu.so; it names the folder above lib/ and include/."
fi

mapfile -t missing < <(missing_packages)
if ((${#missing[@]} > 0)); then
    install_packages "${missing[@]}" || fail "packages are missing (see above)."
    libraries="$(ldconfig -p 2>/dev/null || true)"
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} == 0)) || fail "apt-get was content, and still missing: ${missing[*]}."
    say "Everything is installed."
fi

if [[ -z "${PANOPTES_LIBTORCH:-}" ]] && ! blas_is_fast; then
    say "Warning: OpenBLAS is installed, but libblas.so.3 is still the reference BLAS, thirty times slower. To change it:"
    say "    sudo update-alternatives --config libblas.so.3-$(uname -m)-linux-gnu"
fi

has_onnxruntime || install_onnxruntime

if [[ "$purpose" == test ]]; then
    mapfile -t missing < <(missing_test_packages)
    if ((${#missing[@]} > 0)); then
        install_packages "${missing[@]}" ||
            say "Going on without ${missing[*]}: the tests that compare with PyTorch and torchvision will be skipped."
    fi
fi
