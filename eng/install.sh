#!/usr/bin/env bash
# Installs what Panoptes needs and this machine lacks, and says what it does.
#
#   eng/install.sh         what building and running need
#   eng/install.sh test    also what the tests compare with (optional: without it those tests say that they are skipped)
#
# On Debian and Ubuntu the packages come from apt, as root or through sudo; with neither, the command to run is printed.
# Where all is there nothing is asked, downloaded or changed. PANOPTES_LIBTORCH=FOLDER (with lib/ and include/, such as
# the one inside an installed PyTorch) stands in for the packages of libtorch and of the BLAS.
set -euo pipefail

PATH="$PATH:/usr/sbin:/sbin"
purpose="${1:-build}"
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

if [[ "$purpose" == test ]]; then
    mapfile -t missing < <(missing_test_packages)
    if ((${#missing[@]} > 0)); then
        install_packages "${missing[@]}" ||
            say "Going on without ${missing[*]}: the tests that compare with PyTorch and torchvision will be skipped."
    fi
fi
