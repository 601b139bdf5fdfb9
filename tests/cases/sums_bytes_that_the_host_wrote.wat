;; write 100 "wasm"
;; call sum i32:100 i32:4 -> i32:440
;; call sum i32:100 i32:0 -> i32:0
;; write 65532 "wasm"
;; call sum i32:65532 i32:4 -> i32:440
;; call sum i32:65532 i32:5 -> trap "out of bounds memory access"
;; write 65533 "wasm" -> out of bounds
(module
  (memory (export "memory") 1)
  (func (export "sum") (param $at i32) (param $n i32) (result i32)
    (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $sum)))
