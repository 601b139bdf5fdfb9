"""Modules of one shape, in any size: their size is linear in WebAssembly, but the time that C compilers take may not be. A shape is a
function of a module of this package, and is called as that, with spaces."""
import importlib
import pathlib
import pkgutil

SHAPES = {}  # by name: the function, and an n for which compilers take some tenths of a second


def shape(n):
    """Makes a shape of a function that gives a module of size n."""
    def add(function):
        SHAPES[function.__name__.rstrip('_').replace('_', ' ')] = function, n
        return function
    return add


def make(name, n):
    return SHAPES[name][0](n)


for file in pkgutil.iter_modules([pathlib.Path(__file__).parent]):
    importlib.import_module(f'{__name__}.{file.name}')
