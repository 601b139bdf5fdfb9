"""The examples as a new user has them: the commands in the comment at their start, with an installed package."""
import os
import re
import subprocess

from support.package import installed


def installed_environment(build, prefix):
    """The environment of a user who has Wasmelt installed in a folder of its own."""
    installed(build, prefix)
    pkgconfig = next(prefix.glob('lib*/**/wasmelt.pc')).parent
    return {**os.environ, 'CMAKE_PREFIX_PATH': str(prefix), 'PKG_CONFIG_PATH': str(pkgconfig), 'PATH': f'{prefix / "bin"}:{os.environ["PATH"]}'}


def commands(source):
    """The shell commands in the comment at the start of a file."""
    comment = re.match(r'/\*.*?\*/|""".*?"""|(//[^\n]*\n)+', source.read_text(), re.DOTALL).group()
    joined = re.sub(r' \\\n( \*|//)? *', ' ', comment)
    return re.findall(r'^(?: \*|//|)(?: {4,}|\t)(\S.*?)(?: \*/)?$', joined, re.MULTILINE)


def by_hand(source, env, cc):
    """Runs the commands of an example; returns what the last one did."""
    for line in commands(source):
        line = re.sub(r'^cc ', f'{cc} -Wall -Wextra -Werror ', line)
        line = re.sub(r'^c\+\+ ', {'gcc': 'g++', 'clang': 'clang++'}[cc] + ' -Wall -Wextra -Werror ', line).replace('DIRECTORY', 'files')
        done = subprocess.run(line, shell=True, cwd=source.parent, env={**env, 'CC': cc}, capture_output=True, text=True, timeout=300)
        assert (done.returncode, done.stderr) == (0, ''), line
    return done
