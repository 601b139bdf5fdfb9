;; call just_in i32:0 -> i32:7
;; call just_out i32:1 -> trap "out of bounds memory access"
;; call two_gib i32:0 -> trap "out of bounds memory access"
;; call two_gib i32:-1 -> trap "out of bounds memory access"
;; call four_gib i32:0 -> trap "out of bounds memory access"
;; call four_gib i32:1 -> trap "out of bounds memory access"
;; call four_gib i32:-1 -> trap "out of bounds memory access"
;; call wrapped i32:-65535 -> trap "out of bounds memory access"
;; call store_far i32:0x80000000 -> trap "out of bounds memory access"
;; read 0 "\x00\x00\x00\x00"
(module
  (memory (export "memory") 1)
  (data (i32.const 65532) "\07")
  (func (export "just_in") (param i32) (result i32) (i32.load offset=65532 (local.get 0)))
  (func (export "just_out") (param i32) (result i32) (i32.load offset=65532 (local.get 0)))
  (func (export "two_gib") (param i32) (result i32) (i32.load offset=0x80000000 (local.get 0)))
  (func (export "four_gib") (param i32) (result i32) (i32.load8_u offset=0xffffffff (local.get 0)))
  ;; The sum is 2^32, which is no address: it does not wrap round to 0.
  (func (export "wrapped") (param i32) (result i32) (i32.load8_u offset=65535 (local.get 0)))
  (func (export "store_far") (param i32) (i64.store offset=0x80000000 (local.get 0) (i64.const -1))))
