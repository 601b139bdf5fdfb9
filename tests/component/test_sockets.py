"""Programs of WASI 0.2 and 0.3 and the network: TCP, UDP and names, with what --listen and --connect allow, and not without."""
import pathlib
import shutil
import socket
import subprocess
import threading
import time

import pytest

from support import components, npm

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
DENIED = 1


@pytest.fixture(scope='module')
def program(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp('sockets')
    shutil.copytree(npm.install('@bytecodealliance/jco', components.JCO) / 'lib' / 'wit' / 'builtin' / '0.2.12', folder / 'wit' / 'deps')
    (folder / 'wit' / 'world.wit').write_text('package test:all;\nworld all { include wasi:cli/command@0.2.12; }')
    subprocess.run(['clang', '--target=wasm32-unknown-unknown', '-O1', '-Wall', '-Werror', '-nostdlib', '-Wl,--no-entry',
                    pathlib.Path(__file__).with_name('sockets.c'), '-o', folder / 'core.wasm'], check=True)
    components.run_well([['embed', folder / 'core.wasm', folder / 'sockets.wasm', folder / 'wit']])
    subprocess.run([build / 'bin' / 'wasmelt', folder / 'sockets.wasm', '-O0', '-o', folder / 'sockets'], check=True)
    return folder / 'sockets'


def run(program, *args):
    return subprocess.run([program, *args], capture_output=True, text=True, timeout=60)


@pytest.fixture
def echo():
    """The port of a server that answers once, and what it was told."""
    told = []
    with socket.create_server(('127.0.0.1', 0)) as server:
        def answer():
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                told.append(client.recv(100))
                client.sendall(b'answer')
        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1], told
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_nothing_is_given_by_default(program, echo):
    port, told = echo
    for args in (('client', str(port)), ('server', '0'), ('lookup', 'localhost'), ('udp', str(port)), ('wait', '0')):
        done = run(program, *args)
        assert done.returncode == 1 and done.stdout.endswith(f': {DENIED}\n'), (args, done)
    assert told == []


@pytest.mark.parametrize('grant', ['127.0.0.1:{}', '*:{}', '127.0.0.1:*', '*:*', '[127.0.0.1]:{}'])
def test_a_client(program, echo, grant):
    port, told = echo
    done = run(program, '--connect', grant.format(port), 'client', str(port))
    assert (done.returncode, done.stdout) == (0, 'answer\n') and told == [b'ping'], done


@pytest.mark.parametrize('grant', ['127.0.0.1:{other}', '127.0.0.2:{port}', '[::1]:{port}', 'localhost:{port}', '[::ffff:127.0.0.1]:{port}'])
def test_a_client_that_may_connect_to_something_else(program, echo, grant):
    port, told = echo
    done = run(program, '--connect', grant.format(port=port, other=port ^ 1), '--listen', f'*:{port}', 'client', str(port))
    assert (done.returncode, done.stdout) == (1, f'start: {DENIED}\n') and told == [], done


def test_a_client_that_nobody_waits_for(program):
    with socket.create_server(('127.0.0.1', 0)) as server:
        port = server.getsockname()[1]
    done = run(program, '--connect', '*:*', 'client', str(port))
    assert (done.returncode, done.stdout) == (1, 'connect: 14\n'), done


@pytest.mark.parametrize('grant', ['127.0.0.1:0', '*:*'])
def test_a_server(program, grant):
    server = subprocess.Popen([program, '--listen', grant, 'server', '0'], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    with socket.create_connection(('127.0.0.1', port), timeout=30) as client:
        assert client.recv(100) == b'pong'
        client.sendall(b'thanks')
        assert server.stdout.read() == 'thanks\n' and server.wait(timeout=30) == 0
    server.stdout.close()


@pytest.mark.parametrize('grants', [['--listen', '127.0.0.1:1'], ['--listen', '127.0.0.2:0'], ['--connect', '*:*']])
def test_a_server_that_may_listen_somewhere_else(program, grants):
    done = run(program, *grants, 'server', '0')
    assert (done.returncode, done.stdout) == (1, f'bind: {DENIED}\n'), done


@pytest.fixture
def datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(('127.0.0.1', 0))
        server.settimeout(30)
        yield server, server.getsockname()[1]


@pytest.mark.parametrize('how', ['udp', 'via'])
@pytest.mark.parametrize('grant', ['127.0.0.1:{}', '*:*'])
def test_datagrams(program, datagrams, how, grant):
    server, port = datagrams
    client = subprocess.Popen([program, '--connect', grant.format(port), how, str(port)], stdout=subprocess.PIPE, text=True)
    told, address = server.recvfrom(100)
    if grant != '*:*':  # the program may connect to the server only: the other datagram is not for it
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b'stranger', address)
        time.sleep(0.1)  # it is alone, and wakes the program
    server.sendto(b'answer', address)
    assert client.communicate(timeout=30)[0] == 'answer\n' and client.returncode == 0
    assert told == b'ping'


@pytest.mark.parametrize('grants, how, said', [
    (['--connect', '127.0.0.1:1'], 'udp', f'send: {DENIED}\n'), (['--connect', '127.0.0.1:1'], 'via', f'stream: {DENIED}\n'),
    (['--listen', '127.0.0.1:*'], 'udp', f'send: {DENIED}\n'), (['--listen', '127.0.0.1:1'], 'udp', f'bind: {DENIED}\n'),
    (['--connect', '*:*'], 'wait', f'bind: {DENIED}\n')])
def test_datagrams_that_are_not_allowed(program, datagrams, grants, how, said):
    server, port = datagrams
    assert run(program, *grants, how, str(port)).stdout == said
    server.settimeout(0.2)
    with pytest.raises(TimeoutError):
        server.recv(100)


def test_answers_to_whoever_has_sent_a_datagram(program, datagrams):
    client, _ = datagrams
    server = subprocess.Popen([program, '--listen', '127.0.0.1:*', 'wait', '0'], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    client.sendto(b'hello', ('127.0.0.1', port))
    assert client.recv(100) == b'pong'
    # To another port it may not send.
    assert server.communicate(timeout=30)[0] == f'hello\nsend: {DENIED}\n' and server.returncode == 0


def test_a_socket_that_is_connected_to_another_network_gets_an_address_there(program):
    """With IPv6, Linux keeps the old one. Another network is one that the test makes for itself."""
    alone = ['unshare', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && ip -6 addr add fd00:1::1/128 dev lo nodad && exec "$@"', 'sh']
    if not shutil.which('ip') or not shutil.which('unshare') or subprocess.run([*alone, 'true'], capture_output=True).returncode != 0:
        pytest.skip('no network of its own')
    done = run(*alone, program, '--connect', '*:*', 'again', '9')
    assert (done.returncode, done.stdout) == (0, f'{0xFD00}\n'), done


def test_names(program, echo):
    port, told = echo
    for grant in (f'localhost:{port}', f'LocalHost:{port}', '*:1'):
        done = run(program, '--connect', grant, 'lookup', 'localhost')
        assert done.returncode == 0 and int(done.stdout) > 0, done
    for grant in (f'elsewhere:{port}', '127.0.0.1:*'):
        assert run(program, '--connect', grant, 'lookup', 'localhost').stdout == f'lookup: {DENIED}\n'
    assert run(program, 'lookup', '192.0.2.1').stdout == '1\n'  # is its own address, for which nobody is asked
    assert run(program, '--connect', '*:*', 'lookup', 'a' * 300).stdout == 'lookup: 3\n'


@pytest.fixture(scope='module')
def program_0_3(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp('sockets_0_3')
    component = components.program_0_3(pathlib.Path(__file__).with_name('sockets_0_3.c'), ['wasi:sockets/types', 'wasi:sockets/ip-name-lookup'], folder)
    subprocess.run([build / 'bin' / 'wasmelt', component, '-O0', '-o', folder / 'sockets'], check=True)
    return folder / 'sockets'


# What a program asks for; what allows it; what does not.
ASKED = {
    'bind': ('--listen', ['127.0.0.1:{port}', '*:{port}', '127.0.0.1:*'], ['127.0.0.1:1', '127.0.0.2:{port}', '[::1]:*', '*:0']),
    'connect': ('--connect', ['127.0.0.1:{port}', '*:{port}', '127.0.0.1:*'], ['127.0.0.1:1', '127.0.0.2:*', '[::ffff:127.0.0.1]:*', 'localhost:{port}']),
    'udp-bind': ('--listen', ['127.0.0.1:{port}', '*:*'], ['127.0.0.1:1', '127.0.0.2:*', '*:0']),
    'udp-connect': ('--connect', ['127.0.0.1:{port}', '*:*'], ['127.0.0.1:1', '127.0.0.2:*', 'localhost:*']),
    'udp-send': ('--connect', ['127.0.0.1:{port}', '*:*'], ['127.0.0.1:1', '127.0.0.2:*', '[::1]:*']),
}


@pytest.mark.once
@pytest.mark.parametrize('what', ASKED)
def test_programs_of_0_3_reach_what_they_are_granted_and_nothing_else(program_0_3, what):
    option, allowing, others = ASKED[what]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if what.startswith('udp') else socket.SOCK_STREAM) as other:
        other.bind(('127.0.0.1', 0))
        port = other.getsockname()[1]
        if what == 'connect':
            other.listen()
        if what.endswith('bind'):
            other.close()
        opposite = {'--listen': '--connect', '--connect': '--listen'}[option]

        def answer(*grants):
            done = run(program_0_3, *grants, what, str(0x7F000001), str(port))
            assert done.returncode == 0, done
            return done.stdout
        for grant in allowing:
            assert answer(option, grant.format(port=port)) == 'done\n', grant
        for grant in others:
            assert answer(option, grant.format(port=port)) == '0\n', grant
        assert answer() == answer(opposite, '*:*') == '0\n'


@pytest.mark.once
def test_programs_of_0_3_ask_for_names_that_they_are_granted(program_0_3):
    for grants, said in (([], '0'), (['--connect', 'elsewhere:1'], '0'), (['--connect', '127.0.0.1:*'], '0'), (['--listen', '*:*'], '0'),
                         (['--connect', 'localhost:1'], 'done'), (['--connect', '*:1'], 'done')):
        assert run(program_0_3, *grants, 'lookup', 'localhost').stdout == f'{said}\n', grants


@pytest.mark.parametrize('option, said', [('--listen=localhost:80', 'the host is an address'), ('--listen=80', 'not HOST:PORT'), ('--connect=a:', 'not HOST:PORT'),
                                          ('--connect=a:65536', 'a number up to 65535'), ('--connect=a:-1', 'a number up to 65535')])
def test_wrong_options(program, option, said):
    done = run(program, option, 'client', '1')
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_module_has_no_network(run_wasmelt, assemble, tmp_path):
    assert run_wasmelt(assemble('(module (memory (export "memory") 1) (func (export "_start")))'), '-O0', '-o', tmp_path / 'app').returncode == 0
    done = run(tmp_path / 'app', '--listen', '*:*')
    assert done.returncode == 2 and 'only for programs of WASI 0.2' in done.stderr


@pytest.fixture
def slow(tmp_path):
    """Variables with which the resolver takes a second, or as good as for ever for "never"."""
    (tmp_path / 'slow.c').write_text('''#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    sleep(strcmp(name, "never") == 0 ? 1000 : 1);
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    return next("localhost", service, hints, found);
}
''')
    subprocess.run(['gcc', '-shared', '-fPIC', 'slow.c', '-o', 'slow.so', '-ldl'], cwd=tmp_path, check=True)
    return {'LD_PRELOAD': str(tmp_path / 'slow.so')}


def test_a_name_whose_lookup_takes_long(program, slow):
    """The program goes on meanwhile; a thread waits. When the program ends before, so does the process."""
    done = subprocess.run([program, '--connect', '*:1', 'now', 'slow.example'], env=slow, capture_output=True, text=True, timeout=60)
    first, second = done.stdout.splitlines()
    assert first == 'at once: 8' and int(second) > 0, done
    done = subprocess.run([program, '--timeout', '1', '--connect', '*:1', 'lookup', 'never'], env=slow, capture_output=True, text=True, timeout=60)
    assert done.returncode == 124, done


def test_an_object_stays_loaded_for_its_lookups(slow, runtime_archive, tmp_path):
    (tmp_path / 'plugin.c').write_text('''#include <unistd.h>
#include "system/lookup.h"
int begin(void) {
    int fd;
    system_lookup *l = wasmelt_rt_system_lookup_begin("slow.example", &fd);
    if (l)
        close(fd);
    wasmelt_rt_system_lookup_end(l);
    return l != NULL;
}
''')
    (tmp_path / 'host.c').write_text('''#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    void *plugin = dlopen("./plugin.so", RTLD_NOW);
    int (*begin)(void);
    *(void **)&begin = dlsym(plugin, "begin");
    int begun = begin() + begin();
    dlclose(plugin);
    sleep(2);
    printf("%d begun\\n", begun);
}
''')
    subprocess.run(['gcc', '-shared', '-fPIC', f'-I{ROOT / "runtime"}', f'-I{ROOT / "include"}', 'plugin.c', '-Wl,--whole-archive', runtime_archive,
                    '-Wl,--no-whole-archive', '-lm', '-o', 'plugin.so'], cwd=tmp_path, check=True)
    subprocess.run(['gcc', 'host.c', '-ldl', '-o', 'host'], cwd=tmp_path, check=True)
    done = subprocess.run(['./host'], cwd=tmp_path, env=slow, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, '2 begun\n'), done
