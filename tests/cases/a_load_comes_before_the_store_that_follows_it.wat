;; call swap -> i32:0x11
;; read 0 "\x22\x00\x00\x00\x11\x00\x00\x00"
;; call pending -> i32:0x22
;; read 0 "\x63\x00\x00\x00"
;; call byte -> i32:0x63
;; call filled -> i32:0x01
;; read 0 "\x07\x07\x07\x07"
;; call copied -> i32:0x07070707
;; read 0 "\x11\x00\x00\x00"
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "\11\00\00\00\22\00\00\00")
  ;; Exchanges two words by the operand stack alone.
  (func (export "swap") (result i32)
    (i32.load (i32.const 0))
    (i32.const 0)
    (i32.load (i32.const 4))
    (i32.const 4)
    (i32.load (i32.const 0))
    (i32.store)
    (i32.store))
  (func (export "pending") (result i32)
    (i32.load (i32.const 0))
    (i32.store (i32.const 0) (i32.const 99)))
  (func (export "byte") (result i32)
    (i32.load8_u (i32.const 0))
    (i64.store8 (i32.const 0) (i64.const 1)))
  (func (export "filled") (result i32)
    (i32.load8_u (i32.const 0))
    (memory.fill (i32.const 0) (i32.const 7) (i32.const 4)))
  (func (export "copied") (result i32)
    (i32.load (i32.const 0))
    (memory.copy (i32.const 0) (i32.const 4) (i32.const 4))))
