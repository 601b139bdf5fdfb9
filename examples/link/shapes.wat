;; A module that others build upon: it exports a memory, a table of functions, a counter and a function.
(module
  (memory (export "memory") 1)
  (table (export "shapes") 2 4 funcref)
  (global $count (export "count") (mut i32) (i32.const 0))
  (elem (i32.const 0) $square $triangle)

  (func $square (param $side i32) (result i32)
    (i32.mul (local.get $side) (local.get $side)))

  (func $triangle (param $side i32) (result i32)
    (i32.div_u (call $square (local.get $side)) (i32.const 2)))

  ;; Area of shape number $shape, whoever put it into the table.
  (func (export "area") (param $shape i32) (param $side i32) (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (call_indirect (param i32) (result i32) (local.get $side) (local.get $shape))))
