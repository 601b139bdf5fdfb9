;; A module that uses another's: adds a shape to its table, calls it through the other's function, writes into its
;; memory and reads its counter.
(module
  (import "shapes" "memory" (memory 1))
  (import "shapes" "shapes" (table 2 funcref))
  (import "shapes" "count" (global $count (mut i32)))
  (import "shapes" "area" (func $area (param i32 i32) (result i32)))
  (elem (i32.const 1) $line) ;; in the place of the triangle

  (func $line (param $length i32) (result i32)
    (local.get $length))

  ;; Draws all shapes that there are: their areas as 32-bit numbers from $place on. How many calls there have been.
  (func (export "draw") (param $place i32) (param $side i32) (result i32)
    (local $shape i32)
    (loop $next
      (i32.store
        (i32.add (local.get $place) (i32.shl (local.get $shape) (i32.const 2)))
        (call $area (local.get $shape) (local.get $side)))
      (local.set $shape (i32.add (local.get $shape) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $shape) (table.size 0))))
    (global.get $count)))
