# What the operator of a program can limit, and how it ends: 124 when its time or fuel is over, 125 if it gets less than it begins with,
# 134 after a trap, 2 for an option that is wrong. The messages go to standard error; here only their first line is shown.
try() {
    echo "\$ $*"
    "$@" 2>err
    status=$?
    head -n 1 err
    echo "status $status"
}

try ./greedy memory
try ./greedy --max-memory=4M memory
try ./greedy --max-memory=32M memory
try ./greedy --max-memory=64K memory
try ./greedy stack
try ./greedy --timeout=0.2 time
try ./greedy --fuel=1000000 time
try sh -c 'ulimit -v 1000000 && exec ./greedy memory'
rm err
