#!/bin/sh
# Installs what building, testing and the demo need and this machine lacks (with "demo", not what only tests need):
# Debian packages, by apt. Does nothing, and needs no network, when all is there.
set -eu

packages=""
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}
need_file() { # FILE PACKAGE
    [ -e "$1" ] || packages="$packages $2"
}
need gcc gcc
need_file /usr/include/stdio.h libc6-dev
need cmake cmake
need ninja ninja-build
need clang clang
need wasm-ld lld
need pkg-config pkg-config
need git git
need node nodejs
need npm npm
need_file /usr/include/sodium.h libsodium-dev
need_file /usr/lib/wasm32-wasi wasi-libc
need_file /usr/lib/llvm-14/lib/clang/14.0.6/lib/wasi/libclang_rt.builtins-wasm32.a libclang-rt-14-dev-wasm32
if [ "${1-}" != demo ]; then
    need g++ g++
    need clang-format-14 clang-format-14
    need wat2wasm wabt
    need make make
    need meson meson
    need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
    need qemu-aarch64 qemu-user
    need riscv64-linux-gnu-gcc gcc-riscv64-linux-gnu
    need_file /usr/riscv64-linux-gnu/include/stdio.h libc6-dev-riscv64-cross
    need s390x-linux-gnu-gcc gcc-s390x-linux-gnu
    need_file /usr/s390x-linux-gnu/include/stdio.h libc6-dev-s390x-cross
    need arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf
    need_file /usr/arm-linux-gnueabihf/include/stdio.h libc6-dev-armhf-cross
    need musl-gcc musl-tools
    need tcc tcc
    need_file /usr/aarch64-linux-gnu/include/stdio.h libc6-dev-arm64-cross
    need em++ emscripten
    need chromium chromium
    need go golang-go
    need_file /usr/lib/rustlib/x86_64-unknown-linux-gnu rustc
    need_file /usr/lib/rustlib/wasm32-wasi libstd-rust-dev-wasm32
    need_file /usr/include/python3.11/Python.h python3-dev
    need_file /usr/lib/python3/dist-packages/pip python3-pip
    need_file /usr/lib/python3/dist-packages/setuptools python3-setuptools
    need_file /usr/lib/python3/dist-packages/wheel python3-wheel
    need mandoc mandoc
    need groff groff-base
    need gdb gdb
    need perf linux-perf
    need strace strace
    need llvm-dwarfdump llvm
    need xz xz-utils
    need ccache ccache
    need distccd distcc
    need_file /usr/lib/python3/dist-packages/pytest python3-pytest
    need_file /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.msan-x86_64.a libclang-rt-14-dev
    need_file /usr/lib/python3/dist-packages/xdist python3-pytest-xdist
fi

if [ -n "$packages" ]; then
    echo "installing:$packages"
    sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi
