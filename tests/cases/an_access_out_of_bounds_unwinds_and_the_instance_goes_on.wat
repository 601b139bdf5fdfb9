;; call poke i32:65532 i32:1 ->
;; call poke i32:65533 i32:2 -> trap "out of bounds memory access"
;; call peek i32:65532 -> i32:1
;; call peek i32:-1 -> trap "out of bounds memory access"
;; call peek i32:-4 -> trap "out of bounds memory access"
;; call far i32:-1 -> trap "out of bounds memory access"
;; call far i32:0 -> trap "out of bounds memory access"
;; call counted -> trap "out of bounds memory access"
;; call counted -> trap "out of bounds memory access"
;; call count -> i32:2
;; call peek i32:65532 -> i32:1
;; read 65528 "\x00\x00\x00\x00\x01\x00\x00\x00"
(module
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func (export "poke") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "peek") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "far") (param i32) (result i64) (i64.load offset=0xfffffff8 (local.get 0)))
  (func (export "counted") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.load (i32.const 0x10000)))
  (func (export "count") (result i32) (global.get $count)))
