#!/bin/sh
# The official suite on machines other than this one, under qemu-user: prints a row for each, as in docs/systems.md.
#
#   spec-tests/matrix.sh [MACHINE ...]     all of MACHINES, if none is named
#   PARTS="simd threads"                   in the environment: only these parts of the suite
#   WASI_TESTSUITE=DIR                     a copy of wasi-testsuite, branch prod/testsuite-all: its C and AssemblyScript tests too
#
# It builds the runner for each machine in build-MACHINE. A machine whose Debian packages are missing has a row that names them.
set -eu
cd "$(dirname "$0")/.."

# "itself": an x86-64 processor runs it, by that machine's dynamic linker; qemu-i386 7.2 hangs in pthread_create.
# NAME COMPILER'S-PREFIX EMULATOR PACKAGE-OF-THE-C-LIBRARY
MACHINES="i686 i686-linux-gnu itself libc6-dev-i386-cross
arm arm-linux-gnueabihf qemu-arm libc6-dev-armhf-cross
aarch64 aarch64-linux-gnu qemu-aarch64 libc6-dev-arm64-cross
riscv64 riscv64-linux-gnu qemu-riscv64 libc6-dev-riscv64-cross
s390x s390x-linux-gnu qemu-s390x libc6-dev-s390x-cross
ppc64le powerpc64le-linux-gnu qemu-ppc64le libc6-dev-ppc64el-cross"

row() { # NAME PREFIX EMULATOR LIBRARY
    emulated="$3 -L /usr/$2"
    if [ "$3" = itself ]; then
        emulated="/usr/$2/lib/ld-linux.so.2 --library-path /usr/$2/lib"
    fi
    if ! command -v "$2-gcc" >/dev/null || ! command -v "${emulated%% *}" >/dev/null || [ ! -e "/usr/$2/include/stdio.h" ]; then
        echo "| $1 | not run: needs gcc-$2, $4 and qemu-user | | | |"
        return
    fi
    began=$(date +%s)
    cmake -S . -B "build-$1" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$1" -DCMAKE_C_COMPILER="$2-gcc" >/dev/null
    cmake --build "build-$1" --target spec-runner >/dev/null
    # shellcheck disable=SC2086
    suite=$(spec-tests/run.py --cc "$2-gcc" --runner "$emulated build-$1/bin/spec-runner" ${GROUPS_WANTED-} | tee "build-$1/suite.log" |
        tail -1 | sed 's/, [0-9]* skipped//') || true
    wasi="not run"
    if [ -n "${WASI_TESTSUITE-}" ]; then
        wasi=$(tests/wasi/run-testsuite "$WASI_TESTSUITE" c/ assemblyscript/ --cc "$2-gcc" --run-with "$emulated" |
            tee "build-$1/wasi.log" | awk 'END { print $2 " passed, " $3 " failed" }') || true
    fi
    echo "| $1 | $("$2-gcc" --version | head -1 | awk '{ print "gcc " $NF }') | $suite | $wasi | $(($(date +%s) - began)) |"
}

GROUPS_WANTED=${PARTS-}
echo "| machine | compiler | suite | WASI | seconds |"
echo "|---|---|---|---|---|"
echo "$MACHINES" | while read -r name prefix emulator library; do
    case " ${*:-$name} " in
    *" $name "*) row "$name" "$prefix" "$emulator" "$library" </dev/null ;;
    esac
done
