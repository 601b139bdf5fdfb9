;; instantiate -> trap "out of bounds table access"
(module
  (table 1 funcref)
  (func $f)
  (elem (i32.const 1) func $f))
