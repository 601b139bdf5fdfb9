;; write 0 "\xff\x80\x7f\xfe\xff\xff\xff\xff"
;; call loads -> i32:-1 i32:255 i32:-32513 i32:33023 i64:-1 i64:255 i64:0xfffffffffe7f80ff i64:0xfe7f80ff
;; call stores i64:0x1122334455667788 ->
;; read 16 "\x88\x00\x88\x77\x00\x88\x77\x66\x55\x00"
;; call unaligned -> i64:0x00fffffffffe7f80
(module
  (memory (export "memory") 1)
  (func (export "loads") (result i32 i32 i32 i32 i64 i64 i64 i64)
    (i32.load8_s (i32.const 0)) (i32.load8_u (i32.const 0))
    (i32.load16_s (i32.const 0)) (i32.load16_u (i32.const 0))
    (i64.load8_s (i32.const 0)) (i64.load8_u (i32.const 0))
    (i64.load32_s (i32.const 0)) (i64.load32_u (i32.const 0)))
  (func (export "stores") (param i64)
    (i64.store8 (i32.const 16) (local.get 0))
    (i64.store16 (i32.const 18) (local.get 0))
    (i64.store32 (i32.const 21) (local.get 0)))
  (func (export "unaligned") (result i64) (i64.load align=1 (i32.const 1))))
