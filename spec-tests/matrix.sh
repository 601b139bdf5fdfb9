#!/bin/sh
# The official suite, and WASI's tests in C and AssemblyScript, on machines other than this one, under qemu-user, and on Windows, under
# wine: prints a row for each, as in docs/systems.md.
#
#   spec-tests/matrix.sh [MACHINE ...]     all of MACHINES, if none is named
#   SUITE="simd threads --opt 0"           in the environment: arguments for run.py, such as parts of the suite
#   WASI_TESTSUITE=DIR                     a copy of wasi-testsuite, branch prod/testsuite-all; without it that column says so
#   JOBS=N                                 how much happens at once (default: as many as there are processors)
#
# It builds the runner for each machine in build-MACHINE, where the outputs are, too: suite.log, wasi.log. A machine whose Debian packages
# are missing has a row that names them.
set -eu
cd "$(dirname "$0")/.."

# NAME COMPILER'S-PREFIX EMULATOR PACKAGES
MACHINES="i686 i686-linux-gnu qemu-i386 gcc-i686-linux-gnu,libc6-dev-i386-cross,qemu-user
arm arm-linux-gnueabihf qemu-arm gcc-arm-linux-gnueabihf,libc6-dev-armhf-cross,qemu-user
aarch64 aarch64-linux-gnu qemu-aarch64 gcc-aarch64-linux-gnu,libc6-dev-arm64-cross,qemu-user
riscv64 riscv64-linux-gnu qemu-riscv64 gcc-riscv64-linux-gnu,libc6-dev-riscv64-cross,qemu-user
s390x s390x-linux-gnu qemu-s390x gcc-s390x-linux-gnu,libc6-dev-s390x-cross,qemu-user
ppc64le powerpc64le-linux-gnu qemu-ppc64le gcc-powerpc64le-linux-gnu,libc6-dev-ppc64el-cross,qemu-user
windows x86_64-w64-mingw32 wine gcc-mingw-w64-x86-64,wine64"

for machine; do
    # shellcheck disable=SC2046
    echo "$MACHINES" | grep -q "^$machine " || {
        echo "matrix.sh: no machine '$machine'; there are" $(echo "$MACHINES" | cut -d ' ' -f 1) >&2
        exit 2
    }
done
jobs=${JOBS:+--jobs $JOBS}

suite() { # NAME COMPILER EMULATION
    if [ "$1" = windows ]; then
        # shellcheck disable=SC2086
        CC=$2 spec-tests/run-on-windows $jobs ${SUITE-}
        return
    fi
    cmake -S . -B "build-$1" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$1" -DCMAKE_C_COMPILER="$2" || return
    # shellcheck disable=SC2086
    cmake --build "build-$1" --target spec-runner ${JOBS:+-j$JOBS} || return
    # shellcheck disable=SC2086
    spec-tests/run.py --cc "$2" --runner "$3 build-$1/bin/spec-runner" $jobs ${SUITE-}
}

wasi() { # NAME COMPILER EMULATION
    with=
    if [ "$1" = windows ]; then
        with=spec-tests/with-wine
    fi
    # shellcheck disable=SC2086
    $with tests/wasi/run-testsuite "$WASI_TESTSUITE" c/ assemblyscript/ --cc "$2" --run-with "$3" $jobs
}

row() { # NAME PREFIX EMULATOR PACKAGES
    emulation="$3 -L /usr/$2"
    emulator=$3
    case $1 in
    i686) # a program that starts threads hangs in qemu-i386 7.2, unless it is the dynamic linker that qemu starts
        emulation="$emulation /usr/$2/lib/ld-linux.so.2 --library-path /usr/$2/lib" ;;
    windows)
        emulator=${WINE:-$(command -v wine64 || echo /usr/lib/wine/wine64)}
        emulation=$emulator ;;
    esac
    if ! command -v "$2-gcc" >/dev/null || ! command -v "$emulator" >/dev/null || [ ! -e "/usr/$2/include/stdio.h" ]; then
        echo "| $1 | | not run: needs $(echo "$4" | sed 's/,/, /g') | | |"
        return
    fi
    began=$(date +%s)
    mkdir -p "build-$1"
    suite "$1" "$2-gcc" "$emulation" >"build-$1/suite.log" 2>&1 || true
    passed=$(sed -n '$ { /^[0-9]* passed/ s/, [0-9]* skipped//p }' "build-$1/suite.log")
    wasi="not run"
    if [ -n "${WASI_TESTSUITE-}" ]; then
        wasi "$1" "$2-gcc" "$emulation" >"build-$1/wasi.log" 2>&1 || true
        wasi=$(awk '$1 == "total" { print $2 " passed, " $3 " failed" }' "build-$1/wasi.log")
    fi
    echo "| $1 | gcc $("$2-gcc" -dumpfullversion) | ${passed:-no result} | ${wasi:-no result} | $(($(date +%s) - began)) |"
}

echo "| machine | compiler | suite | WASI | seconds |"
echo "|---|---|---|---|---|"
echo "$MACHINES" | while read -r name prefix emulator packages; do
    case " ${*:-$name} " in
    *" $name "*) row "$name" "$prefix" "$emulator" "$packages" </dev/null ;;
    esac
done
