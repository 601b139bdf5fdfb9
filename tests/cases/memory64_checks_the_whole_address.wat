;; call load i64:65528 -> i64:0x5000000
;; call load i64:65529 -> trap "out of bounds memory access"
;; call load i64:0x100000000 -> trap "out of bounds memory access"
;; call load i64:-8 -> trap "out of bounds memory access"
;; call load i64:-1 -> trap "out of bounds memory access"
;; call offset i64:0 -> i32:5
;; call offset i64:-65534 -> trap "out of bounds memory access"
;; call huge_offset i64:0 -> trap "out of bounds memory access"
;; call huge_offset i64:1 -> trap "out of bounds memory access"
;; call huge_offset i64:2 -> trap "out of bounds memory access"
;; call size -> i64:1
;; call grow i64:1 -> i64:1
;; call load i64:65529 -> i64:0x50000
;; call grow i64:0x1000000000000 -> i64:-1
;; call grow i64:-1 -> i64:-1
;; call size -> i64:2
;; call fill i64:0x100000000 i64:1 -> trap "out of bounds memory access"
;; call fill i64:0 i64:-1 -> trap "out of bounds memory access"
;; call fill i64:131072 i64:0 ->
;; call fill i64:131073 i64:0 -> trap "out of bounds memory access"
(module
  (memory i64 1 100)
  (data (i64.const 65531) "\05")
  (func (export "load") (param i64) (result i64) (i64.load (local.get 0)))
  (func (export "offset") (param i64) (result i32) (i32.load8_u offset=65531 (local.get 0)))
  (func (export "huge_offset") (param i64) (result i32) (i32.load8_u offset=0xffffffff (local.get 0)))
  (func (export "size") (result i64) (memory.size))
  (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0)))
  (func (export "fill") (param i64 i64) (memory.fill (local.get 0) (i32.const 9) (local.get 1))))
