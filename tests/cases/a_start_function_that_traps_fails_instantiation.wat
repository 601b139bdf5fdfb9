;; instantiate -> trap "unreachable"
(module (func $f unreachable) (start $f))
