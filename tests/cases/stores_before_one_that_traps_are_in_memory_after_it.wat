;; option --strict-loads
;; call side_by_side i32:65532 -> trap "out of bounds memory access"
;; read 65532 "\x11\x11\x11\x11"
;; call bytes i32:65533 -> trap "out of bounds memory access"
;; read 65533 "\x21\x22\x23"
;; call vector i32:65520 -> trap "out of bounds memory access"
;; read 65520 "\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31"
;; call again i32:65536 -> trap "out of bounds memory access"
;; read 0 "\x41\x00\x00\x00"
;; call vector_again i32:65536 -> trap "out of bounds memory access"
;; read 16 "\x51\x51\x51\x51\x51\x51\x51\x51\x51\x51\x51\x51\x51\x51\x51\x51"
;; call load_between i32:65536 -> trap "out of bounds memory access"
;; read 32 "\x61\x00\x00\x00"
;; read 36 "\x00\x00\x00\x00"
;; call loop i32:65528 -> trap "out of bounds memory access"
;; read 65528 "\x71\x00\x00\x00\x71\x00\x00\x00"
;; C compilers join stores side by side, and leave out what is stored again.
(module
  (memory (export "memory") 1)
  (func (export "side_by_side") (param i32)
    (i32.store (local.get 0) (i32.const 0x11111111))
    (i32.store offset=4 (local.get 0) (i32.const 0x12121212)))
  (func (export "bytes") (param i32)
    (i32.store8 (local.get 0) (i32.const 0x21))
    (i32.store8 offset=1 (local.get 0) (i32.const 0x22))
    (i32.store8 offset=2 (local.get 0) (i32.const 0x23))
    (i32.store8 offset=3 (local.get 0) (i32.const 0x24)))
  (func (export "vector") (param i32)
    (v128.store (local.get 0) (i8x16.splat (i32.const 0x31)))
    (v128.store offset=16 (local.get 0) (i8x16.splat (i32.const 0x32))))
  (func (export "again") (param i32)
    (i32.store (i32.const 0) (i32.const 0x41))
    (i32.store (local.get 0) (i32.const 0x42))
    (i32.store (i32.const 0) (i32.const 0x43)))
  (func (export "vector_again") (param i32)
    (v128.store (i32.const 16) (i8x16.splat (i32.const 0x51)))
    (v128.store (local.get 0) (i8x16.splat (i32.const 0x52)))
    (v128.store (i32.const 16) (i8x16.splat (i32.const 0x53))))
  (func (export "load_between") (param i32) (local i32)
    (i32.store (i32.const 32) (i32.const 0x61))
    (local.set 1 (i32.load (local.get 0)))
    (i32.store (i32.const 36) (local.get 1))
    (i32.store (i32.const 32) (i32.const 0x62)))
  (func (export "loop") (param i32)
    (loop $l
      (i32.store (local.get 0) (i32.const 0x71))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br_if $l (i32.lt_u (local.get 0) (i32.const 65600))))))
